// People who sign in tests: a root, an issuing authority, a leader; and what the gateway trusts.
#pragma once

#include "gateway/crypto/document_check.hpp"
#include "simulators/kit/pdf_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw::signatures_test {

namespace kit = sim::kit;

inline constexpr kit::UnixTime minute = 60, day = 86'400, year = 365 * day;
/// 5 January 2026 16:05 in Vietnam.
inline constexpr kit::UnixTime signed_at = 1'767'603'900;

inline core::Instant instant(kit::UnixTime at) {
    return core::Instant(std::chrono::seconds(at));
}

class Signers {
public:
    Signers()
        : root("CA Mau goc", signed_at - 10 * year, signed_at + 10 * year),
          authority(root.issue(authority_wish())),
          leader(authority.issue(leader_wish())) {
        CHECK(trust.add_anchor(root.certificate().certificate_pem, crypto::Anchor()).has_value());
        lists = {
            root.revocations(signed_at - day, signed_at + year),
            authority.revocations(signed_at - day, signed_at + day)};
    }
    static kit::SignerWish authority_wish() {
        kit::SignerWish wish;
        wish.name = "CA Mau cap";
        wish.from = signed_at - 5 * year;
        wish.to = signed_at + 5 * year;
        wish.usage = "critical,keyCertSign,cRLSign";
        wish.authority = true;
        return wish;
    }
    static kit::SignerWish leader_wish() {
        kit::SignerWish wish;
        wish.from = signed_at - year;
        wish.to = signed_at + year;
        return wish;
    }
    kit::SignatureWish wish() const { return wish_of(leader); }
    kit::SignatureWish wish_of(const kit::Certificate& signer) const {
        kit::SignatureWish wish;
        wish.signer = signer;
        wish.chain_pem = {authority.certificate().certificate_pem};
        wish.revocations_pem = lists;
        wish.at = signed_at;
        return wish;
    }
    std::string document(const kit::SignatureWish& how) const {
        kit::PdfFile file("Trich luc khai sinh", 2'000, 1);
        file.sign(how);
        return file.bytes();
    }
    crypto::DocumentReport check(const std::string& bytes, kit::UnixTime now = signed_at + minute) {
        return crypto::check_document(bytes, trust, instant(now));
    }
    /// "valid" or "invalid V4.digest".
    std::string verdict(const std::string& bytes, kit::UnixTime now = signed_at + minute) {
        const auto report = check(bytes, now);
        std::string out(crypto::to_word(report.verdict));
        if (!report.reason.empty()) out += " " + report.reason;
        return out;
    }

    kit::SigningAuthority root, authority;
    kit::Certificate leader;
    crypto::TrustList trust;
    std::vector<std::string> lists;
};

}  // namespace gw::signatures_test
