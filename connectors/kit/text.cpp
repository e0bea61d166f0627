// Small text tools of connectors.
#include "connectors/kit/text.hpp"

#include "gateway/core/identifiers.hpp"

#include <algorithm>

namespace gw::connector_kit {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string percent_encode(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string join_url(std::string_view base, std::string_view path) {
    if (path.find("://") != std::string_view::npos) return std::string(path);
    while (base.ends_with('/')) base.remove_suffix(1);
    while (path.starts_with('/')) path.remove_prefix(1);
    return std::string(base) + "/" + std::string(path);
}

std::string redact(std::string text, std::span<const std::string> secrets) {
    for (const std::string& secret : secrets) {
        if (secret.size() < 4) continue;
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
            text.replace(at, secret.size(), "***");
    }
    return text;
}

std::string mask_digits(std::string_view text) {
    constexpr std::size_t telling = 9;
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
        if (end - i >= telling)
            out += core::mask_number(text.substr(i, end - i));
        else
            out += text.substr(i, end - i);
        if (end < text.size()) out += text[end];
        i = end + 1;
    }
    return out;
}

bool is_empty(const core::Document& value) {
    switch (value.kind()) {
        case core::Document::Kind::null:
            return true;
        case core::Document::Kind::text:
            return value.as_text().find_first_not_of(" \t\r\n") == std::string::npos;
        case core::Document::Kind::list:
            return std::all_of(value.items().begin(), value.items().end(), is_empty);
        case core::Document::Kind::object:
            return value.members().empty();
        case core::Document::Kind::boolean:
        case core::Document::Kind::number:
            return false;
    }
    return false;
}

}  // namespace gw::connector_kit
