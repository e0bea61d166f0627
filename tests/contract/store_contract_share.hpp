// Store contract: fair shares of classes and agencies, alarms of legal time, the trace of an event.
#pragma once

#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;
using std::chrono::hours;

inline void add_waiting(
    Bench& b,
    const std::string& dossier,
    core::Urgency urgency,
    const std::string& agency = "H56",
    std::optional<core::Instant> deadline = std::nullopt
) {
    ports::Acceptance a = acceptance(agency + dossier);
    with_leg(a, dossier, "national_portal", core::Effect::idempotent, urgency);
    a.events[0].agency = a.legs[0].leg.agency = agency;
    a.legs[0].leg.legal_deadline = deadline;
    b.accept(a);
}
inline std::vector<core::Claim> claim_with(Bench& b, core::InFlight in_flight, int most) {
    ports::ClaimWish wish;
    wish.partner = "national_portal";
    wish.most = most;
    wish.now = day_one;
    wish.in_flight = std::move(in_flight);
    return b.await(b.store->claim(std::move(wish))).value().claims;
}
inline std::vector<ports::LegalAlarm> alarms(Bench& b, core::Instant now, int most = 10) {
    const auto tell = [](const ports::LegalAlarm& alarm) {
        core::FeedItem item = feed_item(alarm.leg.dossier, "dossier.sync_changed");
        item.data = std::to_string(alarm.percent);
        return item;
    };
    return b.await(b.store->legal_alarms(now, most, tell)).value();
}

TEST_CASE("store: a class below its guaranteed slots goes before an older backlog of another") {
    Bench b;
    for (int i = 0; i < 4; ++i) add_waiting(b, "D" + std::to_string(i), core::Urgency::p1);
    add_waiting(b, "bulk", core::Urgency::p3);
    core::InFlight in_flight;
    in_flight.limit = 20;
    for (int i = 0; i < 6; ++i) in_flight.begin(core::Urgency::p1, "H56");
    const auto claims = claim_with(b, in_flight, 2);
    REQUIRE(claims.size() == 2);
    CHECK(claims[0].leg.dossier == "bulk");
    CHECK(claims[1].leg.dossier == "D0");
}

TEST_CASE("store: an agency with half of the slots stands back while another waits") {
    Bench b;
    for (int i = 0; i < 9; ++i) add_waiting(b, "D" + std::to_string(i), core::Urgency::p2);
    for (int i = 0; i < 3; ++i) add_waiting(b, "E" + std::to_string(i), core::Urgency::p2, "H57");
    core::InFlight in_flight;
    in_flight.limit = 8;
    std::map<std::string, int> given;
    for (const auto& c : claim_with(b, in_flight, 8)) ++given[c.leg.agency];
    CHECK(given["H56"] == 5);
    CHECK(given["H57"] == 3);
}

TEST_CASE("store: every lane is given once, whatever its class and agency") {
    Bench b;
    int n = 0;
    for (const char* agency : {"", "H5", "H56", "H57"})
        for (int c = 0; c < 4; ++c)
            for (int i = 0; i < 3; ++i)
                add_waiting(b, "D" + std::to_string(n++), static_cast<core::Urgency>(c), agency);
    std::set<std::string> seen;
    for (;;) {
        core::InFlight in_flight;
        in_flight.limit = 6;
        const auto claims = claim_with(b, in_flight, 5);
        if (claims.empty()) break;
        for (const auto& c : claims) CHECK(seen.insert(c.leg.dossier).second);
    }
    CHECK(static_cast<int>(seen.size()) == n);
}

TEST_CASE("store: a slow partner's lane goes earlier by three times what its queue needs") {
    Bench b;
    for (const char* dossier : {"alone", "many"})
        for (int i = 0; i < (dossier[0] == 'm' ? 10 : 1); ++i) {
            ports::Acceptance a = acceptance(dossier + std::to_string(i));
            with_leg(a, dossier, "national_portal", core::Effect::idempotent, core::Urgency::p3);
            a.legs[0].leg.legal_deadline = day_one + hours(3);
            b.accept(a);
        }
    core::InFlight in_flight;
    in_flight.service_time = std::chrono::seconds(60);
    auto claims = claim_with(b, in_flight, 2);
    REQUIRE(claims.size() == 2);
    CHECK(claims[0].leg.dossier == "alone");
    for (const auto& c : claims) CHECK(b.await(b.store->release(c, day_one)).has_value());
    claims = claim_with(b, in_flight, 2);
    CHECK(claims.at(0).leg.dossier == "many");
}

