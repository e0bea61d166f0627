// Tests of who goes first, of lanes that may be passed and of legal time, through the engine.
#include "gateway/engine/legal_watch.hpp"
#include "gateway/engine/scheduler.hpp"
#include "tests/sim/dispatcher_kit.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace gw;
using namespace gw::sim_test;
using core::LegState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// Legs of a class and agency; the effect key says both.
struct Shares : Fixture {
    void add(
        int count,
        core::Urgency of,
        const std::string& agency = "H56",
        std::optional<core::Instant> deadline = std::nullopt
    ) {
        ports::Acceptance a = test::an_acceptance(clock.now());
        for (int i = 0; i < count; ++i) {
            core::PlannedLeg planned = a_leg(a, "S" + std::to_string(named++), agency);
            planned.leg.urgency = of;
            planned.leg.legal_deadline = deadline;
            planned.leg.effect_key = agency + std::string(core::to_word(of));
            a.legs.push_back(std::move(planned));
        }
        REQUIRE(loop.get(intake.accept(std::move(a))).has_value());
    }
    void full_state(const std::string& dossier) {
        ports::Acceptance a = test::an_acceptance(clock.now());
        a.legs.push_back(a_leg(a, dossier, "H56"));
        a.legs.back().supersedes = true;
        REQUIRE(loop.get(intake.accept(std::move(a))).has_value());
    }
    /// How often each key left.
    std::map<std::string, int> counted() const {
        std::map<std::string, int> n;
        for (const std::string& key : sink.sent) ++n[key];
        return n;
    }

private:
    core::PlannedLeg a_leg(
        ports::Acceptance& a, const std::string& dossier, const std::string& agency
    ) {
        core::Event event;
        event.agency = agency;
        event.dossier = dossier;
        event.snapshot = std::make_shared<const std::string>("{}");
        core::PlannedLeg planned;
        planned.event_index = a.events.size();
        planned.leg.partner = "toy";
        planned.leg.agency = agency;
        planned.leg.dossier = dossier;
        planned.leg.operation = "toy.Status";
        planned.leg.effect = core::Effect::idempotent;
        planned.leg.effect_key = dossier;
        a.events.push_back(std::move(event));
        return planned;
    }
};

}  // namespace

TEST_CASE("dispatcher: a payment does not wait behind the backlog of an outage") {
    Shares s;
    s.options.rate_per_s = 2;
    s.add(400, core::Urgency::p2);
    s.loop.run_for(hours(5));  // overdue for long
    s.start();
    s.loop.run_for(seconds(20));
    s.add(1, core::Urgency::p0);
    s.loop.run_for(seconds(3));
    CHECK(s.counted()["H56p0"] == 1);
    CHECK(s.counted()["H56p2"] < 60);
}

TEST_CASE("dispatcher: bulk is never starved and never in front") {
    Shares s;
    s.options.rate_per_s = 10;
    s.options.concurrency_start = 20;
    s.add(900, core::Urgency::p3);
    s.add(900, core::Urgency::p2);
    s.add(900, core::Urgency::p1);
    s.start();
    s.loop.run_for(seconds(60));
    auto n = s.counted();
    CHECK(n["H56p3"] >= 10);
    CHECK(n["H56p3"] <= 80);
    CHECK(n["H56p2"] > n["H56p1"]);
}

TEST_CASE("dispatcher: one agency's backlog leaves another its half") {
    Shares s;
    s.options.rate_per_s = 5;
    s.add(800, core::Urgency::p2, "H56");
    s.loop.run_for(hours(2));
    s.start();
    s.loop.run_for(seconds(10));
    s.add(60, core::Urgency::p2, "H57");
    s.loop.run_for(seconds(30));
    CHECK(s.counted()["H57p2"] == 60);
}

TEST_CASE("intake: a one-stop is told of the packet that a newer one replaced") {
    Shares s;
    s.full_state("D1");
    s.full_state("D1");
    CHECK(s.view("D1", 0).state == LegState::superseded);
    const auto items = s.feed();
    REQUIRE(items.size() == 1);
    CHECK(items[0].type == "dossier.sync_changed");
    CHECK(items[0].dossier == "D1");
    CHECK(
        items[0].data ==
        R"({"partner":"toy","message":"Status","state":"not_needed","error_code":"superseded"})"
    );
    s.start();
    s.loop.run_for(seconds(5));
    CHECK(s.sink.sent.size() == 1);
    CHECK(s.view("D1", 1).state == LegState::delivered);
}

