// What a partner may be sent and when, in virtual time: contract, breakers, restarts, by hand.
#include "tests/sim/dispatcher_kit.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::sim_test;
using core::Advice;
using core::Blame;
using core::Error;
using core::LegState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Answer = core::Result<core::Receipt>;

Answer fine(const core::Claim&) {
    return core::Receipt();
}

/// A town's partner that is up or down.
struct Switched : Fixture {
    Switched() {
        sink.on_send = [this](const core::Claim&) {
            return down ? Answer(refused_connection()) : Answer(core::Receipt());
        };
        sink.on_enquire = [this](const core::Claim&) {
            return down ? core::Result<core::Enquiry>(refused_connection())
                        : core::Result<core::Enquiry>(core::Enquiry());
        };
    }
    bool down = true;
};

core::AuditRow an_audit_row() {
    core::AuditRow row;
    row.agency = "H56";
    row.actor = "officer:07";
    row.action = "partner.breaker";
    row.subject = "partner/toy";
    return row;
}

int attempts(Fixture& f, const std::string& dossier) {
    const auto view = f.view(dossier);
    return view.attempts_message + view.attempts_partner;
}

}  // namespace

TEST_CASE("breaker: a restart while it is open storms nobody") {
    Switched f;
    f.options.breaker.open_min = minutes(30);
    f.options.breaker.open_max = hours(1);
    f.start();
    f.legs(40);
    f.loop.run_for(seconds(20));
    REQUIRE(f.dispatcher->stats().breaker == core::Breaker::State::open);
    const auto sent = f.sink.sent.size();
    for (int life = 0; life < 5; ++life) {
        f.restart();
        f.legs(10);
        f.loop.run_for(seconds(30));
        CHECK(f.dispatcher->stats().breaker == core::Breaker::State::open);
    }
    CHECK(f.sink.sent.size() == sent);
    f.down = false;
    f.loop.run_for(hours(2));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 90);
}

TEST_CASE("breaker: ten openings in a row park the route, and a success brings it back by itself") {
    Switched f;
    f.start();
    f.legs(8);
    f.loop.run_for(minutes(10));
    CHECK_FALSE(f.dispatcher->stats().parked);
    f.loop.run_for(minutes(50));
    CHECK(f.dispatcher->stats().parked);
    const auto sent = f.sink.sent.size();
    f.loop.run_for(hours(1));
    CHECK(f.sink.sent.size() - sent <= 16);  // one probe in five minutes
    f.down = false;
    f.loop.run_for(minutes(40));
    CHECK_FALSE(f.dispatcher->stats().parked);
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 8);
}

TEST_CASE("breaker: files that fail stop no other operation of the partner") {
    Fixture f;
    f.sink.table[0].group = core::Group::file;  // toy.Status
    f.sink.on_send = [](const core::Claim& claim) {
        return claim.leg.operation == "toy.Status" ? Answer(refused_connection())
                                                   : Answer(core::Receipt());
    };
    f.start();
    f.legs(30, "toy.Status");
    f.loop.run_for(seconds(30));
    auto stats = f.dispatcher->stats();
    CHECK(
        stats.breakers[static_cast<std::size_t>(core::Group::file)] != core::Breaker::State::closed
    );
    CHECK(
        stats.breakers[static_cast<std::size_t>(core::Group::write)] == core::Breaker::State::closed
    );
    const auto before = f.sink.sent.size();
    f.legs(30, "toy.Dossier");
    f.loop.run_for(minutes(2));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 30);
    CHECK(f.sink.sent.size() - before <= 36);
    f.sink.on_send = fine;
    f.loop.run_for(hours(1));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 60);
}

TEST_CASE("breaker: a probe is never of class C while anything else waits") {
    Fixture f;
    f.sink.table[2].enquiry = "";  // toy.Step: nobody can be asked
    bool down = true;
    std::vector<std::string> probes;
    f.sink.on_send = [&](const core::Claim& claim) {
        probes.push_back(claim.leg.operation);
        return down ? Answer(refused_connection()) : Answer(core::Receipt());
    };
    f.start();
    f.legs(6, "toy.Dossier");
    f.loop.run_for(seconds(5));
    REQUIRE(f.dispatcher->stats().breaker == core::Breaker::State::open);
    f.legs(6, "toy.Step");
    probes.clear();
    f.loop.run_for(minutes(10));
    CHECK(probes.size() > 3);
    CHECK(std::count(probes.begin(), probes.end(), "toy.Step") == 0);
    down = false;
    f.loop.run_for(hours(1));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 12);
}

