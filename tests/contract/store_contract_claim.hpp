// Store contract: claims, their order, fences, settlements.
#pragma once

#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;
using std::chrono::minutes;

TEST_CASE("store: a claim shows the leg with its snapshot") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const auto claims = b.claim();
    const core::Claim& c = claims.at(0);
    CHECK(c.leg.operation == "national_portal.DongBoHoSoMC");
    CHECK(c.leg.dossier == "D1");
    CHECK(c.leg.agency == "H56");
    CHECK(c.leg.effect == core::Effect::conditional);
    CHECK(c.leg.effect_key == a.legs[0].leg.effect_key);
    CHECK(c.state == LegState::ready);
    CHECK(c.event_kind == "progress.recorded");
    CHECK(*c.snapshot == *a.events[0].snapshot);
    CHECK(c.enqueued_at == day_one);
    CHECK(b.leg(c.leg.id).dossier_version == 7);
}

TEST_CASE("F-42 NT-3 store: a claimed lane is not given twice, other partners have their own") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    with_leg(a, "D1");
    with_leg(a, "D1", "population");
    b.accept(a);
    CHECK(b.claim().size() == 1);
    CHECK(b.claim().empty());
    CHECK(b.claim(10, day_one, "population").size() == 1);
    CHECK(b.claim(10, day_one, "nobody").empty());
}

TEST_CASE("store: the earliest effective deadline goes first, ties by leg") {
    Bench b;
    const auto add = [&](const std::string& dossier,
                         core::Urgency urgency,
                         std::optional<core::Instant> deadline) {
        ports::Acceptance a = acceptance(dossier);
        with_leg(a, dossier, "national_portal", core::Effect::idempotent, urgency);
        a.legs[0].leg.legal_deadline = deadline;
        b.accept(a);
    };
    add("bulk", core::Urgency::p3, std::nullopt);
    add("normal", core::Urgency::p2, std::nullopt);
    add("normal2", core::Urgency::p2, std::nullopt);
    add("late", core::Urgency::p3, day_one + minutes(13));
    add("clerk", core::Urgency::p1, std::nullopt);
    std::vector<std::string> order;
    for (const auto& c : b.claim(3)) order.push_back(c.leg.dossier);
    for (const auto& c : b.claim(3)) order.push_back(c.leg.dossier);
    CHECK(order == std::vector<std::string>{"clerk", "late", "normal", "normal2", "bulk"});
}

TEST_CASE("store: intend makes the leg sending and raises the fence") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    const std::int64_t fence = b.intend(c);
    CHECK(fence > c.fence);
    CHECK(b.leg(c.leg.id).state == LegState::sending);
    const auto attempts = b.await(b.store->attempts_of(c.leg.id)).value();
    REQUIRE(attempts.size() == 1);
    CHECK(attempts[0].bytes == digest_of("bytes"));
    CHECK_FALSE(attempts[0].ended);
    const auto twice = b.await(b.store->intend(c, digest_of("bytes"), day_one));
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().code == "lane.fenced");
}

TEST_CASE("NP-36 F-33 store: a settlement is written with its attempt, note, reference and feed") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    core::Settlement s = settlement(LegState::delivered, Outcome::delivered, day_one + minutes(1));
    s.reference = "REF-1";
    s.answer = "<ok/>";
    s.flag = "text_unrecognised";
    s.lane_note = "session=7";
    const std::vector<core::FeedItem> feed{feed_item("D1", "sync.delivered")};
    REQUIRE(b.await(b.store->settle(c.lane, b.intend(c), s, feed)).has_value());
    const auto leg = b.leg(c.leg.id);
    CHECK(leg.state == LegState::delivered);
    CHECK(leg.reference == "REF-1");
    CHECK(leg.flag == "text_unrecognised");
    CHECK(leg.ended_at == day_one + minutes(1));
    const auto attempts = b.await(b.store->attempts_of(c.leg.id)).value();
    REQUIRE(attempts.size() == 1);
    CHECK(attempts[0].outcome == Outcome::delivered);
    CHECK(attempts[0].answer == "<ok/>");
    CHECK(attempts[0].ended == day_one + minutes(1));
    CHECK(b.await(b.store->feed_end("H56")).value() == 1);
    ports::Acceptance next = acceptance("k2");
    b.accept(with_leg(next, "D1"));
    CHECK(b.claim()[0].lane_note == "session=7");
}

