// Virtual time and seeded chance: the whole gateway runs on them, and the same seed runs the same
// way.
#pragma once

#include "gateway/ports/clock.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace gw::test {

namespace asio = boost::asio;

class SimClock : public ports::Clock {
public:
    explicit SimClock(core::Instant start) : now_(start) {}
    core::Instant now() override { return now_; }
    asio::awaitable<void> sleep_until(core::Instant t) override {
        auto ex = co_await asio::this_coro::executor;
        if (t <= now_) {
            co_await asio::post(ex, asio::use_awaitable);
            co_return;
        }
        auto initiate = [this, t, ex](auto handler) {
            const auto key = std::pair(t, next_++);
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected())
                slot.assign([this, key](asio::cancellation_type) { wake(sleeping_.extract(key)); });
            sleeping_.emplace(key, Sleeper(ex, std::move(handler)));
        };
        auto op = asio::async_initiate<decltype(asio::use_awaitable), void()>(
            std::move(initiate), asio::use_awaitable
        );
        co_await std::move(op);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
    }
    /// An event of the world, not of the gateway: it survives a crash.
    void at(core::Instant t, std::function<void()> what) {
        events_.emplace(std::pair(std::max(t, now_), next_++), std::move(what));
    }
    /// Goes to the next event or sleeper; false when there is none before `end`.
    bool advance(core::Instant end) {
        const bool event = !events_.empty() &&
                           (sleeping_.empty() || events_.begin()->first < sleeping_.begin()->first);
        if (!event && sleeping_.empty()) return false;
        const core::Instant t =
            event ? events_.begin()->first.first : sleeping_.begin()->first.first;
        if (t > end) return false;
        now_ = std::max(now_, t);
        if (event) {
            auto node = events_.extract(events_.begin());
            node.mapped()();
            return true;
        }
        wake(sleeping_.extract(sleeping_.begin()));
        return true;
    }
    /// The process died: nobody sleeps any more. Call it before its io_context goes.
    void drop_sleepers() {
        // Dropping a coroutine may drop others with it, never add one.
        auto gone = std::move(sleeping_);
        sleeping_.clear();
    }

private:
    struct Sleeper {
        template <class Handler>
        Sleeper(asio::any_io_executor e, Handler h) : ex(std::move(e)), wake(std::move(h)) {}
        asio::any_io_executor ex;
        asio::any_completion_handler<void()> wake;
    };
    using Sleepers = std::map<std::pair<core::Instant, std::uint64_t>, Sleeper>;
    void wake(Sleepers::node_type node) {
        if (node.empty()) return;
        auto ex = node.mapped().ex;
        asio::post(ex, [go = std::move(node.mapped().wake)]() mutable { std::move(go)(); });
    }
    core::Instant now_;
    std::uint64_t next_ = 0;
    Sleepers sleeping_;
    std::map<std::pair<core::Instant, std::uint64_t>, std::function<void()>> events_;
};

/// splitmix64.
class SimRandom : public ports::Random {
public:
    explicit SimRandom(std::uint64_t seed) : state_(seed) {}
    /// What the next draw gives.
    void force(std::uint64_t value) { forced_ = value; }
    std::uint64_t next() override {
        if (forced_) return *std::exchange(forced_, std::nullopt);
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    bool chance(double probability) { return uniform() < probability; }
    /// In [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    core::Duration duration(core::Duration low, core::Duration high) {
        return core::Duration(between(low.count(), high.count()));
    }

private:
    std::uint64_t state_;
    std::optional<std::uint64_t> forced_;
};

/// Runs everything that can run now.
inline void settle_loop(asio::io_context& io) {
    while (io.poll() > 0) {
    }
    io.restart();
}

}  // namespace gw::test
