// W3C trace context: which call caused what, across systems. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::core {

/// The trace id in a `traceparent` header, 32 lower-case hex digits; nullopt: not a valid header.
/// Later versions are read as far as they are the same.
std::optional<std::string> read_traceparent(std::string_view header);
/// A trace id from two random numbers; never the one of zeros.
std::string make_trace(std::uint64_t high, std::uint64_t low);
/// The header for a call of its own within `trace`: version 00, sampled.
std::string to_traceparent(std::string_view trace, std::uint64_t span);

}  // namespace gw::core
