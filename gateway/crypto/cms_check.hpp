// Verifies one detached CMS signature over two ranges of bytes. Used by document_check.cpp only.
#pragma once

#include "gateway/crypto/document_check.hpp"

#include <optional>
#include <string_view>

namespace gw::crypto {

/// What one signature is about.
struct SignedBytes {
    SignedBytes() = default;
    std::string_view first, second;          // what was digested
    std::string_view cms;                    // DER and zeros
    std::optional<core::Instant> signed_at;  // what the document claims
};
/// Adds V4 to V9 to `report`.
void check_cms(
    const SignedBytes& subject, const TrustList& trust, core::Instant now, SignatureReport& report
);

}  // namespace gw::crypto
