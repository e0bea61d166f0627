// The look before the tree: one pass, no recursion, memory only for the names of open elements.
#include "gateway/formats/xml_scan.hpp"

#include "gateway/formats/utf8.hpp"

#include <algorithm>
#include <vector>

namespace gw::formats {
namespace {
constexpr auto npos = std::string_view::npos;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           static_cast<unsigned char>(c) >= 0x80U;
}
bool is_name(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}
bool is_xml_character(char32_t c) {
    return c == 9 || c == 10 || c == 13 || (c >= 0x20U && c != 0xFFFEU && c != 0xFFFFU);
}

class Scanner {
public:
    Scanner(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

    XmlObjection run() {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        const std::size_t start = at_;
        while (at_ < text_.size()) {
            bool good = true;
            if (text_[at_] != '<')
                good = characters();
            else if (rest().starts_with("<?"))
                good = instruction(at_ == start);
            else if (rest().starts_with("<!"))
                good = declaration();
            else if (rest().starts_with("</"))
                good = end_tag();
            else
                good = start_tag();
            if (!good) return {code_, at_};
        }
        if (!open_.empty() || !root_seen_) return {"xml.syntax", at_};
        return {};
    }

private:
    std::string_view rest() const { return text_.substr(at_); }
    char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool fail(const char* code) {
        code_ = code;
        return false;
    }
    void spaces() {
        while (is_space(now())) ++at_;
    }
    std::string_view name() {
        const std::size_t from = at_;
        if (is_name_start(now()))
            while (is_name(now())) ++at_;
        return text_.substr(from, at_ - from);
    }
    bool skip_past(std::string_view opening, std::string_view closing) {
        const std::size_t end = text_.find(closing, at_ + opening.size());
        if (end == npos) return fail("xml.syntax");
        at_ = end + closing.size();
        return true;
    }

    bool characters() {
        const std::size_t end = std::min(text_.find('<', at_), text_.size());
        while (at_ < end) {
            if (open_.empty() && !is_space(text_[at_])) return fail("xml.syntax");
            if (rest().starts_with("]]>")) return fail("xml.syntax");
            if (text_[at_] != '&')
                ++at_;
            else if (!reference())
                return false;
        }
        return true;
    }

    bool reference() {
        static constexpr std::string_view known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
        for (const auto entity : known) {
            if (!rest().starts_with(entity)) continue;
            at_ += entity.size();
            return true;
        }
        if (!rest().starts_with("&#")) return fail("xml.syntax");
        const std::size_t end = text_.find(';', at_);
        constexpr std::size_t longest = 10;  // "&#x10FFFF;"
        if (end == npos || end - at_ > longest) return fail("xml.syntax");
        std::string_view digits = text_.substr(at_ + 2, end - at_ - 2);
        const unsigned base = digits.starts_with('x') ? 16 : 10;
        if (base == 16) digits.remove_prefix(1);
        char32_t value = 0;
        for (const char c : digits) {
            unsigned digit = 99;
            if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
            if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
            if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
            if (digit >= base) return fail("xml.syntax");
            value = value * base + digit;
        }
        const bool surrogate = value >= 0xD800U && value <= 0xDFFFU;
        if (digits.empty() || value > 0x10FFFFU || surrogate || !is_xml_character(value))
            return fail("xml.syntax");
        at_ = end + 1;
        return true;
    }

    bool instruction(bool first) {
        const std::size_t from = at_;
        if (!skip_past("<?", "?>")) return false;
        const std::string_view whole = text_.substr(from, at_ - from);
        if (!whole.starts_with("<?xml") || (whole.size() > 5 && is_name(whole[5]))) return true;
        if (!first) return fail("xml.syntax");  // the declaration stands at the very beginning
        const std::size_t place = whole.find("encoding");
        if (place == npos) return true;
        const std::size_t open = whole.find_first_of("'\"", place);
        const std::size_t close = open == npos ? npos : whole.find(whole[open], open + 1);
        if (close == npos) return fail("xml.syntax");
        const std::string_view encoding = whole.substr(open + 1, close - open - 1);
        const bool utf8 = encoding.size() == 5 && (encoding[0] | 0x20) == 'u' &&
                          (encoding[1] | 0x20) == 't' && (encoding[2] | 0x20) == 'f' &&
                          encoding.substr(3) == "-8";
        return utf8 || fail("xml.encoding");
    }

    bool declaration() {
        if (rest().starts_with("<!--")) return skip_past("<!--", "-->");
        if (rest().starts_with("<![CDATA[") && !open_.empty()) return skip_past("<![CDATA[", "]]>");
        constexpr std::string_view doctype = "<!doctype";
        bool same = rest().size() >= doctype.size();
        for (std::size_t i = 0; same && i < doctype.size(); ++i) {
            const char c = text_[at_ + i];
            same = (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) == doctype[i];
        }
        return fail(same ? "xml.doctype" : "xml.syntax");
    }

    bool end_tag() {
        at_ += 2;
        const std::string_view tag = name();
        spaces();
        if (now() != '>' || open_.empty() || open_.back() != tag) return fail("xml.syntax");
        ++at_;
        open_.pop_back();
        return true;
    }

    bool start_tag() {
        if (open_.empty() && root_seen_) return fail("xml.syntax");  // a second root
        if (static_cast<int>(open_.size()) >= limits_.depth_max) return fail("xml.too_deep");
        ++at_;
        const std::string_view tag = name();
        if (tag.empty()) return fail("xml.syntax");
        root_seen_ = true;
        int attributes = 0;
        while (true) {
            const bool parted = is_space(now());
            spaces();
            if (now() == '>') {
                ++at_;
                open_.push_back(tag);
                return true;
            }
            if (rest().starts_with("/>")) {
                at_ += 2;
                return true;
            }
            if (!parted) return fail("xml.syntax");
            if (++attributes > limits_.attributes_max) return fail("xml.too_deep");
            if (!attribute()) return false;
        }
    }

    bool attribute() {
        if (name().empty()) return fail("xml.syntax");
        spaces();
        if (now() != '=') return fail("xml.syntax");
        ++at_;
        spaces();
        const char quote = now();
        if (quote != '"' && quote != '\'') return fail("xml.syntax");
        ++at_;
        while (now() != quote) {
            if (at_ >= text_.size() || now() == '<') return fail("xml.syntax");
            if (now() != '&')
                ++at_;
            else if (!reference())
                return false;
        }
        ++at_;
        return true;
    }

    std::string_view text_;
    XmlLimits limits_;
    std::size_t at_ = 0;
    std::vector<std::string_view> open_;
    bool root_seen_ = false;
    const char* code_ = nullptr;
};

XmlObjection bad_characters(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const Character c = decode_character(text, at);
        if (c.size == 0) return {"xml.encoding", at};
        if (!is_xml_character(c.value)) return {"xml.syntax", at};
        at += c.size;
    }
    return {};
}
}  // namespace

XmlObjection scan_xml(std::string_view text, const XmlLimits& limits) {
    if (text.size() > limits.bytes_max) return {"xml.too_large", limits.bytes_max};
    if (const auto bad = bad_characters(text); bad.code != nullptr) return bad;
    return Scanner(text, limits).run();
}

}  // namespace gw::formats
