// Self-signed certificates with OpenSSL's EVP and X509 calls.
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

}  // namespace

Certificate self_signed(const std::string& host, long from, long to) {
    Key key(EVP_EC_gen("P-256"));
    Cert x(X509_new());
    if (!key || !x) throw std::runtime_error("simulator: no key or certificate");
    X509_set_version(x.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(x.get()), to);
    X509_set_pubkey(x.get(), key.get());
    auto* name = X509_get_subject_name(x.get());
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0
    );
    X509_set_issuer_name(x.get(), name);
    extend(x.get(), NID_subject_alt_name, "DNS:" + host + ",IP:127.0.0.1");
    extend(x.get(), NID_basic_constraints, "critical,CA:TRUE");
    if (X509_sign(x.get(), key.get(), EVP_sha256()) == 0)
        throw std::runtime_error("simulator: cannot sign");
    Certificate out;
    Bio certificate(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate.get(), x.get());
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    out.certificate_pem = taken(certificate.get());
    out.private_key_pem = taken(secret.get());
    return out;
}

}  // namespace sim::kit
