// Store contract: what a leg that cannot go does to those behind it, where the flow is not strict.
#pragma once

#include "gateway/core/delivery.hpp"
#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;
using ports::LegAction;

/// A full state that takes the place of older ones.
inline core::LegId add_full(
    Bench& b, const std::string& key, bool replaces, const std::string& operation = "full"
) {
    ports::Acceptance a = acceptance(key);
    with_leg(a, "D1");
    a.legs[0].leg.operation = operation;
    a.legs[0].supersedes = replaces;
    a.on_superseded = [](const core::Leg& leg) {
        core::FeedItem item = feed_item(leg.dossier, "dossier.sync_changed");
        item.data = std::to_string(core::raw(leg.id));
        return item;
    };
    b.accept(a);
    const auto legs = b.await(b.store->legs_of("H56", "D1")).value();
    return legs.back().leg.id;
}
inline core::Settlement skipped() {
    core::Settlement s = settlement(LegState::dead, Outcome::refused);
    s.flag = core::skipped_flag;
    s.reason = "toy.refused";
    s.attempts_message = 3;
    return s;
}

TEST_CASE("store: a newer full state takes the place of those that were never sent") {
    Bench b;
    const auto first = add_full(b, "a", true), second = add_full(b, "b", true);
    CHECK(b.leg(first).state == LegState::superseded);
    CHECK(b.leg(first).reason == "superseded");
    CHECK(b.leg(first).ended_at == day_one);
    CHECK(b.leg(first).what.find(std::to_string(core::raw(second))) != std::string::npos);
    const auto feed = b.await(b.store->feed("H56", 0, 10, {})).value();
    REQUIRE(feed.items.size() == 1);
    CHECK(feed.items[0].data == std::to_string(core::raw(first)));
    const auto audit = b.await(b.store->audit_of("H56", std::to_string(core::raw(first)))).value();
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "leg.superseded");
    CHECK(b.stats().ready == 1);
    b.send(LegState::delivered, Outcome::delivered);
    CHECK(b.leg(second).state == LegState::delivered);
    CHECK(b.claim().empty());
}

TEST_CASE("store: what was sent, is being sent or changes the status is never replaced") {
    SUBCASE("retry after a send") {
        Bench b;
        const auto first = add_full(b, "a", true);
        b.send(LegState::retry, Outcome::retry);
        add_full(b, "b", true);
        CHECK(b.leg(first).state == LegState::retry);
    }
    SUBCASE("claimed") {
        Bench b;
        const auto first = add_full(b, "a", true);
        const auto claims = b.claim();
        add_full(b, "b", true);
        CHECK(b.leg(first).state == LegState::ready);
        CHECK(b.await(b.store->intend(claims.at(0), digest_of("x"), day_one)).has_value());
    }
    SUBCASE("NP-30: changes the status") {
        Bench b;
        const auto update = add_full(b, "a", true), change = add_full(b, "b", false);
        add_full(b, "c", true);
        CHECK(b.leg(update).state == LegState::ready);
        CHECK(b.leg(change).state == LegState::ready);
    }
    SUBCASE("a person has stopped it") {
        Bench b;
        const auto first = add_full(b, "a", true);
        b.send(LegState::blocked, Outcome::refused);
        add_full(b, "b", true);
        CHECK(b.leg(first).state == LegState::blocked);
    }
}

TEST_CASE("store: legs of other operations keep their place when full states are replaced") {
    Bench b;
    const auto first = add_full(b, "a", true), line = add_full(b, "b", false, "line"),
               second = add_full(b, "c", true), third = add_full(b, "d", true);
    CHECK(b.leg(first).state == LegState::superseded);
    CHECK(b.leg(second).state == LegState::superseded);
    CHECK(b.claim().at(0).leg.id == line);
    b.restart(day_two);
    CHECK(b.send(LegState::delivered, Outcome::delivered, day_two).leg.id == line);
    CHECK(b.send(LegState::delivered, Outcome::delivered, day_two).leg.id == third);
    CHECK(b.claim(9, day_two).empty());
}

