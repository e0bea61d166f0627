// Outbound HTTP: libcurl's multi interface on the Asio loop. One client per partner, so that pools
// never mix.
#pragma once

#include "gateway/ports/http.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace gw::net {

namespace asio = boost::asio;

/// TLS and proxy of one partner. PEM texts, never file names; empty = system bundle / none.
struct ClientTls {
    ClientTls() = default;
    std::string authorities_pem, certificate_pem, private_key_pem;
    std::string unix_socket;  // talk over this socket instead of TCP (command line -> admin socket)
    long connections_max = 64;
};

class CurlClient : public ports::HttpClient {
public:
    CurlClient(asio::any_io_executor ex, ClientTls tls);
    ~CurlClient() override;
    asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override;
    asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gw::net
