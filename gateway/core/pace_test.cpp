// Tests of the catch-up after an outage.
#include "gateway/core/pace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <random>

using namespace gw::core;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = from_ms(1'767'600'000'000);

/// Sends as fast as the pace allows, for so long.
void saturate(Pace& pace, Instant& now, Duration how_long, Duration took = Duration(100)) {
    double due = 0;
    const Instant end = now + how_long;
    for (; now < end; now += Duration(100)) {
        due += pace.rate(now).value_or(1'000) / 10;
        for (; due >= 1; --due) {
            pace.started(now);
            pace.answered(now, took);
        }
    }
}

}  // namespace

TEST_CASE("pace: says nothing while no ceiling is known and nothing is caught up") {
    Pace pace;
    CHECK_FALSE(pace.rate(start));
    pace.overloaded(start);
    CHECK_FALSE(pace.rate(start + minutes(1)));
    CHECK_FALSE(pace.catching_up(start + minutes(1)));
}

TEST_CASE(
    "pace: slow start from a tenth to all of the learned rate in a minute, then a tenth more "
    "every ten seconds"
) {
    Pace pace;
    LearnedCeiling known;
    known.per_s = 40;
    known.at = start;
    pace.restore(known);
    Instant now = start;
    pace.catch_up(now);
    CHECK(*pace.rate(now) == doctest::Approx(4));
    CHECK(*pace.rate(now + seconds(30)) == doctest::Approx(22));
    saturate(pace, now, seconds(60));
    CHECK(*pace.rate(now) == doctest::Approx(40));
    saturate(pace, now, seconds(10));
    CHECK(*pace.rate(now) == doctest::Approx(44));
    saturate(pace, now, seconds(10));
    CHECK(*pace.rate(now) == doctest::Approx(48.4));
    CHECK(pace.learned().per_s == doctest::Approx(44));
}

TEST_CASE(
    "pace: the first sign of too much takes it to four fifths of the last good rate for five "
    "minutes, and that rate is remembered with its date"
) {
    Pace pace;
    LearnedCeiling known;
    known.per_s = 40;
    pace.restore(known);
    Instant now = start;
    pace.catch_up(now);
    saturate(pace, now, seconds(80));
    REQUIRE(*pace.rate(now) == doctest::Approx(48.4));
    saturate(pace, now, seconds(5));
    pace.overloaded(now);
    CHECK(pace.learned().per_s == doctest::Approx(44));
    CHECK(pace.learned().at == now);
    CHECK(*pace.rate(now) == doctest::Approx(35.2));
    const Instant back = now;
    saturate(pace, now, seconds(299));
    CHECK(*pace.rate(now) == doctest::Approx(35.2));
    CHECK(pace.learned().at == back);
    saturate(pace, now, seconds(20));
    CHECK(*pace.rate(now) > 38);
}

TEST_CASE("pace: answers twice as slow as in quiet times are a sign of too much") {
    Pace pace;
    Instant now = start;
    for (int i = 0; i < 100; ++i, now += Duration(500)) {
        pace.started(now);
        pace.answered(now, Duration(200));
    }
    CHECK(pace.learned().quiet_p99 == Duration(200));
    pace.catch_up(now);
    saturate(pace, now, seconds(70), Duration(390));
    CHECK(*pace.rate(now) > 10);
    saturate(pace, now, seconds(21), Duration(410));
    CHECK(pace.learned().per_s > 0);
    CHECK(*pace.rate(now) < 10);
}

TEST_CASE("pace: a refusal among a few calls says nothing about the rate") {
    Pace pace;
    Instant now = start;
    pace.catch_up(now);
    for (int i = 0; i < 40; ++i, now += seconds(5)) {
        pace.started(now);
        pace.overloaded(now);
    }
    CHECK(pace.learned().per_s == 0);
    CHECK_FALSE(pace.rate(now));
}

TEST_CASE("pace: never above the contract, and a contract below the floor is kept too") {
    Pace::Policy policy;
    policy.contract = 12;
    Pace pace(policy);
    Instant now = start;
    pace.catch_up(now);
    for (int i = 0; i < 20; ++i) {
        saturate(pace, now, seconds(30));
        CHECK(*pace.rate(now) <= 12);
    }
    policy.contract = 0.5;
    Pace slow(policy);
    slow.catch_up(now);
    CHECK(*slow.rate(now) == doctest::Approx(0.5));
}

TEST_CASE("pace: what went well before the outage is the goal when no ceiling is known") {
    Pace pace;
    Instant now = start;
    for (int i = 0; i < 400; ++i, now += Duration(50)) {
        pace.started(now);
        pace.answered(now, Duration(10));
    }
    pace.catch_up(now);
    saturate(pace, now, seconds(60), Duration(10));
    CHECK(*pace.rate(now) == doctest::Approx(20).epsilon(0.02));
}

TEST_CASE("pace: what was agreed is the goal when no ceiling is known") {
    Pace::Policy policy;
    policy.contract = 135;
    Pace pace(policy);
    Instant now = start;
    pace.catch_up(now);
    CHECK(*pace.rate(now) == doctest::Approx(13.5));
    saturate(pace, now, seconds(60));
    CHECK(*pace.rate(now) == doctest::Approx(135));
}

/// One seed: a partner that turns away what is above its ceiling and falls over a quarter above
/// it. Counts how often it fell.
static int falls_of(std::uint32_t seed, double grow) {
    std::mt19937 random(seed);
    const double ceiling = 5 + static_cast<double>(random() % 200);
    Pace::Policy policy;
    policy.grow = grow;
    Pace pace(policy);
    Instant now = start;
    pace.catch_up(now);
    std::deque<Instant> lately;
    double due = 0;
    int falls = 0;
    for (int tick = 0; tick < 60 * 60 * 20; ++tick, now += Duration(50)) {
        due += *pace.rate(now) / 20;
        for (; due >= 1; --due) {
            pace.started(now);
            lately.push_back(now);
            while (now - lately.front() >= seconds(5)) lately.pop_front();
            const double rate = static_cast<double>(lately.size()) / 5;
            if (rate > 1.25 * ceiling) {
                ++falls;
                lately.clear();
            }
            if (rate > ceiling)
                pace.overloaded(now);
            else
                pace.answered(now, Duration(80));
        }
    }
    // It found the ceiling, and stays near it.
    CHECK(pace.learned().per_s > 0.6 * ceiling);
    CHECK(pace.learned().per_s < 1.25 * ceiling);
    return falls;
}

TEST_CASE("pace: a partner that falls over above its ceiling never falls in a catch-up") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) CHECK(falls_of(seed, 1.1) == 0);
}
