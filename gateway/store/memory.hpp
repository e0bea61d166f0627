// A store in memory: the model for the contract suite and the simulation.
#pragma once

#include "gateway/ports/clock.hpp"
#include "gateway/ports/store.hpp"

#include <memory>

namespace gw::store {

/// What survives a crash of the process that uses it. Give the same one to a new MemoryStore to
/// "restart".
struct MemoryState;
std::shared_ptr<MemoryState> new_memory_state();

/// Raises the epoch and recovers as at a real start (delivery: sending -> ready for A and B,
/// unknown for C). `lane_depth_max`: accept refuses with "lane.full" beyond it.
std::unique_ptr<ports::Store> open_memory_store(
    std::shared_ptr<MemoryState> state, core::Instant now, int lane_depth_max = 1'000
);

}  // namespace gw::store
