// Faults of transport and queue: answers that are not what the service said.
#pragma once

#include "simulators/national_portal/world.hpp"

#include <optional>
#include <string>

namespace sim::national_portal {

/// An answer that comes instead of the service's own.
struct Lie {
    Lie() = default;
    std::string fault;  // switch name
    kit::Answer answer;
    bool processed = false;  // the service runs before all the same
};

/// Chosen before the service runs. `body`: the call's body.
std::optional<Lie> lie_instead(
    World& world, const Inquiry& inquiry, const std::string& body, core::Instant now
);
/// Laid over the service's answer. Returns the switch that struck, "" = none.
std::string lie_about(World& world, const Inquiry& inquiry, kit::Answer& answer, core::Instant now);

}  // namespace sim::national_portal
