// The anchors and revocation lists of the province.
#include "gateway/crypto/trust.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/crypto/trust_impl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace gw::crypto {

std::string fingerprint_of(X509* certificate) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest), size));
}

TrustList::TrustList() : impl_(std::make_shared<Impl>()) {}

core::Result<void> TrustList::add_anchor(std::string_view pem, Anchor anchor) {
    const auto bio = own::reader(pem);
    own::Cert certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!certificate)
        return core::give_up("trust.unreadable", "the file is not a certificate in PEM form");
    const auto fingerprint = fingerprint_of(certificate.get());
    if (!anchor.fingerprint.empty() && anchor.fingerprint != fingerprint)
        return core::give_up(
            "trust.fingerprint",
            "the certificate's SHA-256 is " + fingerprint + ", the manifest says " +
                anchor.fingerprint
        );
    anchor.fingerprint = fingerprint;
    anchors_.push_back(std::move(anchor));
    impl_->certificates.push_back(std::move(certificate));
    return {};
}

core::Result<void> TrustList::add_revocations(std::string_view bytes) {
    auto bio = own::reader(bytes);
    own::Crl list(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    if (!list) {
        const auto* at = own::bytes_of(bytes);
        list.reset(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
    }
    ERR_clear_error();
    if (!list) return core::give_up("trust.unreadable", "the file is no revocation list");
    impl_->revocations.push_back(std::move(list));
    return {};
}

std::size_t TrustList::revocation_lists() const {
    return impl_->revocations.size();
}

std::string TrustList::version() const {
    std::string all;
    for (const Anchor& anchor : anchors_) {
        all += anchor.fingerprint + " " + std::to_string(static_cast<int>(anchor.purpose));
        all += anchor.from ? " " + core::to_iso_day(*anchor.from) : " -";
        all += anchor.to ? " " + core::to_iso_day(*anchor.to) : " -";
        all += "\n";
    }
    return to_hex(sha256(all));
}

}  // namespace gw::crypto
