// The administration's list of what waits for a partner.
#include "tests/api/dead_leg.hpp"

#include <doctest/doctest.h>

namespace gw::test {

TEST_CASE("F-240 F-242 queue: what only a person can help stands first, with its reason") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    kit.dossier("H37.14-260302-0002");
    kill_leg(kit);
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
