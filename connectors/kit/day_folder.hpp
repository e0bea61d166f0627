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
/// Of those with a number above `after`.
ports::asio::awaitable<FetchedFile> newest_file(
    const Parts& parts, std::string url, core::Day day, core::Duration connect_max, int after = 0
);
/// Its {seq}; 0 = it is no file of that day here.
int number_of(std::string_view url, core::Day day, std::string_view name);
/// The file that the closed report of the day was made from; "" = it is not closed, or had none.
ports::Async<std::string> closed_with(
    const Parts& parts, std::string agency, std::string provider, core::Day day
);
/// The report of the day is closed, or was made from this file; file "": only closed.
ports::Async<bool> day_is_done(
    const Parts& parts, std::string agency, std::string provider, core::Day day, std::string file
);

}  // namespace gw::connector_kit
