// Working days, the 15:00 rule, due dates and supplements. The calendar is data.
#pragma once

#include "gateway/core/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gw::core {

enum class DayKind { holiday, compensatory_off, swapped_off, makeup_workday };
class Calendar {
public:
    Calendar() = default;
    explicit Calendar(std::map<Day, DayKind> days) : days_(std::move(days)) {}
    bool is_working(Day day) const;
    Day next_working(Day day) const;  // strictly after
    Day on_or_after(Day day) const;
    Day add_working(Day day, int n) const;    // n-th working day after `day`
    int working_between(Day a, Day b) const;  // strictly between

private:
    std::map<Day, DayKind> days_;
};
struct DeadlineRules {
    Duration cutoff = std::chrono::hours(15), end_of_day = std::chrono::hours(17);
    bool count_start_day = false;
};
enum class DeadlineUnit { working_day, day, month, working_hour };
enum class SupplementMode { suspend, restart };
/// CD-3: the working day from which a deadline is counted.
Day effective_day(const Calendar& calendar, const DeadlineRules& rules, Instant received);
/// calendar page, section 4. n >= 0.
Instant due_at(
    const Calendar& calendar, const DeadlineRules& rules, Instant received, int n, DeadlineUnit unit
);
/// Section 5, for working-day deadlines of n days.
Instant due_after_supplement(
    const Calendar& calendar,
    const DeadlineRules& rules,
    Instant received,
    int n,
    Instant requested,
    Instant supplemented,
    SupplementMode mode
);

}  // namespace gw::core
