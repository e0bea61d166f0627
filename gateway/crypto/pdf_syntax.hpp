// Just enough PDF syntax to read one dictionary. Used by pdf_*.cpp only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::crypto::pdf {

/// A member of a dictionary as it stands in the file.
struct Entry {
    std::string_view name;  // without slash
    std::string_view value;
};
using Dictionary = std::vector<Entry>;

bool is_space(char c);
bool is_digit(char c);
/// The value of a member; "" when there is none.
std::string_view value_of(const Dictionary& dictionary, std::string_view name);
/// Position after the blanks from `at`.
std::size_t after_blanks(std::string_view text, std::size_t at);
/// Where the value that begins at `at` ends; npos when it is broken or deeper than 32.
std::size_t value_end(std::string_view text, std::size_t at, int depth = 0);
/// The dictionary that begins with "<<" at `at`. nullopt: broken, a name twice, an escaped name or
/// a comment in it: what two readers could read differently.
std::optional<Dictionary> read_dictionary(
    std::string_view text, std::size_t at, std::size_t* end = nullptr
);
/// The whole text is "[n n n n]": its numbers.
std::optional<std::vector<std::uint64_t>> read_numbers(std::string_view value);

}  // namespace gw::crypto::pdf
