// What the portal holds, as JSON for programs and as pages for people.
#pragma once

#include "simulators/national_portal/sender.hpp"
#include "simulators/national_portal/world.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sim::national_portal {

/// GET /sim/state[/rest]: "" overview, "dossiers", "dossiers/<code>", "forgotten", "surveys",
/// "questions", "outbox", "files".
std::optional<std::string> state_json(
    const World& world, const Sender& sender, std::string_view rest
);
std::string dossier_json(const HeldDossier& dossier);

/// Pages at "/", "/dossiers/<code>", "/journal"; nullopt: no page has that address.
std::optional<kit::Answer> page(
    const World& world, const Sender& sender, const kit::Call& call, core::Instant now
);

/// "Đang xử lý"; "?" for other numbers.
std::string_view status_name(int status);

}  // namespace sim::national_portal
