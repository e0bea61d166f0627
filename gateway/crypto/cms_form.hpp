// The outer form of a CMS SignedData, which a signature does not protect. Used by cms_check.cpp
// only.
#pragma once

#include <cstddef>
#include <string_view>

namespace gw::crypto {

/// Size of the DER value at the beginning of `bytes`; 0 when there is none.
std::size_t der_size(std::string_view bytes);
/// The parts of a SignedData that OpenSSL reads without judging their bytes.
struct CmsForm {
    /// Versions, the one digest algorithm and the one signer are written as RFC 5652 wants them.
    bool good = false;
    bool signer_by_key = false;   // the signer is named by key identifier
    std::string_view signer;      // else: issuer and serial number, as they stand
    std::string_view attributes;  // the signed attributes, without their tag
    std::string_view value;       // of the signature
};
CmsForm read_form(std::string_view der);

}  // namespace gw::crypto
