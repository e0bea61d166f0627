// Capability URLs of files for partners (DS-9): <base>/f/<token>, unguessable, without code or
// name. Pure.
#pragma once

#include "gateway/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::connector_kit {

/// What a token opens, and until when. The form is that of the API's route /f/<token>:
/// base64url("tenant|attachment|unix seconds") "." base64url(first 20 bytes of HMAC-SHA256(secret,
/// that text)).
struct FileLink {
    FileLink() = default;
    std::string tenant, attachment;
    core::Instant until{};
};
/// The same token for the same values, so that a repeated message is the same message.
/// `secret`: at least 16 bytes, never shown.
std::string file_token(std::string_view secret, const FileLink& link);
/// "https://gateway.example/f/<token>".
std::string file_url(std::string_view base, std::string_view secret, const FileLink& link);
/// nullopt: forged, cut, changed or over.
std::optional<FileLink> verify_file_token(
    std::string_view secret, std::string_view token, core::Instant now
);

}  // namespace gw::connector_kit
