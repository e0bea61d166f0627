// Builds the periodic jobs and shows what they count.
#include "gateway/app/housekeeping.hpp"

namespace gw::app {

namespace {
constexpr core::Duration parcels_every{30'000};
}

Housekeeping::Housekeeping(
    const Config& config,
    ports::Store& store,
    ports::Intake& intake,
    ports::BlobStore& blobs,
    const engine::Planner& plan,
    const core::Calendar& calendar,
    std::vector<std::string> tenants
)
    : files_(store, blobs, std::move(tenants), api::SweepOptions()),
      feed_(store, config.duration("events.retention")),
      unmatched_(store, config.duration("unmatched.retention")),
      parcels_(store, intake, plan, calendar, parcels_every) {}

void Housekeeping::add_to(engine::Scheduler& scheduler) {
    scheduler.add(files_);
    scheduler.add(feed_);
    scheduler.add(unmatched_);
    scheduler.add(parcels_);
}

void Housekeeping::write_metrics(std::string& out) const {
    const auto& counts = parcels_.counts();
    out +=
        "# HELP lienthong_parcels_silent Parcels without news for too long, by what is due\n"
        "# TYPE lienthong_parcels_silent gauge\n";
    out += "lienthong_parcels_silent{due=\"warning\"} " + std::to_string(counts.silent) + "\n";
    out += "lienthong_parcels_silent{due=\"inquiry\"} " + std::to_string(counts.inquiry_due) + "\n";
}

}  // namespace gw::app
