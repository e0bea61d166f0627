// Beast reads the requests; answers are written by hand, because some of them have to be wrong.
#include "simulators/kit/server.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/text.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <set>
#include <stdexcept>
#include <type_traits>

namespace sim::kit {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using PlainStream = beast::tcp_stream;
using TlsStream = asio::ssl::stream<beast::tcp_stream>;

class Connection {
public:
    virtual ~Connection() = default;
    virtual void close() = 0;
};

std::shared_ptr<asio::ssl::context> make_context(const Certificate& c) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    context->set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
        asio::ssl::context::no_tlsv1_1
    );
    try {
        context->use_certificate_chain(asio::buffer(c.certificate_pem));
        context->use_private_key(asio::buffer(c.private_key_pem), asio::ssl::context::pem);
    } catch (const std::exception& e) {
        throw std::runtime_error(std::string("simulator: certificate cannot be used: ") + e.what());
    }
    return context;
}

Call call_of(http::request<http::string_body>&& request, std::string remote) {
    Call call;
    call.method = std::string(request.method_string());
    std::string_view target(request.target().data(), request.target().size());
    auto mark = target.find('?');
    std::string path(target.substr(0, mark));
    for (std::size_t at = 0; (at = path.find('+', at)) != std::string::npos;)
        path.replace(at, 1, "%2B");
    call.path = url_decode(path);
    if (mark != std::string_view::npos) call.query = std::string(target.substr(mark + 1));
    for (const auto& field : request) call.headers.emplace_back(field.name_string(), field.value());
    call.body = std::move(request.body());
    call.remote = std::move(remote);
    return call;
}

std::string status_and_headers(const Answer& answer) {
    auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status)));
    std::string head =
        "HTTP/1.1 " + std::to_string(answer.status) + " " + std::string(reason) + "\r\n";
    for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
    return head;
}

std::string head_of(const Answer& answer, std::size_t announced, bool keep_alive) {
    auto head = status_and_headers(answer);
    head += "Content-Length: " + std::to_string(announced) + "\r\n";
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

}  // namespace

struct Server::Core {
    Core(asio::any_io_executor ex, ServerOptions o, Handler h)
        : options(std::move(o)), handler(std::move(h)), acceptor(ex) {}
    ServerOptions options;
    Handler handler;
    tcp::acceptor acceptor;
    std::shared_ptr<asio::ssl::context> context;
    std::map<std::string, std::shared_ptr<asio::ssl::context>> other_contexts;
    std::set<Connection*> connections;
    bool stopped = false;

    void listen();
    static void accept(std::shared_ptr<Core> core);
    void adopt(std::shared_ptr<Core> self, tcp::socket socket);
};

namespace {

template <class Stream>
class Session : public Connection, public std::enable_shared_from_this<Session<Stream>> {
public:
    static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

    template <class... Args>
    Session(
        std::shared_ptr<Server::Core> core,
        std::shared_ptr<asio::ssl::context> context,
        std::string remote,
        Args&&... args
    )
        : core_(std::move(core)),
          context_(std::move(context)),
          stream_(std::forward<Args>(args)...),
          timer_(stream_.get_executor()),
          remote_(std::move(remote)) {
        core_->connections.insert(this);
    }
    ~Session() override { core_->connections.erase(this); }

    void start() {
        if constexpr (is_tls) {
            lowest().expires_after(core_->options.idle_max);
            stream_.async_handshake(
                asio::ssl::stream_base::server,
                [self = this->shared_from_this()](error_code ec) {
                    if (!ec) self->read();
                }
            );
        } else {
            read();
        }
    }
    void close() override {
        timer_.cancel();
        error_code ignored;
        lowest().socket().close(ignored);
    }

private:
    PlainStream& lowest() { return beast::get_lowest_layer(stream_); }

    void read() {
        parser_.emplace();
        parser_->body_limit(core_->options.body_bytes_max);
        parser_->header_limit(64 << 10);
        lowest().expires_after(core_->options.idle_max);
        http::async_read(
            stream_,
            buffer_,
            *parser_,
            [self = this->shared_from_this()](error_code ec, std::size_t) { self->have_read(ec); }
        );
    }

    void have_read(error_code ec) {
        if (ec == http::error::body_limit || ec == http::error::header_limit) {
            answer_ = text_answer(ec == http::error::body_limit ? 413 : 431, "too large\n");
            keep_alive_ = false;
            return send();
        }
        if (ec && ec.category() == http::make_error_code(http::error::end_of_stream).category() &&
            ec != http::error::end_of_stream && ec != http::error::partial_message) {
            answer_ = text_answer(400, "not HTTP/1.1\n");
            keep_alive_ = false;
            return send();
        }
        if (ec) return close();
        auto request = parser_->release();
        keep_alive_ = request.keep_alive();
        head_only_ = request.method() == http::verb::head;
        try {
            answer_ = core_->handler(call_of(std::move(request), remote_));
        } catch (const std::exception& e) {
            answer_ = text_answer(500, std::string("simulator: ") + e.what() + "\n");
        }
        lowest().expires_never();
        if (answer_.delay.count() <= 0) return send();
        timer_.expires_after(answer_.delay);
        timer_.async_wait([self = this->shared_from_this()](error_code failed) {
            if (!failed) self->send();
        });
    }

