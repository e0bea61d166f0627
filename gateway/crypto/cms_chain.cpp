// Builds the chain of a signer's certificate and looks for its revocation; asks nobody.
#include "gateway/crypto/cms_chain.hpp"

#include <openssl/x509v3.h>

#include <ctime>

namespace gw::crypto {
namespace {

constexpr int depth_max = 8, certificates_max = 32;
constexpr int security_level = 2;  // 112 bits: no SHA-1 and no RSA below 2048 below the anchor

std::int64_t seconds_of(core::Instant t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

/// What OpenSSL found wrong with a chain, in our words (V7).
CheckOutcome chain_fault(int error) {
    switch (error) {
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_INVALID_NON_CA:
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
            return {"V7.chain", Verdict::invalid};
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return {"V7.validity", Verdict::indeterminate};
        case X509_V_ERR_CA_MD_TOO_WEAK:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_EE_KEY_TOO_SMALL:
            return {"V6.key", Verdict::indeterminate};
        default:
            return {"V7.anchor", Verdict::indeterminate};
    }
}

bool usable_on(const Anchor& anchor, core::Day day) {
    return anchor.purpose == TrustPurpose::document && (!anchor.from || *anchor.from <= day) &&
           (!anchor.to || day <= *anchor.to);
}

own::Store store_of(const TrustList& trust, core::Instant signed_at) {
    own::Store store(X509_STORE_new());
    const auto day = core::local_day(signed_at);
    for (std::size_t i = 0; store && i < trust.anchors().size(); ++i)
        if (usable_on(trust.anchors()[i], day))
            X509_STORE_add_cert(store.get(), trust.impl().certificates[i].get());
    return store;
}

/// digitalSignature or nonRepudiation; an extended usage must not be that of machines alone.
bool may_sign(X509* signer) {
    const auto usage = X509_get_key_usage(signer);
    constexpr auto wanted = static_cast<std::uint32_t>(KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
    if (usage == UINT32_MAX || (usage & wanted) == 0) return false;
    const auto extended = X509_get_extended_key_usage(signer);
    constexpr auto persons = static_cast<std::uint32_t>(XKU_SMIME | XKU_SSL_CLIENT | XKU_ANYEKU);
    return extended == UINT32_MAX || extended == 0 || (extended & persons) != 0;
}

/// The chain from the signer to the anchor; null when there is none, with the fault in the report.
own::Certs chain_of(const ChainInput& input, X509_STORE* store, SignatureReport& report) {
    const own::StoreContext context(X509_STORE_CTX_new());
    if (!context ||
        X509_STORE_CTX_init(context.get(), store, input.signer, input.certificates) != 1) {
        report.add("V7.chain", Verdict::indeterminate);
        return nullptr;
    }
    X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_depth(wanted, depth_max);
    X509_VERIFY_PARAM_set_auth_level(wanted, security_level);
    X509_VERIFY_PARAM_set_time(wanted, static_cast<std::time_t>(seconds_of(input.signed_at)));
    if (X509_verify_cert(context.get()) != 1) {
        const auto fault = chain_fault(X509_STORE_CTX_get_error(context.get()));
        report.add(fault.name, fault.verdict);
        return nullptr;
    }
    return own::Certs(X509_STORE_CTX_get1_chain(context.get()));
}

/// Without a trusted time nobody knows that it was signed before the certificate ran out.
bool runs_now(STACK_OF(X509) * chain, core::Instant now) {
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        const auto until = instant_of(X509_get0_notAfter(sk_X509_value(chain, i)));
        if (!until || *until < now) return false;
    }
    return true;
}

bool authorities_good(STACK_OF(X509) * chain) {
    for (int i = 1; i + 1 < sk_X509_num(chain); ++i)
        if (X509_check_ca(sk_X509_value(chain, i)) != 1) return false;
    return true;
}

enum class Revocation { unknown, good, revoked_before, revoked_later };

/// What one list says of a certificate. Lists of others, stale ones and partial ones say nothing.
Revocation ask(X509_CRL* list, X509* certificate, X509* issuer, const ChainInput& input) {
    if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) != 0)
        return Revocation::unknown;
    const auto usage = X509_get_key_usage(issuer);
    const bool may = usage == UINT32_MAX || (usage & KU_CRL_SIGN) != 0;
    const bool partial = X509_CRL_get_ext_by_critical(list, 1, -1) >= 0;
    if (!may || partial || X509_CRL_verify(list, X509_get0_pubkey(issuer)) != 1)
        return Revocation::unknown;
    const auto from = instant_of(X509_CRL_get0_lastUpdate(list));
    const auto until = instant_of(X509_CRL_get0_nextUpdate(list));
    if (!from || !until || *from > input.now || *until < input.signed_at)
        return Revocation::unknown;
    X509_REVOKED* entry = nullptr;
    if (X509_CRL_get0_by_cert(list, &entry, certificate) != 1) return Revocation::good;
    const auto at = instant_of(X509_REVOKED_get0_revocationDate(entry));
    return at && *at > input.signed_at ? Revocation::revoked_later : Revocation::revoked_before;
}

Revocation worst(Revocation a, Revocation b) {
    if (a == Revocation::revoked_before || b == Revocation::revoked_before)
        return Revocation::revoked_before;
    if (a == Revocation::revoked_later || b == Revocation::revoked_later)
        return Revocation::revoked_later;
    return a == Revocation::good ? a : b;
}

Revocation look_up(
    X509* certificate, X509* issuer, const ChainInput& input, const TrustList& trust
) {
    auto found = Revocation::unknown;
    for (int i = 0; i < sk_X509_CRL_num(input.revocations); ++i)
        found =
            worst(found, ask(sk_X509_CRL_value(input.revocations, i), certificate, issuer, input));
    for (const auto& list : trust.impl().revocations)
        found = worst(found, ask(list.get(), certificate, issuer, input));
    return found;
}

void check_revocation(
    STACK_OF(X509) * chain, const ChainInput& input, const TrustList& trust, SignatureReport& report
) {
    for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
        const auto found =
            look_up(sk_X509_value(chain, i), sk_X509_value(chain, i + 1), input, trust);
        if (found == Revocation::revoked_before) return report.add("V8.revoked", Verdict::invalid);
        // The signing time is the signer's word: who holds a stolen key writes an earlier one.
        if (found == Revocation::revoked_later)
            return report.add("V8.revoked", Verdict::indeterminate);
        if (found == Revocation::unknown)
            return report.add("V8.revocation", Verdict::indeterminate);
    }
    report.add("V8.revocation", Verdict::valid);
}

}  // namespace

std::optional<core::Instant> instant_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    const auto day = std::chrono::sys_days(
        std::chrono::year(parts.tm_year + 1900) /
        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)) /
        std::chrono::day(static_cast<unsigned>(parts.tm_mday))
    );
    return core::Instant(day) + std::chrono::hours(parts.tm_hour) +
           std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

void check_chain(const ChainInput& input, const TrustList& trust, SignatureReport& report) {
    if (sk_X509_num(input.certificates) > certificates_max)
        return report.add("V7.chain", Verdict::indeterminate);
    if (!may_sign(input.signer)) report.add("V7.key_usage", Verdict::indeterminate);
    const auto store = store_of(trust, input.signed_at);
    const auto chain = chain_of(input, store.get(), report);
    if (!chain) return;
    if (!authorities_good(chain.get())) return report.add("V7.chain", Verdict::invalid);
    const int size = sk_X509_num(chain.get());
    report.anchor_fingerprint = fingerprint_of(sk_X509_value(chain.get(), size - 1));
    report.add("V7.chain", Verdict::valid);
    if (!runs_now(chain.get(), input.now)) report.add("V7.validity", Verdict::indeterminate);
    check_revocation(chain.get(), input, trust, report);
}

}  // namespace gw::crypto
