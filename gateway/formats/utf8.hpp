// UTF-8 well-formedness, shared by the readers of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gw::formats {

/// One decoded character. size 0: the bytes at this place are not well-formed UTF-8.
struct Character {
    char32_t value = 0;
    std::size_t size = 0;
};
/// Decodes the character at `at`. Refuses overlong forms, surrogates and values above U+10FFFF.
/// Source: Unicode 15, table 3-7.
Character decode_character(std::string_view text, std::size_t at);
/// Byte offset of the first byte that is not well-formed; npos when all is well.
std::size_t first_bad_byte(std::string_view text);

}  // namespace gw::formats
