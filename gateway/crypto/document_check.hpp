// Verifies the signatures of a PDF (documents-and-signatures, verification list V1 to V12). Pure:
// the same bytes, anchors and time give the same report.
#pragma once

#include "gateway/core/time.hpp"
#include "gateway/crypto/trust.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::crypto {

/// A later word outweighs an earlier one (V11).
enum class Verdict : std::uint8_t { not_signed, valid, indeterminate, invalid };
std::string_view to_word(Verdict verdict);

/// One check of the list: "V4.digest".
struct CheckOutcome {
    CheckOutcome() = default;
    CheckOutcome(std::string n, Verdict v) : name(std::move(n)), verdict(v) {}
    std::string name;
    Verdict verdict = Verdict::valid;
};
struct SignatureReport {
    SignatureReport() = default;
    Verdict verdict = Verdict::valid;
    std::vector<CheckOutcome> checks;
    std::string signer_fingerprint, anchor_fingerprint;  // of certificates; "" when not found
    core::Instant signed_at{};                           // as the signer claims; `now` without one
    bool time_claimed = false;
    void add(std::string name, Verdict outcome);
};
struct DocumentReport {
    DocumentReport() = default;
    Verdict verdict = Verdict::not_signed;
    std::string reason;  // name of the check that decided; "" for valid and not_signed
    std::vector<SignatureReport> signatures;
    std::string trust_version;
};

/// Larger files are indeterminate: "V1.too_large".
inline constexpr std::size_t checked_bytes_max = 32 << 20;

/// Never throws on what the bytes are.
DocumentReport check_document(std::string_view bytes, const TrustList& trust, core::Instant now);

}  // namespace gw::crypto
