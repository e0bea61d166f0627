// Time as the gateway keeps it: UTC instants in milliseconds; Vietnam time (UTC+7, no summer time)
// only at the rim.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::core {

using Duration = std::chrono::milliseconds;
/// UTC, milliseconds since 1970.
using Instant = std::chrono::sys_time<Duration>;
/// A calendar day in Vietnam.
using Day = std::chrono::year_month_day;

inline constexpr std::chrono::hours vietnam_offset{7};

/// Milliseconds since 1970 UTC: the form in stores and metrics.
inline std::int64_t to_ms(Instant t) {
    return t.time_since_epoch().count();
}
inline Instant from_ms(std::int64_t ms) {
    return Instant(Duration(ms));
}

/// The Vietnamese calendar day that holds `t`.
Day local_day(Instant t);
/// Midnight at the start of `day` in Vietnam, plus `time_of_day`.
Instant at_local(Day day, Duration time_of_day = Duration(0));

/// "2026-01-05T14:30:15.000+07:00": RFC 3339, always +07:00 and milliseconds.
std::string to_rfc3339(Instant t);
/// Reads RFC 3339 with any offset, 0 to 9 fraction digits (more than milliseconds are cut).
/// nullopt: not that form, no offset, or not a real date.
std::optional<Instant> parse_rfc3339(std::string_view text);

/// "2026-01-05".
std::string to_iso_day(Day day);
/// nullopt: not `yyyy-MM-dd` or not a real day.
std::optional<Day> parse_iso_day(std::string_view text);

/// "20260105143015" in Vietnam time on a 24-hour clock, as portal packets want it (ID-35).
std::string to_compact(Instant t);
/// nullopt: not exactly 14 digits, or not a real time.
std::optional<Instant> parse_compact(std::string_view text);

}  // namespace gw::core
