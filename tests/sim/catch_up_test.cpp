// Catch-up after an outage in virtual time: a partner that collapses above its ceiling never does.
#include "tests/sim/dispatcher_kit.hpp"

#include <doctest/doctest.h>

#include <deque>

using namespace gw;
using namespace gw::sim_test;
using core::Advice;
using core::Blame;
using core::Error;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Answer = core::Result<core::Receipt>;

/// Bears `ceiling` calls a second. Above it turns calls away; a quarter above it, over five
/// seconds, it falls over and lies there for two minutes.
struct Fragile : Fixture {
    explicit Fragile(double bears) : ceiling(bears) {
        options.concurrency_start = 32;
        sink.on_send = [this](const core::Claim&) { return answer(); };
    }
    Answer answer() {
        const auto now = clock.now();
        if (now < down_until) return refused_connection();
        lately.push_back(now);
        while (now - lately.front() >= seconds(5)) lately.pop_front();
        const double rate = static_cast<double>(lately.size()) / 5;
        if (rate > 1.25 * ceiling) {
            ++collapses;
            lately.clear();
            down_until = now + minutes(2);
            return refused_connection();
        }
        if (rate > ceiling) return Error(Advice::retry, Blame::partner, "toy.unavailable", "503");
        return core::Receipt();
    }
    std::int64_t delivered() { return loop.get(store->stats()).value().at(0).delivered; }
    double ceiling;
    int collapses = 0;
    core::Instant down_until{};
    std::deque<core::Instant> lately;
};

/// An outage of half an hour, in which a queue grows; then the partner is back.
int collapses_in_catch_up(double ceiling, const core::Pace::Policy& pace, int waiting) {
    Fragile f(ceiling);
    f.options.pace = pace;
    f.down_until = f.clock.now() + minutes(30);
    f.start();
    f.legs(20);
    f.loop.run_for(minutes(20));
    REQUIRE(f.dispatcher->stats().breaker == core::Breaker::State::open);
    f.legs(waiting);
    f.loop.run_for(hours(3));
    if (f.collapses == 0) CHECK(f.delivered() == waiting + 20);
    return f.collapses;
}

}  // namespace

TEST_CASE("catch-up: a partner that falls over above its ceiling never falls") {
    for (const double ceiling : {3.0, 8.0, 20.0, 45.0}) {
        CAPTURE(ceiling);
        CHECK(
            collapses_in_catch_up(ceiling, core::Pace::Policy(), static_cast<int>(ceiling * 400)) ==
            0
        );
    }
}

TEST_CASE("catch-up: a planted pace without slow start and ceiling is found out") {
    core::Pace::Policy planted;
    planted.slow_start = core::Duration(1);
    planted.first = 1e6;
    CHECK(collapses_in_catch_up(45, planted, 18'000) > 0);
}

TEST_CASE("catch-up: the learned ceiling outlives the process and is where the next one begins") {
    Fragile f(20);
    f.down_until = f.clock.now() + minutes(30);
    f.start();
    f.legs(20);
    f.loop.run_for(minutes(20));
    f.legs(4'000);
    f.loop.run_for(minutes(30));
    const auto learned = f.dispatcher->stats().ceiling;
    CHECK(learned.per_s > 12);
    CHECK(learned.per_s < 25);
    CHECK(learned.at > f.down_until);
    f.restart();
    f.loop.run_for(seconds(5));
    CHECK(f.dispatcher->stats().ceiling.per_s == doctest::Approx(learned.per_s).epsilon(0.01));
    CHECK(f.dispatcher->stats().allowed_rate <= learned.per_s * 1.01);
    f.legs(2'000);
    f.loop.run_for(minutes(30));
    CHECK(f.collapses == 0);
}

TEST_CASE("catch-up: somebody who waits is served at once while the backlog goes out") {
    Fragile f(10);
    f.down_until = f.clock.now() + minutes(30);
    f.start();
    f.legs(20);
    f.loop.run_for(minutes(20));
    f.legs(9'000);
    f.loop.run_for(minutes(14));
    REQUIRE(f.dispatcher->stats().catching_up);
    REQUIRE(f.delivered() < 6'000);
    for (int i = 0; i < 10; ++i) {
        f.urgency = i % 2 == 0 ? core::Urgency::p0 : core::Urgency::p1;
        const auto dossier = "L" + std::to_string(f.named);
        f.legs(1);
        f.loop.run_for(seconds(10));
        CHECK(f.view(dossier).state == core::LegState::delivered);
    }
    CHECK(f.collapses == 0);
}
