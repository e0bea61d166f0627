// Faults of transport, overload and hostile answers: what comes instead of what the database said.
#pragma once

#include "simulators/population/world.hpp"

#include <optional>
#include <string>

namespace sim::population {

/// Chosen before the question is looked up.
std::optional<kit::Instead> lie_instead(
    World& w, const kit::Call& call, const Query& q, core::Instant now
);
/// Laid over the answer. Returns the switch that struck, "" = none.
std::string lie_about(World& w, const Query& q, kit::Answer& answer, core::Instant now);
/// Answers made to hurt whoever reads them: entity bombs, endless and oversized bodies.
std::optional<kit::Instead> attack(World& w, const Query& q, core::Instant now);

}  // namespace sim::population
