// Verifies one detached CMS signature: mathematics and times; the chain is cms_chain.cpp's.
#include "gateway/crypto/cms_check.hpp"

#include "gateway/crypto/cms_chain.hpp"
#include "gateway/crypto/cms_form.hpp"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/ess.h>

#include <algorithm>
#include <ctime>

namespace gw::crypto {
namespace {

constexpr core::Duration clock_tolerance{5 * 60'000};
/// OpenSSL: exactly one attribute of this kind, with exactly one value.
constexpr int only_one = -3;

ASN1_OBJECT* object_of(int nid) {
    return OBJ_nid2obj(nid);
}

/// Issuer and serial number as a signature names its signer.
std::string name_of(X509* certificate) {
    std::string out;
    unsigned char* name = nullptr;
    unsigned char* serial = nullptr;
    const int name_size = i2d_X509_NAME(X509_get_issuer_name(certificate), &name);
    const int serial_size = i2d_ASN1_INTEGER(X509_get_serialNumber(certificate), &serial);
    if (name_size > 0)
        out.append(reinterpret_cast<char*>(name), static_cast<std::size_t>(name_size));
    if (serial_size > 0)
        out.append(reinterpret_cast<char*>(serial), static_cast<std::size_t>(serial_size));
    OPENSSL_free(name);
    OPENSSL_free(serial);
    return out;
}

class CmsCheck {
public:
    CmsCheck(
        const SignedBytes& subject, const TrustList& trust, core::Instant now, SignatureReport& r
    )
        : subject_(subject), trust_(trust), now_(now), report_(r) {}

    void run() {
        if (!open() || !find_time()) return;
        if (!check_digest() || !check_value()) return;
        check_key();
        check_signing_certificate();
        ChainInput chain;
        chain.signer = signer_.get();
        chain.certificates = certificates_.get();
        own::Crls embedded(CMS_get1_crls(cms_.get()));
        chain.revocations = embedded.get();
        chain.signed_at = report_.signed_at;
        chain.now = now_;
        check_chain(chain, trust_, report_);
        check_time_stamp();
    }

private:
    bool fail(std::string name, Verdict verdict) {
        report_.add(std::move(name), verdict);
        return false;
    }

    /// One signer, detached, of known form; its certificate.
    bool open() {
        const auto size = der_size(subject_.cms);
        const auto rest = subject_.cms.substr(std::min(size, subject_.cms.size()));
        const bool padded = size > 0 && rest.find_first_not_of('\0') == rest.npos;
        const auto der = subject_.cms.substr(0, size);
        const auto* at = own::bytes_of(der);
        if (padded) cms_.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
        const bool all = cms_ && at == own::bytes_of(der) + der.size();
        if (!all || OBJ_obj2nid(CMS_get0_type(cms_.get())) != NID_pkcs7_signed)
            return fail("V4.form", Verdict::invalid);
        const bool data = OBJ_obj2nid(CMS_get0_eContentType(cms_.get())) == NID_pkcs7_data;
        auto* signers = CMS_get0_SignerInfos(cms_.get());
        if (!data || CMS_is_detached(cms_.get()) != 1 || sk_CMS_SignerInfo_num(signers) != 1)
            return fail("V4.form", Verdict::invalid);
        form_ = read_form(der);
        if (!form_.good) return fail("V4.form", Verdict::indeterminate);
        info_ = sk_CMS_SignerInfo_value(signers, 0);
        certificates_.reset(CMS_get1_certs(cms_.get()));
        CMS_set1_signers_certs(cms_.get(), certificates_.get(), 0);
        X509* signer = nullptr;
        CMS_SignerInfo_get0_algs(
            info_, nullptr, &signer, &digest_algorithm_, &signature_algorithm_
        );
        if (signer == nullptr) return fail("V4.signer_certificate", Verdict::indeterminate);
        X509_up_ref(signer);
        signer_.reset(signer);
        report_.signer_fingerprint = fingerprint_of(signer);
        if (X509_get0_pubkey(signer) == nullptr) return fail("V6.key", Verdict::indeterminate);
        const bool exact = form_.signer_by_key || form_.signer == name_of(signer);
        report_.add("V4.form", exact ? Verdict::valid : Verdict::indeterminate);
        return exact;
    }

    /// The signer's own word; nobody vouches for it without a time stamp (V7).
    bool find_time() {
        report_.signed_at = now_;
        const int at = CMS_signed_get_attr_by_NID(info_, NID_pkcs9_signingTime, -1);
        if (at >= 0) {
            auto* type = X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(info_, at), 0);
            const auto time = instant_of(
                type == nullptr ||
                        (type->type != V_ASN1_UTCTIME && type->type != V_ASN1_GENERALIZEDTIME)
                    ? nullptr
                    : reinterpret_cast<const ASN1_TIME*>(type->value.ptr)
            );
            if (!time) return fail("V7.signing_time", Verdict::indeterminate);
            report_.signed_at = *time;
            report_.time_claimed = true;
        } else if (subject_.signed_at) {
            report_.signed_at = *subject_.signed_at;
            report_.time_claimed = true;
        }
        if (report_.signed_at > now_ + clock_tolerance)
            report_.add("V7.signing_time", Verdict::indeterminate);
        return true;
    }

    /// V4 and V5: which digest, and whether it is that of the bytes.
    bool check_digest() {
        const int nid = OBJ_obj2nid(digest_algorithm_->algorithm);
        const bool old = nid == NID_sha1;
        const EVP_MD* method = nid == NID_sha256   ? EVP_sha256()
                               : nid == NID_sha384 ? EVP_sha384()
                               : nid == NID_sha512 ? EVP_sha512()
                               : old               ? EVP_sha1()
                                                   : nullptr;
        if (method == nullptr) return fail("V5.digest_algorithm", Verdict::invalid);
        const auto* wanted = static_cast<const ASN1_OCTET_STRING*>(CMS_signed_get0_data_by_OBJ(
            info_, object_of(NID_pkcs9_messageDigest), only_one, V_ASN1_OCTET_STRING
        ));
        const auto* type = static_cast<const ASN1_OBJECT*>(CMS_signed_get0_data_by_OBJ(
            info_, object_of(NID_pkcs9_contentType), only_one, V_ASN1_OBJECT
        ));
        if (wanted == nullptr || type == nullptr || OBJ_obj2nid(type) != NID_pkcs7_data)
            return fail("V4.attributes", Verdict::invalid);
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned int size = 0;
        const own::DigestContext context(EVP_MD_CTX_new());
        const bool made =
            context && EVP_DigestInit_ex(context.get(), method, nullptr) == 1 &&
            EVP_DigestUpdate(context.get(), subject_.first.data(), subject_.first.size()) == 1 &&
            EVP_DigestUpdate(context.get(), subject_.second.data(), subject_.second.size()) == 1 &&
            EVP_DigestFinal_ex(context.get(), digest, &size) == 1;
        if (!made) return fail("V4.digest", Verdict::indeterminate);
        const std::string_view ours(reinterpret_cast<const char*>(digest), size);
        const std::string_view theirs(
            reinterpret_cast<const char*>(ASN1_STRING_get0_data(wanted)),
            static_cast<std::size_t>(ASN1_STRING_length(wanted))
        );
        if (ours != theirs) return fail("V4.digest", Verdict::invalid);
        report_.add("V4.digest", Verdict::valid);
        constexpr auto sha1_end = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
        if (old)
            report_.add(
                "V5.digest_algorithm",
                report_.signed_at >= core::Instant(sha1_end) ? Verdict::invalid
                                                             : Verdict::indeterminate
            );
        return true;
    }

    bool check_value() {
        if (!plain_algorithm()) return fail("V4.form", Verdict::indeterminate);
        if (CMS_SignerInfo_verify(info_) != 1) return fail("V4.signature", Verdict::invalid);
        // OpenSSL verifies the attributes as it would write them; these are the bytes that came.
        if (!verifies_as_written()) return fail("V4.form", Verdict::indeterminate);
        report_.add("V4.signature", Verdict::valid);
        return true;
    }
    bool is_pss() const { return OBJ_obj2nid(signature_algorithm_->algorithm) == NID_rsassaPss; }
    /// The algorithm is one of this key and this digest, without parameters nobody reads.
    bool plain_algorithm() {
        if (is_pss()) return true;
        const auto* parameter = signature_algorithm_->parameter;
        if (parameter != nullptr && parameter->type != V_ASN1_NULL) return false;
        const int nid = OBJ_obj2nid(signature_algorithm_->algorithm);
        const int key = EVP_PKEY_get_base_id(X509_get0_pubkey(signer_.get()));
        if (nid == key) return true;  // rsaEncryption
        int digest = 0, kind = 0;
        return OBJ_find_sigid_algs(nid, &digest, &kind) == 1 && kind == key &&
               digest == OBJ_obj2nid(digest_algorithm_->algorithm);
    }
    bool verifies_as_written() {
        if (is_pss()) return true;
        const own::DigestContext context(EVP_MD_CTX_new());
        const auto* method = EVP_get_digestbyobj(digest_algorithm_->algorithm);
        EVP_PKEY* key = X509_get0_pubkey(signer_.get());
        const auto whole = form_.attributes;
        // From the tag of a SET to the end: the header of [0] has the same length.
        const char* begin = subject_.cms.data();
        const auto header = static_cast<std::size_t>(whole.data() - begin);
        std::size_t length = 2;
        if (whole.size() >= 0x80) length += whole.size() > 0xffff ? 3 : whole.size() > 0xff ? 2 : 1;
        const auto rest = subject_.cms.substr(header - length + 1, length - 1 + whole.size());
        constexpr unsigned char set_tag = 0x31;
        return context && EVP_DigestVerifyInit(context.get(), nullptr, method, nullptr, key) == 1 &&
               EVP_DigestVerifyUpdate(context.get(), &set_tag, 1) == 1 &&
               EVP_DigestVerifyUpdate(context.get(), rest.data(), rest.size()) == 1 &&
               EVP_DigestVerifyFinal(
                   context.get(), own::bytes_of(form_.value), form_.value.size()
               ) == 1;
    }

    void check_key() {
        const EVP_PKEY* key = X509_get0_pubkey(signer_.get());
        const int kind = EVP_PKEY_get_base_id(key), bits = EVP_PKEY_get_bits(key);
        const bool rsa = kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS;
        const bool strong = rsa ? bits >= 2048 : kind == EVP_PKEY_EC && bits >= 256;
        report_.add("V6.key", strong ? Verdict::valid : Verdict::indeterminate);
    }

    /// V4: matches when present.
    void check_signing_certificate() {
        const int old = CMS_signed_get_attr_by_NID(info_, NID_id_smime_aa_signingCertificate, -1);
        const int at = CMS_signed_get_attr_by_NID(info_, NID_id_smime_aa_signingCertificateV2, -1);
        if (at < 0 && old < 0) return;
        own::Certs alone(sk_X509_new_null());
        X509_up_ref(signer_.get());
        sk_X509_push(alone.get(), signer_.get());
        ESS_SIGNING_CERT* first = nullptr;
        ESS_SIGNING_CERT_V2* second = nullptr;
        if (old >= 0) first = read_signing_certificate<ESS_SIGNING_CERT>(old, d2i_ESS_SIGNING_CERT);
        if (at >= 0)
            second = read_signing_certificate<ESS_SIGNING_CERT_V2>(at, d2i_ESS_SIGNING_CERT_V2);
        const bool read = (old < 0 || first != nullptr) && (at < 0 || second != nullptr);
        const bool fits = read && names_signer(first, second, alone.get());
        ESS_SIGNING_CERT_free(first);
        ESS_SIGNING_CERT_V2_free(second);
        report_.add("V4.signing_certificate", fits ? Verdict::valid : Verdict::invalid);
    }
    /// The list may name the whole chain; the signer must be its first.
    static bool names_signer(
        const ESS_SIGNING_CERT* first,
        const ESS_SIGNING_CERT_V2* second,
        const STACK_OF(X509) * alone
    ) {
        return OSSL_ESS_check_signing_certs(first, second, alone, 1) > 0;
    }
    template <class T>
    T* read_signing_certificate(int at, T* (*read)(T**, const unsigned char**, long)) {
        auto* type = X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(info_, at), 0);
        if (type == nullptr || type->type != V_ASN1_SEQUENCE) return nullptr;
        const auto* bytes = ASN1_STRING_get0_data(type->value.sequence);
        return read(nullptr, &bytes, ASN1_STRING_length(type->value.sequence));
    }

    /// V9 is not looked at yet: a time stamp neither helps nor harms.
    void check_time_stamp() {
        if (CMS_unsigned_get_attr_by_NID(info_, NID_id_smime_aa_timeStampToken, -1) >= 0)
            report_.add("V9.not_evaluated", Verdict::valid);
    }

    const SignedBytes& subject_;
    const TrustList& trust_;
    const core::Instant now_;
    SignatureReport& report_;
    own::Cms cms_;
    own::Certs certificates_;
    own::Cert signer_;
    CMS_SignerInfo* info_ = nullptr;
    CmsForm form_;
    X509_ALGOR* digest_algorithm_ = nullptr;
    X509_ALGOR* signature_algorithm_ = nullptr;
};

}  // namespace

void check_cms(
    const SignedBytes& subject, const TrustList& trust, core::Instant now, SignatureReport& report
) {
    CmsCheck(subject, trust, now, report).run();
    ERR_clear_error();
}

}  // namespace gw::crypto
