// When a partner may be called: its hours and its announced maintenance. Pure.
#pragma once

#include "gateway/core/calendar.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// "Mon-Fri 07:00-17:30", "daily 06:00-22:00", "working 07:30-17:00" (working days of the
/// calendar). An end before the start is that of the next day.
struct OpenHours {
    unsigned days = 0x7f;  // bit 0 = Monday
    bool working = false;  // besides: only on working days
    Duration from{0}, to{0};
};
/// "2026-11-28T22:00:00+07:00/2026-11-29T02:00:00+07:00".
struct Maintenance {
    Instant from{}, until{};
};
std::optional<OpenHours> parse_open_hours(std::string_view text);
std::optional<Maintenance> parse_maintenance(std::string_view text);

struct Opening {
    std::vector<OpenHours> hours;  // none: always
    std::vector<Maintenance> maintenance;
    bool always() const { return hours.empty() && maintenance.empty(); }
};
/// `now` when it is open now; else when it opens next; nullopt: not within a month. `calendar` is
/// only asked about working days.
std::optional<Instant> next_open(const Opening& opening, const Calendar& calendar, Instant now);

}  // namespace gw::core
