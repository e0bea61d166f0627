// Gives payments their receipts from the office's own roll (PY-17 "local").
#pragma once

#include "gateway/core/receipt.hpp"
#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/facts.hpp"
#include "gateway/ports/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gw::engine {

/// Looks at payments whose money came in the last week and that have no receipts. Number, files and
/// receipts are one commit, so no number is given twice.
class ReceiptDesk : public ports::Job {
public:
    /// The references outlive this.
    ReceiptDesk(
        ports::Store& store,
        ports::BlobStore& blobs,
        ports::Facts& facts,
        std::vector<core::ReceiptRoll> rolls,
        std::function<std::string(std::string_view)> new_id,
        core::Duration every
    )
        : store_(store),
          blobs_(blobs),
          facts_(facts),
          rolls_(std::move(rolls)),
          new_id_(std::move(new_id)),
          every_(every) {}
    std::string_view name() const override { return "receipts.issue"; }
    core::Duration every() const override { return every_; }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> look_at(core::Object payment, core::Instant now);
    ports::Async<void> issue(
        core::Object payment,
        core::Document body,
        core::Document dossier,
        core::ReceiptRoll roll,
        core::Instant now
    );
    core::Result<core::Object> file_of(
        const core::Object& payment,
        const core::Document& tree,
        const std::string& name,
        core::Instant now
    );

    ports::Store& store_;
    ports::BlobStore& blobs_;
    ports::Facts& facts_;
    std::vector<core::ReceiptRoll> rolls_;
    std::function<std::string(std::string_view)> new_id_;
    core::Duration every_;
};

}  // namespace gw::engine
