// A certificate authority that lives in memory for the length of a test.
#pragma once

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace gw::net {

struct TestIdentity {
    std::string certificate_pem, key_pem;
};

class TestAuthority {
public:
    explicit TestAuthority(const std::string& name = "Test authority")
        : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
        begin(certificate_.get(), name, key_.get(), 365);
        extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
        sign(certificate_.get());
    }
    std::string pem() const { return pem_of(certificate_.get()); }
    /// names: "DNS:localhost,IP:127.0.0.1", or "" for a client. days < 0: expired already.
    TestIdentity issue(const std::string& common_name, const std::string& names, int days = 30)
        const {
        const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        const Certificate certificate(X509_new(), X509_free);
        begin(certificate.get(), common_name, key.get(), days);
        extend(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
        if (!names.empty()) extend(certificate.get(), NID_subject_alt_name, names);
        sign(certificate.get());
        return {pem_of(certificate.get()), pem_of(key.get())};
    }

private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

    void begin(X509* x, const std::string& common_name, EVP_PKEY* key, int days) const {
        static long serial = 1;
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
        X509_gmtime_adj(X509_getm_notBefore(x), days < 0 ? -2L * 86'400 : -60L);
        X509_gmtime_adj(X509_getm_notAfter(x), days < 0 ? -60L : 86'400L * days);
        X509_set_pubkey(x, key);
        X509_NAME_add_entry_by_txt(
            X509_get_subject_name(x),
            "CN",
            MBSTRING_UTF8,
            reinterpret_cast<const unsigned char*>(common_name.c_str()),
            -1,
            -1,
            0
        );
        X509_set_issuer_name(x, X509_get_subject_name(certificate_.get()));
    }
    static void extend(X509* x, int nid, const std::string& value) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
        if (extension == nullptr) throw std::runtime_error("bad extension " + value);
        X509_add_ext(x, extension, -1);
        X509_EXTENSION_free(extension);
    }
    void sign(X509* x) const {
        if (X509_sign(x, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
    }
    template <class Write>
    static std::string written(Write write) {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
        write(bio.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &data);
        return std::string(data, static_cast<std::size_t>(size));
    }
    static std::string pem_of(X509* x) {
        return written([x](BIO* bio) { PEM_write_bio_X509(bio, x); });
    }
    static std::string pem_of(EVP_PKEY* key) {
        return written([key](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
        });
    }

    Key key_;
    Certificate certificate_;
};

}  // namespace gw::net
