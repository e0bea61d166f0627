// PD-15: what stands out in a day of look-ups.
#include "gateway/core/identity_report.hpp"

#include <doctest/doctest.h>

namespace gw::core {
namespace {
std::vector<LookupRecord> asked(
    const char* officer, const char* from, int times, const char* word
) {
    std::vector<LookupRecord> out;
    for (int i = 0; i < times; ++i) {
        LookupRecord record;
        record.asked_at = *parse_rfc3339(from) + std::chrono::minutes(i);
        record.officer = officer;
        record.outcome = word;
        out.push_back(record);
    }
    return out;
}
void add(std::vector<LookupRecord>& all, std::vector<LookupRecord> more) {
    all.insert(all.end(), more.begin(), more.end());
}
}  // namespace

TEST_CASE("identity report: PD-15 an ordinary day has nothing that stands out") {
    std::vector<LookupRecord> day;
    add(day, asked("CB0001", "2026-03-02T08:00:00+07:00", 10, "match"));
    add(day, asked("CB0002", "2026-03-02T09:00:00+07:00", 25, "match"));
    CHECK(lookup_anomalies(day, Calendar()).empty());
}

TEST_CASE("identity report: PD-15 many, at night, and series without anybody found") {
    std::vector<LookupRecord> day;
    add(day, asked("CB0001", "2026-03-02T08:00:00+07:00", 4, "match"));
    add(day, asked("CB0002", "2026-03-02T08:00:00+07:00", 13, "match"));
    add(day, asked("CB0003", "2026-03-02T18:00:00+07:00", 2, "match"));
    add(day, asked("CB0004", "2026-03-02T10:00:00+07:00", 5, "not_found"));
    const auto found = lookup_anomalies(day, Calendar());
    REQUIRE(found.size() == 3);
    CHECK(found[0].officer == "CB0002");
    CHECK(found[0].many);
    CHECK(found[0].usual == 4);
    CHECK(found[1].outside_hours == 2);
    CHECK(found[2].not_found_in_a_row == 5);
}

TEST_CASE("identity report: PD-15 a day off is outside the working hours") {
    const auto found =
        lookup_anomalies(asked("CB0001", "2026-03-01T10:00:00+07:00", 1, "match"), Calendar());
    REQUIRE(found.size() == 1);
    CHECK(found[0].outside_hours == 1);
}

}  // namespace gw::core
