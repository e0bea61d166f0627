// Patterns of dates and times.
#include "gateway/mapping/time_forms.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace gw::mapping {
namespace {
struct Known {
    std::string_view text;
    int TimeParts::*part;
    std::size_t digits;
};
// Longer spellings first.
constexpr std::array<Known, 9> known{{
    {"yyyy", &TimeParts::year, 4},
    {"SSS", &TimeParts::millisecond, 3},
    {"MM", &TimeParts::month, 2},
    {"dd", &TimeParts::day, 2},
    {"HH", &TimeParts::hour, 2},
    {"mm", &TimeParts::minute, 2},
    {"ss", &TimeParts::second, 2},
    {"M", &TimeParts::month, 0},
    {"d", &TimeParts::day, 0},
}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// With leading zeros.
std::string padded(int value, std::size_t digits) {
    std::string text = std::to_string(value);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return text;
}

std::optional<core::Day> day_of(const TimeParts& p) {
    const core::Day day{
        std::chrono::year(p.year),
        std::chrono::month(static_cast<unsigned>(p.month)),
        std::chrono::day(static_cast<unsigned>(p.day))};
    if (!day.ok() || p.year < 1) return std::nullopt;
    return day;
}
}  // namespace

std::optional<TimeForm> TimeForm::parse(std::string_view pattern) {
    TimeForm form;
    bool any = false;
    while (!pattern.empty()) {
        Piece piece;
        for (const Known& k : known) {
            if (!pattern.starts_with(k.text)) continue;
            piece = {k.part, std::string(k.text), k.digits};
            break;
        }
        if (piece.part == nullptr) piece.text = std::string(1, pattern.front());
        const bool twice =
            std::any_of(form.pieces_.begin(), form.pieces_.end(), [&](const auto& p) {
                return p.part != nullptr && p.part == piece.part;
            });
        if (twice) return std::nullopt;
        any = any || piece.part != nullptr;
        pattern.remove_prefix(piece.text.size());
        form.pieces_.push_back(std::move(piece));
    }
    if (!any) return std::nullopt;
    return form;
}

bool TimeForm::has(std::string_view part) const {
    return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& p) {
        return p.part != nullptr && p.text.front() == part.front();
    });
}

std::string TimeForm::write(const TimeParts& parts) const {
    std::string out;
    for (const Piece& piece : pieces_)
        out += piece.part == nullptr ? piece.text : padded(parts.*piece.part, piece.digits);
    return out;
}

std::optional<TimeParts> TimeForm::read(std::string_view text) const {
    TimeParts parts;
    for (const Piece& piece : pieces_) {
        if (piece.part == nullptr) {
            if (!text.starts_with(piece.text)) return std::nullopt;
            text.remove_prefix(piece.text.size());
            continue;
        }
        const std::size_t most = piece.digits == 0 ? 2 : piece.digits;
        std::size_t n = 0;
        while (n < most && n < text.size() && is_digit(text[n])) ++n;
        if (n == 0 || n < piece.digits) return std::nullopt;
        int value = 0;
        for (const char c : text.substr(0, n)) value = value * 10 + (c - '0');
        parts.*piece.part = value;
        text.remove_prefix(n);
    }
    if (!text.empty()) return std::nullopt;
    return parts;
}

std::optional<std::string> write_timestamp(const TimeForm& form, std::string_view canonical) {
    const auto instant = core::parse_rfc3339(canonical);
    if (!instant) return std::nullopt;
    const core::Day day = core::local_day(*instant);
    const auto since = *instant - core::at_local(day);
    const std::chrono::hh_mm_ss clock(since);
    TimeParts parts;
    parts.year = static_cast<int>(day.year());
    parts.month = static_cast<int>(static_cast<unsigned>(day.month()));
    parts.day = static_cast<int>(static_cast<unsigned>(day.day()));
    parts.hour = static_cast<int>(clock.hours().count());
    parts.minute = static_cast<int>(clock.minutes().count());
    parts.second = static_cast<int>(clock.seconds().count());
    parts.millisecond = static_cast<int>(clock.subseconds().count());
    return form.write(parts);
}

std::optional<std::string> read_timestamp(const TimeForm& form, std::string_view wire) {
    const auto parts = form.read(wire);
    if (!parts) return std::nullopt;
    const auto day = day_of(*parts);
    if (!day || parts->hour > 23 || parts->minute > 59 || parts->second > 59) return std::nullopt;
    const auto clock = std::chrono::hours(parts->hour) + std::chrono::minutes(parts->minute) +
                       std::chrono::seconds(parts->second) +
                       std::chrono::milliseconds(parts->millisecond);
    return core::to_rfc3339(core::at_local(*day, clock));
}

std::optional<std::string> write_date(const TimeForm& form, std::string_view canonical) {
    const auto date = core::parse_partial_date(canonical);
    if (!date) return std::nullopt;
    // A part that the document does not state is never made up, and one that it states is not
    // dropped.
    if (form.has("M") != (date->month != 0) || form.has("d") != (date->day != 0))
        return std::nullopt;
    TimeParts parts;
    parts.year = date->year;
    parts.month = static_cast<int>(date->month);
    parts.day = static_cast<int>(date->day);
    return form.write(parts);
}

std::optional<std::string> read_date(const TimeForm& form, std::string_view wire) {
    const auto parts = form.read(wire);
    if (!parts) return std::nullopt;
    std::string text = padded(parts->year, 4);
    if (form.has("M")) text += "-" + padded(parts->month, 2);
    if (form.has("d")) text += "-" + padded(parts->day, 2);
    if (!core::parse_partial_date(text)) return std::nullopt;
    return text;
}

}  // namespace gw::mapping
