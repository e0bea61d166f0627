// A leg that its partner has refused for good.
#pragma once

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace gw::test {

/// Puts the first leg of the dossier into state dead.
inline void kill_leg(ApiKit& kit, const char* what = "the portal does not know the procedure") {
    auto claims = kit.loop.get(kit.store->claim("portal", 1, kit.clock.now())).value();
    REQUIRE(claims.claims.size() == 1);
    const auto& claim = claims.claims[0];
    const auto fence =
        kit.loop.get(kit.store->intend(claim, core::Digest{}, kit.clock.now())).value();
    core::Settlement dead;
    dead.state = core::LegState::dead;
    dead.outcome = core::Outcome::refused;
    dead.reason = "portal.refused";
    dead.what = what;
    dead.attempts_message = 1;
    dead.began = dead.ended = kit.clock.now();
    std::vector<core::FeedItem> none;
    REQUIRE(kit.loop.get(kit.store->settle(claim.lane, fence, dead, none)).has_value());
}

}  // namespace gw::test
