// Looks at settings of servers and clients before anything is opened.
#include "gateway/net/check.hpp"

#include "gateway/net/transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <stdexcept>

namespace gw::net {
namespace {

constexpr std::size_t socket_path_max = 107;  // sockaddr_un

std::string check_listen(const ServerOptions& options) {
    if (options.listen.starts_with("unix:"))
        return options.listen.size() - 5 <= socket_path_max
                   ? ""
                   : "\"" + options.listen + "\": paths of sockets have at most 107 bytes";
    const auto endpoint = listen_endpoint(options.listen);
    if (options.certificate_pem.empty() && !endpoint.address().is_loopback())
        return "\"" + options.listen +
               "\": without a certificate only loopback addresses are served";
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor(io);
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    const asio::ip::tcp::endpoint any_port(endpoint.address(), 0);
    if (!ec) acceptor.bind(any_port, ec);
    return ec ? "cannot listen on \"" + options.listen + "\": " + ec.message() : "";
}

}  // namespace

std::string check_server(const ServerOptions& options) {
    try {
        if (!options.certificate_pem.empty()) server_context(options);
        return check_listen(options);
    } catch (const std::runtime_error& e) {
        return e.what();
    }
}

std::string check_client(const ClientTls& tls) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    error_code ec;
    if (!tls.authorities_pem.empty())
        context.add_certificate_authority(asio::buffer(tls.authorities_pem), ec);
    if (ec) return "the certificates of the authorities cannot be read";
    if (tls.certificate_pem.empty() != tls.private_key_pem.empty())
        return "a client certificate needs its key, and a key its certificate";
    if (tls.certificate_pem.empty()) return "";
    context.use_certificate_chain(asio::buffer(tls.certificate_pem), ec);
    if (ec) return "the client certificate cannot be read";
    context.use_private_key(asio::buffer(tls.private_key_pem), asio::ssl::context::pem, ec);
    return ec ? "the client key cannot be read or does not fit its certificate" : "";
}

}  // namespace gw::net
