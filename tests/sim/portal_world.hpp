// One seed with the real connector of the national portal, the real mappings and the played portal.
#pragma once

#include "tests/sim/world.hpp"

namespace gw::sim_test {

/// Runs one seed to its end. Reads the mappings folder once; run from the repository. Of the plants
/// only those of the store have an effect here.
Outcome run_portal_seed(std::uint64_t seed, Plant plant);

}  // namespace gw::sim_test
