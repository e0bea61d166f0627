// Signing with a named key that never leaves its holder.
#pragma once

#include "gateway/core/error.hpp"

#include <string>
#include <string_view>

namespace gw::ports {

class Signer {
public:
    virtual ~Signer() = default;
    /// HMAC-SHA256 with the named secret, raw 32 bytes. Errors: stop "key.unknown".
    virtual core::Result<std::string> hmac_sha256(
        std::string_view key, std::string_view message
    ) = 0;
};

}  // namespace gw::ports
