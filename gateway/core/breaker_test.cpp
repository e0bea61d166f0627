// Tests of the circuit breaker.
#include "gateway/core/breaker.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace gw::core;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = from_ms(1'767'600'000'000);

}  // namespace

TEST_CASE("breaker: opens at half of twenty calls, probes one at a time, closes after three") {
    Breaker b;
    Instant now = start;
    for (int i = 0; i < 10; ++i) b.succeeded(now);
    for (int i = 0; i < 9; ++i) b.failed(now, false, 0.5);
    CHECK(b.admit(now));
    b.failed(now, false, 0.5);
    CHECK(b.state(now) == Breaker::State::open);
    CHECK_FALSE(b.admit(now + seconds(9)));
    now = b.opens_at();
    CHECK(now == start + seconds(10));
    CHECK(b.admit(now));
    CHECK_FALSE(b.admit(now));
    b.succeeded(now);
    for (int i = 0; i < 2; ++i) {
        CHECK(b.state(now) == Breaker::State::half_open);
        CHECK(b.admit(now));
        b.succeeded(now);
    }
    CHECK(b.state(now) == Breaker::State::closed);
}

TEST_CASE("breaker: five refused connections open it, and the open time doubles to five minutes") {
    Breaker b;
    Instant now = start;
    for (int i = 0; i < 5; ++i) b.failed(now, true, 0.5);
    Duration open_time = seconds(10);
    for (int i = 0; i < 8; ++i) {
        CHECK(b.opens_at() - now == std::min<Duration>(open_time, minutes(5)));
        now = b.opens_at();
        CHECK(b.admit(now));
        b.failed(now, true, 0.5);
        open_time *= 2;
    }
}

TEST_CASE("breaker: old failures leave the window and neutral ends free the probe") {
    Breaker b;
    for (int i = 0; i < 19; ++i) b.failed(start, false, 0);
    b.failed(start + seconds(40), false, 0);
    CHECK(b.state(start + seconds(40)) == Breaker::State::closed);
    for (int i = 0; i < 20; ++i) b.failed(start + seconds(41), false, 0);
    const Instant later = b.opens_at();
    CHECK(b.admit(later));
    b.neutral();
    CHECK(b.admit(later));
}

