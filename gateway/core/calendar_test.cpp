// Tests of working-day arithmetic with the vectors of the domain.
#include "gateway/core/calendar.hpp"

#include "tests/kit/core_tables.hpp"

#include <doctest/doctest.h>

using namespace gw::core;

TEST_CASE("CD-3 due date: vectors") {
    const Calendar calendar = gw::test::read_calendar();
    const std::map<std::string, DeadlineUnit> units{
        {"WORKING_DAY", DeadlineUnit::working_day},
        {"DAY", DeadlineUnit::day},
        {"MONTH", DeadlineUnit::month},
        {"WORKING_HOUR", DeadlineUnit::working_hour}};
    for (auto& row : gw::test::read_csv("tests/vectors/vectors-due-date.csv")) {
        CAPTURE(row["received_at"]);
        CAPTURE(row["note"]);
        const Instant due = due_at(
            calendar,
            {},
            *parse_rfc3339(row["received_at"]),
            std::stoi(row["amount"]),
            units.at(row["unit"])
        );
        CHECK(to_rfc3339(due) == to_rfc3339(*parse_rfc3339(row["expected_due_at"])));
    }
}

TEST_CASE("calendar page 5: due date after a supplement, vectors") {
    const Calendar calendar = gw::test::read_calendar();
    for (auto& row : gw::test::read_csv("tests/vectors/vectors-supplement.csv")) {
        CAPTURE(row["supplement_requested_at"]);
        const auto due = [&](SupplementMode mode) {
            return to_rfc3339(due_after_supplement(
                calendar,
                {},
                *parse_rfc3339(row["received_at"]),
                std::stoi(row["working_days"]),
                *parse_rfc3339(row["supplement_requested_at"]),
                *parse_rfc3339(row["supplement_received_at"]),
                mode
            ));
        };
        const auto wanted = [&](const char* name) { return to_rfc3339(*parse_rfc3339(row[name])); };
        CHECK(due(SupplementMode::suspend) == wanted("expected_due_suspend"));
        CHECK(due(SupplementMode::restart) == wanted("expected_due_restart"));
    }
}

TEST_CASE("calendar: the start day may be counted") {
    const Calendar calendar;
    DeadlineRules rules;
    rules.count_start_day = true;
    const Instant monday = *parse_rfc3339("2026-03-02T09:00:00+07:00");
    CHECK(
        to_rfc3339(due_at(calendar, rules, monday, 1, DeadlineUnit::working_day)) ==
        "2026-03-02T17:00:00.000+07:00"
    );
}

TEST_CASE("calendar: adding and counting working days agree") {
    const Calendar calendar = gw::test::read_calendar();
    Day day = std::chrono::year(2026) / 1 / 1;
    for (int i = 0; i < 365; ++i) {
        const Day start = calendar.on_or_after(day);
        for (const int n : {1, 2, 5, 20})
            REQUIRE(calendar.working_between(start, calendar.add_working(start, n)) == n - 1);
        day = Day(std::chrono::sys_days(day) + std::chrono::days(1));
    }
}
