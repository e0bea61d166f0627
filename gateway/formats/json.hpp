// JSON in and out of core::Document, limits first.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace gw::formats {

struct JsonLimits {
    std::size_t bytes_max = 1 << 20;
    int depth_max = 32;
    std::size_t items_max = 1'000;  // of any one list or object
};
/// Reads one JSON value. A leading byte-order mark is skipped. Numbers keep their text.
/// Errors: give_up "json.too_large", "json.too_deep", "json.too_many", "json.duplicate_name",
/// "json.encoding", "json.syntax"; `what` gives the byte offset, never the content.
core::Result<core::Document> read_json(std::string_view text, const JsonLimits& limits = {});
/// Compact JSON, members in their order, UTF-8 unescaped except what JSON demands.
std::string write_json(const core::Document& value);
/// A value and the JSON that was written of it.
struct Written {
    const core::Document& value;
    std::string_view text;
};
/// As write_json; a part that shares its content with `known` is not written again.
std::string write_json(const core::Document& value, const Written& known);
/// Canonical form for digests and comparisons: members sorted by name (bytes), compact (in the
/// manner of RFC 8785).
std::string canonical_json(const core::Document& value);

}  // namespace gw::formats
