// What uploads share: digests in headers, file names, kinds of files, the attachment they become.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::api {

/// The SHA-256 of `sha-256=:<base64>:` (RFC 9530); nullopt when there is none or it is broken.
std::optional<core::Digest> parse_content_digest(std::string_view header);
std::string content_digest(const core::Digest& digest);
/// The name in Content-Disposition (RFC 6266): NFC, no control characters, no folders, at most 255
/// code points; nullopt when it cannot be read, "attachment" when there is none.
std::optional<std::string> file_name(std::string_view disposition);
/// The media type by content; `declared` decides only between types of one family (ZIP, PKCS 7).
/// "" = not an accepted kind, or another one than declared.
std::string accepted_type(std::string_view head, std::string_view declared);

/// A file whose bytes are in the blob store.
struct StoredFile {
    StoredFile() = default;
    std::string filename, media_type;
    core::Digest digest{};
    std::uint64_t size = 0;
};
/// 200 with the attachment that holds these bytes already, or 201 with a new one, in one commit.
/// `with`: further writes of that commit.
asio::awaitable<Reply> attach(
    Context& context, Call& call, StoredFile file, std::vector<core::ObjectWrite> with
);

}  // namespace gw::api
