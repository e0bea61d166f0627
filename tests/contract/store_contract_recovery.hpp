// Store contract: what a new process finds, by effect class.
#pragma once

#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;

inline core::Claim sending_leg(Bench& b, core::Effect effect) {
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1", "national_portal", effect));
    const core::Claim c = b.claim()[0];
    b.intend(c);
    return c;
}

TEST_CASE("store: after a crash repeatable legs are ready again with the same key") {
    for (const core::Effect effect : {core::Effect::idempotent, core::Effect::conditional}) {
        Bench b;
        const core::Claim c = sending_leg(b, effect);
        b.restart(day_two);
        CHECK(b.leg(c.leg.id).state == LegState::ready);
        const core::Claim again = b.claim(1, day_two).at(0);
        CHECK(again.leg.id == c.leg.id);
        CHECK(again.leg.effect_key == c.leg.effect_key);
        CHECK(again.suspects == 1);
        CHECK(again.epoch == c.epoch + 1);
        CHECK(again.fence > c.fence + 1);
    }
}

TEST_CASE("store: after a crash a leg that may be sent only once is unknown and is asked for") {
    Bench b;
    const core::Claim c = sending_leg(b, core::Effect::once);
    b.restart(day_two);
    CHECK(b.leg(c.leg.id).state == LegState::unknown);
    CHECK(b.claim(1, day_two).empty());
    const core::Claim ask = b.claim(1, day_two + std::chrono::minutes(1)).at(0);
    CHECK(ask.state == LegState::unknown);
    CHECK(ask.sends_unknown == 1);
    CHECK(ask.unknown_since == day_one);
    const auto attempts = b.await(b.store->attempts_of(c.leg.id)).value();
    REQUIRE(attempts.size() == 1);
    CHECK(attempts[0].outcome == Outcome::unknown);
    CHECK(attempts[0].code == "store.process_ended");
}

TEST_CASE("F-26 store: a claim without an intent ends with its process and leaves no trace") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    b.restart(day_two);
    const core::Claim again = b.claim(1, day_two).at(0);
    CHECK(again.suspects == 0);
    CHECK(again.fence > c.fence);
    CHECK(b.settle(c.lane, c.fence, settlement(LegState::dead, Outcome::refused)) == "lane.fenced");
}

TEST_CASE("store: a leg that was being prepared when the process died is a suspect") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(with_leg(a, "D1"), "D2"));
    for (int deaths = 1; deaths <= 3; ++deaths) {
        const auto claims = b.claim(2, day_two);
        REQUIRE(claims.size() == 2);
        b.store->preparing(claims[0].leg.id);
        b.restart(day_two);
        const auto again = b.claim(2, day_two);
        REQUIRE(again.size() == 2);
        CHECK(again[0].suspects == deaths);
        CHECK(again[1].suspects == 0);  // only claimed
        b.restart(day_two);             // nothing was being prepared
    }
    CHECK(b.claim(1, day_two).at(0).suspects == 3);
}

TEST_CASE("store: a leg that was prepared, or is done, is no suspect") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(with_leg(a, "D1"), "D2"));
    const core::Claim c = b.claim()[0];
    b.store->preparing(c.leg.id);
    b.store->preparing(core::LegId{});
    b.restart(day_two);
    CHECK(b.claim(1, day_two).at(0).suspects == 0);
    b.restart(day_two);
    const core::Claim sent = b.send(LegState::delivered, Outcome::delivered);
    b.store->preparing(sent.leg.id);
    b.restart(day_two);
    CHECK(b.leg(sent.leg.id).state == LegState::delivered);
    b.store->preparing(core::LegId{4'711});
    b.restart(day_two);
    CHECK(b.claim(2, day_two).size() == 1);
}

TEST_CASE("store: waiting, blocked and finished legs survive a crash unchanged") {
    for (const LegState state :
         {LegState::retry,
          LegState::unknown,
          LegState::blocked,
          LegState::dead,
          LegState::delivered}) {
        Bench b;
        ports::Acceptance a = acceptance("k1");
        b.accept(with_leg(a, "D1"));
        const core::Claim c = b.send(state, Outcome::refused);
        const auto before = b.leg(c.leg.id);
        b.restart(day_two);
        const auto after = b.leg(c.leg.id);
        CHECK(after.state == state);
        CHECK(after.next_attempt_at == before.next_attempt_at);
        CHECK(after.ended_at == before.ended_at);
    }
}

TEST_CASE("store: an outcome that comes after the crash changes nothing") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    const std::int64_t fence = b.intend(c);
    b.restart(day_two);
    CHECK(
        b.settle(c.lane, fence, settlement(LegState::delivered, Outcome::delivered)) ==
        "lane.fenced"
    );
    b.claim(1, day_two);
    CHECK(
        b.settle(c.lane, fence, settlement(LegState::delivered, Outcome::delivered)) ==
        "lane.fenced"
    );
    CHECK(b.leg(c.leg.id).state == LegState::ready);
}

TEST_CASE("store: a new process knows every key, version, place in the feed and count") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.objects.push_back(object_write("D1", 0));
    a.feed.push_back(feed_item("D1"));
    a.answer.emplace();
    a.answer->status = 201;
    const auto first = b.accept(with_leg(a, "D1"));
    const std::int64_t epoch = b.store->health().epoch;
    b.restart(day_two);
    CHECK(b.store->health().epoch == epoch + 1);
    const auto again = b.accept(a);
    CHECK(again.repeated);
    CHECK(again.message == first.message);
    CHECK(again.answer->status == 201);
    CHECK(b.stats().ready == 1);
    ports::Acceptance next = acceptance("k2");
    next.feed.push_back(feed_item("D1"));
    next.objects.push_back(object_write("D1", 1));
    const auto second = b.accept(next);
    CHECK(core::raw(second.message) == core::raw(first.message) + 1);
    CHECK(second.feed_seq == first.feed_seq + 1);
    CHECK(b.await(b.store->feed("H56", 0, 10, {})).value().items.at(1).dossier_seq == 2);
}

}  // namespace gw::test
