// Looks at the signatures of results' files.
#include "gateway/api/signatures.hpp"

#include "gateway/crypto/digest.hpp"

namespace gw::api {

using core::Document;

namespace {

constexpr std::size_t piece_bytes = 1 << 20;

Document signature_json(const crypto::SignatureReport& signature) {
    auto out = Document::object();
    out.set("outcome", Document::text(std::string(crypto::to_word(signature.verdict))));
    out.set("signer", Document::text(signature.signer_fingerprint));
    out.set("anchor", Document::text(signature.anchor_fingerprint));
    out.set("signed_at", Document::text(core::to_rfc3339(signature.signed_at)));
    out.set("time_claimed", Document::boolean(signature.time_claimed));
    auto checks = Document::list();
    for (const auto& check : signature.checks) {
        auto one = Document::object();
        one.set("check", Document::text(check.name));
        one.set("outcome", Document::text(std::string(crypto::to_word(check.verdict))));
        checks.push(std::move(one));
    }
    out.set("checks", std::move(checks));
    return out;
}

}  // namespace

core::Result<crypto::DocumentReport> SignatureDesk::look(
    ports::BlobStore& blobs, const core::Object& attachment, core::Instant now
) {
    const auto digest = crypto::digest_from_hex(attachment.ref);
    if (!digest) return core::give_up("blob.unreadable", "the attachment names no content");
    auto reader = blobs.open(*digest);
    if (!reader) return reader.error();
    std::string bytes;
    // One byte more than is looked at tells a file that is too large.
    while (bytes.size() <= crypto::checked_bytes_max) {
        auto piece = (*reader)->read(bytes.size(), piece_bytes);
        if (!piece) return piece.error();
        if (piece->empty()) break;
        bytes += *piece;
    }
    auto report = crypto::check_document(bytes, *trust_(), now);
    ++counts_[static_cast<std::size_t>(report.verdict)];
    return report;
}

core::SignatureFinding finding_of(const crypto::DocumentReport& report) {
    core::SignatureFinding finding;
    finding.outcome = crypto::to_word(report.verdict);
    finding.reason = report.reason;
    return finding;
}

Document report_json(const crypto::DocumentReport& report, core::Instant now) {
    auto out = Document::object();
    out.set("outcome", Document::text(std::string(crypto::to_word(report.verdict))));
    out.set("reason", Document::text(report.reason));
    out.set("checked_at", Document::text(core::to_rfc3339(now)));
    out.set("trust_version", Document::text(report.trust_version));
    auto signatures = Document::list();
    for (const auto& signature : report.signatures) signatures.push(signature_json(signature));
    out.set("signatures", std::move(signatures));
    return out;
}

void write_signature_metrics(const SignatureDesk& desk, std::string& out) {
    constexpr std::string_view name = "lienthong_result_signatures_total";
    out.append("# HELP ").append(name).append(" Files of results looked at, by outcome\n");
    out.append("# TYPE ").append(name).append(" counter\n");
    for (std::size_t i = 0; i < desk.counts().size(); ++i) {
        out.append(name).append("{outcome=\"");
        out.append(crypto::to_word(static_cast<crypto::Verdict>(i)));
        out.append("\"} ").append(std::to_string(desk.counts()[i])).append("\n");
    }
}

}  // namespace gw::api
