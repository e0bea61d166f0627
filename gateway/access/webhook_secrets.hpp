// Secrets of webhook endpoints: derived from a key of the gateway when they are needed, stored
// nowhere.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/ports/signer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gw::access {

inline constexpr std::string_view webhook_key = "webhooks";

/// What stands in the store instead of the secret: which secret of which endpoint.
std::string webhook_secret_reference(std::string_view endpoint, std::int64_t number);
/// Number of the secret; 0 when `reference` is none.
std::int64_t webhook_secret_number(std::string_view reference);
/// "whsec_" + base64 of 32 bytes, as the receiver has it. Errors: those of the signer.
core::Result<std::string> webhook_secret(ports::Signer& signer, std::string_view reference);

}  // namespace gw::access
