// Vietnamese text without its marks, for places that know ASCII only.
#pragma once

#include <string>
#include <string_view>

namespace sim::payments {

/// Letters of the Vietnamese alphabet lose their marks (đ becomes d); every other character beyond
/// ASCII and every control character becomes '?'.
std::string plain(std::string_view text);

}  // namespace sim::payments
