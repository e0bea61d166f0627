// Looks at the signatures of results' files: reads the stored bytes, asks the pure check, counts.
#pragma once

#include "gateway/core/model.hpp"
#include "gateway/core/result_commands.hpp"
#include "gateway/crypto/document_check.hpp"
#include "gateway/ports/blob_store.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace gw::api {

/// Kind of the objects that keep what was found, one for each signed result (DS-25): id = that of
/// the result, state "held", "asked" (held, and the one-stop was asked) or "done".
inline constexpr std::string_view signature_kind = "signature_report";

struct SignatureOptions {
    SignatureOptions() = default;
    core::ResultPolicy policy;
    core::Duration recheck{15 * 60'000};  // how often held results are looked at again
};

class SignatureDesk {
public:
    /// The province's anchors as they are now; never null.
    using Trust = std::function<std::shared_ptr<const crypto::TrustList>()>;
    SignatureDesk(Trust trust, SignatureOptions options)
        : trust_(std::move(trust)), options_(std::move(options)) {}

    /// Reads the stored file `attachment`. Errors: those of the blob store.
    core::Result<crypto::DocumentReport> look(
        ports::BlobStore& blobs, const core::Object& attachment, core::Instant now
    );
    const SignatureOptions& options() const { return options_; }
    /// Files looked at by verdict, in the order of crypto::Verdict.
    const std::array<std::uint64_t, 4>& counts() const { return counts_; }

private:
    Trust trust_;
    SignatureOptions options_;
    std::array<std::uint64_t, 4> counts_{};
};

core::SignatureFinding finding_of(const crypto::DocumentReport& report);
/// The report as it is kept: checks by name, fingerprints, times; no names of persons.
core::Document report_json(const crypto::DocumentReport& report, core::Instant now);
/// `lienthong_result_signatures_total` by outcome.
void write_signature_metrics(const SignatureDesk& desk, std::string& out);

}  // namespace gw::api
