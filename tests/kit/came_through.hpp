// Whether what a leg was to tell has reached its partner.
#pragma once

#include "gateway/ports/store_views.hpp"

#include <algorithm>
#include <vector>

namespace gw::test {

/// Delivered, or replaced unsent by a later one of its operation that came through.
inline bool came_through(const std::vector<ports::LegView>& legs, const ports::LegView& leg) {
    if (leg.state == core::LegState::delivered) return true;
    if (leg.state != core::LegState::superseded) return false;
    return std::any_of(legs.begin(), legs.end(), [&](const ports::LegView& later) {
        return later.leg.id > leg.leg.id && later.leg.partner == leg.leg.partner &&
               later.leg.operation == leg.leg.operation && later.state == core::LegState::delivered;
    });
}

}  // namespace gw::test
