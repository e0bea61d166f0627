// Paths of options: splitting, matching against rows with `*`, and likely words for a misspelt one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

std::vector<std::string> split(std::string_view text, char at);
/// "partner.*.url" matches "partner.national_portal.url".
bool matches(std::string_view pattern, std::string_view path);
/// Edit distance.
std::size_t distance(std::string_view a, std::string_view b);

}  // namespace gw::app
