// What the look-ups of a day tell an inspector (population-database.md, PD-15). Pure.
#pragma once

#include "gateway/core/calendar.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gw::core {

/// One look-up as it is on record: no person in it.
struct LookupRecord {
    LookupRecord() = default;
    Instant asked_at{};
    std::string officer, outcome;  // outcome: word of the contract, "asked" when none came
};
/// What stands out about one officer.
struct LookupAnomaly {
    LookupAnomaly() = default;
    std::string officer;
    std::int64_t asked = 0, usual = 0;  // usual: the median of all officers that day
    std::int64_t outside_hours = 0;     // before 7:00, after 18:00, or on a day off
    std::int64_t not_found_in_a_row = 0;
    bool many = false;  // more than three times the usual number
};
/// Officers with something that stands out: many, at night, or five and more in a row that nobody
/// was found for. `records`: of one day, in order of time.
std::vector<LookupAnomaly> lookup_anomalies(
    const std::vector<LookupRecord>& records, const Calendar& calendar
);

}  // namespace gw::core
