// The periodic work that belongs to no partner: files, feed, unmatched facts, parcels.
#pragma once

#include "gateway/api/feed_sweep.hpp"
#include "gateway/api/retention.hpp"
#include "gateway/api/sweep.hpp"
#include "gateway/api/unmatched.hpp"
#include "gateway/app/backup_job.hpp"
#include "gateway/app/certificates.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/stuck_watch.hpp"
#include "gateway/engine/late_match.hpp"
#include "gateway/engine/parcels.hpp"
#include "gateway/engine/receipts.hpp"
#include "gateway/engine/scheduler.hpp"

#include <string>
#include <vector>

namespace gw::app {

class Housekeeping {
public:
    /// The references outlive this.
    Housekeeping(
        const Config& config,
        ports::Store& store,
        ports::Intake& intake,
        ports::Facts& facts,
        ports::BlobStore& blobs,
        const engine::Planner& plan,
        const core::Calendar& calendar,
        std::vector<std::string> tenants,
        const std::vector<core::Route>& routes,
        std::function<std::string(std::string_view)> new_id
    );
    /// This outlives the scheduler's run.
    void add_to(engine::Scheduler& scheduler);
    /// Appends what it counts, as Prometheus text.
    void write_metrics(std::string& out) const;

private:
    api::Sweep files_;
    api::FeedSweep feed_;
    api::UnmatchedSweep unmatched_;
    engine::LateMatch late_;
    engine::ParcelWatch parcels_;
    engine::ReceiptDesk receipts_;
    api::RetentionJob retention_;
    BackupJob backup_;
    std::vector<CertificateEnd> certificates_;
    StuckWatch stuck_;
};

}  // namespace gw::app
