// Tests of the circuit breaker.
#include "gateway/core/delivery.hpp"

#include <doctest/doctest.h>

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
