// Item identifiers of the postal union: two letters, eight digits, check digit, country.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sim::vnpost {

/// Check digit of eight digits; -1 when the text is not eight digits.
int s10_digit(std::string_view serial);
/// Two capital letters, nine digits, two capital letters.
bool s10_shaped(std::string_view text);
/// Shaped and with the right check digit.
bool s10_valid(std::string_view text);
/// "EA" + serial + check digit + "VN"; the serial modulo 100,000,000.
std::string s10_made(std::string_view service, std::uint64_t serial);

}  // namespace sim::vnpost
