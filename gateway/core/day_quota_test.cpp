// Tests of the calls of a day.
#include "gateway/core/day_quota.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>

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

namespace {

const Instant midnight = noon - hours(12), morning = noon - hours(6), evening = noon + hours(6);

/// 1,000 calls a day, all set apart; H56 has 40 %, H57 20 %, whoever else 40 %.
DayQuota shared() {
    DayQuota quota(1'000, {{"H56", 40}, {"H57", 20}});
    while (quota.wants_more(midnight) || quota.kept().reserved < 1'000)
        quota.granted(quota.next(midnight));
    return quota;
}

/// As many calls as it may make now.
int take_all(DayQuota& quota, const std::string& agency, Instant now) {
    int made = 0;
    for (; quota.left(now) > 0 && quota.may(agency, now); ++made) quota.take(agency);
    return made;
}

}  // namespace

TEST_CASE("calls of a day: a share is an agency's own in the morning and everybody's at night") {
    DayQuota quota = shared();
    CHECK(take_all(quota, "H56", morning) == 400);
    CHECK_FALSE(quota.allowed(morning)("H56"));
    CHECK(quota.allowed(morning)("H57"));
    CHECK(quota.allowed(morning)("H99"));
    CHECK(take_all(quota, "H56", noon) == 300);  // half of what the others have not used
    CHECK(take_all(quota, "H57", noon) == 100);  // and half is still theirs
    CHECK(take_all(quota, "H01", noon) == 200);
    CHECK(quota.used_up(noon));
}

TEST_CASE("calls of a day: from six in the evening whoever comes has what there is") {
    DayQuota quota = shared();
    CHECK(take_all(quota, "H57", evening) == 1'000);
}

TEST_CASE("calls of a day: agencies without a share have the rest together") {
    DayQuota quota = shared();
    CHECK(take_all(quota, "H01", morning) == 400);
    CHECK(take_all(quota, "H02", morning) == 0);
    CHECK(take_all(quota, "H57", morning) == 200);
}

TEST_CASE("calls of a day: who used what is told, with what each may still have") {
    DayQuota quota = shared();
    for (int i = 0; i < 30; ++i) quota.take("H56");
    for (int i = 0; i < 5; ++i) quota.take("H01");
    const auto lines = quota.ledger(morning);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].agency == "H01");
    CHECK(lines[0].share == 0);
    CHECK(lines[0].used == 5);
    CHECK(lines[0].left == 395);
    CHECK(lines[1].agency == "H56");
    CHECK(lines[1].share == 400);
    CHECK(lines[1].used == 30);
    CHECK(lines[1].left == 370);
    CHECK(lines[2].used == 0);
    CHECK(quota.ledger(morning + hours(24)).at(0).used == 0);
}

TEST_CASE("calls of a day: whatever is asked and when, nobody takes what is kept for another") {
    std::mt19937 random(7);
    const auto below = [&](unsigned n) { return random() % n; };
    for (int life = 0; life < 50; ++life) {
        CAPTURE(life);
        DayQuota quota = shared();
        Instant now = midnight;
        std::map<std::string, int> used;
        while (quota.left(now) > 0 && now < midnight + hours(23)) {
            now += std::chrono::minutes(below(8));
            const std::string agency = std::array{"H56", "H57", "H01"}[below(3)];
            if (below(4) != 0 && agency != "H56") continue;  // one asks far more than the others
            if (quota.may(agency, now)) {
                quota.take(agency);
                ++used[agency];
            }
            // The share of an agency is there for it until evening, less what the day has lent.
            const auto ahead = std::chrono::duration<double>(evening - now) / hours(12);
            const double part = std::clamp(ahead, 0.0, 1.0);
            DayQuota copy = quota;
            const int more = take_all(copy, "H57", now);
            REQUIRE(used["H57"] + more >= static_cast<int>(200 * part) - 1);
        }
    }
}

TEST_CASE("calls of a day: without shares whoever comes first is served, and all stand in the book"
) {
    DayQuota quota = with_calls(7);
    CHECK(quota.allowed(noon)("H01"));
    CHECK(quota.may("H01", noon));
    REQUIRE(quota.ledger(noon).size() == 1);
    CHECK(quota.ledger(noon)[0].used == 7);
    CHECK(quota.ledger(noon)[0].left == 993);
}

TEST_CASE("calls of a day: a share is an agency and its percent") {
    CHECK(parse_call_share("H56 40") == std::pair(std::string("H56"), 40));
    for (const char* wrong : {"", "H56", "H56 ", " 40", "H56 0", "H56 101", "H56 4x", "H56  4"})
        CHECK_FALSE(parse_call_share(wrong));
}
