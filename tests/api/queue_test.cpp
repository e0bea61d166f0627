// The administration's list of what waits for a partner.
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

TEST_CASE("queue: what only a person can help stands first, with its reason") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    kit.dossier("H37.14-260302-0002");
    auto claims = kit.loop.get(kit.store->claim("portal", 1, kit.clock.now())).value();
    REQUIRE(claims.claims.size() == 1);
    const auto& claim = claims.claims[0];
    const auto fence =
        kit.loop.get(kit.store->intend(claim, core::Digest{}, kit.clock.now())).value();
    core::Settlement dead;
    dead.state = core::LegState::dead;
    dead.outcome = core::Outcome::dead;
    dead.reason = "portal.refused";
    dead.what = "the portal refuses it";
    dead.began = dead.ended = kit.clock.now();
    REQUIRE(kit.loop.get(kit.store->settle(claim.lane, fence, dead, {})).has_value());

    const auto all = kit.admin("GET", "/admin/partners/portal/queue");
    REQUIRE(all.status == 200);
    CHECK(all.json.find("items")->size() >= 2);
    CHECK(all.text("/items/0/state") == "dead");
    CHECK(all.text("/items/0/reason") == "portal.refused");
    CHECK(all.text("/items/1/state") == "ready");
    const auto ready = kit.admin("GET", "/admin/partners/portal/queue?state=ready&limit=1");
    CHECK(ready.json.find("items")->size() == 1);
    CHECK(ready.text("/items/0/state") == "ready");
}

TEST_CASE("queue: an unknown partner and an unknown state are refused") {
    ApiKit kit;
    CHECK(kit.admin("GET", "/admin/partners/nobody/queue").status == 404);
    CHECK(kit.admin("GET", "/admin/partners/portal/queue?state=lost").status == 400);
    CHECK(kit.admin("GET", "/admin/partners/portal/queue?limit=501").status == 400);
    CHECK(kit.call("GET", "/admin/partners/portal/queue").status == 404);
}

}  // namespace gw::test
