// Tests of single behaviours of the dispatcher, in virtual time on the memory store.
#include "gateway/engine/dispatcher.hpp"

#include "gateway/engine/scheduler.hpp"
#include "tests/sim/dispatcher_kit.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::sim_test;
using core::Advice;
using core::Blame;
using core::Effect;
using core::Error;
using core::LegState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("dispatcher: legs of a dossier go one after the other, dossiers side by side") {
    Fixture f;
    f.start();
    for (int i = 0; i < 3; ++i) f.leg("D1", "toy.Dossier", "D1/" + std::to_string(i));
    for (int i = 0; i < 3; ++i) f.leg("E" + std::to_string(i), "toy.Dossier", "E");
    f.loop.run_for(seconds(10));
    CHECK(f.sink.sent.size() == 6);
    CHECK(f.sink.open_max == 4);
    const auto place = [&f](const std::string& key) {
        return std::find(f.sink.sent.begin(), f.sink.sent.end(), key);
    };
    CHECK(place("D1/0") < place("D1/1"));
    CHECK(place("D1/1") < place("D1/2"));
    CHECK(f.dispatcher->stats().outcomes[0] == 6);
    CHECK(f.feed().size() == 6);
}

TEST_CASE("dispatcher: refused content goes to the operator with its sentence and sends nothing") {
    Fixture f;
    f.sink.refuse_content = true;
    f.start();
    f.leg("D1", "toy.Dossier", "k");
    f.loop.run_for(seconds(5));
    CHECK(f.sink.sent.empty());
    CHECK(f.view("D1").state == LegState::dead);
    CHECK(f.view("D1").what == "owner is missing");
    CHECK(
        f.feed().at(0).data.find(R"("state":"dead","error_code":"mapping.field")") !=
        std::string::npos
    );
}

TEST_CASE("NP-25 dispatcher: after a lost answer class C is asked for before anything is sent") {
    Fixture f;
    f.sink.on_send = [](const core::Claim&) {
        return core::Result<core::Receipt>(Error(Advice::enquire, Blame::partner, "toy.lost", "cut")
        );
    };
    f.sink.on_enquire = [](const core::Claim&) {
        core::Enquiry e;
        e.found = core::Found::done;
        return core::Result<core::Enquiry>(e);
    };
    f.start();
    f.leg("D1", "toy.Step", "k1");
    f.leg("D1", "toy.Step", "k2");
    f.loop.run_for(seconds(4));
    CHECK(f.view("D1").state == LegState::unknown);
    CHECK(f.sink.sent.size() == 1);
    f.loop.run_for(seconds(2));
    CHECK(f.sink.asked.size() == 1);
    CHECK(f.view("D1").state == LegState::delivered);
    CHECK(f.feed().at(2).type == "dossier.sync_confirmed");
    CHECK(f.sink.sent == std::vector<std::string>{"k1", "k2"});
}

TEST_CASE("dispatcher: an open breaker lets nothing out and probes class C by asking") {
    Fixture f;
    bool down = true;
    f.sink.on_send = [&down](const core::Claim&) {
        return down ? core::Result<core::Receipt>(refused_connection())
                    : core::Result<core::Receipt>(core::Receipt());
    };
    f.sink.on_enquire = [&down](const core::Claim&) {
        return down ? core::Result<core::Enquiry>(refused_connection())
                    : core::Result<core::Enquiry>(core::Enquiry());
    };
    f.start();
    for (int i = 0; i < 8; ++i) f.leg("D" + std::to_string(i), "toy.Step", "k" + std::to_string(i));
    f.loop.run_for(seconds(5));
    CHECK(f.dispatcher->stats().breaker == core::Breaker::State::open);
    const auto sent = f.sink.sent.size();
    CHECK(sent < 20);
    f.loop.run_for(minutes(10));
    CHECK(f.sink.sent.size() == sent);
    CHECK(f.sink.asked.size() >= 2);
    CHECK(f.sink.asked.size() < 10);
    down = false;
    f.loop.run_for(hours(1));
    CHECK(f.dispatcher->stats().breaker == core::Breaker::State::closed);
    for (int i = 0; i < 8; ++i) CHECK(f.view("D" + std::to_string(i)).state == LegState::delivered);
}

TEST_CASE("dispatcher: our own refused credential rests the route and costs no message an attempt"
) {
    Fixture f;
    bool refused = true;
    f.sink.on_send = [&refused](const core::Claim&) {
        const Error e(Advice::retry, Blame::ours, "credential", "our certificate was refused");
        return refused ? core::Result<core::Receipt>(e)
                       : core::Result<core::Receipt>(core::Receipt());
    };
    f.options.concurrency_start = 1;
    f.start();
    for (int i = 0; i < 5; ++i) f.leg("D" + std::to_string(i), "toy.Dossier", "k");
    f.loop.run_for(seconds(50));
    CHECK(f.sink.sent.size() == 1);
    CHECK(f.dispatcher->stats().paused == "credential");
    refused = false;
    f.loop.run_for(minutes(5));
    for (int i = 0; i < 5; ++i) {
        CHECK(f.view("D" + std::to_string(i)).state == LegState::delivered);
        CHECK(f.view("D" + std::to_string(i)).attempts_partner == 0);
    }
    CHECK(f.dispatcher->stats().paused.empty());
}

