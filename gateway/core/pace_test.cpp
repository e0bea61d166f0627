// Tests of the catch-up after an outage.
#include "gateway/core/pace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
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

LearnedCeiling ceiling_of(double per_s) {
    LearnedCeiling known;
    known.per_s = per_s;
    known.at = start;
    return known;
}

/// So many calls at once, each answered after `took`.
void calls(Pace& pace, Instant at, int count, Duration took = Duration(100)) {
    for (int i = 0; i < count; ++i) {
        pace.started(at);
        pace.answered(at, took);
    }
}

/// 99 of 100 calls were answered in this time while nothing was caught up.
Pace with_quiet(Duration took, double per_s = 0) {
    Pace pace;
    LearnedCeiling known = ceiling_of(per_s);
    known.quiet_p99 = took;
    pace.restore(known);
    return pace;
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

TEST_CASE("pace: a restored ceiling is the limit from the first call on, also a low one") {
    Pace pace;
    pace.restore(ceiling_of(40));
    CHECK(*pace.rate(start) == doctest::Approx(40));
    calls(pace, start, 40);
    pace.overloaded(start + seconds(1));
    CHECK(pace.learned().per_s == doctest::Approx(40));
    CHECK(*pace.rate(start + seconds(1)) == doctest::Approx(32));
    Pace::Policy policy;
    policy.contract = 0.5;
    Pace slow(policy);
    slow.restore(ceiling_of(0.5));
    CHECK(*slow.rate(start) == doctest::Approx(0.5));
    // A known limit holds, however long nothing waits.
    for (int i = 0; i < 20; ++i) CHECK(slow.rate(start + seconds(10 * i)));
    Pace nothing;
    nothing.restore(ceiling_of(0));
    CHECK_FALSE(nothing.rate(start));
}

TEST_CASE("pace: a ceiling of one call a second is one: it is aimed at, and raised") {
    Pace pace;
    pace.restore(ceiling_of(1));
    pace.catch_up(start);
    Instant now = start + seconds(60);
    CHECK(*pace.rate(now) == doctest::Approx(1));
    calls(pace, now, 10);
    now += seconds(10);
    CHECK(*pace.rate(now) == doctest::Approx(1.1));
    calls(pace, now, 11);
    now += seconds(10);
    CHECK(*pace.rate(now) == doctest::Approx(1.21));
    CHECK(pace.learned().per_s == doctest::Approx(1.1));
}

TEST_CASE("pace: a refusal says something after a second in which seven tenths were used") {
    const auto retreats = [](int sent, Duration after) {
        Pace pace;
        pace.restore(ceiling_of(10));
        (void)pace.rate(start);
        calls(pace, start, sent);
        pace.overloaded(start + after);
        return *pace.rate(start + after) < 10;
    };
    CHECK(retreats(7, Duration(1'000)));
    CHECK_FALSE(retreats(6, Duration(1'000)));
    CHECK_FALSE(retreats(99, Duration(999)));
    CHECK_FALSE(retreats(7, Duration(1'001)));
    CHECK(retreats(14, Duration(2'000)));
    CHECK_FALSE(retreats(13, Duration(2'000)));
}

TEST_CASE("pace: a step in which seven tenths were used goes up, one with less or a refusal not") {
    const auto rate_after = [](int sent, bool refused) {
        Pace pace;
        pace.restore(ceiling_of(10));
        (void)pace.rate(start);
        if (refused) pace.overloaded(start);
        calls(pace, start, sent);
        return *pace.rate(start + seconds(10));
    };
    CHECK(rate_after(70, false) == doctest::Approx(11));
    CHECK(rate_after(69, false) == doctest::Approx(10));
    CHECK(rate_after(70, true) == doctest::Approx(10));
}

TEST_CASE("pace: refusals bring it back once; while it holds back, only a fifth of all calls does"
) {
    Pace pace;
    pace.restore(ceiling_of(100));
    Instant now = start;
    saturate(pace, now, seconds(5));
    pace.overloaded(now);
    saturate(pace, now, seconds(2));
    pace.overloaded(now);
    CHECK(*pace.rate(now) == doctest::Approx(80));
    saturate(pace, now, seconds(5));
    pace.overloaded(now);
    CHECK(*pace.rate(now) == doctest::Approx(80));
    for (int i = 0; i < 200; ++i) {
        pace.started(now);
        pace.overloaded(now);
    }
    CHECK(pace.learned().per_s == doctest::Approx(80 / 1.1));
    CHECK(*pace.rate(now) == doctest::Approx(64 / 1.1));
}

TEST_CASE("pace: one time-out in a hundred is no sign of too much, one in twenty is") {
    const auto rate_after = [](int every) {
        Pace::Policy policy;
        policy.contract = 50;
        Pace pace(policy);
        pace.restore(ceiling_of(40));
        Instant now = start;
        int n = 0;
        for (; now < start + minutes(10); now += Duration(100))
            for (double due = *pace.rate(now) / 10; due > 0; --due) {
                pace.started(now);
                if (++n % every == 0 && n > every)
                    pace.overloaded(now, false);
                else
                    pace.answered(now, Duration(100));
            }
        return *pace.rate(now);
    };
    CHECK(rate_after(100) == doctest::Approx(50));
    CHECK(rate_after(10) < 30);
}

TEST_CASE("pace: what stays slow at a lower rate is slow by nature") {
    Pace pace = with_quiet(Duration(50), 40);
    Instant now = start;
    saturate(pace, now, minutes(30), Duration(120));
    CHECK(*pace.rate(now) > 25);
    CHECK(pace.learned().quiet_p99 > Duration(60));
}

TEST_CASE("pace: it stays back for five minutes to the second and then rises from there") {
    Pace pace;
    pace.restore(ceiling_of(100));
    Instant now = start;
    saturate(pace, now, seconds(10));
    pace.overloaded(now);  // the step before was full
    CHECK(pace.learned().per_s == doctest::Approx(100));
    CHECK(*pace.rate(now) == doctest::Approx(80));
    const Instant back = now;
    saturate(pace, now, seconds(300));
    CHECK(now == back + seconds(300));
    CHECK(*pace.rate(now - Duration(1)) == doctest::Approx(80));
    CHECK(*pace.rate(now) == doctest::Approx(88));
    // Refused at once: eighty went well.
    pace.overloaded(now);
    CHECK(pace.learned().per_s == doctest::Approx(80));
    CHECK(*pace.rate(now) == doctest::Approx(64));
    // Refused as soon as it is tried again: the rate that it was held at went well.
    for (int i = 0; i < 31; ++i) CHECK(*pace.rate(now += seconds(10)) == doctest::Approx(64));
    calls(pace, now, 64);
    pace.overloaded(now + seconds(1));
    CHECK(pace.learned().per_s == doctest::Approx(64));
}

TEST_CASE("pace: refused after the slow start, the whole rate is what went well") {
    Pace::Policy policy;
    policy.contract = 40;
    Pace pace(policy);
    Instant now = start;
    pace.catch_up(now);
    saturate(pace, now, seconds(65));
    pace.overloaded(now);
    CHECK(pace.learned().per_s == doctest::Approx(40));
    CHECK(*pace.rate(now) == doctest::Approx(32));
}

TEST_CASE("pace: refused during the slow start, a little less than the rate of that moment") {
    Pace pace;
    pace.restore(ceiling_of(40));
    Instant now = start;
    pace.catch_up(now);
    saturate(pace, now, seconds(30));
    pace.overloaded(now);
    CHECK(pace.learned().per_s == doctest::Approx(22 / 1.1));
    CHECK(*pace.rate(now) == doctest::Approx(16));
}

TEST_CASE("pace: what was sent before a catch-up says nothing about its rate") {
    Pace pace;
    pace.restore(ceiling_of(40));
    Instant now = start;
    saturate(pace, now, seconds(15));
    pace.catch_up(now);
    pace.overloaded(now + Duration(500));
    pace.overloaded(now + Duration(1'500));
    CHECK(*pace.rate(now + seconds(30)) == doctest::Approx(22));
    CHECK(pace.learned().per_s == doctest::Approx(40));
}

TEST_CASE("pace: the end of a slow start counts as used when its last part was") {
    Pace pace;
    pace.restore(ceiling_of(40));
    pace.catch_up(start);
    Instant now = start + seconds(50);
    saturate(pace, now, seconds(10));
    pace.overloaded(now);  // in the first second of the whole rate
    CHECK(*pace.rate(now) == doctest::Approx(32));
    Pace idle;
    idle.restore(ceiling_of(40));
    idle.catch_up(start);
    (void)idle.rate(start + seconds(59));
    idle.overloaded(start + seconds(60));
    CHECK(*idle.rate(start + seconds(60)) == doctest::Approx(40));
}

TEST_CASE("pace: a ceiling is dated when it is raised, and one that nobody knows is not made up") {
    Pace pace;
    pace.restore(ceiling_of(40));
    Instant now = start;
    saturate(pace, now, seconds(10));
    (void)pace.rate(now);
    CHECK(pace.learned().at == start);
    saturate(pace, now, seconds(10));
    (void)pace.rate(now);
    CHECK(pace.learned().per_s == doctest::Approx(44));
    CHECK(pace.learned().at == now);
    Pace unknown;
    unknown.catch_up(now);
    saturate(unknown, now, minutes(3));
    CHECK(unknown.learned().per_s == 0);
    CHECK(unknown.learned().at == Instant{});
}

TEST_CASE("pace: a minute after the queue is empty it is free, and aims higher next time") {
    Pace pace;
    Instant now = start;
    pace.catch_up(now);
    saturate(pace, now, seconds(90));
    const double reached = *pace.rate(now) / 1.1;  // of these the last whole step went well
    CHECK(reached > 11);
    const Instant empty = now;
    for (int i = 1; i < 6; ++i) CHECK(pace.rate(empty + seconds(10 * i)));
    CHECK(pace.catching_up(empty + seconds(59)));
    CHECK_FALSE(pace.rate(empty + seconds(60)));
    CHECK_FALSE(pace.catching_up(empty + seconds(60)));
    pace.catch_up(empty + seconds(61));
    CHECK(*pace.rate(empty + seconds(91)) == doctest::Approx(0.55 * reached));
    // A refusal while nothing is caught up sets no limit.
    Pace quiet;
    calls(quiet, start, 100);
    quiet.overloaded(start + seconds(5));
    CHECK_FALSE(quiet.rate(start + seconds(5)));
    CHECK(quiet.learned().per_s == 0);
}

TEST_CASE("pace: the best rate of quiet times fades by a thousandth each step") {
    const auto goal = [](Pace& pace, Instant now) {
        pace.catch_up(now);
        return *pace.rate(now + seconds(30)) / 0.55;
    };
    Pace pace;
    calls(pace, start, 300);
    calls(pace, start + seconds(10), 100);  // of the next step
    for (int i = 1; i <= 11; ++i) (void)pace.rate(start + seconds(10 * i));
    CHECK(goal(pace, start + seconds(115)) == doctest::Approx(30 * std::pow(0.999, 10)));
    Pace at_once;
    calls(at_once, start, 300);
    CHECK(goal(at_once, start + seconds(10)) == doctest::Approx(30));
    Pace refused;
    calls(refused, start, 300);
    refused.overloaded(start + seconds(1));
    CHECK(goal(refused, start + seconds(10)) == doctest::Approx(10));
    Pace refused_later;
    calls(refused_later, start, 300);
    refused_later.overloaded(start + seconds(10));
    CHECK(goal(refused_later, start + seconds(11)) == doctest::Approx(30));
    Pace at_the_end;
    calls(at_the_end, start, 300);
    for (int i = 0; i < 200; ++i) at_the_end.started(start + seconds(10));
    CHECK(goal(at_the_end, start + seconds(11)) == doctest::Approx(30));
}

TEST_CASE("pace: the quiet time is that of 99 in 100 of twenty calls or more, a tenth new each") {
    Pace pace;
    calls(pace, start, 19);
    (void)pace.rate(start + seconds(10));
    CHECK(pace.learned().quiet_p99 == Duration(0));
    calls(pace, start + seconds(10), 20, Duration(200));
    (void)pace.rate(start + seconds(20));
    CHECK(pace.learned().quiet_p99 == Duration(200));
    calls(pace, start + seconds(20), 2, Duration(500));
    calls(pace, start + seconds(20), 198, Duration(100));
    (void)pace.rate(start + seconds(30));
    CHECK(pace.learned().quiet_p99 == Duration(230));
    calls(pace, start + seconds(30), 199, Duration(130));
    calls(pace, start + seconds(30), 1, Duration(500));
    (void)pace.rate(start + seconds(40));
    CHECK(pace.learned().quiet_p99 == Duration(220));
    // An answer belongs to the step in which it came.
    calls(pace, start + seconds(45), 20, Duration(120));
    for (int i = 0; i < 20; ++i) pace.answered(start + seconds(50), Duration(320));
    CHECK(pace.learned().quiet_p99 == Duration(210));
    (void)pace.rate(start + seconds(60));
    CHECK(pace.learned().quiet_p99 == Duration(221));
}

TEST_CASE("pace: the first two thousand answers of a step tell its time") {
    Pace pace;
    calls(pace, start, 1'980, Duration(100));
    calls(pace, start, 20, Duration(500));
    calls(pace, start, 1, Duration(100));
    (void)pace.rate(start + seconds(10));
    CHECK(pace.learned().quiet_p99 == Duration(500));
}

TEST_CASE("pace: beside a limit the quiet time is learned only where it was not used and not met") {
    const auto learned = [](int sent, bool refused) {
        Pace pace = with_quiet(Duration(200), 10);
        (void)pace.rate(start);
        if (refused) pace.overloaded(start);
        calls(pace, start, sent, Duration(300));
        (void)pace.rate(start + seconds(10));
        return pace.learned().quiet_p99;
    };
    CHECK(learned(50, false) == Duration(210));
    CHECK(learned(50, true) == Duration(200));
    CHECK(learned(90, false) == Duration(200));
}

TEST_CASE("pace: more than twice the quiet time is too slow, where the rate was used") {
    const auto retreats = [](Duration quiet, Duration took, int sent) {
        Pace pace = with_quiet(quiet, 10);
        (void)pace.rate(start);
        calls(pace, start, sent, took);
        return *pace.rate(start + seconds(10)) < 10;
    };
    CHECK_FALSE(retreats(Duration(200), Duration(400), 90));
    CHECK(retreats(Duration(200), Duration(401), 90));
    CHECK(retreats(Duration(1), Duration(3), 90));
    CHECK_FALSE(retreats(Duration(200), Duration(401), 50));
    CHECK_FALSE(retreats(Duration(0), Duration(9'000), 90));
    // A refusal right after it is about the rate that was left already.
    Pace pace = with_quiet(Duration(200), 10);
    (void)pace.rate(start);
    calls(pace, start, 90, Duration(500));
    pace.overloaded(start + Duration(10'500));
    CHECK(*pace.rate(start + seconds(11)) == doctest::Approx(8));
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
