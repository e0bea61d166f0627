// Dates and times as partners write them: patterns such as "yyyyMMddHHmmss", read and written
// exactly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

/// What a pattern holds. 0 = the pattern has no such part (month and day count from 1).
struct TimeParts {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
};
class TimeForm {
public:
    TimeForm() = default;
    /// Parts yyyy MM M dd d HH mm ss SSS; anything else stands for itself. nullopt: no part at all,
    /// or one twice.
    static std::optional<TimeForm> parse(std::string_view pattern);
    std::string write(const TimeParts& parts) const;
    /// nullopt: not exactly of this form. Whether the day exists is not checked here.
    std::optional<TimeParts> read(std::string_view text) const;
    bool has(std::string_view part) const;

private:
    struct Piece {
        int TimeParts::*part = nullptr;  // nullptr: literal
        std::string text;                // as in the pattern
        std::size_t digits = 0;          // 0: as many as needed, at most two
    };
    std::vector<Piece> pieces_;
};

/// RFC 3339 to the pattern in Vietnam time, and back. nullopt: not readable, or not a real time.
std::optional<std::string> write_timestamp(const TimeForm& form, std::string_view canonical);
std::optional<std::string> read_timestamp(const TimeForm& form, std::string_view wire);
/// "2026-01-05" or "2026-01" (when the pattern has no day) to the pattern, and back.
std::optional<std::string> write_date(const TimeForm& form, std::string_view canonical);
std::optional<std::string> read_date(const TimeForm& form, std::string_view wire);

}  // namespace gw::mapping
