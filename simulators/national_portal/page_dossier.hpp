// The page of one dossier.
#pragma once

#include "simulators/national_portal/held.hpp"

#include <string>

namespace sim::national_portal {

std::string dossier_page(const HeldDossier& dossier);

}  // namespace sim::national_portal
