// Tests of the session cache: one flight for all, trust time, renewal, refused credentials,
// cancellation.
#include "connectors/kit/session_cache.hpp"

#include "tests/kit/run.hpp"
#include "tests/kit/sim_clock.hpp"

#include <boost/asio/detached.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

namespace gw::connector_kit {
namespace {

namespace asio = boost::asio;
using test::SimClock;

const core::Instant start = core::from_ms(1'772'400'000'000);

TEST_CASE("NP-5 session state: fetch, use while trusted, fetch again after") {
    SessionState s(core::Duration(60'000));
    CHECK(s.ask(start) == SessionState::Step::fetch);
    s.fetch_began();
    CHECK(s.ask(start) == SessionState::Step::wait);
    s.fetched("S1", start + core::Duration(480'000));
    CHECK(s.ask(start + core::Duration(479'999)) == SessionState::Step::use);
    CHECK(s.ask(start + core::Duration(480'000)) == SessionState::Step::fetch);
}

TEST_CASE("NP-5 session state: a REAUTH drops its own session, not a newer one") {
    SessionState s(core::Duration(60'000));
    s.fetch_began();
    s.fetched("S1", start + core::Duration(480'000));
    const auto old = s.session().generation;
    s.refused(old);
    CHECK(s.ask(start) == SessionState::Step::fetch);
    s.fetch_began();
    s.fetched("S2", start + core::Duration(480'000));
    s.refused(old);  // a late answer to a call with S1
    CHECK(s.ask(start) == SessionState::Step::use);
}

TEST_CASE("TR-5 session state: refused credentials pause log-ins, an outage does not") {
    SessionState s(core::Duration(60'000));
    s.fetch_began();
    s.failed(core::Error(core::Advice::retry, core::Blame::partner, "p", ""), start);
    CHECK(s.ask(start) == SessionState::Step::fetch);
    s.fetch_began();
    s.failed(core::Error(core::Advice::retry, core::Blame::ours, "c", ""), start);
    CHECK(s.ask(start + core::Duration(59'999)) == SessionState::Step::refuse);
    CHECK(s.refusal().code == "c");
    CHECK(s.ask(start + core::Duration(60'000)) == SessionState::Step::fetch);
}

/// A log-in that takes a second of virtual time.
struct SlowSource : SessionSource {
    explicit SlowSource(SimClock& c) : clock(c) {}
    SimClock& clock;
    int flights = 0;
    std::optional<core::Error> fail;
    ports::Async<Session> log_in() override {
        ++flights;
        co_await clock.sleep_until(clock.now() + core::Duration(1'000));
        if (fail) co_return *fail;
        Session s;
        s.value = "S" + std::to_string(flights);
        s.trusted_until = clock.now() + core::Duration(480'000);
        co_return s;
    }
};
struct Asker {
    std::vector<core::Result<Session>> got;
    asio::awaitable<void> ask(SessionCache& cache) { got.push_back(co_await cache.get()); }
};

TEST_CASE("NP-7 F-11 session cache: a hundred askers, one log-in") {
    asio::io_context io;
    SimClock clock(start);
    SlowSource source(clock);
    SessionCache cache(clock, source, core::Duration(60'000));
    Asker asker;
    for (int i = 0; i < 100; ++i) asio::co_spawn(io, asker.ask(cache), asio::detached);
    test::settle_loop(io);
    clock.advance(start + core::Duration(10'000));
    test::settle_loop(io);
    CHECK(source.flights == 1);
    REQUIRE(asker.got.size() == 100);
    for (const auto& session : asker.got) CHECK(session->value == "S1");
}

TEST_CASE("session cache: everybody who waited shares the failure") {
    asio::io_context io;
    SimClock clock(start);
    SlowSource source(clock);
    source.fail = core::Error(
        core::Advice::retry, core::Blame::partner, "national_portal.log_in_not_sent", ""
    );
    SessionCache cache(clock, source, core::Duration(60'000));
    Asker asker;
    for (int i = 0; i < 10; ++i) asio::co_spawn(io, asker.ask(cache), asio::detached);
    test::settle_loop(io);
    clock.advance(start + core::Duration(10'000));
    test::settle_loop(io);
    CHECK(source.flights == 1);
    REQUIRE(asker.got.size() == 10);
    for (const auto& session : asker.got)
        CHECK(session.error().code == "national_portal.log_in_not_sent");
}

TEST_CASE("session cache: who was woken may be dropped before it goes on") {
    auto io = std::make_unique<asio::io_context>();
    SimClock clock(start);
    SlowSource source(clock);
    SessionCache cache(clock, source, core::Duration(60'000));
    Asker asker;
    for (int i = 0; i < 3; ++i) asio::co_spawn(*io, asker.ask(cache), asio::detached);
    test::settle_loop(*io);
    clock.advance(start + core::Duration(10'000));
    while (asker.got.empty()) io->poll_one();
    io.reset();  // the gateway stops just then
    CHECK(asker.got.size() == 1);
}

TEST_CASE("session cache: when the one who flies is cancelled, the next one flies") {
    asio::io_context io;
    SimClock clock(start);
    SlowSource source(clock);
    SessionCache cache(clock, source, core::Duration(60'000));
    Asker asker;
    {
        asio::io_context doomed;
        asio::co_spawn(doomed, asker.ask(cache), asio::detached);
        test::settle_loop(doomed);
        asio::co_spawn(io, asker.ask(cache), asio::detached);
        test::settle_loop(io);
        clock.drop_sleepers();  // the first coroutine is destroyed in mid-flight
    }
    test::settle_loop(io);
    clock.advance(start + core::Duration(10'000));
    test::settle_loop(io);
    REQUIRE(asker.got.size() == 1);
    CHECK(asker.got[0]->value == "S2");
}

}  // namespace
}  // namespace gw::connector_kit
