// Percent coding and query strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {

/// nullopt: a broken escape. `plus_is_blank`: as in forms and queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);
/// Everything but A-Z a-z 0-9 - . _ ~ is escaped.
std::string percent_encode(std::string_view text);

using Query = std::vector<std::pair<std::string, std::string>>;
/// "a=1&b=2"; nullopt: broken escape, more than 64 members, or a name twice.
std::optional<Query> parse_query(std::string_view text);
/// "" when missing.
std::string_view value_of(const Query& query, std::string_view name);
/// Items of "a,b,c" without empty ones.
std::vector<std::string> split(std::string_view text, char separator);
/// A whole number without sign; nullopt otherwise.
std::optional<std::uint64_t> to_number(std::string_view text);

}  // namespace gw::api
