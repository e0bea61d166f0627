// How a call reaches the post: paths, tokens, and the envelope of a bus.
#pragma once

#include "simulators/vnpost/world.hpp"

#include <optional>

namespace sim::vnpost {

/// By the last part of the path, without regard to case; a bus may put anything before it.
Service locate(const std::string& path, const Options& options);
/// The method a service wants: GET or POST.
const char* method_of(Service service);
/// POST …/token with client credentials.
kit::Answer give_token(World& world, const kit::Call& call, core::Instant now, Reply& reply);
/// The customer whose token it is; else `no` is the answer.
std::string check_token(
    World& world, const kit::Call& call, Service service, core::Instant now, kit::Answer& no
);
/// The answer's bytes in the envelope of the bus.
kit::Answer wrap(const World& world, const Reply& reply);

}  // namespace sim::vnpost