TEST_CASE("F-16 F-243 dispatcher: parked legs go on by themselves when the partner is back") {
    Fixture f;
    bool down = true;
    f.sink.on_send = [&down](const core::Claim&) {
        return down ? core::Result<core::Receipt>(refused_connection())
                    : core::Result<core::Receipt>(core::Receipt());
    };
    f.start();
    for (int i = 0; i < 3; ++i) f.leg("D" + std::to_string(i), "toy.Dossier", "k");
    f.loop.run_for(hours(24 * 7));
    CHECK(f.loop.get(f.store->legs_in("toy", LegState::dead, 10)).value().empty());
    CHECK(f.dispatcher->stats().settled[static_cast<std::size_t>(LegState::blocked)] >= 1);
    down = false;
    f.loop.run_for(hours(6));
    for (int i = 0; i < 3; ++i) CHECK(f.view("D" + std::to_string(i)).state == LegState::delivered);
}

TEST_CASE("dispatcher: the contract rate is kept") {
    Fixture f;
    f.options.rate_per_s = 2;
    f.start();
    for (int i = 0; i < 40; ++i) f.leg("D" + std::to_string(i), "toy.Dossier", "k");
    f.loop.run_for(seconds(10));
    CHECK(f.sink.sent.size() >= 19);
    CHECK(f.sink.sent.size() <= 23);
    f.loop.run_for(seconds(20));
    CHECK(f.sink.sent.size() == 40);
}

TEST_CASE("dispatcher: stop lets what is in flight end and claims nothing more") {
    Fixture f;
    f.options.concurrency_start = 1;
    f.start();
    for (int i = 0; i < 5; ++i) f.leg("D" + std::to_string(i), "toy.Dossier", "k");
    f.loop.run_for(core::Duration(50));
    f.dispatcher->stop();
    f.loop.run_for(minutes(5));
    CHECK(f.sink.sent.size() == 1);
    CHECK(f.view("D0").state == LegState::delivered);
    CHECK(f.dispatcher->stats().in_flight == 0);
}

TEST_CASE("dispatcher: a message that cannot be prepared for a fault of ours is blocked, others go"
) {
    Fixture f;
    f.sink.on_prepare = [](const core::Claim& claim) {
        if (claim.leg.dossier == "D1") throw std::logic_error("a bug");
    };
    f.start();
    f.leg("D1", "toy.Dossier", "k1");
    f.leg("D2", "toy.Dossier", "k2");
    f.loop.run_for(seconds(10));
    CHECK(f.view("D1").state == LegState::blocked);
    CHECK(f.view("D1").reason == "internal");
    CHECK(f.view("D2").state == LegState::delivered);
}

TEST_CASE("dispatcher: parked legs come back in growing numbers once the partner takes others") {
    Fixture f;
    bool down = true;
    f.sink.on_send = [&down](const core::Claim& about) {
        const bool fails = down && about.leg.dossier.starts_with("L");
        return fails ? core::Result<core::Receipt>(refused_connection())
                     : core::Result<core::Receipt>(core::Receipt());
    };
    f.options.breaker.calls_min = f.options.breaker.connect_failures = 1'000'000;  // never opens
    f.start();
    f.legs(60);
    f.loop.run_for(hours(24 * 5));
    REQUIRE(f.view("L0").reason == "partner_parked");
    down = false;
    for (int i = 0; i < 40; ++i) {
        f.leg("N" + std::to_string(i), "toy.Dossier", "n");
        f.loop.run_for(minutes(10));
    }
    CHECK(f.loop.get(f.store->stats()).value().at(0).delivered == 100);
}

TEST_CASE("intake: a store that must stop is reported, a repeat wakes nobody") {
    Fixture f;
    int woken = 0;
    f.wakes.on_feed([&woken](const std::string&) { ++woken; });
    ports::Acceptance a = test::an_acceptance(f.clock.now());
    a.message.message_key = "m1";
    core::FeedItem item;
    item.agency = "H56";
    item.type = "dossier.created";
    a.feed.push_back(item);
    CHECK(f.loop.get(f.intake.accept(a)).has_value());
    CHECK(f.loop.get(f.intake.accept(a)).value().repeated);
    CHECK(woken == 1);
}

namespace {

struct CountingJob : ports::Job {
    std::string_view name() const override { return "survey"; }
    core::Duration every() const override { return period; }
    ports::Async<void> run(core::Instant) override {
        ++runs;
        if (fail) co_return refused_connection();
        co_return core::Result<void>();
    }
    int runs = 0;
    bool fail = false;
    core::Duration period = hours(1);
};

}  // namespace

TEST_CASE("scheduler: what runs each minute runs within a second of the start") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        test::SimClock clock(core::from_ms(1'767'600'000'000));
        test::SimRandom random(seed);
        CountingJob job;
        job.period = minutes(1);
        test::VirtualLoop loop(clock);
        engine::Scheduler scheduler(loop.executor(), clock, random, nullptr);
        scheduler.add(job);
        loop.start(scheduler.run());
        loop.run_for(core::Duration(1'000));
        CHECK(job.runs == 1);
    }
}

TEST_CASE("scheduler: a job runs every period, and sooner again after a failure") {
    test::SimClock clock(core::from_ms(1'767'600'000'000));
    test::SimRandom random(1);
    CountingJob job;
    test::VirtualLoop loop(clock);
    engine::Scheduler scheduler(loop.executor(), clock, random, nullptr);
    scheduler.add(job);
    loop.start(scheduler.run());
    loop.run_for(hours(10));
    CHECK(job.runs == 10);
    CHECK(scheduler.stats().at(0).last_error.empty());
    job.fail = true;
    loop.run_for(hours(2));
    CHECK(job.runs > 15);
    CHECK(scheduler.stats().at(0).last_error == "toy.connect");
}
