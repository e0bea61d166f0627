// Which unit a dossier from the portal belongs to (NP-46). Pure.
#pragma once

#include "connectors/national_portal/catalogue.hpp"
#include "connectors/national_portal/inbound.hpp"

namespace gw::national_portal {

/// Receiving unit and deciding agency come from the procedure, never from the applicant's address:
/// put into the payload when the procedure names exactly one of our province, and what the portal
/// said itself stays. Without a receiving unit the item lies in the coordination tray.
void route_dossier(
    InboundItem& item, const Catalogue& catalogue, const Options& options, core::Day today
);

}  // namespace gw::national_portal
