// The chain of a signer's certificate to an anchor, and its revocation (V7, V8). Used by cms_*.cpp
// only.
#pragma once

#include "gateway/crypto/document_check.hpp"
#include "gateway/crypto/trust_impl.hpp"

#include <optional>

namespace gw::crypto {

/// nullptr or not a time: nullopt.
std::optional<core::Instant> instant_of(const ASN1_TIME* time);

struct ChainInput {
    ChainInput() = default;
    X509* signer = nullptr;
    STACK_OF(X509) * certificates = nullptr;     // that came with the signature; may be null
    STACK_OF(X509_CRL) * revocations = nullptr;  // the same
    core::Instant signed_at{}, now{};
};
void check_chain(const ChainInput& input, const TrustList& trust, SignatureReport& report);

}  // namespace gw::crypto
