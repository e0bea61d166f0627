// Tests of the hours and maintenance of a partner, and of its calls a day.
#include "gateway/core/opening.hpp"

#include "gateway/core/day_quota.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

Instant at(const char* text) {
    return *parse_rfc3339(text);
}

std::string next(const Opening& opening, const char* now, const Calendar& calendar = Calendar()) {
    const auto open = next_open(opening, calendar, at(now));
    return open ? to_rfc3339(*open).substr(0, 16) : "never";
}

Opening opening_of(std::initializer_list<const char*> rows) {
    Opening opening;
    for (const char* row : rows) opening.hours.push_back(*parse_open_hours(row));
    return opening;
}

}  // namespace

TEST_CASE("opening: hours are read, and nothing that is not one") {
    CHECK(parse_open_hours("Mon-Fri 07:00-17:30")->days == 0x1f);
    CHECK(parse_open_hours("Sat-Mon 07:00-17:30")->days == 0x61);
    CHECK(parse_open_hours("Sun 00:00-24:00")->to == hours(24));
    CHECK(parse_open_hours("working 08:00-17:00")->working);
    for (const char* bad :
         {"",
          "daily",
          "Mon 7:00-17:00",
          "Mon-Fry 07:00-17:00",
          "Mon 07:00-07:00",
          "daily 25:00-26:00",
          "daily 24:00-02:00",
          "daily 07:60-08:00",
          "daily  07:00-08:00"})
        CHECK_MESSAGE(!parse_open_hours(bad), bad);
    CHECK(parse_maintenance("2026-11-28T22:00:00+07:00/2026-11-29T02:00:00+07:00"));
    CHECK_FALSE(parse_maintenance("2026-11-29T02:00:00+07:00/2026-11-28T22:00:00+07:00"));
    CHECK_FALSE(parse_maintenance("2026-11-29T02:00:00+07:00"));
}

TEST_CASE("opening: without hours and maintenance it is always open") {
    CHECK(Opening().always());
    CHECK(next(Opening(), "2026-11-22T03:00:00+07:00") == "2026-11-22T03:00");
}

TEST_CASE("opening: outside the hours the next opening is named, to the minute") {
    const auto opening = opening_of({"Mon-Fri 07:00-17:30", "Sat 07:00-11:00"});
    CHECK(next(opening, "2026-11-20T17:29:00+07:00") == "2026-11-20T17:29");  // a Friday
    CHECK(next(opening, "2026-11-20T17:30:00+07:00") == "2026-11-21T07:00");
    CHECK(next(opening, "2026-11-21T11:00:00+07:00") == "2026-11-23T07:00");
    CHECK(next(opening, "2026-11-23T06:59:00+07:00") == "2026-11-23T07:00");
}

TEST_CASE("opening: hours over midnight belong to the day on which they begin") {
    const auto opening = opening_of({"Mon 22:00-05:00"});
    CHECK(next(opening, "2026-11-24T04:59:00+07:00") == "2026-11-24T04:59");  // a Tuesday
    CHECK(next(opening, "2026-11-24T05:00:00+07:00") == "2026-11-30T22:00");
}

TEST_CASE("opening: holidays are no working days") {
    const Calendar calendar({{*parse_iso_day("2026-09-02"), DayKind::holiday}});
    const auto opening = opening_of({"working 08:00-17:00"});
    CHECK(next(opening, "2026-09-01T18:00:00+07:00", calendar) == "2026-09-03T08:00");
}

TEST_CASE("opening: maintenance closes, also two that touch, and the hours still hold after it") {
    Opening opening = opening_of({"daily 06:00-22:00"});
    opening.maintenance = {
        *parse_maintenance("2026-11-28T12:00:00+07:00/2026-11-28T20:00:00+07:00"),
        *parse_maintenance("2026-11-28T20:00:00+07:00/2026-11-28T23:00:00+07:00")};
    CHECK(next(opening, "2026-11-28T11:59:00+07:00") == "2026-11-28T11:59");
    CHECK(next(opening, "2026-11-28T12:00:00+07:00") == "2026-11-29T06:00");
}

TEST_CASE("opening: what is open at no time of the next month never opens") {
    Opening opening;
    opening.maintenance = {
        *parse_maintenance("2026-11-01T00:00:00+07:00/2027-11-01T00:00:00+07:00")};
    CHECK(next(opening, "2026-11-28T12:00:00+07:00") == "never");
}

TEST_CASE("opening: the moment that is named is open, and nothing between is") {
    const auto opening = opening_of({"Mon-Wed 05:10-08:20", "Thu 23:00-01:00", "Sat 00:00-24:00"});
    Instant now = at("2026-11-16T00:00:00+07:00");
    for (int i = 0; i < 7 * 24 * 6; ++i, now += minutes(10)) {
        const auto open = next_open(opening, Calendar(), now);
        REQUIRE(open);
        CHECK(next_open(opening, Calendar(), *open) == *open);
        if (*open > now + minutes(10))
            CHECK(next_open(opening, Calendar(), now + minutes(10)) == *open);
    }
}

TEST_CASE("quota: calls are made only after they were set apart, and the day ends at midnight") {
    DayQuota quota(10);
    const Instant evening = at("2026-11-22T23:59:00+07:00"),
                  morning = at("2026-11-23T00:00:00+07:00");
    CHECK(quota.wants_more(evening));
    CHECK(quota.left(evening) == 0);
    for (int i = 0; i < 10; ++i) {
        quota.granted(quota.next(evening));
        REQUIRE(quota.left(evening) == 1);
        quota.take("H56");
    }
    CHECK(quota.used_up(evening));
    CHECK_FALSE(quota.wants_more(evening));
    CHECK(DayQuota::next_day(evening) == morning);
    CHECK_FALSE(quota.used_up(morning));
    CHECK(quota.wants_more(morning));
    quota.granted(quota.next(morning));
    CHECK(quota.left(morning) == 1);
    CHECK(quota.used(morning) == 0);
    CHECK(quota.kept().by_agency.empty());
}

TEST_CASE("quota: however often it is restarted, no more calls are made than allowed") {
    const Instant now = at("2026-11-22T10:00:00+07:00");
    QuotaKept durable;
    int made = 0;
    for (int life = 0; life < 400; ++life) {
        DayQuota quota(1'000);
        quota.restore(durable);
        for (int call = 0; call < 7; ++call) {
            if (quota.wants_more(now)) {
                durable = quota.next(now);
                quota.granted(durable);
            }
            if (quota.left(now) <= 0) break;
            quota.take("H56");
            ++made;
        }
    }
    CHECK(made <= 1'000);
    CHECK(made >= 300);  // a restart costs at most a block and a half
    CHECK(durable.reserved == 1'000);
}

TEST_CASE("quota: no limit asks for nothing") {
    DayQuota quota(0);
    CHECK_FALSE(quota.limited());
    CHECK_FALSE(quota.wants_more(at("2026-11-22T10:00:00+07:00")));
    CHECK_FALSE(quota.used_up(at("2026-11-22T10:00:00+07:00")));
}
