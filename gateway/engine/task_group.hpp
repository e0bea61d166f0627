// Coroutines that end together. One thread. Nothing in gateway/ is spawned any other way.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <list>
#include <utility>

namespace gw::engine {

namespace asio = boost::asio;

class TaskGroup {
public:
    using OnFault = std::function<void(std::exception_ptr)>;  // a task threw: a bug, not an error
    TaskGroup(asio::any_io_executor ex, OnFault on_fault)
        : ex_(ex), all_done_(ex), on_fault_(std::move(on_fault)) {}

    void spawn(asio::awaitable<void> task) {
        auto it = running_.emplace(running_.end());
        auto ended = [this, it](std::exception_ptr e) {
            running_.erase(it);
            if (e && !stopping_) on_fault_(e);
            if (running_.empty()) all_done_.cancel();
        };
        asio::co_spawn(
            ex_, std::move(task), asio::bind_cancellation_slot(it->slot(), std::move(ended))
        );
    }
    void cancel() {
        stopping_ = true;
        for (auto it = running_.begin(); it != running_.end();)
            (it++)->emit(asio::cancellation_type::terminal);
    }
    asio::awaitable<void> join() {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        while (!running_.empty()) {
            all_done_.expires_at(asio::steady_timer::time_point::max());
            auto [ec] = co_await all_done_.async_wait(asio::as_tuple(asio::use_awaitable));
            (void)ec;  // cancelled is the signal
        }
    }
    std::size_t size() const { return running_.size(); }

private:
    asio::any_io_executor ex_;
    asio::steady_timer all_done_;
    std::list<asio::cancellation_signal> running_;
    OnFault on_fault_;
    bool stopping_ = false;
};

}  // namespace gw::engine
