// The HTTP/1.1 server: listens, counts connections, watches their times, stops in order.
#include "gateway/net/http_server.hpp"

#include "gateway/net/http_connection.hpp"
#include "gateway/net/transport.hpp"
#include "gateway/ports/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <map>
#include <stdexcept>
#include <utility>

namespace gw::net {
namespace {

using asio::ip::tcp;
using unix_stream = asio::local::stream_protocol;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

std::string text_of(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

}  // namespace

tcp::endpoint listen_endpoint(const std::string& listen) {
    const auto colon = listen.rfind(':');
    error_code ec;
    asio::ip::address address;
    unsigned long port = 65'536;
    if (colon != listen.npos) {
        auto host = listen.substr(0, colon);
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        address = asio::ip::make_address(host, ec);
        const auto digits = listen.substr(colon + 1);
        const bool number = !digits.empty() && digits.size() <= 5 &&
                            digits.find_first_not_of("0123456789") == digits.npos;
        if (number) port = std::stoul(digits);
    }
    if (ec || port > 65'535)
        throw std::runtime_error(
            "cannot listen on \"" + listen + "\": not ADDRESS:PORT or unix:PATH"
        );
    return {address, static_cast<std::uint16_t>(port)};
}

struct HttpServer::Impl {
    Impl(asio::any_io_executor executor, ServerOptions settings, ports::InHandler& in_handler);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    struct Session {
        std::shared_ptr<HttpConnection> connection;
        asio::cancellation_signal signal;
    };
    using Sessions =
        std::list<std::shared_ptr<Session>>;  // shared: a session may outlive the server
    void listen_tcp(const std::string& address);
    void listen_unix(const std::string& path);
    template <class Acceptor>
    asio::awaitable<void> accept_all(Acceptor& acceptor);
    void admit(tcp::socket socket);
    void admit(unix_stream::socket socket);
    void admit(StreamSocket socket, std::string remote);
    void ended(Sessions::iterator it, std::exception_ptr fault);
    void watch_times();
    void stop(bool now);
    asio::awaitable<void> join();

    asio::any_io_executor ex;
    std::shared_ptr<const ServerOptions> options;
    ports::InHandler& handler;
    std::unique_ptr<asio::ssl::context> tls;
    tcp::acceptor tcp_acceptor;
    unix_stream::acceptor unix_acceptor;
    std::string unix_path;
    asio::steady_timer watch, all_ended, pause;
    std::shared_ptr<BodyBudget> bodies = std::make_shared<BodyBudget>(options->held_bytes_max);
    Sessions sessions;
    std::map<std::string, int> per_remote;
    std::uint64_t refused = 0;
    bool stopping = false, watching = false;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

HttpServer::Impl::Impl(
    asio::any_io_executor executor, ServerOptions settings, ports::InHandler& in_handler
)
    : ex(executor),
      options(std::make_shared<const ServerOptions>(std::move(settings))),
      handler(in_handler),
      tcp_acceptor(ex),
      unix_acceptor(ex),
      watch(ex),
      all_ended(ex),
      pause(ex) {
    if (!options->certificate_pem.empty()) tls = server_context(*options);
    try {
        if (options->listen.starts_with("unix:"))
            listen_unix(options->listen.substr(5));
        else
            listen_tcp(options->listen);
    } catch (const boost::system::system_error& e) {
        throw std::runtime_error(
            "cannot listen on \"" + options->listen + "\": " + e.code().message()
        );
    }
}

HttpServer::Impl::~Impl() {
    *alive = false;
    for (auto& session : sessions) session->connection->abort();
    if (!unix_path.empty()) ::unlink(unix_path.c_str());
}

void HttpServer::Impl::listen_tcp(const std::string& address) {
    const auto endpoint = listen_endpoint(address);
    if (!tls && !endpoint.address().is_loopback())
        throw std::runtime_error(
            "\"" + address + "\": without a certificate only loopback addresses are served"
        );
    tcp_acceptor.open(endpoint.protocol());
    tcp_acceptor.set_option(tcp::acceptor::reuse_address(true));
    tcp_acceptor.bind(endpoint);
    tcp_acceptor.listen();
}

void HttpServer::Impl::listen_unix(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
        unix_stream::socket probe(ex);
        error_code ec;
        probe.connect(unix_stream::endpoint(path), ec);
        if (!ec) throw std::runtime_error("\"" + path + "\": another process serves this socket");
        ::unlink(path.c_str());  // left over by a process that was killed
    }
    unix_acceptor.open();
    unix_acceptor.bind(unix_stream::endpoint(path));
    unix_path = path;
    if (::chmod(path.c_str(), 0600) != 0)
        throw std::runtime_error("\"" + path + "\": its rights cannot be set");
    unix_acceptor.listen();
}

template <class Acceptor>
asio::awaitable<void> HttpServer::Impl::accept_all(Acceptor& acceptor) {
    while (!stopping && acceptor.is_open()) {
        typename Acceptor::protocol_type::socket socket(ex);
        const auto [ec] = co_await acceptor.async_accept(socket, token);
        if (stopping || ec == asio::error::operation_aborted) break;
        if (!ec) {
            admit(std::move(socket));
        } else if (ec != asio::error::connection_aborted) {
            ports::log::warning("http.accept_failed"
            );  // no more descriptors: wait for some to come back
            pause.expires_after(std::chrono::milliseconds(100));
            const auto [ignored] = co_await pause.async_wait(token);
            (void)ignored;
        }
    }
}

void HttpServer::Impl::admit(tcp::socket socket) {
    error_code ec;
    socket.set_option(tcp::no_delay(true), ec);
    const auto peer = socket.remote_endpoint(ec);
    if (!ec) admit(StreamSocket(std::move(socket)), text_of(peer.address()));
}

void HttpServer::Impl::admit(unix_stream::socket socket) {
    admit(StreamSocket(std::move(socket)), "unix");
}

void HttpServer::Impl::admit(StreamSocket socket, std::string remote) {
    const bool full = static_cast<int>(sessions.size()) >= options->connections_max;
    auto& count = per_remote[remote];
    if (full || count >= options->connections_per_client_max) {
        if (count == 0) per_remote.erase(remote);
        ++refused;
        ports::log::warning("http.connection_refused");
        return;
    }
    ++count;
    auto transport =
        tls ? tls_transport(std::move(socket), *tls) : plain_transport(std::move(socket));
    auto session = std::make_shared<Session>();
    session->connection = std::make_shared<HttpConnection>(
        std::move(transport), options, handler, std::move(remote), bodies
    );
    const auto it = sessions.insert(sessions.end(), session);
    auto on_end = [this, still = alive, session, it](std::exception_ptr fault) {
        if (*still) ended(it, fault);
    };
    auto slot = session->signal.slot();
    asio::co_spawn(
        ex, session->connection->run(), asio::bind_cancellation_slot(slot, std::move(on_end))
    );
    if (!watching) watch_times();
}

void HttpServer::Impl::ended(Sessions::iterator it, std::exception_ptr fault) {
    const auto count = per_remote.find((*it)->connection->remote());
    if (--count->second == 0) per_remote.erase(count);
    sessions.erase(it);
    if (fault && !stopping) ports::log::error("http.connection_threw");
    if (sessions.empty()) all_ended.cancel();
}

/// One timer for all connections: a deadline is met within an eighth of the shortest time, or 250
/// ms.
void HttpServer::Impl::watch_times() {
    watching = !sessions.empty();
    if (!watching) return;
    const auto shortest = std::min({options->header_time, options->idle_time, options->body_stall});
    watch.expires_after(std::clamp(shortest / 8, core::Duration(5), core::Duration(250)));
    watch.async_wait([this, still = alive](error_code ec) {
        if (ec || !*still) return;
        const auto now = HttpConnection::Clock::now();
        for (auto& session : sessions) session->connection->check_time(now);
        watch_times();
    });
}

void HttpServer::Impl::stop(bool now) {
    stopping = true;
    error_code ec;
    tcp_acceptor.close(ec);
    unix_acceptor.close(ec);
    pause.cancel();
    for (auto it = sessions.begin(); it != sessions.end();) {
        const auto session = *it++;
        if (now) {
            session->connection->abort();
            session->signal.emit(asio::cancellation_type::terminal);
        } else {
            session->connection->stop();
        }
    }
}

/// Waits for the connections; a cancellation meanwhile (the time to drain is over) cuts them.
asio::awaitable<void> HttpServer::Impl::join() {
    while (!sessions.empty()) {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            stop(true);
            if (sessions.empty()) break;
        }
        all_ended.expires_at(asio::steady_timer::time_point::max());
        const auto [ec] = co_await all_ended.async_wait(token);
        (void)ec;  // cancelled is the signal
    }
    watch.cancel();
}

HttpServer::HttpServer(asio::any_io_executor ex, ServerOptions options, ports::InHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(ex), std::move(options), handler)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
    error_code ec;
    const auto endpoint = impl_->tcp_acceptor.local_endpoint(ec);
    return ec ? 0 : endpoint.port();
}

asio::awaitable<void> HttpServer::run() {
    co_await asio::this_coro::throw_if_cancelled(false);
    if (impl_->unix_path.empty())
        co_await impl_->accept_all(impl_->tcp_acceptor);
    else
        co_await impl_->accept_all(impl_->unix_acceptor);
    impl_->stop(false);
    co_await impl_->join();
}

void HttpServer::stop() {
    impl_->stop(false);
}

int HttpServer::connections() const {
    return static_cast<int>(impl_->sessions.size());
}

std::uint64_t HttpServer::refused() const {
    return impl_->refused;
}

std::uint64_t HttpServer::held_bytes() const {
    return impl_->bodies->used;
}

std::uint64_t HttpServer::bodies_refused() const {
    return impl_->bodies->refused;
}

}  // namespace gw::net
