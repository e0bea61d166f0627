// Capability addresses of files for partners: /f/<token>, signed and expiring (DS-9).
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/ports/signer.hpp"

#include <string>
#include <string_view>

namespace gw::access {

inline constexpr std::string_view file_link_key = "file_links";

/// What a token opens.
struct FileLink {
    FileLink() = default;
    std::string tenant, attachment;
    core::Instant until{};
};
/// The same link for the same three values, so that a repeated message is the same message.
/// Errors: those of the signer.
core::Result<std::string> file_token(ports::Signer& signer, const FileLink& link);
/// Errors: give_up "not_found" (also when forged), "gone" when it is over.
core::Result<FileLink> read_file_token(
    ports::Signer& signer, std::string_view token, core::Instant now
);

}  // namespace gw::access
