// The trace of a call goes with everything that is done because of it: with the task that runs, and
// from there into events and into the calls to partners.
#pragma once

#include "gateway/ports/clock.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/http.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace gw::engine {

namespace asio = boost::asio;

/// The executor it was made from, with a trace on it: what a task carries through all it awaits.
class TracedExecutor {
public:
    TracedExecutor(asio::any_io_executor inner, std::shared_ptr<const std::string> trace)
        : inner_(std::move(inner)), trace_(std::move(trace)) {}
    const std::string& trace() const { return *trace_; }
    const asio::any_io_executor& inner() const { return inner_; }

    asio::execution_context& query(asio::execution::context_t) const noexcept {
        return inner_.context();
    }
    TracedExecutor require(asio::execution::blocking_t::never_t never) const {
        return TracedExecutor(asio::require(inner_, never), trace_);
    }
    template <class Work>
    void execute(Work&& work) const {
        inner_.execute(std::forward<Work>(work));
    }
    friend bool operator==(const TracedExecutor& a, const TracedExecutor& b) noexcept {
        return a.inner_ == b.inner_ && a.trace_ == b.trace_;
    }
    friend bool operator!=(const TracedExecutor& a, const TracedExecutor& b) noexcept {
        return !(a == b);
    }

private:
    asio::any_io_executor inner_;
    std::shared_ptr<const std::string> trace_;
};

/// The trace that a task runs under; "" = none. `ex`: its this_coro::executor.
std::string trace_of(const asio::any_io_executor& ex);

/// Runs `work` under `trace` and waits for it; a cancelled caller cancels it.
template <class T>
asio::awaitable<T> in_trace(std::string trace, asio::awaitable<T> work) {
    auto ex = co_await asio::this_coro::executor;
    auto kept = std::make_shared<const std::string>(std::move(trace));
    const TracedExecutor traced(ex, std::move(kept));
    const asio::any_io_executor on(traced);
    auto op = asio::co_spawn(on, std::move(work), asio::use_awaitable);
    co_return co_await std::move(op);
}

/// Sends and asks under the trace of the leg's event; legs without one get a trace of their own.
class TracedSink : public ports::Sink {
public:
    /// `random` outlives this.
    TracedSink(std::unique_ptr<ports::Sink> sink, ports::Random& random)
        : sink_(std::move(sink)), random_(random) {}
    std::span<const core::Operation> operations() const override { return sink_->operations(); }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override {
        return sink_->prepare(claim, now);
    }
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    std::string trace_for(const core::Claim& about);
    std::unique_ptr<ports::Sink> sink_;
    ports::Random& random_;
};

/// Puts `traceparent` on every call: the trace of the task that calls, a span of its own.
class TracedHttp : public ports::HttpClient {
public:
    /// The references outlive this.
    TracedHttp(ports::HttpClient& client, ports::Random& random)
        : client_(client), random_(random) {}
    asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override;
    asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override;

private:
    void mark(ports::HttpRequest& request, std::string trace);
    ports::HttpClient& client_;
    ports::Random& random_;
};

}  // namespace gw::engine
