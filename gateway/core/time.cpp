// Reading and writing the time forms that everybody shares.
#include "gateway/core/time.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace gw::core {
namespace {
using namespace std::chrono;

/// Reads exactly `count` digits at `text`'s start and removes them; -1 when there are fewer.
int digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}
bool skip(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}
std::optional<Day> make_day(int y, int m, int d) {
    if (y < 0 || m < 1 || d < 1) return std::nullopt;
    const Day day{
        year(y), month(static_cast<unsigned>(m)), std::chrono::day(static_cast<unsigned>(d))};
    if (!day.ok()) return std::nullopt;
    return day;
}
/// Writes `value` with `count` digits, zeros in front, and moves `out` behind it.
void put(char*& out, unsigned value, int count) {
    for (int i = count - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
    out += count;
}
/// "2026-01-05"
void put_day(char*& out, Day day) {
    put(out, static_cast<unsigned>(std::clamp(int(day.year()), 0, 9'999)), 4);
    *out++ = '-';
    put(out, unsigned(day.month()), 2);
    *out++ = '-';
    put(out, unsigned(day.day()), 2);
}
struct Parts {
    Day day;
    hh_mm_ss<Duration> time;
};
Parts local_parts(Instant t) {
    const auto local = t + vietnam_offset;
    const auto midnight = floor<days>(local);
    return {Day(midnight), hh_mm_ss<Duration>(local - midnight)};
}
}  // namespace

Day local_day(Instant t) {
    return local_parts(t).day;
}

Instant at_local(Day day, Duration time_of_day) {
    return Instant(sys_days(day)) + time_of_day - vietnam_offset;
}

std::string to_rfc3339(Instant t) {
    const auto [day, time] = local_parts(t);
    constexpr std::string_view shape = "0000-00-00T00:00:00.000+07:00";
    std::string text(shape);
    char* out = text.data();
    put_day(out, day);
    ++out;
    put(out, static_cast<unsigned>(time.hours().count()), 2);
    ++out;
    put(out, static_cast<unsigned>(time.minutes().count()), 2);
    ++out;
    put(out, static_cast<unsigned>(time.seconds().count()), 2);
    ++out;
    put(out, static_cast<unsigned>(time.subseconds().count()), 3);
    return text;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    const int y = digits(text, 4);
    if (y < 0 || !skip(text, '-')) return std::nullopt;
    const int mo = digits(text, 2);
    if (mo < 0 || !skip(text, '-')) return std::nullopt;
    const int d = digits(text, 2);
    const auto day = make_day(y, mo, d);
    if (!day || (!skip(text, 'T') && !skip(text, 't'))) return std::nullopt;
    const int h = digits(text, 2);
    if (h < 0 || h > 23 || !skip(text, ':')) return std::nullopt;
    const int mi = digits(text, 2);
    if (mi < 0 || mi > 59 || !skip(text, ':')) return std::nullopt;
    const int s = digits(text, 2);
    if (s < 0 || s > 59) return std::nullopt;
    int ms = 0;
    if (skip(text, '.')) {
        int n = 0;
        for (int scale = 100; !text.empty() && text.front() >= '0' && text.front() <= '9' && n < 9;
             ++n) {
            ms += (text.front() - '0') * scale;
            scale /= 10;
            text.remove_prefix(1);
        }
        if (n == 0) return std::nullopt;
    }
    minutes offset{0};
    if (!skip(text, 'Z') && !skip(text, 'z')) {
        const bool east = skip(text, '+');
        if (!east && !skip(text, '-')) return std::nullopt;
        const int oh = digits(text, 2);
        if (oh < 0 || oh > 23 || !skip(text, ':')) return std::nullopt;
        const int om = digits(text, 2);
        if (om < 0 || om > 59) return std::nullopt;
        offset = minutes(oh * 60 + om) * (east ? 1 : -1);
    }
    if (!text.empty()) return std::nullopt;
    return Instant(sys_days(*day)) + hours(h) + minutes(mi) + seconds(s) + Duration(ms) - offset;
}

std::string to_iso_day(Day day) {
    std::string text(10, '\0');
    char* out = text.data();
    put_day(out, day);
    return text;
}

std::optional<Day> parse_iso_day(std::string_view text) {
    const int y = digits(text, 4);
    if (y < 0 || !skip(text, '-')) return std::nullopt;
    const int m = digits(text, 2);
    if (m < 0 || !skip(text, '-')) return std::nullopt;
    const int d = digits(text, 2);
    if (!text.empty()) return std::nullopt;
    return make_day(y, m, d);
}

std::string to_compact(Instant t) {
    const auto [day, time] = local_parts(t);
    char out[32];
    std::snprintf(
        out,
        sizeof out,
        "%04d%02u%02u%02d%02d%02d",
        int(day.year()),
        unsigned(day.month()),
        unsigned(day.day()),
        static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count())
    );
    return out;
}

std::optional<Instant> parse_compact(std::string_view text) {
    if (text.size() != 14) return std::nullopt;
    const int y = digits(text, 4), mo = digits(text, 2), d = digits(text, 2);
    const int h = digits(text, 2), mi = digits(text, 2), s = digits(text, 2);
    const auto day = make_day(y, mo, d);
    if (!day || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59) return std::nullopt;
    return at_local(*day, hours(h) + minutes(mi) + seconds(s));
}

}  // namespace gw::core
