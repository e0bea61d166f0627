// Short messages: alphabet, length, shortening.
#include "gateway/core/notice_text.hpp"

#include "gateway/core/text.hpp"

#include <algorithm>
#include <utility>

namespace gw::core {

namespace {

/// The next code point; bytes that are no UTF-8 count as one each.
char32_t next_point(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    char32_t point = more == 0 ? first : first & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size(); ++i)
        point = (point << 6) | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    return point;
}

/// Septets of one character in the GSM-7 alphabet and its extension; 0 = not in it.
std::size_t septets(char32_t c) {
    constexpr std::u32string_view extended = U"^{}\\[~]|€";
    constexpr std::u32string_view beyond_ascii = U"£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
    if (extended.find(c) != extended.npos) return 2;
    if (c == U'\n' || c == U'\r') return 1;
    if (c >= 0x20 && c < 0x7F) return c == U'`' ? 0 : 1;
    return beyond_ascii.find(c) != beyond_ascii.npos ? 1 : 0;
}

int parts_of(std::size_t units, std::size_t single, std::size_t joined) {
    if (units <= single) return units == 0 ? 0 : 1;
    return static_cast<int>((units + joined - 1) / joined);
}

}  // namespace

SmsLength sms_length(std::string_view text) {
    SmsLength length;
    std::size_t gsm = 0, utf16 = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_point(text, at);
        const std::size_t own = septets(c);
        if (own == 0) length.ucs2 = true;
        gsm += own;
        utf16 += c > 0xFFFF ? 2 : 1;
    }
    length.units = length.ucs2 ? utf16 : gsm;
    length.parts = length.ucs2 ? parts_of(utf16, 70, 67) : parts_of(gsm, 160, 153);
    return length;
}

std::string to_sms_ascii(std::string_view text) {
    const std::string plain = without_marks(text);
    std::string out;
    for (std::size_t at = 0; at < plain.size();) {
        const char32_t c = next_point(plain, at);
        if (c == U'\n' || (c >= 0x20 && c < 0x7F))
            out += static_cast<char>(c);
        else if (c == U'…')
            out += "...";
        else if (c == U'–' || c == U'—')
            out += '-';
        else if (c == U'“' || c == U'”' || c == U'«' || c == U'»')
            out += '"';
        else if (c == U'‘' || c == U'’')
            out += '\'';
        else
            out += ' ';
    }
    return out;
}

std::string shorten(std::string_view text, std::size_t max, bool ascii) {
    if (max == 0 || code_points(text) <= max) return std::string(text);
    if (!ascii) return truncate_marked(text, max);
    const std::string_view mark = std::string_view("...").substr(0, std::min<std::size_t>(3, max));
    return first_bytes(text, max - mark.size()) + std::string(mark);
}

bool is_mobile(std::string_view phone, const std::vector<std::string>& test_prefixes) {
    if (phone.size() != 11 || phone.find_first_not_of("0123456789") != phone.npos ||
        !phone.starts_with("84"))
        return false;
    const bool test =
        std::any_of(test_prefixes.begin(), test_prefixes.end(), [&](const std::string& prefix) {
            return !prefix.empty() && phone.starts_with(prefix);
        });
    return test || std::string_view("35789").find(phone[2]) != std::string_view::npos;
}

}  // namespace gw::core
