// The HTTP/1.1 server (Beast): limits first, TLS by default, one handler.
#pragma once

#include "gateway/ports/http.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace gw::net {

namespace asio = boost::asio;

struct ServerOptions {
    ServerOptions() = default;
    std::string listen = "127.0.0.1:0";  // "ADDRESS:PORT" (port 0 = any free one) or "unix:PATH"
    std::string certificate_pem,
        private_key_pem;                 // both empty = plain HTTP (only unix sockets and loopback)
    std::string client_authorities_pem;  // not empty: a client certificate is asked for (optional
                                         // unless required)
    bool client_certificate_required = false;
    std::size_t header_bytes_max = 32 << 10;
    int connections_max = 1'024, connections_per_client_max = 256;
    core::Duration header_time{10'000}, idle_time{60'000}, body_stall{20'000};
    // Bodies that are held whole, of all connections together; 64 KiB of each come on top, so that
    // large ones cannot shut small ones out. Beyond it: 503.
    std::uint64_t held_bytes_max = 256 << 20;
    core::Duration held_time_max{600'000};  // for all of such a body, however large
};

/// HTTP/1.1 (1.0 for one request). Whatever two parsers could read differently is refused with 400
/// and the connection is closed; so are requests over a limit (413, 414, 431), with compressed
/// bodies (415) and in absolute form. A handler that throws costs one 500. Answer headers
/// Content-Length, Transfer-Encoding, Connection and Date are the server's own.
class HttpServer {
public:
    /// `handler` must outlive it; the io_context too.
    /// Throws std::runtime_error when the address cannot be had or a certificate cannot be read.
    HttpServer(asio::any_io_executor ex, ServerOptions options, ports::InHandler& handler);
    ~HttpServer();
    /// Port really listened on; 0 for unix sockets.
    std::uint16_t port() const;
    /// Serves until stop().
    asio::awaitable<void> run();
    /// No new connections; idle ones are closed, busy ones end their request; run() returns when
    /// all are gone.
    void stop();
    int connections() const;
    /// Connections turned away because there were too many, in all or of one address.
    std::uint64_t refused() const;
    /// Bytes of bodies held now beyond what each may have, and bodies turned away for them.
    std::uint64_t held_bytes() const;
    std::uint64_t bodies_refused() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gw::net
