// Small text tools of connectors: URLs, secrets taken out of evidence.
#pragma once

#include "gateway/core/document.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::connector_kit {

/// Everything but unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);
/// nullopt: a % without two hex digits.
std::optional<std::string> percent_decode(std::string_view text);
/// "a/" + "/b" -> "a/b"; an absolute `path` (with ://) wins.
std::string join_url(std::string_view base, std::string_view path);

/// Replaces every occurrence of each secret (of at least 4 characters) by "***".
std::string redact(std::string text, std::span<const std::string> secrets);

/// Every run of nine digits or more, which may be somebody's number, as core::mask_number shows it.
std::string mask_digits(std::string_view text);

/// Has no content: null, empty text, empty list, empty object, or a list of such.
bool is_empty(const core::Document& value);

}  // namespace gw::connector_kit