TEST_CASE("breaker: four fifths of calls slower than twice the contract latency open it") {
    Breaker::Policy policy;
    policy.latency = seconds(2);
    Breaker b(policy);
    for (int i = 0; i < 4; ++i) b.succeeded(start, seconds(4));  // not slower than twice
    for (int i = 0; i < 15; ++i) b.succeeded(start, Duration(4'001));
    CHECK(b.state(start) == Breaker::State::closed);
    b.succeeded(start, Duration(4'001));  // 16 of 20
    CHECK(b.state(start) == Breaker::State::open);
    const Instant later = b.opens_at();
    CHECK(b.admit(later));
    b.succeeded(later, seconds(5));  // it answers, but it is not well
    CHECK(b.state(later) == Breaker::State::open);
    CHECK(b.openings() == 2);
}

TEST_CASE("breaker: less than half of the calls failing leaves it closed, half opens it") {
    Breaker b;
    for (int i = 0; i < 31; ++i) b.succeeded(start);
    for (int i = 0; i < 30; ++i) b.failed(start, false, 0.5);
    CHECK(b.state(start) == Breaker::State::closed);
    b.failed(start, false, 0.5);
    CHECK(b.state(start) == Breaker::State::open);
}

TEST_CASE("breaker: of calls as slow as twice the contract none counts, of slower ones four fifths"
) {
    Breaker::Policy policy;
    policy.latency = seconds(2);
    Breaker b(policy);
    for (int i = 0; i < 6; ++i) b.succeeded(start, seconds(4));
    for (int i = 0; i < 23; ++i) b.succeeded(start, Duration(4'001));
    CHECK(b.state(start) == Breaker::State::closed);  // 23 of 29
    b.succeeded(start, Duration(4'001));
    CHECK(b.state(start) == Breaker::State::open);
    Breaker in_time(policy);
    for (int i = 0; i < 40; ++i) in_time.succeeded(start, seconds(4));
    CHECK(in_time.state(start) == Breaker::State::closed);
    policy.latency = Duration(1);
    Breaker quick(policy);
    for (int i = 0; i < 20; ++i) quick.succeeded(start, Duration(3));
    CHECK(quick.state(start) == Breaker::State::open);
}

TEST_CASE("breaker: failed and slow calls are not counted together") {
    Breaker::Policy policy;
    policy.latency = seconds(2);
    Breaker b(policy);
    for (int i = 0; i < 20; ++i) {
        b.succeeded(start);
        for (int twice = 0; twice < 2; ++twice) {
            b.failed(start, false, 0.5);
            b.succeeded(start, seconds(5));
        }
        CHECK(b.state(start) == Breaker::State::closed);
    }
}

TEST_CASE("breaker: the window is thirty seconds in ten parts") {
    const auto opens = [](Duration second_failures, Duration last) {
        Breaker b;
        for (int i = 0; i < 10; ++i) b.failed(start, false, 0.5);
        for (int i = 0; i < 9; ++i) b.failed(start + second_failures, false, 0.5);
        b.failed(start + last, false, 0.5);
        return b.state(start + last) == Breaker::State::open;
    };
    CHECK(opens(seconds(1), Duration(29'999)));
    CHECK_FALSE(opens(seconds(1), Duration(30'000)));
    // What falls into one tenth leaves together with the first of it.
    const auto stays = [](Duration second) {
        Breaker b;
        b.failed(start, false, 0.5);
        for (int i = 0; i < 10; ++i) b.failed(start + second, false, 0.5);
        for (int i = 0; i < 10; ++i) b.failed(start + seconds(30), false, 0.5);
        return b.state(start + seconds(30)) == Breaker::State::open;
    };
    CHECK_FALSE(stays(Duration(2'999)));
    CHECK(stays(Duration(3'000)));
}

TEST_CASE("breaker: a connection that succeeds between them begins the five anew") {
    Breaker b;
    for (int i = 0; i < 4; ++i) b.failed(start, true, 0.5);
    b.succeeded(start);
    for (int i = 0; i < 4; ++i) b.failed(start, true, 0.5);
    CHECK(b.state(start) == Breaker::State::closed);
    b.failed(start, false, 0.5);
    for (int i = 0; i < 4; ++i) b.failed(start, true, 0.5);
    CHECK(b.state(start) == Breaker::State::closed);
    b.failed(start, true, 0.5);
    CHECK(b.state(start) == Breaker::State::open);
}

TEST_CASE("breaker: the open time is spread by a fifth to both sides") {
    for (const double jitter : {0.0, 0.25, 0.75}) {
        Breaker b;
        for (int i = 0; i < 5; ++i) b.failed(start, true, jitter);
        CHECK(b.opens_at() - start == Duration(8'000 + static_cast<int>(4'000 * jitter)));
    }
}

TEST_CASE("breaker: three good probes in a row close it; a bad one or a person begins them anew") {
    const auto probes = [](Breaker& b, Instant now, int good) {
        for (int i = 0; i < good; ++i) {
            CHECK(b.admit(now));
            b.succeeded(now);
        }
    };
    Breaker b;
    for (int i = 0; i < 5; ++i) b.failed(start, true, 0.5);
    Instant now = b.opens_at();
    probes(b, now, 2);
    CHECK(b.admit(now));
    b.failed(now, false, 0.5);
    now = b.opens_at();
    probes(b, now, 2);
    CHECK(b.state(now) == Breaker::State::half_open);
    b.force_open(now + minutes(1));
    now += minutes(1);
    probes(b, now, 2);
    CHECK(b.state(now) == Breaker::State::half_open);
    probes(b, now, 1);
    CHECK(b.state(now) == Breaker::State::closed);
    CHECK(b.kept().closed_at == now);  // the slow start begins there
    CHECK(b.kept().openings == 0);
}

TEST_CASE("breaker: what failed before an opening does not count after it") {
    Breaker b;
    for (int i = 0; i < 20; ++i) b.failed(start, false, 0.5);
    Instant now = b.opens_at();
    b.failed(now - seconds(1), false, 0.5);  // the late end of an early call
    for (int i = 0; i < 3; ++i) {
        CHECK(b.admit(now));
        b.succeeded(now);
    }
    for (int i = 0; i < 19; ++i) b.failed(now, false, 0.5);
    CHECK(b.state(now) == Breaker::State::closed);
    b.force_open(now + seconds(1));
    now += seconds(1);
    for (int i = 0; i < 3; ++i) {
        CHECK(b.admit(now));
        b.succeeded(now);
    }
    b.failed(now, false, 0.5);
    CHECK(b.state(now) == Breaker::State::closed);
}

TEST_CASE("breaker: a person's word takes the place of a probe under way, whose end says nothing") {
    Breaker b;
    for (int i = 0; i < 5; ++i) b.failed(start, true, 0.5);
    Instant now = b.opens_at();
    CHECK(b.admit(now));
    b.force_open(now + minutes(1));
    CHECK_FALSE(b.probing());
    now += minutes(1);
    CHECK(b.admit(now));
    CHECK_FALSE(b.kept().forced);  // its text goes with the opening
    b.force_probe(now);
    b.failed(now, false, 0.5);
    CHECK(b.opens_at() == now);
    CHECK(b.openings() == 1);
    CHECK(b.admit(now));
    b.force_open(now + minutes(1));
    b.force_probe(now);
    CHECK_FALSE(b.kept().forced);
}

TEST_CASE("breaker: without a contract latency no call is slow") {
    Breaker b;
    for (int i = 0; i < 40; ++i) b.succeeded(start, minutes(5));
    CHECK(b.state(start) == Breaker::State::closed);
}

TEST_CASE("breaker: ten openings in a row park the route, and it still closes by itself") {
    Breaker b;
    Instant now = start;
    for (int i = 0; i < 5; ++i) b.failed(now, true, 0.5);
    for (int i = 2; i <= 10; ++i) {
        CHECK_FALSE(b.parked());
        now = b.opens_at();
        CHECK(b.admit(now));
        b.failed(now, true, 0.5);
        CHECK(b.openings() == i);
    }
    CHECK(b.parked());
    now = b.opens_at();
    for (int i = 0; i < 3; ++i) {
        CHECK(b.admit(now));
        b.succeeded(now);
    }
    CHECK_FALSE(b.parked());
    CHECK(b.openings() == 0);
}

TEST_CASE("breaker: what is kept brings it back as it was") {
    Breaker b;
    for (int i = 0; i < 5; ++i) b.failed(start, true, 0.5);
    Breaker again;
    again.restore(b.kept());
    CHECK(again.state(start + seconds(9)) == Breaker::State::open);
    CHECK_FALSE(again.admit(start + seconds(9)));
    CHECK(again.admit(start + seconds(10)));
    CHECK_FALSE(again.admit(start + seconds(10)));
    again.failed(start + seconds(10), true, 0.5);
    CHECK(again.opens_at() == start + seconds(30));
    CHECK(again.kept() != b.kept());
}

TEST_CASE("breaker: a person keeps it open until a time, and may have it tried sooner") {
    Breaker b;
    b.force_open(start + minutes(30));
    CHECK(b.forced(start + minutes(29)));
    CHECK_FALSE(b.admit(start + minutes(29)));
    for (int i = 0; i < 3; ++i) b.succeeded(start);  // late answers change nothing
    CHECK(b.state(start) == Breaker::State::open);
    CHECK(b.state(start + minutes(30)) == Breaker::State::half_open);
    b.force_probe(start + minutes(5));
    CHECK_FALSE(b.forced(start + minutes(5)));
    CHECK(b.admit(start + minutes(5)));
    CHECK_FALSE(b.admit(start + minutes(5)));
    CHECK(b.openings() == 0);
}

TEST_CASE("breaker: trying a closed one changes nothing") {
    Breaker b;
    b.force_probe(start);
    CHECK(b.kept() == BreakerKept());
}

TEST_CASE("breaker: whatever happens, an open one admits nothing and a half-open one at a time") {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        Breaker b;
        Instant now = start;
        int under_way = 0;  // of those admitted while it was half open
        for (int step = 0; step < 400; ++step) {
            now += Duration(random() % 4'000);
            const auto before = b.state(now);
            if (random() % 2 == 0) {
                const bool in = b.admit(now);
                if (before == Breaker::State::open) CHECK_FALSE(in);
                if (before == Breaker::State::closed) CHECK(in);
                if (before == Breaker::State::half_open) {
                    CHECK(in == (under_way == 0));
                    under_way += in ? 1 : 0;
                }
                continue;
            }
            if (before == Breaker::State::half_open && under_way == 0) continue;
            switch (random() % 3) {
                case 0:
                    b.succeeded(now);
                    break;
                case 1:
                    b.failed(now, random() % 2 == 0, 0.5);
                    break;
                default:
                    b.neutral();
            }
            if (before == Breaker::State::half_open) under_way = 0;
            if (before == Breaker::State::closed && b.state(now) == Breaker::State::open) {
                CHECK(b.opens_at() - now == seconds(10));
                under_way = 0;
            }
            CHECK(b.opens_at() - now <= minutes(6));
            Breaker again;
            again.restore(b.kept());
            CHECK(again.state(now) == b.state(now));
        }
    }
}