    void send() {
        switch (answer_.fate) {
            case Fate::answer:
                return write(answer_.body.size(), answer_.body.size());
            case Fate::reset:
                return reset();
            case Fate::close_before_status:
                return finish();
            case Fate::eof_before_length: {
                auto half = answer_.body.size() / 2;
                return write(answer_.body.empty() ? 64 : answer_.body.size(), half);
            }
            case Fate::answer_twice: {
                const auto announced = answer_.body.size();
                answer_.body += head_of(answer_, announced, keep_alive_) + answer_.body;
                return write(announced, answer_.body.size());
            }
            case Fate::hang:
                return wait_for_end();
            case Fate::endless:
                return begin_endless();
        }
    }

    /// Only the caller ends this: by closing.
    void begin_endless() {
        keep_alive_ = false;
        head_ = status_and_headers(answer_) + "Connection: close\r\n\r\n" + answer_.body;
        if (answer_.filler.empty()) answer_.filler.assign(16 << 10, ' ');
        lowest().expires_after(core_->options.idle_max);
        asio::async_write(
            stream_,
            asio::buffer(head_),
            [self = this->shared_from_this()](error_code ec, std::size_t) { self->go_on(ec); }
        );
    }
    void go_on(error_code failed) {
        if (failed || core_->stopped) return close();
        timer_.expires_after(answer_.pause);
        timer_.async_wait([self = this->shared_from_this()](error_code stopped) {
            if (stopped) return;
            self->lowest().expires_after(self->core_->options.idle_max);
            asio::async_write(
                self->stream_,
                asio::buffer(self->answer_.filler),
                [self](error_code ec, std::size_t) { self->go_on(ec); }
            );
        });
    }

    void write(std::size_t announced, std::size_t sent) {
        bool whole = announced <= sent;
        if (!whole) keep_alive_ = false;
        head_ = head_of(answer_, announced, keep_alive_);
        if (head_only_) sent = 0;
        lowest().expires_after(core_->options.idle_max);
        std::array<asio::const_buffer, 2> buffers{
            asio::buffer(head_), asio::buffer(answer_.body.data(), sent)};
        asio::async_write(
            stream_,
            buffers,
            [self = this->shared_from_this()](error_code ec, std::size_t) {
                if (ec) return self->close();
                if (self->keep_alive_ && !self->core_->stopped) return self->read();
                self->finish();
            }
        );
    }

    /// A reset: with linger 0 the kernel sends RST and forgets what was not sent.
    void reset() {
        error_code ignored;
        lowest().socket().set_option(asio::socket_base::linger(true, 0), ignored);
        close();
    }

    /// FIN first, then wait for the other side's, so that unread input cannot turn it into a reset.
    void finish() {
        error_code ignored;
        lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
        wait_for_end(core::Duration(2'000));
    }

    void wait_for_end(core::Duration longest = core::Duration(0)) {
        if (longest.count() > 0)
            lowest().expires_after(longest);
        else
            lowest().expires_never();
        auto done = [self = this->shared_from_this(), longest](error_code ec, std::size_t) {
            if (ec) return self->close();
            self->wait_for_end(longest);
        };
        // The lowest layer: what comes now is thrown away, encrypted or not.
        lowest().async_read_some(asio::buffer(waste_), std::move(done));
    }

    std::shared_ptr<Server::Core> core_;
    std::shared_ptr<asio::ssl::context> context_;
    Stream stream_;
    asio::steady_timer timer_;
    std::string remote_, head_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    Answer answer_;
    std::array<char, 1'024> waste_{};
    bool keep_alive_ = true, head_only_ = false;
};

}  // namespace

void Server::Core::listen() {
    error_code ec;
    auto address = asio::ip::make_address(options.address, ec);
    if (ec) throw std::runtime_error("simulator: not an address: " + options.address);
    tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
        throw std::runtime_error(
            "simulator: cannot listen on " + options.address + ":" + std::to_string(options.port) +
            ": " + ec.message()
        );
}

void Server::Core::accept(std::shared_ptr<Core> core) {
    auto& acceptor = core->acceptor;
    acceptor.async_accept([core](error_code ec, tcp::socket socket) {
        if (core->stopped) return;
        bool room =
            core->connections.size() < static_cast<std::size_t>(core->options.connections_max);
        if (!ec && room) core->adopt(core, std::move(socket));
        accept(core);
    });
}

void Server::Core::adopt(std::shared_ptr<Core> self, tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto peer = socket.remote_endpoint(ignored);
    std::string remote = ignored ? std::string() : peer.address().to_string();
    if (!context) {
        std::make_shared<Session<PlainStream>>(self, nullptr, remote, std::move(socket))->start();
        return;
    }
    auto chosen = context;
    auto name = options.choose_certificate ? options.choose_certificate() : std::string();
    if (auto it = other_contexts.find(name); it != other_contexts.end()) chosen = it->second;
    std::make_shared<Session<TlsStream>>(self, chosen, remote, std::move(socket), *chosen)->start();
}

Server::Server(asio::any_io_executor ex, ServerOptions options, Handler handler)
    : core_(std::make_shared<Core>(ex, std::move(options), std::move(handler))) {
    auto& o = core_->options;
    if (!o.certificate.certificate_pem.empty()) core_->context = make_context(o.certificate);
    for (const auto& [name, certificate] : o.other_certificates)
        core_->other_contexts[name] = make_context(certificate);
    core_->listen();
    Core::accept(core_);
}

Server::~Server() {
    stop();
}

std::uint16_t Server::port() const {
    return core_->acceptor.local_endpoint().port();
}

void Server::stop() {
    if (core_->stopped) return;
    core_->stopped = true;
    error_code ignored;
    core_->acceptor.close(ignored);
    auto open = core_->connections;
    for (auto* connection : open) connection->close();
}

int Server::connections() const {
    return static_cast<int>(core_->connections.size());
}

}  // namespace sim::kit
