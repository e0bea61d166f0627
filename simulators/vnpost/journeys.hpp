// The scripts along which parcels move on the virtual clock.
#pragma once

#include "gateway/core/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sim::vnpost {

namespace core = gw::core;

struct Step {
    core::Duration after;  // since the step before; the first: since the order
    int code;
    const char* note;
    bool far;  // at the receiver's office, not the sender's
};

/// Steps of a script: normal, skips, failed_once, failed_twice, returned, refused, lost,
/// never_picked_up, cancelled_by_post. Empty: no such script.
const std::vector<Step>& journey(std::string_view name);
std::vector<std::string> journey_names();

}  // namespace sim::vnpost
