// The bytes of one accepted connection, plain or TLS, over TCP or a unix socket.
#pragma once

#include "gateway/net/http_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace gw::net {

using boost::system::error_code;
using StreamSocket = asio::generic::stream_protocol::socket;

struct IoResult {
    IoResult() = default;
    IoResult(error_code e, std::size_t n) : ec(e), size(n) {}
    error_code ec;
    std::size_t size = 0;
};

class Transport {
public:
    virtual ~Transport() = default;
    /// TLS handshake; nothing when plain.
    virtual asio::awaitable<error_code> open() = 0;
    virtual asio::awaitable<IoResult> read_some(asio::mutable_buffer buffer) = 0;
    /// Writes all of it.
    virtual asio::awaitable<error_code> write(asio::const_buffer buffer) = 0;
    /// Says "no more bytes from us" (close_notify, FIN); reading goes on, below TLS.
    virtual asio::awaitable<void> end_writing() = 0;
    /// Reads and drops, below TLS: after end_writing only.
    virtual asio::awaitable<IoResult> drop_some(asio::mutable_buffer buffer) = 0;
    /// Waiting calls end with operation_aborted; the connection stays.
    virtual void cancel() = 0;
    /// Closes the socket.
    virtual void abort() = 0;
};

std::unique_ptr<Transport> plain_transport(StreamSocket socket);
/// `context` must outlive it.
std::unique_ptr<Transport> tls_transport(StreamSocket socket, asio::ssl::context& context);

/// Of "ADDRESS:PORT". Throws std::runtime_error when it is none.
asio::ip::tcp::endpoint listen_endpoint(const std::string& listen);

/// TLS 1.2 and 1.3, AEAD suites only, no renegotiation, no compression; ALPN http/1.1.
/// Throws std::runtime_error when a certificate or key cannot be used.
std::unique_ptr<asio::ssl::context> server_context(const ServerOptions& options);

}  // namespace gw::net
