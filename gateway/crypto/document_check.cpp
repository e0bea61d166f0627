// Verifies the signatures of a PDF.
#include "gateway/crypto/document_check.hpp"

#include "gateway/crypto/cms_check.hpp"
#include "gateway/crypto/pdf_signatures.hpp"

#include <algorithm>

namespace gw::crypto {
namespace {

/// V3.
CheckOutcome sub_filter_outcome(std::string_view name) {
    if (name == "adbe.pkcs7.detached" || name == "ETSI.CAdES.detached")
        return {"V3.sub_filter", Verdict::valid};
    if (name == "adbe.pkcs7.sha1" || name == "ETSI.RFC3161")
        return {"V3.sub_filter", Verdict::indeterminate};
    return {"V3.sub_filter", Verdict::invalid};
}

/// V2: what follows this signature. What another signature covers was seen by its signer; the last
/// one must be the end.
CheckOutcome update_outcome(
    std::string_view bytes, const PdfSignature& one, const PdfSignature* next
) {
    const auto until = next == nullptr ? bytes.size() : next->end;
    const auto update = update_between(bytes, one.end, until, next != nullptr);
    switch (update) {
        case PdfUpdate::none:
        case PdfUpdate::permitted:
            return {"V2.unchanged", Verdict::valid};
        case PdfUpdate::unknown:
            return {"V2.unchanged", Verdict::indeterminate};
        case PdfUpdate::pages:
            return {"V2.unchanged", Verdict::invalid};
    }
    return {"V2.unchanged", Verdict::invalid};
}

SignatureReport check_one(
    std::string_view bytes,
    const PdfSignature& one,
    const PdfSignature* next,
    const TrustList& trust,
    core::Instant now
) {
    SignatureReport report;
    report.add("V1.byte_range", Verdict::valid);
    const auto update = update_outcome(bytes, one, next);
    report.add(update.name, update.verdict);
    const auto filter = sub_filter_outcome(one.sub_filter);
    report.add(filter.name, filter.verdict);
    if (filter.verdict != Verdict::valid) return report;
    SignedBytes subject;
    subject.first = bytes.substr(0, one.hole_begin);
    subject.second = bytes.substr(one.hole_end, one.end - one.hole_end);
    subject.cms = one.cms;
    subject.signed_at = one.signed_at;
    check_cms(subject, trust, now, report);
    return report;
}

std::string deciding_check(const DocumentReport& report) {
    if (report.verdict == Verdict::valid) return {};
    for (const auto& signature : report.signatures)
        for (const auto& check : signature.checks)
            if (check.verdict == report.verdict) return check.name;
    return {};
}

}  // namespace

std::string_view to_word(Verdict verdict) {
    constexpr std::string_view words[] = {"not_signed", "valid", "indeterminate", "invalid"};
    return words[static_cast<std::size_t>(verdict)];
}

void SignatureReport::add(std::string name, Verdict outcome) {
    verdict = std::max(verdict, outcome);
    checks.emplace_back(std::move(name), outcome);
}

DocumentReport check_document(std::string_view bytes, const TrustList& trust, core::Instant now) {
    DocumentReport report;
    report.trust_version = trust.version();
    if (bytes.size() > checked_bytes_max) {
        report.verdict = Verdict::indeterminate;
        report.reason = "V1.too_large";
        return report;
    }
    const auto signatures = find_signatures(bytes);
    if (!signatures.fault.empty()) {
        report.verdict = Verdict::invalid;
        report.reason = "V1." + signatures.fault;
        return report;
    }
    for (std::size_t i = 0; i < signatures.found.size(); ++i) {
        const auto* next = i + 1 < signatures.found.size() ? &signatures.found[i + 1] : nullptr;
        report.signatures.push_back(check_one(bytes, signatures.found[i], next, trust, now));
        report.verdict = std::max(report.verdict, report.signatures.back().verdict);
    }
    report.reason = deciding_check(report);
    return report;
}

}  // namespace gw::crypto