TEST_CASE("store: a lane that grows behind its head keeps more time before its legal deadline") {
    Bench b;
    const auto add = [&](const std::string& key, const std::string& dossier, int in_hours) {
        ports::Acceptance a = acceptance(key);
        with_leg(a, dossier, "national_portal", core::Effect::idempotent, core::Urgency::p3);
        a.legs[0].leg.legal_deadline = day_one + hours(in_hours);
        b.accept(a);
    };
    core::InFlight in_flight;
    in_flight.service_time = std::chrono::seconds(120);
    CHECK(claim_with(b, in_flight, 1).empty());
    add("a", "grows", 5);
    add("b", "alone", 4);
    for (int i = 0; i < 15; ++i) add("c" + std::to_string(i), "grows", 5);
    CHECK(claim_with(b, in_flight, 1).at(0).leg.dossier == "grows");
}

TEST_CASE("store: 50, 80 and 95 percent of the legal time are told once, also over a restart") {
    Bench b;
    add_waiting(b, "D1", core::Urgency::p2, "H56", day_one + hours(100));
    add_waiting(b, "D2", core::Urgency::p2);
    CHECK(alarms(b, day_one + hours(49)).empty());
    const auto half = alarms(b, day_one + hours(50));
    REQUIRE(half.size() == 1);
    CHECK(half[0].percent == 50);
    CHECK(half[0].leg.dossier == "D1");
    CHECK(alarms(b, day_one + hours(51)).empty());
    b.restart(day_one + hours(51));
    CHECK(alarms(b, day_one + hours(51)).empty());
    CHECK(alarms(b, day_one + hours(98)).at(0).percent == 95);
    CHECK(alarms(b, day_one + hours(98)).empty());
    const auto feed = b.await(b.store->feed("H56", 0, 10, {})).value();
    REQUIRE(feed.items.size() == 2);
    CHECK(feed.items[0].data == "50");
    CHECK(feed.items[1].data == "95");
}

TEST_CASE("store: with less than an hour of legal time left the class is p0, whatever the state") {
    for (const LegState state : {LegState::ready, LegState::retry, LegState::blocked}) {
        Bench b;
        add_waiting(b, "D1", core::Urgency::p3, "H56", day_one + hours(100));
        if (state != LegState::ready) b.send(state, Outcome::retry);
        const auto told = alarms(b, day_one + hours(99) + core::Duration(1));
        REQUIRE(told.size() == 1);
        CHECK(told[0].state == state);
        CHECK(told[0].leg.urgency == core::Urgency::p0);
        CHECK(b.leg(told[0].leg.id).leg.urgency == core::Urgency::p0);
        CHECK(alarms(b, day_one + hours(200)).empty());
        if (state == LegState::blocked) b.act(told[0].leg.id, ports::LegAction::redrive);
        CHECK(b.claim(1, day_one + hours(99)).at(0).leg.urgency == core::Urgency::p0);
    }
}

TEST_CASE("store: what is done is not told of, its successor at the head is") {
    Bench b;
    for (const char* key : {"a", "b"}) {
        ports::Acceptance a = acceptance(key);
        with_leg(a, "D1");
        a.legs[0].leg.legal_deadline = day_one + hours(10);
        b.accept(a);
    }
    b.send(LegState::delivered, Outcome::delivered);
    const auto told = alarms(b, day_one + hours(6));
    REQUIRE(told.size() == 1);
    CHECK(core::raw(told[0].leg.id) == 2);
    b.send(LegState::delivered, Outcome::delivered, day_one + hours(6));
    CHECK(alarms(b, day_one + hours(20)).empty());
}

TEST_CASE("store: alarms come in steps of at most so many lanes") {
    Bench b;
    for (int i = 0; i < 5; ++i)
        add_waiting(b, "D" + std::to_string(i), core::Urgency::p2, "H56", day_one + hours(10 + i));
    CHECK(alarms(b, day_one + hours(8), 3).size() == 3);
    CHECK(alarms(b, day_one + hours(8), 3).size() == 2);
    CHECK(alarms(b, day_one + hours(8), 3).empty());
}

TEST_CASE("store: the trace of an event comes with its claim") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    with_leg(a, "D1");
    a.events[0].trace = "0af7651916cd43dd8448eb211c80319c";
    b.accept(a);
    const core::Claim c = b.claim().at(0);
    CHECK(c.trace == a.events[0].trace);
    CHECK(b.await(b.store->events_of("H56", "D1", "")).value().at(0).trace == c.trace);
    CHECK(b.await(b.store->claim_view(c.leg.id)).value()->trace == c.trace);
}

}  // namespace gw::test
