// Store contract: strict order of lanes, blocked and dead heads, what a person may do.
#pragma once

#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;
using ports::LegAction;

/// Three legs of one dossier, waiting in order.
inline std::vector<core::LegId> three_legs(Bench& b, const std::string& dossier = "D1") {
    for (const char* key : {"a", "b", "c"}) {
        ports::Acceptance a = acceptance(dossier + key);
        b.accept(with_leg(a, dossier));
    }
    std::vector<core::LegId> ids;
    for (const auto& leg : b.await(b.store->legs_of("H56", dossier)).value())
        ids.push_back(leg.leg.id);
    return ids;
}

TEST_CASE("store: only the head of a lane is given, in the order of acceptance") {
    Bench b;
    const auto ids = three_legs(b);
    REQUIRE(ids.size() == 3);
    for (core::LegId id : ids) {
        const auto claims = b.claim();
        REQUIRE(claims.size() == 1);
        CHECK(claims[0].leg.id == id);
        CHECK(b.settle(
                   claims[0].lane,
                   b.intend(claims[0]),
                   settlement(LegState::delivered, Outcome::delivered)
        )
                  .empty());
    }
    CHECK(b.claim().empty());
}

TEST_CASE("NP-37 F-25 store: a waiting, blocked or dead head holds its lane and no other") {
    for (const LegState state :
         {LegState::retry, LegState::unknown, LegState::blocked, LegState::dead}) {
        Bench b;
        const auto ids = three_legs(b);
        three_legs(b, "D2");
        b.send(state, Outcome::refused);
        const auto claims = b.claim();
        REQUIRE(claims.size() == 1);
        CHECK(claims[0].leg.dossier == "D2");
        CHECK(b.leg(ids[1]).state == LegState::ready);
    }
}

TEST_CASE("store: legs without a dossier have no order") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    for (int i = 0; i < 3; ++i) with_leg(a, "");
    b.accept(a);
    CHECK(b.claim().size() == 3);
    CHECK(b.await(b.store->legs_of("H56", "")).value().empty());
}

TEST_CASE("store: redrive puts a dead leg back to its place with its counters at zero") {
    Bench b;
    const auto ids = three_legs(b);
    const core::Claim c = b.claim()[0];
    core::Settlement s = settlement(LegState::dead, Outcome::refused);
    s.reason = "national_portal.refused";
    s.what = "field MaHoSo";
    s.attempts_message = 4;
    CHECK(b.settle(c.lane, b.intend(c), s).empty());
    CHECK(b.leg(ids[0]).reason == "national_portal.refused");
    CHECK(b.leg(ids[0]).ended_at.has_value());
    CHECK(b.act(ids[0], LegAction::redrive).empty());
    const core::Claim again = b.claim().at(0);
    CHECK(again.leg.id == ids[0]);
    CHECK(again.attempts_message == 0);
    CHECK(b.leg(ids[0]).reason.empty());
    CHECK_FALSE(b.leg(ids[0]).ended_at);
    CHECK(b.await(b.store->attempts_of(ids[0])).value().size() == 1);
    CHECK(b.await(b.store->audit_of("H56", "leg")).value().size() == 1);
}

TEST_CASE("store: a leg sent back in bulk is of class p3 and waits as if it came now") {
    Bench b;
    const auto ids = three_legs(b);
    const core::Claim c = b.claim()[0];
    core::Settlement s = settlement(LegState::dead, Outcome::refused);
    s.attempts_message = 4;
    CHECK(b.settle(c.lane, b.intend(c), s).empty());
    CHECK(b.act(ids[0], LegAction::redrive_bulk).empty());
    CHECK(b.leg(ids[0]).leg.urgency == core::Urgency::p3);
    CHECK(b.leg(ids[0]).leg.effect_key == c.leg.effect_key);
    b.restart(day_one);
    const core::Claim again = b.claim().at(0);
    CHECK(again.leg.id == ids[0]);
    CHECK(again.leg.urgency == core::Urgency::p3);
    CHECK(again.attempts_message == 0);
    CHECK(b.act(ids[1], LegAction::redrive_bulk) == "leg.state");
    CHECK(b.leg(ids[1]).leg.urgency == core::Urgency::p2);
}

