// Small text tools of connectors: URLs, secrets taken out of evidence, addresses and networks.
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

/// True when `address` (IPv4 or IPv6, also "::ffff:10.0.0.1") lies in one of the networks
/// "10.0.0.0/8", "::1". An unreadable address or network never matches.
bool in_networks(std::string_view address, std::span<const std::string> networks);

/// Has no content: null, empty text, empty list, empty object, or a list of such.
bool is_empty(const core::Document& value);

}  // namespace gw::connector_kit
