// How large a stored object may be when it is read back: one answer for everybody who reads it.
#pragma once

#include "gateway/formats/json.hpp"

namespace gw::formats {

/// What is stored was within the limits of its call, and may have grown by later calls. Whoever
/// reads with less refuses for ever what the API keeps.
inline constexpr JsonLimits stored_limits{64 << 20, 32, 100'000};

inline core::Result<core::Document> read_stored(std::string_view text) {
    return read_json(text, stored_limits);
}

}  // namespace gw::formats
