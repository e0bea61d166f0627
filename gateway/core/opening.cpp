// Hours and maintenance of a partner.
#include "gateway/core/opening.hpp"

#include <algorithm>
#include <array>

namespace gw::core {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 7> names = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr int look_ahead_days = 31;

std::optional<int> day_number(std::string_view name) {
    const auto* it = std::find(names.begin(), names.end(), name);
    if (it == names.end()) return std::nullopt;
    return static_cast<int>(it - names.begin());
}

std::optional<int> two_digits(std::string_view text) {
    if (text.size() != 2) return std::nullopt;
    for (const char c : text)
        if (c < '0' || c > '9') return std::nullopt;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

std::optional<Duration> time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto h = two_digits(text.substr(0, 2)), m = two_digits(text.substr(3));
    if (!h || !m || *m > 59 || *h > 24 || (*h == 24 && *m > 0)) return std::nullopt;
    return Duration(hours(*h) + minutes(*m));
}

bool read_days(std::string_view text, OpenHours& into) {
    if (text == "daily") return true;
    if (text == "working") {
        into.working = true;
        return true;
    }
    const auto dash = text.find('-');
    const auto first = day_number(text.substr(0, dash));
    const auto last = dash == text.npos ? first : day_number(text.substr(dash + 1));
    if (!first || !last) return false;
    into.days = 0;
    for (int d = *first;; d = (d + 1) % 7) {
        into.days |= 1U << d;
        if (d == *last) break;
    }
    return true;
}

bool opens_on(const OpenHours& row, const Calendar& calendar, Day day) {
    const std::chrono::weekday weekday{std::chrono::sys_days(day)};
    if ((row.days & (1U << (weekday.iso_encoding() - 1))) == 0) return false;
    return !row.working || calendar.is_working(day);
}

/// As next_open, by the hours alone.
std::optional<Instant> next_by_hours(
    const std::vector<OpenHours>& rows, const Calendar& calendar, Instant now
) {
    if (rows.empty()) return now;
    std::optional<Instant> best;
    const std::chrono::sys_days today(local_day(now));
    for (int n = -1; n <= look_ahead_days && !best; ++n) {
        const Day day(today + days(n));
        for (const OpenHours& row : rows) {
            if (!opens_on(row, calendar, day)) continue;
            const Instant from = at_local(day, row.from);
            const Instant to = at_local(day, row.to > row.from ? row.to : row.to + hours(24));
            if (to <= now) continue;
            const Instant then = std::max(from, now);
            if (!best || then < *best) best = then;
        }
    }
    return best;
}

}  // namespace

std::optional<OpenHours> parse_open_hours(std::string_view text) {
    OpenHours row;
    const auto blank = text.find(' ');
    if (blank == text.npos || !read_days(text.substr(0, blank), row)) return std::nullopt;
    const auto times = text.substr(blank + 1);
    if (times.size() != 11 || times[5] != '-') return std::nullopt;
    const auto from = time_of_day(times.substr(0, 5)), to = time_of_day(times.substr(6));
    if (!from || !to || *from == *to || *from >= hours(24)) return std::nullopt;
    row.from = *from;
    row.to = *to;
    return row;
}

std::optional<Maintenance> parse_maintenance(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == text.npos) return std::nullopt;
    const auto from = parse_rfc3339(text.substr(0, slash));
    const auto until = parse_rfc3339(text.substr(slash + 1));
    if (!from || !until || *until <= *from) return std::nullopt;
    Maintenance row;
    row.from = *from;
    row.until = *until;
    return row;
}

std::optional<Instant> next_open(const Opening& opening, const Calendar& calendar, Instant now) {
    Instant at = now;
    // Each round passes at least the end of one maintenance.
    for (std::size_t round = 0; round <= opening.maintenance.size() + 1; ++round) {
        const auto open = next_by_hours(opening.hours, calendar, at);
        if (!open || *open - now > days(look_ahead_days)) return std::nullopt;
        at = *open;
        const auto closed = std::find_if(
            opening.maintenance.begin(),
            opening.maintenance.end(),
            [at](const Maintenance& m) { return m.from <= at && at < m.until; }
        );
        if (closed == opening.maintenance.end()) return at;
        at = closed->until;
    }
    return std::nullopt;
}

}  // namespace gw::core
