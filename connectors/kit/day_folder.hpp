// Where day files lie: their addresses, the newest of a day, and whether a day is done with.
#pragma once

#include "connectors/kit/parts.hpp"

#include <string>
#include <string_view>

namespace gw::connector_kit {

/// `url` with {date} ("20260105") and {seq} (1, 2, …) or {seq2} (01, 02, …); its last part is the
/// file's name. The digest is beside it under ".sha256".
std::string day_file_address(std::string_view url, core::Day day, int seq);

/// Bytes of the newest file of a day; name "" = there is none.
struct FetchedFile {
    FetchedFile() = default;
    std::string name, bytes, digest;
};
ports::asio::awaitable<FetchedFile> newest_file(
    const Parts& parts, std::string url, core::Day day, core::Duration connect_max
);
/// The report of the day is closed, or was made from this file; file "": only closed.
ports::Async<bool> day_is_done(
    const Parts& parts, std::string agency, std::string provider, core::Day day, std::string file
);

}  // namespace gw::connector_kit
