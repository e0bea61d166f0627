// What is looked at before anything is sent (national-portal.md 6.8). Pure. What is only warned of
// (NP-14, NP-18, NP-20 to NP-22) is said to the clerk when the dossier enters: gateway/core.
#pragma once

#include "connectors/national_portal/canonical.hpp"
#include "connectors/national_portal/lane_memory.hpp"
#include "gateway/core/status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gw::national_portal {

/// The first check that fails; nullopt: may be sent. Errors: give_up (the operator reads the
/// sentence) with the codes national_portal.foreign_prefix (NP-11), .required (NP-13), .date
/// (NP-14), .status_step (NP-15), .result_as_attachment (NP-19); hold "mapping_missing" (NP-12),
/// "file_missing" (NP-17); retry "national_portal.catalogue_loading" while the catalogue has not
/// been read, and with the code of what stopped its last reading.
std::optional<core::Error> check_before_sending(
    const Options& options,
    const Said& said,
    std::string_view operation,
    const LaneMemory& memory,
    const Catalogue& catalogue,
    const core::Transitions* transitions
);

}  // namespace gw::national_portal
