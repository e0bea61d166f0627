// The bytes of one accepted connection, plain or TLS, over TCP or a unix socket.
#include "gateway/net/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>
#include <utility>

namespace gw::net {
namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);

class Plain : public Transport {
public:
    explicit Plain(StreamSocket socket) : socket_(std::move(socket)) {}
    asio::awaitable<error_code> open() override { co_return error_code(); }
    asio::awaitable<IoResult> read_some(asio::mutable_buffer buffer) override {
        auto [ec, n] = co_await socket_.async_read_some(buffer, token);
        co_return IoResult(ec, n);
    }
    asio::awaitable<error_code> write(asio::const_buffer buffer) override {
        auto [ec, n] = co_await asio::async_write(socket_, buffer, token);
        (void)n;
        co_return ec;
    }
    asio::awaitable<void> end_writing() override {
        error_code ec;
        socket_.shutdown(StreamSocket::shutdown_send, ec);
        co_return;
    }
    asio::awaitable<IoResult> drop_some(asio::mutable_buffer buffer) override {
        return read_some(buffer);
    }
    void cancel() override {
        error_code ec;
        socket_.cancel(ec);
    }
    void abort() override {
        error_code ec;
        socket_.close(ec);
    }

private:
    StreamSocket socket_;
};

class Tls : public Transport {
public:
    Tls(StreamSocket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}
    asio::awaitable<error_code> open() override {
        auto [ec] = co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
        opened_ = !ec;
        co_return ec;
    }
    asio::awaitable<IoResult> read_some(asio::mutable_buffer buffer) override {
        auto [ec, n] = co_await stream_.async_read_some(buffer, token);
        co_return IoResult(ec, n);
    }
    asio::awaitable<error_code> write(asio::const_buffer buffer) override {
        auto [ec, n] = co_await asio::async_write(stream_, buffer, token);
        (void)n;
        co_return ec;
    }
    asio::awaitable<void> end_writing() override {
        if (opened_) {
            // Our close_notify only: waiting for theirs would hold the connection as long as they
            // like.
            SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
            auto [ignored] = co_await stream_.async_shutdown(token);
            (void)ignored;
        }
        error_code ec;
        stream_.next_layer().shutdown(StreamSocket::shutdown_send, ec);
    }
    asio::awaitable<IoResult> drop_some(asio::mutable_buffer buffer) override {
        auto [ec, n] = co_await stream_.next_layer().async_read_some(buffer, token);
        co_return IoResult(ec, n);
    }
    void cancel() override {
        error_code ec;
        stream_.next_layer().cancel(ec);
    }
    void abort() override {
        error_code ec;
        stream_.next_layer().close(ec);
    }

private:
    asio::ssl::stream<StreamSocket> stream_;
    bool opened_ = false;
};

int choose_http1(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned size, void*) {
    static const unsigned char wanted[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, wanted, sizeof wanted - 1, offered, size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void need(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

void read_client_authorities(asio::ssl::context& context, const ServerOptions& options) {
    if (options.client_authorities_pem.empty()) return;
    error_code ec;
    context.add_certificate_authority(asio::buffer(options.client_authorities_pem), ec);
    need(!ec, "the certificates of the client authorities cannot be read");
    auto mode = asio::ssl::verify_peer;
    if (options.client_certificate_required) mode |= asio::ssl::verify_fail_if_no_peer_cert;
    context.set_verify_mode(mode);
}

}  // namespace

std::unique_ptr<Transport> plain_transport(StreamSocket socket) {
    return std::make_unique<Plain>(std::move(socket));
}

std::unique_ptr<Transport> tls_transport(StreamSocket socket, asio::ssl::context& context) {
    return std::make_unique<Tls>(std::move(socket), context);
}

std::unique_ptr<asio::ssl::context> server_context(const ServerOptions& options) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    need(SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) == 1, "TLS 1.2 is not available");
    need(SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1, "no TLS 1.2 suites");
    need(SSL_CTX_set1_groups_list(native, "X25519:P-256") == 1, "no TLS groups");
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_id_context(native, reinterpret_cast<const unsigned char*>("lienthong"), 9);
    SSL_CTX_set_alpn_select_cb(native, choose_http1, nullptr);
    error_code ec;
    context->use_certificate_chain(asio::buffer(options.certificate_pem), ec);
    need(!ec, "the server's certificate cannot be read");
    context->use_private_key(asio::buffer(options.private_key_pem), asio::ssl::context::pem, ec);
    need(!ec, "the server's private key cannot be read or does not fit its certificate");
    read_client_authorities(*context, options);
    return context;
}

}  // namespace gw::net