TEST_CASE("store: record_done delivers an unknown leg and the lane goes on") {
    Bench b;
    const auto ids = three_legs(b);
    b.send(LegState::unknown, Outcome::unknown);
    CHECK(b.act(ids[0], LegAction::record_done).empty());
    CHECK(b.leg(ids[0]).state == LegState::delivered);
    CHECK(b.claim().at(0).leg.id == ids[1]);
    CHECK(b.stats().delivered == 1);
}

TEST_CASE("store: cancel withdraws a head or a leg behind it") {
    Bench b;
    const auto ids = three_legs(b);
    CHECK(b.act(ids[1], LegAction::cancel).empty());
    b.send(LegState::blocked, Outcome::refused);
    CHECK(b.act(ids[0], LegAction::cancel).empty());
    CHECK(b.claim().at(0).leg.id == ids[2]);
    CHECK(b.leg(ids[0]).state == LegState::cancelled);
}

TEST_CASE("store: what a person decides fences whoever works on the leg") {
    Bench b;
    const auto ids = three_legs(b);
    const core::Claim c = b.claim()[0];
    CHECK(b.act(ids[0], LegAction::cancel).empty());
    const auto late = b.await(b.store->intend(c, digest_of("x"), day_one));
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == "lane.fenced");
    const core::Claim next = b.claim().at(0);
    CHECK(next.leg.id == ids[1]);
    CHECK(next.fence > c.fence);
}

TEST_CASE("store: actions that do not fit the state are refused and leave no audit row") {
    Bench b;
    const auto ids = three_legs(b);
    CHECK(b.act(ids[0], LegAction::redrive) == "leg.state");
    CHECK(b.act(ids[0], LegAction::record_done) == "leg.state");
    const core::Claim c = b.claim()[0];
    const auto fence = b.intend(c);
    for (const LegAction action : {LegAction::redrive, LegAction::record_done, LegAction::cancel})
        CHECK(b.act(ids[0], action) == "leg.state");
    CHECK(b.settle(c.lane, fence, settlement(LegState::delivered, Outcome::delivered)).empty());
    for (const LegAction action : {LegAction::redrive, LegAction::record_done, LegAction::cancel})
        CHECK(b.act(ids[0], action) == "leg.state");
    CHECK(b.act(core::LegId{99}, LegAction::cancel) == "not_found");
    CHECK(b.await(b.store->audit_of("H56", "leg")).value().empty());
}

TEST_CASE("store: stats count legs by partner and state") {
    Bench b;
    const auto ids = three_legs(b);
    three_legs(b, "D2");
    CHECK(b.stats().ready == 6);
    CHECK(b.stats().oldest_waiting == day_one);
    b.send(LegState::delivered, Outcome::delivered, day_two);
    b.send(LegState::blocked, Outcome::refused);
    const auto q = b.stats();
    CHECK(q.ready == 4);
    CHECK(q.delivered == 1);
    CHECK(q.blocked == 1);
    CHECK(q.last_delivered == day_two);
    CHECK(b.await(b.store->stats()).value().size() == 1);
    CHECK(b.await(b.store->legs_in("national_portal", LegState::ready, 3)).value().size() == 3);
    CHECK(b.await(b.store->legs_in("national_portal", LegState::delivered, 3)).value().size() == 1);
    CHECK(b.await(b.store->legs_in("national_portal", LegState::dead, 3)).value().empty());
    const std::string agency =
        b.await(b.store->legs_in("national_portal", LegState::ready, 1)).value().at(0).leg.agency;
    CHECK(
        b.await(b.store->legs_in("national_portal", LegState::ready, 3, agency)).value().size() == 3
    );
    CHECK(b.await(b.store->legs_in("national_portal", LegState::ready, 3, "nobody")).value().empty()
    );
}

}  // namespace gw::test
