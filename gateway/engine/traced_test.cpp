// A trace goes with the task, through waits and into the headers of calls, and no further.
#include "gateway/engine/traced.hpp"

#include "gateway/core/trace.hpp"
#include "gateway/engine/task_group.hpp"
#include "tests/kit/doubles.hpp"

#include <doctest/doctest.h>

namespace gw::engine {

namespace {

using test::SimClock;

/// A partner that logs in before it sends.
class TwoCalls : public ports::Sink {
public:
    TwoCalls(ports::HttpClient& http, ports::Clock& clock) : http_(http), clock_(clock) {}
    std::span<const core::Operation> operations() const override { return {}; }
    core::Result<ports::Prepared> prepare(const core::Claim&, core::Instant) const override {
        return ports::Prepared();
    }
    ports::Async<core::Receipt> send(ports::Prepared, const core::Claim&) override {
        ports::HttpRequest log_in;
        (void)co_await http_.send(std::move(log_in));
        const auto later = clock_.now() + core::Duration(500);
        co_await clock_.sleep_until(later);
        ports::HttpRequest request;
        (void)co_await http_.send(std::move(request));
        co_return core::Receipt();
    }
    ports::Async<core::Enquiry> enquire(const core::Claim&) override {
        ports::HttpRequest request;
        (void)co_await http_.send(std::move(request));
        co_return core::Enquiry();
    }

private:
    ports::HttpClient& http_;
    ports::Clock& clock_;
};

struct World {
    SimClock clock{core::from_ms(1'800'000'000'000)};
    test::SimRandom random{3};
    test::ScriptedHttp wire{clock, [](const ports::HttpRequest&) { return test::answered(200); }};
    TracedHttp http{wire, random};
    TracedSink sink{std::make_unique<TwoCalls>(http, clock), random};
    test::VirtualLoop loop{clock};
    std::string trace_at(std::size_t i) {
        return core::read_traceparent(ports::header(wire.requests.at(i).headers, "traceparent"))
            .value_or("");
    }
};

asio::awaitable<void> send_one(ports::Sink& sink, core::Claim claim) {
    ports::Prepared prepared;
    auto sent = co_await sink.send(std::move(prepared), claim);
    CHECK(sent.has_value());
}

asio::awaitable<std::string> trace_here() {
    auto ex = co_await asio::this_coro::executor;
    co_return trace_of(ex);
}

}  // namespace

TEST_CASE("trace out: every call of a leg carries the trace of its event, each its own span") {
    World w;
    core::Claim claim;
    claim.trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    w.loop.start(send_one(w.sink, claim));
    w.loop.run_for(core::Duration(5'000));
    REQUIRE(w.wire.requests.size() == 2);
    CHECK(w.trace_at(0) == claim.trace);
    CHECK(w.trace_at(1) == claim.trace);
    CHECK(
        ports::header(w.wire.requests[0].headers, "traceparent") !=
        ports::header(w.wire.requests[1].headers, "traceparent")
    );
}

TEST_CASE("trace out: tasks that run at the same time keep their traces apart") {
    World w;
    core::Claim a, b;
    a.trace = std::string(32, 'a');
    b.trace = std::string(32, 'b');
    w.loop.start(send_one(w.sink, a));
    w.loop.start(send_one(w.sink, b));
    w.loop.run_for(core::Duration(5'000));
    REQUIRE(w.wire.requests.size() == 4);
    int of_a = 0;
    for (std::size_t i = 0; i < 4; ++i) of_a += w.trace_at(i) == a.trace ? 1 : 0;
    CHECK(of_a == 2);
}

TEST_CASE("trace out: a leg without a trace gets one for all its calls") {
    World w;
    w.loop.start(send_one(w.sink, core::Claim()));
    w.loop.run_for(core::Duration(5'000));
    REQUIRE(w.wire.requests.size() == 2);
    CHECK(w.trace_at(0).size() == 32);
    CHECK(w.trace_at(0) == w.trace_at(1));
}

TEST_CASE("trace: ends with what it was given to") {
    World w;
    CHECK(w.loop.get(trace_here()).empty());
    CHECK(w.loop.get(in_trace(std::string(32, 'c'), trace_here())) == std::string(32, 'c'));
    CHECK(w.loop.get(trace_here()).empty());
}

TEST_CASE("trace: a cancelled task takes what runs under a trace with it") {
    World w;
    TaskGroup tasks(w.loop.executor(), [](std::exception_ptr) {});
    tasks.spawn(send_one(w.sink, core::Claim()));
    w.loop.run_for(core::Duration(100));
    tasks.cancel();
    w.loop.run_for(core::Duration(5'000));
    CHECK(tasks.size() == 0);
    CHECK(w.wire.requests.size() == 1);
}

}  // namespace gw::engine
