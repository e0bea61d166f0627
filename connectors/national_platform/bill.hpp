// Receipts of the platform: the PDF is fetched, checked, kept, and told as a fact.
#pragma once

#include "connectors/national_platform/connector.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace gw::national_platform {

/// Bytes as they come: a PDF goes to the blob store at once, anything else is kept as text.
class BillReceiver {
public:
    BillReceiver(ports::BlobStore& blobs, std::uint64_t bytes_max)
        : blobs_(blobs), bytes_max_(bytes_max) {}
    /// false: stop.
    bool take(std::string_view piece);
    bool is_pdf() const { return writer_ != nullptr; }
    const std::string& text() const { return head_; }
    std::uint64_t size() const { return size_; }
    /// Errors: retry "national_platform.bill_not_pdf", "national_platform.bill_cut"; those of the
    /// blob store.
    core::Result<core::Digest> finish();

private:
    core::Result<void> keep(std::string_view piece);

    ports::BlobStore& blobs_;
    std::uint64_t bytes_max_, size_ = 0;
    std::unique_ptr<ports::BlobWriter> writer_;
    core::Result<void> kept_ = core::Result<void>();
    std::string head_, tail_;
};

/// GET_BILL, the PDF behind its address, an attachment and the fact "receipt".
ports::Async<core::Receipt> fetch_bill(
    std::shared_ptr<Desk> desk, std::string body, const core::Claim& about
);

}  // namespace gw::national_platform
