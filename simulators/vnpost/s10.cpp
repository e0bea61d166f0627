// Weights 8 6 4 2 3 5 9 7; 11 minus the sum modulo 11, where 10 becomes 0 and 11 becomes 5.
#include "simulators/vnpost/s10.hpp"

#include <algorithm>
#include <array>

namespace sim::vnpost {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

}  // namespace

int s10_digit(std::string_view serial) {
    static constexpr std::array<int, 8> weights{8, 6, 4, 2, 3, 5, 9, 7};
    if (serial.size() != weights.size() || !std::ranges::all_of(serial, is_digit)) return -1;
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += (serial[i] - '0') * weights[i];
    int digit = 11 - sum % 11;
    if (digit == 10) return 0;
    return digit == 11 ? 5 : digit;
}

bool s10_shaped(std::string_view text) {
    return text.size() == 13 && std::ranges::all_of(text.substr(0, 2), is_capital) &&
           std::ranges::all_of(text.substr(2, 9), is_digit) &&
           std::ranges::all_of(text.substr(11), is_capital);
}

bool s10_valid(std::string_view text) {
    return s10_shaped(text) && s10_digit(text.substr(2, 8)) == text[10] - '0';
}

std::string s10_made(std::string_view service, std::uint64_t serial) {
    auto digits = std::to_string(serial % 100'000'000);
    digits.insert(0, 8 - digits.size(), '0');
    return std::string(service) + digits + std::to_string(s10_digit(digits)) + "VN";
}

}  // namespace sim::vnpost
