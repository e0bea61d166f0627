// The doors of the portal: which paths exist, and what a call at one of them asks for.
#pragma once

#include "simulators/national_portal/world.hpp"

#include <optional>

namespace sim::national_portal {

/// What a path is for.
enum class Place { none, login, service, platform_service, token, unknown_adapter };
struct Spot {
    Spot() = default;
    Place place = Place::none;
    Door door = Door::plain;
    std::string service;      // platform services only
    std::string updating;     // "True" or "False" when the path says so
    bool takes_list = false;  // the body is a JSON list of items
};
Spot locate(const std::string& path, const Options& options);

/// Reads a call at a service door. Session and agency come from where the dialect keeps them.
Inquiry inquire(const kit::Call& call, const Spot& spot);

/// F-22: nullopt when the routing code is where it has to be.
std::optional<kit::Answer> check_routing(const kit::Call& call, Door door, const Options& rules);

/// mapi/login. Journal facts are in `reply`.
kit::Answer log_in(World& world, const kit::Call& call, Door door, core::Instant now, Reply& reply);
/// {lgsp}/token
kit::Answer give_token(World& world, const kit::Call& call, core::Instant now, Reply& reply);
/// nullopt: the token (and lgspaccesstoken) are good.
std::optional<kit::Answer> check_token(
    World& world, const kit::Call& call, const Inquiry& inquiry, core::Instant now
);

}  // namespace sim::national_portal