TEST_CASE("breaker: when only class C that nobody can be asked about waits, it still goes on") {
    Fixture f;
    f.sink.table[2].enquiry = "";
    bool down = true;
    f.sink.on_send = [&](const core::Claim&) {
        return down ? Answer(refused_connection()) : Answer(core::Receipt());
    };
    f.start();
    f.legs(20, "toy.Step");
    f.loop.run_for(minutes(3));
    down = false;
    f.loop.run_for(hours(2));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 20);
}

TEST_CASE(
    "breaker: a person keeps it open until a time, also over a restart, with a text for "
    "clerks"
) {
    Fixture f;
    f.start();
    const auto until = f.clock.now() + hours(3);
    auto done =
        f.loop.get(f.dispatcher->command(core::Group::write, until, "Cổng bảo trì", an_audit_row())
        );
    REQUIRE(done.has_value());
    f.legs(5);
    f.loop.run_for(hours(1));
    f.restart();
    f.loop.run_for(hours(1));
    CHECK(f.sink.sent.empty());
    CHECK(f.dispatcher->stats().closed_text == "Cổng bảo trì");
    CHECK(f.loop.get(f.store->audit_of("H56", "partner/toy")).value().size() == 1);
    f.loop.run_for(hours(2));
    CHECK(f.sink.sent.size() == 5);
    CHECK(f.dispatcher->stats().closed_text.empty());
}

TEST_CASE("breaker: a person has it tried before its time") {
    Switched f;
    f.options.breaker.open_min = f.options.breaker.open_max = hours(12);
    f.start();
    f.legs(8);
    f.loop.run_for(minutes(5));
    const auto sent = f.sink.sent.size();
    f.down = false;
    f.loop.run_for(hours(1));
    CHECK(f.sink.sent.size() == sent);
    REQUIRE(f.loop.get(f.dispatcher->command(core::Group::write, std::nullopt, "", an_audit_row()))
                .has_value());
    f.loop.run_for(minutes(5));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 8);
}

TEST_CASE("limits: calls a day are not exceeded over restarts, and the rest goes after midnight") {
    Fixture f;  // begins at 15:00 in Vietnam
    f.options.calls_per_day = 20;
    f.start();
    f.legs(50);
    for (int life = 0; life < 4; ++life) {
        f.loop.run_for(hours(1));
        f.restart();
    }
    f.loop.run_for(seconds(1));
    CHECK(f.sink.sent.size() >= 14);
    CHECK(f.sink.sent.size() <= 20);
    CHECK(f.dispatcher->stats().closed_until == core::at_local(*core::parse_iso_day("2026-01-06")));
    CHECK(attempts(f, "L49") == 0);
    CHECK(f.view("L49").state == LegState::ready);
    f.loop.run_for(hours(6));
    CHECK(f.sink.sent.size() <= 40);
    CHECK(f.sink.sent.size() >= 34);
    f.loop.run_for(hours(24));
    CHECK(f.sink.sent.size() == 50);
}

TEST_CASE("limits: outside a partner's hours nothing leaves and nothing counts as an attempt") {
    Fixture f;
    f.options.opening.hours = {*core::parse_open_hours("Mon-Fri 16:00-17:00")};
    f.start();
    f.legs(5);
    f.loop.run_for(minutes(59));
    CHECK(f.sink.sent.empty());
    CHECK(f.dispatcher->stats().closed_until == f.clock.now() + minutes(1));
    CHECK(attempts(f, "L0") == 0);
    f.loop.run_for(minutes(2));
    CHECK(f.sink.sent.size() == 5);
    f.loop.run_for(hours(2));
    f.legs(1);
    f.loop.run_for(hours(20));
    CHECK(f.sink.sent.size() == 5);
    f.loop.run_for(hours(4));
    CHECK(f.sink.sent.size() == 6);
}

TEST_CASE("limits: announced maintenance is waited out") {
    Fixture f;
    core::Maintenance m;
    m.from = f.clock.now() + minutes(10);
    m.until = f.clock.now() + hours(5);
    f.options.opening.maintenance = {m};
    f.start();
    f.legs(1);
    f.loop.run_for(minutes(11));
    CHECK(f.sink.sent.size() == 1);
    f.legs(3);
    f.loop.run_for(hours(4));
    CHECK(f.sink.sent.size() == 1);
    CHECK(f.dispatcher->stats().settled[static_cast<std::size_t>(LegState::retry)] == 0);
    f.loop.run_for(hours(1));
    CHECK(f.sink.sent.size() == 4);
}

