// Tax notices and receipts whose dossier was not here yet are attached when it has come (NP-50,
// NP-51).
#pragma once

#include "gateway/ports/connector.hpp"

#include <memory>
#include <string>

namespace gw::national_portal {

class Portal;

/// Looks every minute at the ready items that are unmatched; there are few.
class TaxMatchJob : public ports::Job {
public:
    explicit TaxMatchJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.tax_match"; }
    core::Duration every() const override { return std::chrono::minutes(1); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> match(core::Object item, core::Instant now);
    std::shared_ptr<Portal> portal_;
};

}  // namespace gw::national_portal
