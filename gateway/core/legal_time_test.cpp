// Tests of legal time: reserve, order, the marks at which somebody is told.
#include "gateway/core/legal_time.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace gw::core;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = from_ms(1'767'600'000'000);

Leg leg(Urgency urgency, std::optional<Instant> deadline) {
    Leg l;
    l.urgency = urgency;
    l.legal_deadline = deadline;
    return l;
}

}  // namespace

TEST_CASE("effective deadline: class wait or the legal deadline less its reserve") {
    CHECK(effective_deadline(Urgency::p0, start, {}) == start + seconds(10));
    CHECK(effective_deadline(Urgency::p1, start, {}) == start + minutes(2));
    CHECK(effective_deadline(Urgency::p2, start, {}) == start + minutes(15));
    CHECK(effective_deadline(Urgency::p3, start, {}) == start + hours(24));
    CHECK(effective_deadline(Urgency::p3, start, start + hours(1)) == start + minutes(50));
    CHECK(effective_deadline(Urgency::p1, start, start + hours(1)) == start + minutes(2));
    CHECK(effective_deadline(Urgency::p3, start, start + hours(2), hours(1)) == start + hours(1));
}

TEST_CASE("reserve: ten minutes, or three times what the lane needs at the partner's pace") {
    CHECK(reserve_for(Duration(0), 1) == minutes(10));
    CHECK(reserve_for(seconds(20), 0) == minutes(10));
    CHECK(reserve_for(seconds(20), 10) == minutes(10));
    CHECK(reserve_for(seconds(20), 11) == minutes(11));
    CHECK(reserve_for(seconds(60), 1'000) == minutes(3'000));
}

TEST_CASE("legal time: pressing below an hour, also when it has passed") {
    CHECK_FALSE(is_pressing(std::nullopt, start));
    CHECK_FALSE(is_pressing(start + hours(1), start));
    CHECK(is_pressing(start + hours(1) - Duration(1), start));
    CHECK(is_pressing(start - hours(1), start));
}

TEST_CASE("legal time: the highest mark that has passed") {
    const auto deadline = start + hours(100);
    CHECK(legal_percent(start, deadline, start + hours(50) - Duration(1)) == 0);
    CHECK(legal_percent(start, deadline, start + hours(50)) == 50);
    CHECK(legal_percent(start, deadline, start + hours(80)) == 80);
    CHECK(legal_percent(start, deadline, start + hours(95)) == 95);
    CHECK(legal_percent(start, deadline, start + hours(300)) == 95);
    CHECK(legal_percent(start, std::nullopt, start + hours(300)) == 0);
    CHECK(legal_percent(start, start, start + hours(1)) == 0);
}

TEST_CASE("legal time: each look comes when there is something to tell or to raise") {
    const auto deadline = start + hours(100);
    const Leg normal = leg(Urgency::p2, deadline), urgent = leg(Urgency::p0, deadline);
    CHECK(next_legal_look(normal, start, 0) == start + hours(50));
    CHECK(next_legal_look(normal, start, 50) == start + hours(80));
    CHECK(next_legal_look(normal, start, 80) == start + hours(95));
    CHECK(next_legal_look(normal, start, 95) == start + hours(99) + Duration(1));
    CHECK(next_legal_look(urgent, start, 80) == start + hours(95));
    CHECK_FALSE(next_legal_look(urgent, start, 95));
    CHECK(
        next_legal_look(leg(Urgency::p2, start + minutes(70)), start, 0) ==
        start + minutes(10) + Duration(1)
    );
    CHECK_FALSE(next_legal_look(leg(Urgency::p2, std::nullopt), start, 0));
    CHECK_FALSE(next_legal_look(leg(Urgency::p2, start - hours(1)), start, 0));
}

TEST_CASE("legal time: looking when told to ends, and tells each mark once in order") {
    std::mt19937_64 random(5);
    for (int i = 0; i < 500; ++i) {
        const auto given = Duration(1 + static_cast<std::int64_t>(random() % 864'000'000));
        Leg l = leg(static_cast<Urgency>(random() % 4), start + given);
        int told = 0, looks = 0;
        std::string marks;
        while (const auto at = next_legal_look(l, start, told)) {
            REQUIRE(++looks <= 4);
            const auto now = *at + Duration(static_cast<std::int64_t>(random() % 60'000));
            const int percent = legal_percent(start, l.legal_deadline, now);
            const bool raised = l.urgency != Urgency::p0 && is_pressing(l.legal_deadline, now);
            REQUIRE((percent > told || raised));
            REQUIRE(percent >= told);
            told = percent;
            if (raised) l.urgency = Urgency::p0;
        }
        CHECK(told == 95);
        CHECK(l.urgency == Urgency::p0);
    }
}