TEST_CASE("limits: Retry-After is kept by everything that goes to this partner") {
    Fixture f;
    bool full = true;
    f.sink.on_send = [&full](const core::Claim&) {
        Error e(Advice::retry, Blame::partner, "toy.throttled", "too many");
        e.retry_after = minutes(7);
        return full ? Answer(e) : Answer(core::Receipt());
    };
    f.options.concurrency_start = 1;
    f.start();
    f.legs(10);
    f.loop.run_for(minutes(6));
    CHECK(f.sink.sent.size() == 1);
    full = false;
    f.loop.run_for(minutes(10));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 10);
}

TEST_CASE(
    "limits: the wait of one leg, and the back-off of one that failed often, hold up nobody else"
) {
    Fixture f;
    f.sink.on_send = [](const core::Claim& about) {
        Error e(Advice::retry, Blame::partner, "toy.not_ready", "no bill yet");
        e.retry_after = hours(1);
        if (about.leg.dossier == "late") return Answer(e);
        if (about.leg.dossier != "often" || about.attempts_partner >= 8)
            return Answer(core::Receipt());
        e.code = "toy.throttled";
        e.retry_after = seconds(2);
        return Answer(e);
    };
    f.start();
    f.leg("late", "toy.Dossier", "late");
    f.loop.run_for(minutes(1));
    f.legs(5);
    f.loop.run_for(seconds(10));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 5);
    CHECK(f.dispatcher->stats().breaker_openings == 0);
    f.urgency = core::Urgency::p3;
    f.leg("often", "toy.Dossier", "often");
    for (int i = 0; i < 100; ++i) {
        f.loop.run_for(minutes(10));
        f.urgency = core::Urgency::p2;
        f.legs(1);
        f.loop.run_for(minutes(1));
        CHECK(f.loop.get(f.store->stats()).value().at(0).ready == 0);
    }
    CHECK(f.view("often").state == LegState::delivered);
}

TEST_CASE("limits: what only waited here is no retry, and its calls are not of the day's") {
    Fixture f;
    f.options.calls_per_day = 1'000;
    bool closed = true;
    f.sink.refuse_for_now = &closed;
    f.start();
    f.legs(300);
    f.loop.run_for(minutes(10));
    CHECK(f.sink.sent.empty());
    CHECK(f.dispatcher->stats().calls_today == 0);
    closed = false;
    f.loop.run_for(minutes(2));
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 300);
}

TEST_CASE("limits: all partners together never have more under way than they may") {
    Fixture f;
    f.options.turns = std::make_shared<core::Turns>(3);
    f.options.turns->join("other");
    REQUIRE(f.options.turns->take("other", 3) == 3);  // before anybody else was there
    f.options.turns->give_back("other", 1);
    f.options.concurrency_start = 8;
    f.start();
    f.legs(20);
    f.loop.run_for(seconds(1));
    CHECK(f.sink.open_max == 1);
    f.options.turns->give_back("other", 2);
    f.loop.run_for(minutes(2));
    CHECK(f.sink.open_max == 2);  // one is kept for the other
    CHECK(f.sink.sent.size() == 20);
    CHECK(f.options.turns->taken() == 0);
}

TEST_CASE("limits: a partner that does not answer holds up no other one, and each has its turn") {
    Fixture f;
    f.options.turns = std::make_shared<core::Turns>(12);
    f.options.concurrency_start = 64;
    ScriptedSink silent(f.clock);
    silent.takes = minutes(5);
    auto options = f.options;
    options.partner = "silent";
    engine::Dispatcher other(
        f.loop.executor(),
        options,
        *f.store,
        silent,
        f.clock,
        f.random,
        f.wakes,
        engine::EngineHooks()
    );
    f.wakes.on_partner("silent", [&other] { other.wake(); });
    f.start();
    f.loop.start(other.run());
    f.to = "silent";
    f.legs(40);
    f.loop.run_for(seconds(1));
    CHECK(silent.open == 9);
    f.to = "toy";
    f.legs(60);
    f.loop.run_for(seconds(5));  // less than a poll: it is woken when a slot is free
    CHECK(f.sink.sent.size() == 60);
    CHECK(f.sink.open_max == 3);
    f.legs(2'000);
    f.loop.run_for(minutes(10));
    CHECK(silent.sent.size() >= 17);
    CHECK(f.sink.sent.size() == 2'060);
    CHECK(f.sink.open_max <= 12);
    f.loop.run_for(hours(1));
    CHECK(silent.sent.size() == 40);
    CHECK(f.options.turns->taken() == 0);
    other.stop();
    f.dispatcher->stop();
    f.loop.run_for(seconds(1));
}
