// Unicode text: NFC, Vietnamese lower case, lengths in code points (utf8proc).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw::core {

/// nullopt: not valid UTF-8.
std::optional<std::string> to_nfc(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
/// Blanks in a row become one, none at the ends.
std::string single_blanks(std::string_view text);
/// Letters without their marks, đ as d; everything else as it is. Text that is not UTF-8: its
/// ASCII.
std::string without_marks(std::string_view text);
/// For fields that partners sign or join (PY-7): marks dropped, every other character than
/// 0-9A-Za-z ._- a blank, blanks in a row one, at most `max`.
std::string ascii_words(std::string_view text, std::size_t max);
std::size_t code_points(std::string_view text);
/// Has a control character other than line feed (allow_newline) or any.
bool has_control(std::string_view text, bool allow_newline);
/// Valid UTF-8 without blanks, control, format or unassigned characters. The empty text is one.
bool is_printable_word(std::string_view text);
/// Cut to `max` code points, the last being "…" when cut (truncate_marked).
std::string truncate_marked(std::string_view text, std::size_t max);
/// First `max` bytes, never in the middle of a character.
std::string first_bytes(std::string_view text, std::size_t max);

}  // namespace gw::core
