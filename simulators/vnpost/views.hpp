// What people and programs may look at: pages and state as JSON.
#pragma once

#include "simulators/vnpost/world.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sim::vnpost {

/// GET /, /parcels/<key>, /journal; nullopt: no page of that name.
std::optional<kit::Answer> page(const World& world, const kit::Call& call);
/// "": overview; parcels, parcels/<key>, documents, settlements, waybills; nullopt: not held.
std::optional<std::string> state_json(const World& world, std::string_view rest);

}  // namespace sim::vnpost
