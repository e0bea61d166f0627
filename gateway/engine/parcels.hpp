// Looks after parcels: carriers that fall silent (PO-26), orders that need another printed waybill
// (PO-13).
#pragma once

#include "gateway/engine/facts.hpp"

#include <cstdint>
#include <string>

namespace gw::engine {

class ParcelWatch : public ports::Job {
public:
    struct Counts {
        std::int64_t silent = 0, inquiry_due = 0;  // at the last look
    };
    /// The references outlive this.
    ParcelWatch(
        ports::Store& store,
        ports::Intake& intake,
        ports::Facts& facts,
        const Planner& plan,
        const core::Calendar& calendar,
        core::Duration every
    )
        : store_(store),
          intake_(intake),
          facts_(facts),
          plan_(plan),
          calendar_(calendar),
          every_(every) {}
    std::string_view name() const override { return "parcels.watch"; }
    core::Duration every() const override { return every_; }
    ports::Async<void> run(core::Instant now) override;
    const Counts& counts() const { return counts_; }

private:
    ports::Async<void> find_waybills(core::Instant now);
    ports::Async<void> next_waybill(core::Object delivery, core::Document body, core::Instant now);
    ports::Async<void> give_up(core::Object delivery, core::Instant now);
    ports::Async<void> find_silence(std::string state, Counts& counts, core::Instant now);
    ports::Async<void> commit(core::Object delivery, core::ObjectChange change, core::Instant now);

    ports::Store& store_;
    ports::Intake& intake_;
    ports::Facts& facts_;
    const Planner& plan_;
    const core::Calendar& calendar_;
    core::Duration every_;
    std::optional<core::Instant> listened_;  // for silence, once an hour
    Counts counts_;
};

}  // namespace gw::engine
