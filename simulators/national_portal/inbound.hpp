// Composes what the portal sends to the province: dossiers, promotions, tax notices and receipts.
#pragma once

#include "simulators/national_portal/sender.hpp"
#include "simulators/national_portal/world.hpp"

#include <string>
#include <vector>

namespace sim::national_portal {

/// What the request of POST /sim/send asks for; empty when it cannot be, with the reason in `why`.
/// Members, all texts but the marked ones: kind ("dossier", "promotion", "promotion_supplement",
/// "tax_notice", "tax_receipt"), dossier, procedure, name, citizen_number, files (number),
/// file_bytes (number), file_1, bytes_1, … (name and size of one file of a dossier), phone,
/// tech_id, as ("url", "base64"), dossiers (list, tax_notice), unknown ("true", "false": add an
/// unknown code to a tax notice), amount.
std::vector<Outgoing> compose(
    World& world, const kit::Json& request, core::Instant now, std::string& why
);

}  // namespace sim::national_portal
