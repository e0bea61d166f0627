// Working-day arithmetic (calendar and deadlines, sections 2 to 5).
#include "gateway/core/calendar.hpp"

#include "gateway/core/error.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;

/// A calendar that marks this many days in a row as off is broken.
constexpr int off_days_max = 400;
/// Office hours (CD-1): 08:00-12:00 and 13:00-17:00.
constexpr struct { hours begin, end; } sessions[] = {{hours(8), hours(12)}, {hours(13), hours(17)}};

Day plus_days(Day day, int n) {
    return Day(sys_days(day) + days(n));
}

Day add_months(Day day, int n) {
    const auto month = day.year() / day.month() + std::chrono::months(n);
    const Day last(month / std::chrono::last);
    return std::min(day.day(), last.day()) == day.day() ? Day(month / day.day()) : last;
}

Instant after_working_hours(const Calendar& calendar, Instant from, Duration left) {
    Day day = local_day(from);
    while (true) {
        if (calendar.is_working(day)) {
            for (const auto& session : sessions) {
                const Instant begin = std::max(from, at_local(day, session.begin));
                const Instant end = at_local(day, session.end);
                if (begin >= end) continue;
                if (end - begin >= left) return begin + left;
                left -= end - begin;
            }
        }
        day = calendar.next_working(day);
    }
}

}  // namespace

bool Calendar::is_working(Day day) const {
    const auto special = days_.find(day);
    if (special != days_.end()) return special->second == DayKind::makeup_workday;
    const unsigned weekday = std::chrono::weekday(sys_days(day)).iso_encoding();
    return weekday <= 5;
}

Day Calendar::on_or_after(Day day) const {
    for (int i = 0; i < off_days_max; ++i, day = plus_days(day, 1))
        if (is_working(day)) return day;
    assertion_failed("calendar has a working day within a year", __FILE__, __LINE__);
}

Day Calendar::next_working(Day day) const {
    return on_or_after(plus_days(day, 1));
}

Day Calendar::add_working(Day day, int n) const {
    for (int i = 0; i < n; ++i) day = next_working(day);
    return day;
}

int Calendar::working_between(Day a, Day b) const {
    int n = 0;
    for (Day day = plus_days(a, 1); day < b; day = plus_days(day, 1)) n += is_working(day) ? 1 : 0;
    return n;
}

Day effective_day(const Calendar& calendar, const DeadlineRules& rules, Instant received) {
    const Day day = local_day(received);
    if (calendar.is_working(day) && received < at_local(day, rules.cutoff)) return day;
    return calendar.next_working(day);
}

Instant due_at(
    const Calendar& calendar, const DeadlineRules& rules, Instant received, int n, DeadlineUnit unit
) {
    if (unit == DeadlineUnit::working_hour)
        return after_working_hours(calendar, received, hours(n));
    const Day start = effective_day(calendar, rules, received);
    const int counted = rules.count_start_day && n > 0 ? n - 1 : n;
    Day day = start;
    if (unit == DeadlineUnit::working_day)
        day = calendar.add_working(start, counted);
    else if (unit == DeadlineUnit::day)
        day = calendar.on_or_after(plus_days(start, counted));
    else
        day = calendar.on_or_after(add_months(start, n));
    return at_local(day, rules.end_of_day);
}

Instant due_after_supplement(
    const Calendar& calendar,
    const DeadlineRules& rules,
    Instant received,
    int n,
    Instant requested,
    Instant supplemented,
    SupplementMode mode
) {
    const Day start = effective_day(calendar, rules, received);
    const int used =
        mode == SupplementMode::suspend ? calendar.working_between(start, local_day(requested)) : 0;
    const Day again = effective_day(calendar, rules, supplemented);
    return at_local(calendar.add_working(again, std::max(n - used, 0)), rules.end_of_day);
}

}  // namespace gw::core
