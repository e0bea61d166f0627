// Counts the look-ups of a day by officer and says which of them stand out.
#include "gateway/core/identity_report.hpp"

#include <algorithm>
#include <map>

namespace gw::core {

namespace {

constexpr std::int64_t times_the_usual = 3, in_a_row_from = 5;
constexpr std::chrono::hours opens{7}, closes{18};

bool outside_hours(Instant at, const Calendar& calendar) {
    const Day day = local_day(at);
    return !calendar.is_working(day) || at < at_local(day, opens) || at >= at_local(day, closes);
}

/// The middle one; of an even number the lower.
std::int64_t median(std::vector<std::int64_t> numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers.empty() ? 0 : numbers[(numbers.size() - 1) / 2];
}

}  // namespace

std::vector<LookupAnomaly> lookup_anomalies(
    const std::vector<LookupRecord>& records, const Calendar& calendar
) {
    std::map<std::string, LookupAnomaly> officers;
    std::map<std::string, std::int64_t> row;
    for (const LookupRecord& record : records) {
        LookupAnomaly& one = officers[record.officer];
        one.officer = record.officer;
        ++one.asked;
        if (outside_hours(record.asked_at, calendar)) ++one.outside_hours;
        std::int64_t& series = row[record.officer];
        series = record.outcome == "not_found" ? series + 1 : 0;
        one.not_found_in_a_row = std::max(one.not_found_in_a_row, series);
    }
    std::vector<std::int64_t> numbers;
    for (const auto& [officer, one] : officers) numbers.push_back(one.asked);
    const std::int64_t usual = median(std::move(numbers));
    std::vector<LookupAnomaly> out;
    for (auto& [officer, one] : officers) {
        one.usual = usual;
        one.many = one.asked > times_the_usual * usual;
        if (one.many || one.outside_hours > 0 || one.not_found_in_a_row >= in_a_row_from)
            out.push_back(std::move(one));
    }
    return out;
}

}  // namespace gw::core
