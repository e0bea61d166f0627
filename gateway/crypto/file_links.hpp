// Capability addresses of files for partners: /f/<token>, signed and expiring (DS-9). Pure.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/time.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace gw::crypto {

/// What a token opens, and until when.
struct FileLink {
    FileLink() = default;
    std::string tenant, attachment;
    core::Instant until{};
};
/// HMAC-SHA256 with the key of file links, wherever that key lives.
using LinkMac = std::function<core::Result<std::string>(std::string_view text)>;

/// base64url("tenant|attachment|unix seconds") "." base64url(first 20 bytes of the MAC of that
/// text): unguessable, without code or name, and the same for the same link, so that a repeated
/// message is the same message. Errors: those of `mac`.
core::Result<std::string> file_token(const LinkMac& mac, const FileLink& link);
/// The same for a holder of the secret itself: at least 16 bytes, never shown.
std::string file_token(std::string_view secret, const FileLink& link);
/// Errors: give_up "not_found" when forged, cut or changed, "gone" when it is over; those of `mac`.
core::Result<FileLink> read_file_token(
    const LinkMac& mac, std::string_view token, core::Instant now
);

}  // namespace gw::crypto
