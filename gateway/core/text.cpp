// Unicode text by utf8proc.
#include "gateway/core/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace gw::core {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Reads the code point at `at` and moves past it; -1 for a byte that is not UTF-8.
utf8proc_int32_t next_point(std::string_view text, std::size_t& at) {
    utf8proc_int32_t point = -1;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at);
    const utf8proc_ssize_t read =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    at += read > 0 ? static_cast<std::size_t>(read) : 1;
    return read > 0 ? point : -1;
}

/// Only letters that are composed already, up to U+02FF and U+1E00 to U+1EFF: nearly all Vietnamese
/// text. Valid UTF-8 of that kind is NFC as it stands; false says nothing.
bool is_composed_vietnamese(std::string_view text) {
    const auto follows = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        if (lead < 0x80) {
            at += 1;
        } else if (lead >= 0xC2 && lead <= 0xCB && follows(at + 1)) {
            at += 2;
        } else if (lead == 0xE1 && follows(at + 1) && follows(at + 2)) {
            const auto second = static_cast<unsigned char>(text[at + 1]);
            if (second < 0xB8 || second > 0xBB) return false;
            at += 3;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<std::string> to_nfc(std::string_view text) {
    if (is_ascii(text) || is_composed_vietnamese(text)) return std::string(text);
    utf8proc_uint8_t* raw = nullptr;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()),
        &raw,
        options
    );
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
    if (size < 0) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
}

namespace {
std::string mapped(std::string_view text, utf8proc_int32_t (*map)(utf8proc_int32_t)) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const utf8proc_int32_t point = next_point(text, at);
        if (point < 0) {
            out.append(text.substr(begin, at - begin));
            continue;
        }
        utf8proc_uint8_t bytes[4];
        const utf8proc_ssize_t size = utf8proc_encode_char(map(point), bytes);
        out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    return out;
}
}  // namespace

std::string to_lower(std::string_view text) {
    return mapped(text, utf8proc_tolower);
}
std::string to_upper(std::string_view text) {
    return mapped(text, utf8proc_toupper);
}

std::string single_blanks(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string without_marks(std::string_view text) {
    if (is_ascii(text)) return std::string(text);
    utf8proc_uint8_t* raw = nullptr;
    const auto options =
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()),
        &raw,
        options
    );
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
    const std::string_view plain =
        size < 0 ? text : std::string_view(reinterpret_cast<const char*>(raw), std::size_t(size));
    std::string out;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        const auto lead = static_cast<unsigned char>(plain[at]);
        const auto next = at + 1 < plain.size() ? static_cast<unsigned char>(plain[at + 1]) : 0U;
        const bool stroke = lead == 0xC4 && (next == 0x90 || next == 0x91);  // Đ, đ
        if (stroke) out.push_back(next == 0x90 ? 'D' : 'd');
        if (stroke) ++at;
        if (!stroke && (size >= 0 || lead < 0x80)) out.push_back(plain[at]);
    }
    return out;
}

std::string ascii_words(std::string_view text, std::size_t max) {
    std::string out;
    for (const char c : without_marks(text)) {
        const bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
        if (good)
            out.push_back(c);
        else if (!out.empty() && out.back() != ' ')
            out.push_back(' ');
    }
    out.resize(std::min(out.size(), max));
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return !is_continuation(c);
    }));
}

bool has_control(std::string_view text, bool allow_newline) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == 0x7F || (c < 0x20 && !(c == '\n' && allow_newline))) return true;
        // U+0080 to U+009F are C2 80 to C2 9F.
        if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0)
            return true;
    }
    return false;
}

bool is_printable_word(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const utf8proc_int32_t point = next_point(text, at);
        if (point < 0) return false;
        switch (utf8proc_category(point)) {
            case UTF8PROC_CATEGORY_CN:
            case UTF8PROC_CATEGORY_CC:
            case UTF8PROC_CATEGORY_CF:
            case UTF8PROC_CATEGORY_CS:
            case UTF8PROC_CATEGORY_CO:
            case UTF8PROC_CATEGORY_ZS:
            case UTF8PROC_CATEGORY_ZL:
            case UTF8PROC_CATEGORY_ZP:
                return false;
            default:
                break;
        }
    }
    return true;
}

std::string truncate_marked(std::string_view text, std::size_t max) {
    if (max == 0) return "";
    if (code_points(text) <= max) return std::string(text);
    std::size_t at = 0, points = 0;
    for (; at < text.size(); ++at) {
        if (!is_continuation(text[at]) && points++ == max - 1) break;
    }
    return std::string(text.substr(0, at)) + "…";
}

std::string first_bytes(std::string_view text, std::size_t max) {
    if (text.size() <= max) return std::string(text);
    while (max > 0 && is_continuation(text[max])) --max;
    return std::string(text.substr(0, max));
}

}  // namespace gw::core