TEST_CASE("store: replaced legs make room in a full lane") {
    Bench b;
    for (int i = 0; i < StoreUnderTest::lane_depth_max * 3; ++i)
        add_full(b, "k" + std::to_string(i), true);
    CHECK(b.stats().ready == 1);
}

TEST_CASE("store: several full states of one message leave the last one") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    for (int i = 0; i < 3; ++i) with_leg(a, "D1");
    for (auto& planned : a.legs) planned.supersedes = true;
    b.accept(a);
    CHECK(b.stats().ready == 1);
    CHECK(core::raw(b.claim().at(0).leg.id) == 3);
}

TEST_CASE("store: a skipped leg rests in quarantine and its lane goes on") {
    Bench b;
    const auto first = add_full(b, "a", false), second = add_full(b, "b", false);
    const core::Claim c = b.claim().at(0);
    CHECK(b.settle(c.lane, b.intend(c), skipped()).empty());
    CHECK(b.leg(first).state == LegState::dead);
    CHECK(b.leg(first).flag == core::skipped_flag);
    CHECK(b.stats().dead == 1);
    b.restart(day_two);
    CHECK(b.send(LegState::delivered, Outcome::delivered, day_two).leg.id == second);
    CHECK(b.claim(9, day_two).empty());
}

TEST_CASE("store: a skipped leg comes back to its place while nothing behind it has gone") {
    Bench b;
    const auto first = add_full(b, "a", false), second = add_full(b, "b", false);
    const core::Claim c = b.claim().at(0);
    CHECK(b.settle(c.lane, b.intend(c), skipped()).empty());
    const core::Claim behind = b.claim().at(0);
    CHECK(behind.leg.id == second);
    CHECK(b.act(first, LegAction::redrive).empty());
    CHECK(b.leg(first).flag.empty());
    // Whoever was about to send the one behind is fenced.
    CHECK_FALSE(b.await(b.store->intend(behind, digest_of("x"), day_one)).has_value());
    CHECK(b.send(LegState::delivered, Outcome::delivered).leg.id == first);
    CHECK(b.send(LegState::delivered, Outcome::delivered).leg.id == second);
    CHECK(b.claim().empty());
}

TEST_CASE("store: a skipped leg that its lane has passed does not come back") {
    for (const bool done : {false, true}) {
        Bench b;
        const auto first = add_full(b, "a", false);
        add_full(b, "b", false);
        const core::Claim c = b.claim().at(0);
        CHECK(b.settle(c.lane, b.intend(c), skipped()).empty());
        const core::Claim behind = b.claim().at(0);
        const auto fence = b.intend(behind);
        const auto delivered = settlement(LegState::delivered, Outcome::delivered);
        if (done) CHECK(b.settle(behind.lane, fence, delivered).empty());
        CHECK(b.act(first, LegAction::redrive) == "lane.passed");
        if (!done) CHECK(b.settle(behind.lane, fence, delivered).empty());
        CHECK(b.leg(first).state == LegState::dead);
    }
}

TEST_CASE("store: a skipped leg can be withdrawn, and one alone comes back") {
    Bench b;
    const auto first = add_full(b, "a", false);
    const core::Claim c = b.claim().at(0);
    CHECK(b.settle(c.lane, b.intend(c), skipped()).empty());
    CHECK(b.claim().empty());
    CHECK(b.act(first, LegAction::redrive).empty());
    const core::Claim again = b.claim().at(0);
    CHECK(again.leg.id == first);
    CHECK(b.settle(again.lane, b.intend(again), skipped()).empty());
    CHECK(b.act(first, LegAction::cancel).empty());
    CHECK(b.leg(first).state == LegState::cancelled);
    add_full(b, "b", false);
    CHECK(b.claim().size() == 1);
}

}  // namespace gw::test
