// Capability URLs of files: base64url(id) + "." + base64url(first 16 bytes of the MAC).
#include "connectors/kit/file_links.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/core/error.hpp"
#include "gateway/crypto/digest.hpp"

namespace gw::connector_kit {
namespace {

constexpr std::size_t mac_bytes = 16;  // 128 bits (DS-9)

std::string mac_of(std::string_view secret, std::string_view id) {
    GW_ASSERT(secret.size() >= 16);
    const std::string message = "file-link\n" + std::string(id);
    return crypto::to_base64url(crypto::hmac_sha256(secret, message).substr(0, mac_bytes));
}

}  // namespace

std::string file_token(std::string_view secret, std::string_view attachment_id) {
    return crypto::to_base64url(attachment_id) + "." + mac_of(secret, attachment_id);
}

std::string file_url(
    std::string_view base, std::string_view secret, std::string_view attachment_id
) {
    return join_url(base, "f/" + file_token(secret, attachment_id));
}

std::optional<std::string> verify_file_token(std::string_view secret, std::string_view token) {
    const auto dot = token.find('.');
    if (dot == token.npos || token.size() > 200) return std::nullopt;
    const auto id = crypto::from_base64(token.substr(0, dot));
    if (!id || id->empty()) return std::nullopt;
    // Compared as text, so that only the one form that was given out is good.
    if (!crypto::equal_constant_time(token, file_token(secret, *id))) return std::nullopt;
    return id;
}

}  // namespace gw::connector_kit
