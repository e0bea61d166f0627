// What a TrustList holds in OpenSSL's form. Used by trust.cpp and cms_*.cpp only.
#pragma once

#include "gateway/crypto/openssl_own.hpp"
#include "gateway/crypto/trust.hpp"

#include <vector>

namespace gw::crypto {

struct TrustList::Impl {
    std::vector<own::Cert> certificates;  // one for each anchor, in their order
    std::vector<own::Crl> revocations;
};
/// SHA-256 of the certificate, lower-case hex.
std::string fingerprint_of(X509* certificate);

}  // namespace gw::crypto
