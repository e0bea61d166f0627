// A certification authority for document signatures, with OpenSSL.
#include "simulators/kit/signing_authority.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace sim::kit {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* p) const { Free(p); }
};
struct BioFreer {
    void operator()(BIO* b) const { BIO_free_all(b); }
};
using Bio = std::unique_ptr<BIO, BioFreer>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Crl = std::unique_ptr<X509_CRL, Freer<X509_CRL, X509_CRL_free>>;
using Time = std::unique_ptr<ASN1_TIME, Freer<ASN1_TIME, ASN1_TIME_free>>;
using Serial = std::unique_ptr<BIGNUM, Freer<BIGNUM, BN_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Freer<CMS_ContentInfo, CMS_ContentInfo_free>>;

[[noreturn]] void failed(const char* what) {
    ERR_clear_error();
    throw std::runtime_error(std::string("simulator: signing: ") + what);
}

Bio reader(const std::string& bytes) {
    return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}
std::string taken(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}
Cert read_certificate(const std::string& pem) {
    Cert x(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
    if (!x) failed("certificate");
    return x;
}
Key read_key(const std::string& pem) {
    Key key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr));
    if (!key) failed("key");
    return key;
}
Crl read_list(const std::string& pem) {
    Crl list(PEM_read_bio_X509_CRL(reader(pem).get(), nullptr, nullptr, nullptr));
    if (!list) failed("revocation list");
    return list;
}
Time time_of(UnixTime at) {
    return Time(ASN1_TIME_set(nullptr, static_cast<std::time_t>(at)));
}

void extend(X509* x, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (!extension) failed("certificate extension");
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
}

Key new_key(int rsa_bits) {
    Key key(rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(rsa_bits)));
    if (!key) failed("no key");
    return key;
}

/// `issuer` and `issuer_key` null: signed by itself.
Certificate make(const SignerWish& wish, X509* issuer, EVP_PKEY* issuer_key) {
    const Key key = new_key(wish.rsa_bits);
    const Cert x(X509_new());
    const Serial serial(BN_new());
    if (!x || BN_rand(serial.get(), 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1)
        failed("no certificate");
    BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(x.get()));
    X509_set_version(x.get(), 2);
    X509_set1_notBefore(x.get(), time_of(wish.from).get());
    X509_set1_notAfter(x.get(), time_of(wish.to).get());
    X509_set_pubkey(x.get(), key.get());
    const auto* name = reinterpret_cast<const unsigned char*>(wish.name.c_str());
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(x.get()), "CN", MBSTRING_UTF8, name, -1, -1, 0
    );
    X509* by = issuer == nullptr ? x.get() : issuer;
    X509_set_issuer_name(x.get(), X509_get_subject_name(by));
    extend(x.get(), by, NID_subject_key_identifier, "hash");
    if (issuer != nullptr) extend(x.get(), by, NID_authority_key_identifier, "keyid:always");
    extend(x.get(), by, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!wish.usage.empty()) extend(x.get(), by, NID_key_usage, wish.usage);
    if (!wish.extended.empty()) extend(x.get(), by, NID_ext_key_usage, wish.extended);
    const EVP_MD* digest = EVP_get_digestbyname(wish.signed_with.c_str());
    if (X509_sign(x.get(), issuer_key == nullptr ? key.get() : issuer_key, digest) == 0)
        failed("cannot sign");
    Certificate out;
    const Bio certificate(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate.get(), x.get());
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    out.certificate_pem = taken(certificate.get());
    out.private_key_pem = taken(secret.get());
    return out;
}

}  // namespace

SigningAuthority::SigningAuthority(const std::string& name, UnixTime from, UnixTime to) {
    SignerWish wish;
    wish.name = name;
    wish.from = from;
    wish.to = to;
    wish.usage = "critical,keyCertSign,cRLSign";
    wish.authority = true;
    own_ = make(wish, nullptr, nullptr);
}

Certificate SigningAuthority::issue(const SignerWish& wish) const {
    return make(
        wish, read_certificate(own_.certificate_pem).get(), read_key(own_.private_key_pem).get()
    );
}

std::string SigningAuthority::revocations(
    UnixTime from, UnixTime to, const std::vector<std::pair<Certificate, UnixTime>>& revoked
) const {
    const Cert issuer = read_certificate(own_.certificate_pem);
    const Crl list(X509_CRL_new());
    if (!list) failed("no revocation list");
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get()));
    X509_CRL_set1_lastUpdate(list.get(), time_of(from).get());
    X509_CRL_set1_nextUpdate(list.get(), time_of(to).get());
    for (const auto& [certificate, at] : revoked) {
        X509_REVOKED* entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(
            entry, X509_get_serialNumber(read_certificate(certificate.certificate_pem).get())
        );
        X509_REVOKED_set_revocationDate(entry, time_of(at).get());
        X509_CRL_add0_revoked(list.get(), entry);
    }
    X509_CRL_sort(list.get());
    if (X509_CRL_sign(list.get(), read_key(own_.private_key_pem).get(), EVP_sha256()) == 0)
        failed("cannot sign a revocation list");
    const Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(out.get(), list.get());
    return taken(out.get());
}

std::string sign_detached(const std::string& content, const SignatureWish& wish) {
    constexpr unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL;
    const Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
    const Cert signer = read_certificate(wish.signer.certificate_pem);
    const Key key = read_key(wish.signer.private_key_pem);
    const EVP_MD* digest = EVP_get_digestbyname(wish.digest.c_str());
    if (!cms || digest == nullptr) failed("cannot begin");
    const unsigned how = CMS_NOSMIMECAP | (wish.names_certificate ? CMS_CADES : 0U);
    CMS_SignerInfo* info = CMS_add1_signer(cms.get(), signer.get(), key.get(), digest, how);
    if (info == nullptr) failed("cannot add a signer");
    const Time at = time_of(wish.at);
    CMS_signed_add1_attr_by_NID(
        info, NID_pkcs9_signingTime, ASN1_STRING_type(at.get()), at.get(), -1
    );
    for (const auto& pem : wish.chain_pem) CMS_add1_cert(cms.get(), read_certificate(pem).get());
    for (const auto& pem : wish.revocations_pem) CMS_add1_crl(cms.get(), read_list(pem).get());
    if (CMS_final(cms.get(), reader(content).get(), nullptr, flags) != 1) failed("cannot end");
    const Bio out(BIO_new(BIO_s_mem()));
    if (i2d_CMS_bio(out.get(), cms.get()) != 1) failed("cannot write");
    return taken(out.get());
}

}  // namespace sim::kit
