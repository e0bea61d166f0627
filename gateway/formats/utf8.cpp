// UTF-8 well-formedness.
#include "gateway/formats/utf8.hpp"

#include <cstring>

namespace gw::formats {
namespace {
unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}
bool is_continuation(unsigned byte) {
    return (byte & 0xC0U) == 0x80U;
}
}  // namespace

Character decode_character(std::string_view text, std::size_t at) {
    const unsigned first = byte_at(text, at);
    if (at >= text.size()) return {};
    if (first < 0x80U) return {first, 1};
    std::size_t size = 0;
    if (first >= 0xC2U && first <= 0xDFU) size = 2;
    if (first >= 0xE0U && first <= 0xEFU) size = 3;
    if (first >= 0xF0U && first <= 0xF4U) size = 4;
    if (size == 0 || at + size > text.size()) return {};
    char32_t value = first & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const unsigned next = byte_at(text, at + i);
        if (!is_continuation(next)) return {};
        value = (value << 6U) | (next & 0x3FU);
    }
    const bool overlong = (size == 3 && value < 0x800U) || (size == 4 && value < 0x10000U);
    if (overlong || value > 0x10FFFFU || (value >= 0xD800U && value <= 0xDFFFU)) return {};
    return {value, size};
}

std::size_t first_bad_byte(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t eight = 0x8080808080808080U;
        if (at + sizeof eight <= text.size()) std::memcpy(&eight, text.data() + at, sizeof eight);
        if ((eight & 0x8080808080808080U) == 0) {
            at += sizeof eight;
            continue;
        }
        if (static_cast<unsigned char>(text[at]) < 0x80U) {
            ++at;
            continue;
        }
        const Character c = decode_character(text, at);
        if (c.size == 0) return at;
        at += c.size;
    }
    return std::string_view::npos;
}

}  // namespace gw::formats
