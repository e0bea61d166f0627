// Compares what the one-stop was promised with what the portal holds, field by field and status by
// status.
#pragma once

#include "simulators/app/report.hpp"
#include "simulators/national_portal/held.hpp"
#include "simulators/onestop/ledger.hpp"

#include <map>
#include <string>

namespace sim::app {

/// Fills lost, duplicate_effects, out_of_order, field_mismatches, delivered, unfinished_stories and
/// surprises.
void compare(
    const onestop::Ledger& ledger,
    const std::map<std::string, national_portal::HeldDossier>& held,
    Report& report
);

}  // namespace sim::app
