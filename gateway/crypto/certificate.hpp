// When certificates end.
#pragma once

#include "gateway/core/time.hpp"

#include <string_view>
#include <vector>

namespace gw::crypto {

/// Ends of the certificates of a PEM text, in its order; what cannot be read is left out.
std::vector<core::Instant> ends_of_certificates(std::string_view pem);

}  // namespace gw::crypto
