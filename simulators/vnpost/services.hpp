// The services of the post, one function each.
#pragma once

#include "simulators/vnpost/world.hpp"

namespace sim::vnpost {

Reply post_order(
    World& world,
    const kit::Call& call,
    const std::string& customer,
    bool with_waybill,
    core::Instant now
);
Reply cancel_order(
    World& world, const kit::Call& call, const std::string& customer, core::Instant now
);
/// What a cancel does that the post accepts.
void cancel(World& world, Parcel& parcel, core::Instant now);
Reply price_of(World& world, const kit::Call& call, core::Instant now);
Reply tracking(World& world, const kit::Call& call, const std::string& customer, core::Instant now);
Reply register_document(
    World& world, const kit::Call& call, const std::string& customer, core::Instant now
);
/// What was ordered and registered; never where the parcel is: that is in the feed only (F-171).
Reply information(World& world, const kit::Call& call, const std::string& customer);

}  // namespace sim::vnpost
