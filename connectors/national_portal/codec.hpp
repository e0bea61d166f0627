// Wire form of the portal's services: envelopes of both transports, items through the mapping
// module. Pure.
#pragma once

#include "connectors/kit/session_cache.hpp"
#include "connectors/national_portal/canonical.hpp"
#include "connectors/national_portal/lane_memory.hpp"
#include "connectors/national_portal/operations.hpp"
#include "connectors/national_portal/options.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/connector.hpp"

#include <string>
#include <string_view>

namespace gw::national_portal {

/// Everything `prepare` needs beside the claim.
struct CodecParts {
    const Options& options;
    const mapping::Library& library;
    const Catalogue& catalogue;
};
/// {"session":"***","madonvi":…,"service":…,"isUpdating":…,"data":…} for the adapter, the same
/// without session and madonvi for a bus. Errors: give_up and hold of the mapping; give_up
/// "national_portal.too_large".
core::Result<std::string> encode_push(
    const CodecParts& parts, const Said& said, const core::Claim& claim, const LaneMemory& memory
);
/// Is the packet of this leg sent as an update? NP-33, 1 to 3; NP-27.
bool is_update(const Said& said, const LaneMemory& memory);

/// Bytes of a call that only reads.
std::string encode_pull(
    const Options& options, std::string_view service, const core::Document& arguments
);

/// A prepared body becomes the request on the wire: the session is put in, a bus gets its path and
/// array.
ports::HttpRequest wire_request(
    const Options& options, std::string_view bytes, const connector_kit::Session& session
);
/// A POST through the adapter with dstcode in header and query (F-22).
ports::HttpRequest adapter_request(const Options& options, std::string_view path, std::string body);

}  // namespace gw::national_portal
