// Outbound HTTP: libcurl's multi interface on the Asio loop. One client per partner, so that pools
// never mix.
#pragma once

#include "gateway/ports/http.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::net {

namespace asio = boost::asio;

/// TLS and proxy of one partner. PEM texts, never file names; empty = system bundle / none.
struct ClientTls {
    ClientTls() = default;
    std::string authorities_pem, certificate_pem, private_key_pem;
    std::string proxy;        // "http://host:port"; the environment is never looked at
    std::string unix_socket;  // talk over this socket instead of TCP (command line -> admin socket)
    long connections_max = 64;
    /// For addresses that others name. Set: a connection is opened only to public addresses and to
    /// these networks ("10.0.0.0/8"), judged after the name was resolved.
    std::optional<std::vector<std::string>> networks;
    std::vector<std::string> trusted_hosts;  // not judged; lower case
};

/// HTTP/1.1 over one thread's loop. TLS 1.2 and 1.3 with AEAD suites; with `authorities_pem` nobody
/// else is trusted. A POST (PUT, PATCH, DELETE) is put on the wire at most once: when a kept
/// connection dies after bytes of it left, the result says so (bytes_left) instead of sending it
/// again. A TLS alert about our certificate before the first byte of an answer means "not
/// processed": failure has our_certificate and no bytes_left. Lifetime: destroy it before the
/// io_context; waiting calls then never resume.
class CurlClient : public ports::HttpClient {
public:
    CurlClient(asio::any_io_executor ex, ClientTls tls);
    ~CurlClient() override;
    asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override;
    /// Pieces come for 2xx answers only, without a cap; the body of any other answer is collected
    /// as in send. `on_piece` runs inside libcurl: it may not call this client.
    asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gw::net
