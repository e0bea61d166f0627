// Certificates with OpenSSL's EVP and X509 calls.
#include "simulators/kit/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace sim::kit {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* p) const { Free(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freer<X509, X509_free>>;
struct BioFreer {
    void operator()(BIO* b) const { BIO_free(b); }
};
using Bio = std::unique_ptr<BIO, BioFreer>;

std::string taken(BIO* bio) {
    char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

void extend(X509* x, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (!extension) throw std::runtime_error("simulator: certificate extension");
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
}

/// Everything of a certificate but its issuer, its extensions and its signature.
Cert unsigned_for(const std::string& host, EVP_PKEY* key, long from, long to) {
    Cert x(X509_new());
    if (!x) throw std::runtime_error("simulator: no certificate");
    static long serial = 1;
    X509_set_version(x.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(x.get()), to);
    X509_set_pubkey(x.get(), key);
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(x.get()),
        "CN",
        MBSTRING_UTF8,
        reinterpret_cast<const unsigned char*>(host.c_str()),
        -1,
        -1,
        0
    );
    return x;
}

Key new_key() {
    Key key(EVP_EC_gen("P-256"));
    if (!key) throw std::runtime_error("simulator: no key");
    return key;
}

Certificate sealed(X509* x, EVP_PKEY* own, EVP_PKEY* signer) {
    if (X509_sign(x, signer, EVP_sha256()) == 0) throw std::runtime_error("simulator: cannot sign");
    Certificate out;
    Bio certificate(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate.get(), x);
    PEM_write_bio_PrivateKey(secret.get(), own, nullptr, nullptr, 0, nullptr, nullptr);
    out.certificate_pem = taken(certificate.get());
    out.private_key_pem = taken(secret.get());
    return out;
}

Bio reader(const std::string& pem) {
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

}  // namespace

Certificate self_signed(const std::string& host, long from, long to) {
    const Key key = new_key();
    const Cert x = unsigned_for(host, key.get(), from, to);
    X509_set_issuer_name(x.get(), X509_get_subject_name(x.get()));
    extend(x.get(), NID_subject_alt_name, "DNS:" + host + ",IP:127.0.0.1");
    extend(x.get(), NID_basic_constraints, "critical,CA:TRUE");
    return sealed(x.get(), key.get(), key.get());
}

Certificate signed_by(const Certificate& authority, const std::string& host, long from, long to) {
    const Cert issuer(
        PEM_read_bio_X509(reader(authority.certificate_pem).get(), nullptr, nullptr, nullptr)
    );
    const Key signer(
        PEM_read_bio_PrivateKey(reader(authority.private_key_pem).get(), nullptr, nullptr, nullptr)
    );
    if (!issuer || !signer) throw std::runtime_error("simulator: the authority cannot be read");
    const Key key = new_key();
    const Cert x = unsigned_for(host, key.get(), from, to);
    X509_set_issuer_name(x.get(), X509_get_subject_name(issuer.get()));
    extend(x.get(), NID_subject_alt_name, "DNS:" + host);
    extend(x.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(x.get(), NID_ext_key_usage, "serverAuth");
    return sealed(x.get(), key.get(), signer.get());
}

std::map<std::string, Certificate> bad_certificates(
    const Certificate& authority, const std::string& host
) {
    constexpr long day = 86'400;
    std::map<std::string, Certificate> all;
    all["tls_expired"] = signed_by(authority, host, -30 * day, -day);
    all["tls_wrong_host"] = signed_by(authority, "other." + host + ".test", -day, 30 * day);
    all["tls_unknown_ca"] = self_signed(host, -day, 30 * day);
    return all;
}

}  // namespace sim::kit
