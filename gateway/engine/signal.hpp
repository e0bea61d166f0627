// A wake-up for one waiting coroutine, by hand or at a time. One thread.
#pragma once

#include "gateway/engine/task_group.hpp"
#include "gateway/ports/clock.hpp"

#include <memory>
#include <set>

namespace gw::engine {

/// A notification that comes while nobody waits is kept; several are one.
class Signal {
public:
    explicit Signal(asio::any_io_executor ex) : timer_(ex) {}
    void notify() {
        set_ = true;
        timer_.cancel();
    }
    asio::awaitable<void> wait() {
        while (!set_) {
            timer_.expires_at(asio::steady_timer::time_point::max());
            auto [ec] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
            (void)ec;  // cancelled is the signal; after real cancellation the next wait throws
        }
        set_ = false;
    }

private:
    asio::steady_timer timer_;
    bool set_ = false;
};

/// Notifies a signal at given times. Works on any Clock without cancelling sleeps: an alarm that is
/// no longer wanted wakes its signal once too often, which does no harm.
class Alarm {
public:
    Alarm(ports::Clock& clock, TaskGroup& tasks, Signal& signal)
        : clock_(clock), tasks_(tasks), signal_(signal) {}
    /// Notifies at `t` or earlier.
    void at(core::Instant t) {
        if (!set_.empty() && *set_.begin() <= t) return;
        set_.insert(t);
        tasks_.spawn(ring(t));
    }

private:
    asio::awaitable<void> ring(core::Instant t) {
        co_await clock_.sleep_until(t);
        set_.erase(t);
        signal_.notify();
    }
    ports::Clock& clock_;
    TaskGroup& tasks_;
    Signal& signal_;
    std::set<core::Instant> set_;
};

}  // namespace gw::engine
