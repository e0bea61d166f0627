// Reads the ends of certificates.
#include "gateway/crypto/certificate.hpp"

#include "gateway/crypto/openssl_own.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

namespace gw::crypto {

std::vector<core::Instant> ends_of_certificates(std::string_view pem) {
    std::vector<core::Instant> ends;
    const auto in = own::reader(pem);
    while (const own::Cert certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
        std::tm end{};
        if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) continue;
        ends.push_back(core::from_ms(static_cast<std::int64_t>(::timegm(&end)) * 1'000));
    }
    ERR_clear_error();  // the end of the text is one
    return ends;
}

}  // namespace gw::crypto
