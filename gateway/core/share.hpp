// Who goes first at one partner: guaranteed slots for each class, a fair share for each agency,
// else the earliest effective deadline. Pure.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <map>
#include <string>

namespace gw::core {

/// What a partner has under way, and how much it may have.
struct InFlight {
    InFlight() = default;
    int limit = 0;                 // 0 = no limit known: no shares
    std::array<int, 4> classes{};  // by Urgency
    std::map<std::string, int> agencies;
};

}  // namespace gw::core
