// Reads JSON with RapidJSON as simulators need it: no recursion, valid UTF-8 only, names without
// regard to case.
#pragma once

// RapidJSON 1.1 adds an offset to a null pointer when its stack is empty: harmless, but UBSan stops
// at it.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/document.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

#include <map>
#include <string>
#include <string_view>

namespace sim::kit {

using Json = rapidjson::Value;
using JsonDocument = rapidjson::Document;

/// false: not JSON, not UTF-8, or nested deeper than 64.
bool parse_json(JsonDocument& into, std::string_view text);
/// Member of that name, exact first, then without regard to ASCII case; null when missing or no
/// object.
const Json* member(const Json& object, std::string_view name);
/// Text of a string; a number or flag as it would be written; "" for everything else and for null.
std::string text_of(const Json* value);
std::string text_at(const Json& object, std::string_view name);
/// Compact JSON.
std::string json_text(const Json& value);
/// Indented JSON.
std::string json_pretty(const Json& value);
/// Scalar members of an object as texts.
std::map<std::string, std::string> texts_of(const Json& object);

}  // namespace sim::kit
