// Capability URLs of files for partners.
#include "connectors/kit/file_links.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/core/error.hpp"
#include "gateway/crypto/digest.hpp"

#include <charconv>

namespace gw::connector_kit {
namespace {

constexpr std::size_t mac_bytes = 20;  // DS-9 asks for at least 128 bits

std::string mac_of(std::string_view secret, std::string_view text) {
    GW_ASSERT(secret.size() >= 16);
    return crypto::hmac_sha256(secret, text).substr(0, mac_bytes);
}

}  // namespace

std::string file_token(std::string_view secret, const FileLink& link) {
    const std::string text =
        link.tenant + "|" + link.attachment + "|" + std::to_string(core::to_ms(link.until) / 1'000);
    return crypto::to_base64url(text) + "." + crypto::to_base64url(mac_of(secret, text));
}

std::string file_url(std::string_view base, std::string_view secret, const FileLink& link) {
    return join_url(base, "f/" + file_token(secret, link));
}

std::optional<FileLink> verify_file_token(
    std::string_view secret, std::string_view token, core::Instant now
) {
    const auto dot = token.find('.');
    if (dot == token.npos || token.size() > 512) return std::nullopt;
    const auto text = crypto::from_base64(token.substr(0, dot));
    const auto given = crypto::from_base64(token.substr(dot + 1));
    if (!text || !given) return std::nullopt;
    if (!crypto::equal_constant_time(*given, mac_of(secret, *text))) return std::nullopt;
    const auto first = text->find('|');
    const auto second = first == text->npos ? first : text->find('|', first + 1);
    if (second == text->npos) return std::nullopt;
    std::int64_t seconds = 0;
    std::from_chars(text->data() + second + 1, text->data() + text->size(), seconds);
    FileLink link;
    link.tenant = text->substr(0, first);
    link.attachment = text->substr(first + 1, second - first - 1);
    link.until = core::from_ms(seconds * 1'000);
    if (link.until <= now) return std::nullopt;
    return link;
}

}  // namespace gw::connector_kit
