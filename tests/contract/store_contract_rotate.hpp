// Store contract: retention changes no answer about what is done.
#pragma once

#include "tests/contract/store_fixture.hpp"
#include "tests/kit/store_lines.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;
inline const core::Instant day_ten = day_one + std::chrono::hours(24 * 9);

/// Everything that may be asked of the first messages, legs, dossiers and keys.
inline std::vector<std::string> all_answers(Bench& b) {
    Lines l;
    for (int i = 0; i < 16; ++i) {
        const std::string n = std::to_string(i);
        const core::LegId leg{i};
        l.add("events", b.await(b.store->events_of("H56", "D" + n, "")));
        l.add("paid", b.await(b.store->events_of("H56", "D" + n, "payment.paid")));
        l.add("legs", b.await(b.store->legs_of("H56", "D" + n)));
        l.add("leg", b.await(b.store->leg(leg)));
        l.add("attempts", b.await(b.store->attempts_of(leg)));
        l.add("claim view", b.await(b.store->claim_view(leg)));
        l.add("message", b.await(b.store->message(core::MessageId{i})));
        l.add("object", b.await(b.store->object("dossier", "H56", "D" + n)));
        l.add("answer", b.await(b.store->answer_of("onestop", "k" + n, digest_of("{}"))));
        l.add("conflict", b.await(b.store->answer_of("onestop", "k" + n, digest_of("other"))));
    }
    const auto stats = b.stats();
    l.lines.push_back(std::to_string(stats.delivered) + " " + std::to_string(stats.blocked));
    return l.lines;
}

/// A message whose events and answer hold the JSON of one object, which is written once.
inline ports::Acceptance large(const std::string& key, const std::string& dossier) {
    ports::Acceptance a = acceptance(key);
    with_leg(a, dossier);
    with_leg(a, dossier, "population");
    const std::string body =
        R"({"code":")" + dossier + R"(","text":")" + std::string(400, 'x') + "\"}";
    a.objects.push_back(object_write(dossier, 0));
    a.objects.back().object.body = body;
    for (core::Event& e : a.events)
        e.snapshot = std::make_shared<const std::string>(R"({"key":"k","dossier":)" + body + "}");
    a.events.front().trace = "0af7651916cd43dd8448eb211c80319c";
    a.answer.emplace();
    a.answer->status = 201;
    a.answer->headers = "ETag: 1";
    a.answer->body = body;
    return a;
}

/// Messages in every state.
inline void fill(Bench& b) {
    b.accept(large("k1", "D1"));
    ports::Acceptance a = acceptance("k2");
    with_leg(a, "D2");
    with_leg(a, "");
    a.events[0].kind = "payment.paid";
    b.accept(a);
    ports::Acceptance bare = acceptance("k3");
    bare.answer.emplace();
    bare.answer->body = "{}";
    b.accept(bare);
    b.accept(acceptance("k4"));
    for (int i = 0; i < 3; ++i) b.send(LegState::delivered, Outcome::delivered);
    for (const core::Claim& c : b.claim(9, day_one, "population"))
        b.settle(c.lane, b.intend(c), settlement(LegState::delivered, Outcome::delivered));
    ports::Acceptance stays = acceptance("k5");
    b.accept(with_leg(stays, "D5"));
    b.send(LegState::blocked, Outcome::refused);
    ports::Acceptance ended = acceptance("k6");
    b.accept(with_leg(ended, "D1"));
    const core::Claim dead = b.send(LegState::dead, Outcome::refused);
    b.act(dead.leg.id, ports::LegAction::cancel);
    ports::Acceptance young = acceptance("k7", "{}", day_ten);
    b.accept(with_leg(young, "D1"));
}

TEST_CASE("store: reads answer the same before and after what is done has moved") {
    Bench b;
    fill(b);
    const auto before = all_answers(b);
    CHECK(b.rotate(day_one + std::chrono::hours(24 * 7 - 1)) == 0);
    CHECK(all_answers(b) == before);
    b.rotate(day_ten);
    CHECK(all_answers(b) == before);
    CHECK(b.rotate(day_ten) == 0);
    b.restart(day_ten);
    CHECK(all_answers(b) == before);
}

TEST_CASE("store: a repeat of what has moved gets its first answer; another body is a conflict") {
    Bench b;
    fill(b);
    const auto first = b.accept(large("k1", "D1"));
    b.rotate(day_ten);
    const auto again = b.accept(large("k1", "D1"));
    CHECK(again.repeated);
    CHECK(again.message == first.message);
    REQUIRE(again.answer);
    CHECK(again.answer->body == first.answer->body);
    CHECK(again.answer->headers == "ETag: 1");
    CHECK(b.accept(acceptance("k4")).repeated);
    CHECK(b.refused(acceptance("k1", "other")) == "inbox.conflict");
}

TEST_CASE("store: what has moved cannot be acted on, and new work goes on behind it") {
    Bench b;
    fill(b);
    b.rotate(day_ten);
    CHECK(b.act(core::LegId{1}, ports::LegAction::redrive) == "leg.state");
    CHECK(b.act(core::LegId{99}, ports::LegAction::redrive) == "not_found");
    b.restart(day_ten);
    ports::Acceptance a = acceptance("k8", "{}", day_ten);
    const auto accepted = b.accept(with_leg(a, "D1"));
    CHECK(core::raw(accepted.message) == 8);
    const auto legs = b.await(b.store->legs_of("H56", "D1")).value();
    REQUIRE(legs.size() == 5);
    CHECK(core::raw(legs.back().leg.id) == 8);
    CHECK(b.send(LegState::delivered, Outcome::delivered, day_ten).leg.id == core::LegId{7});
    CHECK(b.send(LegState::delivered, Outcome::delivered, day_ten).leg.id == core::LegId{8});
}

TEST_CASE("store: what was left behind moves after its own end") {
    Bench b;
    fill(b);
    b.rotate(day_ten);
    const auto blocked = b.await(b.store->legs_in("national_portal", LegState::blocked, 9)).value();
    REQUIRE(blocked.size() == 1);
    b.act(blocked[0].leg.id, ports::LegAction::redrive);
    b.send(LegState::delivered, Outcome::delivered, day_ten);
    b.send(LegState::delivered, Outcome::delivered, day_ten);
    const auto before = all_answers(b);
    b.rotate(day_ten + std::chrono::hours(24 * 30));
    CHECK(all_answers(b) == before);
}

}  // namespace gw::test
