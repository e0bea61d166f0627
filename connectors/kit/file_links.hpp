// Capability URLs of files (DS-9): https://<host>/f/<token>, unguessable, without code or name.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gw::connector_kit {

/// "<base>/f/<token>". The token holds the attachment's id and 128 bits of HMAC-SHA256(secret, id).
/// `base`: "https://gateway.example"; `secret`: at least 16 bytes, never shown.
std::string file_url(
    std::string_view base, std::string_view secret, std::string_view attachment_id
);
std::string file_token(std::string_view secret, std::string_view attachment_id);
/// The attachment's id when the token is genuine. nullopt: forged, cut or changed.
std::optional<std::string> verify_file_token(std::string_view secret, std::string_view token);

}  // namespace gw::connector_kit
