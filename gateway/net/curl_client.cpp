// libcurl on the Asio loop: the parts that are easy to get wrong are commented.
#include "gateway/net/curl_client.hpp"

#include "gateway/net/curl_transfer.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <stdexcept>
#include <utility>

namespace gw::net {
namespace {

using boost::system::error_code;
enum class Direction { read, write };

/// A socket that curl owns and we only wait for.
struct Watch {
    Watch(const asio::any_io_executor& ex, curl_socket_t fd) : descriptor(ex, fd) {}
    asio::posix::stream_descriptor descriptor;
    int want = 0;
    bool armed[2] = {false, false};
};

void init_curl_once() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) throw std::runtime_error("libcurl cannot start");
}

}  // namespace

struct CurlClient::Impl {
    Impl(asio::any_io_executor executor, ClientTls settings);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    static int on_socket(CURL*, curl_socket_t fd, int what, void* user, void*);
    static int on_timer(CURLM*, long ms, void* user);
    void start(std::unique_ptr<CurlTransfer> transfer);
    void arm(curl_socket_t fd, std::shared_ptr<Watch> watch, Direction d);
    void action(curl_socket_t fd, int events);
    void finish(CURL* easy, CURLcode code);
    void cancel(CURL* easy);
    void complete(std::unique_ptr<CurlTransfer> transfer);

    asio::any_io_executor ex;
    ClientTls tls;
    asio::steady_timer timer;
    CURLM* multi;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
    std::map<CURL*, std::unique_ptr<CurlTransfer>> transfers;
    std::shared_ptr<bool> alive =
        std::make_shared<bool>(true);  // for handlers that run after the end
};

CurlClient::Impl::Impl(asio::any_io_executor executor, ClientTls settings)
    : ex(std::move(executor)), tls(std::move(settings)), timer(ex), multi(nullptr) {
    init_curl_once();
    multi = curl_multi_init();
    if (multi == nullptr) throw std::runtime_error("libcurl cannot start");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, tls.connections_max);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, tls.connections_max);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, tls.connections_max);
}

CurlClient::Impl::~Impl() {
    *alive = false;
    while (!transfers.empty()) {
        auto node = transfers.extract(transfers.begin());
        curl_multi_remove_handle(multi, node.key());
    }
    for (auto& [fd, watch] : watches) {
        watch->want = 0;
        watch->descriptor.release();
    }
    watches.clear();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, nullptr);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, nullptr);
    curl_multi_cleanup(multi);
}

int CurlClient::Impl::on_socket(CURL*, curl_socket_t fd, int what, void* user, void*) {
    auto& self = *static_cast<Impl*>(user);
    if (what == CURL_POLL_REMOVE) {
        if (auto it = self.watches.find(fd); it != self.watches.end()) {
            it->second->want = 0;
            it->second->descriptor.release();  // curl closes its own socket
            self.watches.erase(it);
        }
        return 0;
    }
    auto& watch = self.watches[fd];
    if (!watch) watch = std::make_shared<Watch>(self.ex, fd);
    watch->want = what;
    if (what & CURL_POLL_IN) self.arm(fd, watch, Direction::read);
    if (what & CURL_POLL_OUT) self.arm(fd, watch, Direction::write);
    return 0;
}

int CurlClient::Impl::on_timer(CURLM*, long ms, void* user) {
    auto& self = *static_cast<Impl*>(user);
    if (ms < 0) {
        self.timer.cancel();
        return 0;
    }
    self.timer.expires_after(std::chrono::milliseconds(ms));
    self.timer.async_wait([&self, alive = self.alive](error_code ec) {
        if (!ec && *alive) self.action(CURL_SOCKET_TIMEOUT, 0);  // never from inside this callback
    });
    return 0;
}

void CurlClient::Impl::arm(curl_socket_t fd, std::shared_ptr<Watch> watch, Direction d) {
    const auto slot = static_cast<std::size_t>(d);
    if (watch->armed[slot]) return;
    watch->armed[slot] = true;
    const auto wait = d == Direction::read ? asio::posix::stream_descriptor::wait_read
                                           : asio::posix::stream_descriptor::wait_write;
    auto& descriptor = watch->descriptor;
    descriptor.async_wait(wait, [this, still = alive, fd, watch, d, slot](error_code ec) {
        watch->armed[slot] = false;
        if (!*still || watch->want == 0)
            return;  // removed meanwhile: the number may be somebody else's
        int events = d == Direction::read ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
        if (ec) events |= CURL_CSELECT_ERR;
        action(fd, events);
        if (!*still || watch->want == 0 || ec) return;
        const int need = d == Direction::read ? CURL_POLL_IN : CURL_POLL_OUT;
        if (watch->want & need)
            arm(fd, watch, d);  // one wait is one event: ask again while curl wants it
    });
}

void CurlClient::Impl::action(curl_socket_t fd, int events) {
    int running = 0;
    curl_multi_socket_action(multi, fd, events, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left))
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
}

void CurlClient::Impl::start(std::unique_ptr<CurlTransfer> transfer) {
    CURL* easy = transfer->easy();
    auto slot = asio::get_associated_cancellation_slot(transfer->done);
    if (slot.is_connected()) {
        slot.assign([this, still = alive, easy](asio::cancellation_type) {
            asio::post(ex, [this, still, easy] {  // posted: never remove a handle from inside curl
                if (*still) cancel(easy);
            });
        });
    }
    transfers.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi, easy);  // calls on_timer, which starts the transfer from the loop
}

void CurlClient::Impl::finish(CURL* easy, CURLcode code) {
    auto node = transfers.extract(easy);
    if (node.empty()) return;
    curl_multi_remove_handle(multi, easy);
    node.mapped()->end(code);
    complete(std::move(node.mapped()));
}

void CurlClient::Impl::cancel(CURL* easy) {
    auto node = transfers.extract(easy);
    if (node.empty()) return;
    curl_multi_remove_handle(multi, easy);
    node.mapped()->end_cancelled();
    complete(std::move(node.mapped()));
}

void CurlClient::Impl::complete(std::unique_ptr<CurlTransfer> transfer) {
    auto slot = asio::get_associated_cancellation_slot(transfer->done);
    if (slot.is_connected()) slot.clear();
    // Posted, never from curl's stack: the caller may destroy the client or start another transfer.
    asio::post(ex, [done = std::move(transfer->done)]() mutable { std::move(done)(); });
}

CurlClient::CurlClient(asio::any_io_executor ex, ClientTls tls)
    : impl_(std::make_unique<Impl>(std::move(ex), std::move(tls))) {}
CurlClient::~CurlClient() = default;

asio::awaitable<ports::HttpResult> CurlClient::send(ports::HttpRequest request) {
    std::function<bool(std::string_view)> collect;
    auto op = download(std::move(request), std::move(collect));
    co_return co_await std::move(op);
}

asio::awaitable<ports::HttpResult> CurlClient::download(
    ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
) {
    ports::HttpResult result;
    auto transfer = std::make_unique<CurlTransfer>(std::move(request), std::move(on_piece), result);
    result.failure.what = transfer->prepare(impl_->tls);
    if (!result.failure.what.empty()) co_return result;
    auto* impl = impl_.get();
    auto initiate = [impl, &transfer](auto handler) {
        asio::any_completion_handler<void()> done(std::move(handler));
        transfer->done.swap(done
        );  // Boost 1.81: assigning an any_completion_handler recurses for ever
        impl->start(std::move(transfer));
    };
    auto op =
        asio::async_initiate<decltype(asio::use_awaitable), void()>(initiate, asio::use_awaitable);
    co_await std::move(op);
    co_return result;
}

}  // namespace gw::net
