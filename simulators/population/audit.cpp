// Counting per officer, so that bulk look-ups are seen.
#include "simulators/population/audit.hpp"

#include <algorithm>

namespace sim::population {

std::string_view name_of(Outcome outcome) {
    static constexpr std::string_view names[] = {
        "found",
        "confirmed",
        "not_confirmed",
        "not_found",
        "ambiguous",
        "denied",
        "refused",
        "failed"};
    return names[static_cast<std::size_t>(outcome)];
}

void Audit::add(AuditRow row) {
    row.sequence = next_++;
    if (!row.officer.empty()) {
        auto& count = officers_[row.officer];
        ++count.asked;
        if (row.outcome == Outcome::found || row.outcome == Outcome::confirmed) ++count.found;
        if (row.outcome == Outcome::denied) ++count.denied;
        if (!row.number.empty()) count.persons.insert(row.number);
        count.recent.push_back(row.at);
        while (count.recent.front() + core::Duration(3'600'000) <= row.at) count.recent.pop_front();
    }
    rows_.push_back(std::move(row));
    if (rows_.size() > rows_max_) rows_.pop_front();
}

std::size_t Audit::asked_within(
    const std::string& officer, core::Duration window, core::Instant now
) const {
    auto it = officers_.find(officer);
    if (it == officers_.end()) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(it->second.recent, [&](core::Instant t) {
        return t + window > now;
    }));
}

void Audit::reset() {
    next_ = 1;
    rows_.clear();
    officers_.clear();
}

}  // namespace sim::population
