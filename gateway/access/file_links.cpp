// Capability addresses of files for partners: /f/<token>, signed and expiring (DS-9).
#include "gateway/access/file_links.hpp"

#include "gateway/crypto/digest.hpp"

#include <charconv>

namespace gw::access {

namespace {

core::Error unknown() {
    return core::give_up("not_found", "no such file address");
}

}  // namespace

core::Result<std::string> file_token(ports::Signer& signer, const FileLink& link) {
    const auto seconds = core::to_ms(link.until) / 1'000;
    const auto text = link.tenant + '|' + link.attachment + '|' + std::to_string(seconds);
    auto mac = signer.hmac_sha256(file_link_key, text);
    if (!mac) return mac.error();
    // 160 bits of the MAC: DS-9 asks for at least 128.
    return crypto::to_base64url(text) + '.' + crypto::to_base64url(mac->substr(0, 20));
}

core::Result<FileLink> read_file_token(
    ports::Signer& signer, std::string_view token, core::Instant now
) {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos || token.size() > 512) return unknown();
    const auto text = crypto::from_base64(token.substr(0, dot));
    const auto given = crypto::from_base64(token.substr(dot + 1));
    if (!text || !given) return unknown();
    auto mac = signer.hmac_sha256(file_link_key, *text);
    if (!mac) return mac.error();
    if (!crypto::equal_constant_time(mac->substr(0, 20), *given)) return unknown();
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

}  // namespace gw::access
