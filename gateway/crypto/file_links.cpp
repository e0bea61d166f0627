// Capability addresses of files for partners.
#include "gateway/crypto/file_links.hpp"

#include "gateway/crypto/digest.hpp"

#include <charconv>

namespace gw::crypto {

namespace {

constexpr std::size_t mac_bytes = 20;  // DS-9 asks for at least 128 bits

core::Error unknown() {
    return core::give_up("not_found", "no such file address");
}

}  // namespace

core::Result<std::string> file_token(const LinkMac& mac, const FileLink& link) {
    const auto seconds = core::to_ms(link.until) / 1'000;
    const auto text = link.tenant + '|' + link.attachment + '|' + std::to_string(seconds);
    auto whole = mac(text);
    if (!whole) return whole.error();
    return to_base64url(text) + '.' + to_base64url(whole->substr(0, mac_bytes));
}

std::string file_token(std::string_view secret, const FileLink& link) {
    GW_ASSERT(secret.size() >= 16);
    const LinkMac mac = [&](std::string_view text) -> core::Result<std::string> {
        return hmac_sha256(secret, text);
    };
    return file_token(mac, link).value();
}

core::Result<FileLink> read_file_token(
    const LinkMac& mac, std::string_view token, core::Instant now
) {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos || token.size() > 512) return unknown();
    const auto text = from_base64(token.substr(0, dot));
    const auto given = from_base64(token.substr(dot + 1));
    if (!text || !given) return unknown();
    auto whole = mac(*text);
    if (!whole) return whole.error();
    if (!equal_constant_time(whole->substr(0, mac_bytes), *given)) return unknown();
    const auto first = text->find('|');
    const auto second = first == std::string::npos ? first : text->find('|', first + 1);
    if (second == std::string::npos) return unknown();
    std::int64_t seconds = 0;
    std::from_chars(text->data() + second + 1, text->data() + text->size(), seconds);
    FileLink link;
    link.tenant = text->substr(0, first);
    link.attachment = text->substr(first + 1, second - first - 1);
    link.until = core::from_ms(seconds * 1'000);
    if (link.until <= now) return core::give_up("gone", "this file address is over");
    return link;
}

}  // namespace gw::crypto
