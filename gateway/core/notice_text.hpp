// Texts to citizens: what fits into a short message, and which phones can get one
// (notifications.md 2 and 3). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

struct SmsLength {
    SmsLength() = default;
    bool ucs2 = false;      // some character is not of the GSM-7 alphabet
    std::size_t units = 0;  // septets or UTF-16 units
    int parts = 0;          // GSM-7: 160, then 153 a part; UCS-2: 70, then 67
};
SmsLength sms_length(std::string_view text);
/// Vietnamese without marks, typographic signs as ASCII, everything else a blank.
std::string to_sms_ascii(std::string_view text);
/// At most `max` characters, the end shown as cut: "…", or "..." in ASCII.
std::string shorten(std::string_view text, std::size_t max, bool ascii);

/// NT-5: mobile numbers of Vietnam, and test numbers by prefix. `phone` normalised ("84…").
bool is_mobile(std::string_view phone, const std::vector<std::string>& test_prefixes);

}  // namespace gw::core
