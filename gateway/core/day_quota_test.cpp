// Tests of the calls of a day.
#include "gateway/core/day_quota.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using std::chrono::hours;

namespace {

const Instant noon = from_ms(1'767'589'200'000);  // in Vietnam

DayQuota with_calls(int calls) {
    DayQuota quota(1'000);
    quota.granted(quota.next(noon));
    for (int i = 0; i < calls; ++i) quota.take("H56");
    return quota;
}

}  // namespace

TEST_CASE("calls of a day: one that was not made is given back, none that was not taken") {
    DayQuota quota = with_calls(2);
    CHECK(quota.used(noon) == 2);
    quota.give_back("H56");
    CHECK(quota.used(noon) == 1);
    CHECK(quota.kept().by_agency.at("H56") == 1);
    quota.give_back("H56");
    quota.give_back("H56");
    CHECK(quota.used(noon) == 0);
    CHECK(quota.left(noon) == 10);
}

TEST_CASE("calls of a day: a clock that goes back begins no new day, one that goes on does") {
    DayQuota quota = with_calls(3);
    CHECK(quota.used(noon - hours(24)) == 3);
    CHECK(quota.next(noon - hours(24)).day == quota.kept().day);
    CHECK(quota.used(noon + hours(24)) == 0);
    CHECK(quota.wants_more(noon + hours(24)));
}