TEST_CASE("legal watch: the marks are told in the feed and counted, the last hour is of class p0") {
    Shares s;
    const core::Instant begin = s.clock.now();
    engine::LegalWatch watch(*s.store, s.wakes, nullptr);
    s.add(1, core::Urgency::p2, "H56", begin + hours(100));
    s.add(1, core::Urgency::p2);
    for (int hour = 0; hour <= 120; ++hour)
        REQUIRE(s.loop.get(watch.run(begin + hours(hour))).has_value());
    const auto items = s.feed();
    REQUIRE(items.size() == 3);
    CHECK(items[0].type == "dossier.sync_changed");
    CHECK(
        items[1].data ==
        R"({"partner":"toy","message":"Status","state":"waiting","error_code":"deadline_risk",)"
        R"("legal_percent":80,"due_at":")" +
            core::to_rfc3339(begin + hours(100)) + R"("})"
    );
    CHECK(s.view("S0").leg.urgency == core::Urgency::p0);
    CHECK(s.view("S1").leg.urgency == core::Urgency::p2);
    std::string text;
    watch.write_metrics(text);
    for (const char* percent : {"50", "80", "95"})
        CHECK(
            text.find(
                "lienthong_legal_alarms_total{partner=\"toy\",percent=\"" + std::string(percent) +
                "\"} 1\n"
            ) != std::string::npos
        );
}

TEST_CASE("dispatcher: a message that its flow may skip keeps no later one of its dossier back") {
    Shares s;
    for (core::Operation& o : s.sink.table)
        if (o.name == "toy.Step") {
            o.head_of_line = core::HeadOfLine::skip;
            o.skip_after = 3;
        }
    int tries = 0;
    s.sink.on_send = [&tries](const core::Claim& c) {
        const core::Error refused(
            core::Advice::retry, core::Blame::message, "toy.refused", "not this one"
        );
        if (c.leg.effect_key != "bad") return core::Result<core::Receipt>(core::Receipt());
        ++tries;
        return core::Result<core::Receipt>(refused);
    };
    s.start();
    s.leg("D1", "toy.Step", "bad");
    s.leg("D1", "toy.Step", "good");
    s.loop.run_for(minutes(30));
    CHECK(tries == 3);
    CHECK(s.view("D1", 0).state == LegState::dead);
    CHECK(s.view("D1", 0).flag == core::skipped_flag);
    CHECK(s.view("D1", 1).state == LegState::delivered);
}

TEST_CASE("shares: calls of a day that are another agency's are left to it, lanes untouched") {
    Shares s;  // begins at 15:00 in Vietnam: three quarters of what is not used are lent
    s.options.calls_per_day = 100;
    s.options.call_shares = {{"H56", 50}, {"H57", 40}};
    s.start();
    s.add(150, core::Urgency::p2, "H56");
    s.loop.run_for(seconds(40));
    CHECK(s.counted()["H56p2"] == 87);
    CHECK(s.dispatcher->stats().calls_today == 87);
    s.add(1, core::Urgency::p0, "H56");
    s.loop.run_for(seconds(40));
    CHECK(s.counted()["H56p0"] == 1);
    CHECK(s.loop.get(s.store->stats()).value().at(0).retry == 0);
    s.add(20, core::Urgency::p2, "H57");
    s.loop.run_for(seconds(90));
    CHECK(s.counted()["H57p2"] == 9);  // p0 took one
    const auto ledger = s.dispatcher->stats().quota;
    REQUIRE(ledger.size() == 2);
    CHECK(ledger[0].used == 88);
    CHECK(ledger[1].used == 9);
    s.add(1, core::Urgency::p2, "H01");
    s.loop.run_for(seconds(90));
    CHECK(s.counted()["H01p2"] == 1);
    s.loop.run_for(hours(4));
    CHECK(s.sink.sent.size() == 100);
    s.loop.run_for(hours(24));
    CHECK(s.sink.sent.size() == 172);
}
