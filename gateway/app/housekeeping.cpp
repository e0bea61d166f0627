// Builds the periodic jobs and shows what they count.
#include "gateway/app/housekeeping.hpp"

#include "gateway/app/receipt_settings.hpp"
#include "gateway/app/settings.hpp"

namespace gw::app {

namespace {
constexpr core::Duration parcels_every{30'000}, late_every{300'000}, receipts_every{60'000};
}

Housekeeping::Housekeeping(
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
)
    : files_(store, blobs, std::move(tenants), api::SweepOptions()),
      feed_(store, config.duration("events.retention")),
      unmatched_(store, config.duration("unmatched.retention")),
      late_(store, facts, late_every),
      parcels_(store, intake, facts, plan, calendar, parcels_every),
      receipts_(store, blobs, facts, read_receipt_rolls(config), std::move(new_id), receipts_every),
      retention_(store, retention_settings(config, routes)),
      backup_(store, read_backup_settings(config)),
      certificates_(certificate_ends(config)),
      stuck_(store, config.names("partner")) {}

void Housekeeping::add_to(engine::Scheduler& scheduler) {
    scheduler.add(files_);
    scheduler.add(feed_);
    scheduler.add(unmatched_);
    scheduler.add(late_);
    scheduler.add(parcels_);
    scheduler.add(receipts_);
    scheduler.add(retention_);
    scheduler.add(stuck_);
    if (backup_.wanted()) scheduler.add(backup_);
}

void Housekeeping::write_metrics(std::string& out) const {
    const auto& counts = parcels_.counts();
    out +=
        "# HELP lienthong_parcels_silent Parcels without news for too long, by what is due\n"
        "# TYPE lienthong_parcels_silent gauge\n";
    out += "lienthong_parcels_silent{due=\"warning\"} " + std::to_string(counts.silent) + "\n";
    out += "lienthong_parcels_silent{due=\"inquiry\"} " + std::to_string(counts.inquiry_due) + "\n";
    retention_.write_metrics(out);
    backup_.write_metrics(out);
    write_certificate_metrics(certificates_, out);
    stuck_.write_metrics(out);
}

}  // namespace gw::app