TEST_CASE("store: an old fence changes nothing") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    const std::int64_t fence = b.intend(c);
    const auto done = settlement(LegState::delivered, Outcome::delivered);
    CHECK(b.settle(c.lane, c.fence, done) == "lane.fenced");
    CHECK(b.settle(core::LaneId{99}, fence, done) == "lane.fenced");
    CHECK(b.leg(c.leg.id).state == LegState::sending);
    CHECK(b.settle(c.lane, fence, done).empty());
    CHECK(b.settle(c.lane, fence, done) == "lane.fenced");
}

TEST_CASE("store: retry and unknown wait for their time, which claim tells") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    ports::Acceptance two = acceptance("k2");
    b.accept(with_leg(two, "D2"));
    b.send(LegState::retry, Outcome::retry);
    b.send(LegState::unknown, Outcome::unknown, day_one + minutes(1) - core::Duration(1));
    const auto early =
        b.await(b.store->claim("national_portal", 9, day_one + core::Duration(1))).value();
    CHECK(early.claims.empty());
    CHECK(early.next_due == day_one + minutes(1));
    const auto due = b.claim(9, day_one + minutes(1));
    REQUIRE(due.size() == 1);
    CHECK(due[0].state == LegState::retry);
    const auto later = b.claim(9, day_one + minutes(2));
    REQUIRE(later.size() == 1);
    CHECK(later[0].state == LegState::unknown);
}

TEST_CASE("store: an enquiry settles a claim of an unknown leg without an intent") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    core::Settlement lost = settlement(LegState::unknown, Outcome::unknown);
    lost.due_at = day_one + minutes(1);
    lost.sends_unknown = 1;
    lost.unknown_since = day_one;
    lost.attempts_partner = 1;
    const core::Claim c = b.claim()[0];
    CHECK(b.settle(c.lane, b.intend(c), lost).empty());
    const core::Claim ask = b.claim(1, day_one + minutes(1))[0];
    CHECK(ask.state == LegState::unknown);
    CHECK(ask.sends_unknown == 1);
    CHECK(ask.unknown_since == day_one);
    CHECK(ask.attempts_partner == 1);
    CHECK_FALSE(b.await(b.store->intend(ask, digest_of("x"), day_one)).has_value());
    core::Settlement found = settlement(LegState::delivered, Outcome::already_there);
    found.was_enquiry = true;
    CHECK(b.settle(ask.lane, ask.fence, found).empty());
    const auto attempts = b.await(b.store->attempts_of(c.leg.id)).value();
    REQUIRE(attempts.size() == 2);
    CHECK_FALSE(attempts[0].enquiry);
    CHECK(attempts[1].enquiry);
    CHECK(attempts[1].n == 2);
}

TEST_CASE("store: a released claim comes back at its time with a new fence and no counter raised") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    CHECK(b.await(b.store->release(c, day_one + minutes(5))).has_value());
    CHECK(b.claim(1, day_one + minutes(4)).empty());
    const core::Claim again = b.claim(1, day_one + minutes(5)).at(0);
    CHECK(again.state == LegState::ready);
    CHECK(again.fence > c.fence);
    CHECK(again.attempts_message + again.attempts_partner == 0);
    CHECK_FALSE(b.await(b.store->release(c, day_one)).has_value());
    CHECK_FALSE(b.await(b.store->intend(c, digest_of("x"), day_one)).has_value());
}

TEST_CASE("store: no attempt ends in a way the table of states does not know") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.claim()[0];
    // "delivered" without anything sent is never true.
    CHECK(
        b.settle(c.lane, c.fence, settlement(LegState::delivered, Outcome::delivered)) ==
        "leg.state"
    );
    CHECK(b.settle(c.lane, c.fence, settlement(LegState::sending, Outcome::retry)) == "leg.state");
    CHECK(b.leg(c.leg.id).state == LegState::ready);
    CHECK(b.settle(c.lane, c.fence, settlement(LegState::dead, Outcome::refused)).empty());
}

}  // namespace gw::test
