// Tests of single behaviours of the dispatcher, in virtual time on the memory store.
#include "gateway/engine/dispatcher.hpp"

#include "gateway/engine/intake.hpp"
#include "gateway/engine/scheduler.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/doubles.hpp"

#include <doctest/doctest.h>

using namespace gw;
using core::Advice;
using core::Blame;
using core::Effect;
using core::Error;
using core::LegState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// Answers by functions; remembers what it was given.
struct ScriptedSink : ports::Sink {
    explicit ScriptedSink(test::SimClock& c) : clock(c) {
        const std::pair<const char*, Effect> rows[] = {
            {"toy.Status", Effect::idempotent},
            {"toy.Dossier", Effect::conditional},
            {"toy.Step", Effect::once}};
        for (const auto& [name, effect] : rows) {
            core::Operation o;
            o.name = name;
            o.effect = effect;
            o.enquiry = "toy.Ask";
            table.push_back(o);
        }
    }
    std::span<const core::Operation> operations() const override { return table; }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant) const override {
        if (refuse_content) return core::give_up("mapping.field", "owner is missing");
        ports::Prepared p;
        p.bytes = claim.leg.effect_key;
        return p;
    }
    ports::Async<core::Receipt> send(ports::Prepared p, const core::Claim& about) override {
        sent.push_back(p.bytes);
        times.push_back(clock.now());
        open_max = std::max(open_max, ++open);
        co_await clock.sleep_until(clock.now() + core::Duration(100));
        --open;
        co_return on_send(about);
    }
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override {
        asked.push_back(about.leg.effect_key);
        co_await clock.sleep_until(clock.now() + core::Duration(100));
        co_return on_enquire(about);
    }
    test::SimClock& clock;
    std::vector<core::Operation> table;
    std::function<core::Result<core::Receipt>(const core::Claim&)> on_send =
        [](const core::Claim&) { return core::Result<core::Receipt>(core::Receipt()); };
    std::function<core::Result<core::Enquiry>(const core::Claim&)> on_enquire =
        [](const core::Claim&) { return core::Result<core::Enquiry>(core::Enquiry()); };
    bool refuse_content = false;
    std::vector<std::string> sent, asked;
    std::vector<core::Instant> times;
    int open = 0, open_max = 0;
};

struct Fixture {
    Fixture() {
        options.partner = "toy";
        options.poll = minutes(1);
    }
    void start() {
        dispatcher = std::make_unique<engine::Dispatcher>(
            loop.executor(), options, *store, sink, clock, random, wakes, engine::EngineHooks()
        );
        wakes.on_partner("toy", [this] { dispatcher->wake(); });
        loop.start(dispatcher->run());
    }
    void leg(const std::string& dossier, const std::string& operation, const std::string& key) {
        ports::Acceptance a = test::an_acceptance(clock.now());
        core::Event event;
        event.agency = "H56";
        event.dossier = dossier;
        event.snapshot = std::make_shared<const std::string>("{}");
        a.events.push_back(event);
        core::PlannedLeg planned;
        planned.leg.partner = "toy";
        planned.leg.agency = "H56";
        planned.leg.dossier = dossier;
        planned.leg.operation = operation;
        planned.leg.effect_key = key;
        for (const auto& o : sink.table)
            if (o.name == operation) planned.leg.effect = o.effect;
        a.legs.push_back(planned);
        REQUIRE(loop.get(intake.accept(a)).has_value());
    }
    ports::LegView view(const std::string& dossier, std::size_t n = 0) {
        return loop.get(store->legs_of("H56", dossier)).value().at(n);
    }
    std::vector<core::FeedItem> feed() {
        return loop.get(store->feed("H56", 0, 100, {})).value().items;
    }
    test::SimClock clock{core::from_ms(1'767'600'000'000)};
    test::SimRandom random{1};
    std::unique_ptr<ports::Store> store =
        store::open_memory_store(store::new_memory_state(), clock.now());
    engine::Wakes wakes;
    engine::StoreIntake intake{*store, wakes, nullptr};
    ScriptedSink sink{clock};
    engine::DispatcherOptions options;
    test::VirtualLoop loop{clock};
    std::unique_ptr<engine::Dispatcher> dispatcher;  // goes before the loop
};

Error refused_connection() {
    return {Advice::retry, Blame::partner, "toy.connect", "refused"};
}

}  // namespace

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

TEST_CASE("dispatcher: parked legs go on by themselves when the partner is back") {
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
    core::Duration every() const override { return hours(1); }
    ports::Async<void> run(core::Instant) override {
        ++runs;
        if (fail) co_return refused_connection();
        co_return core::Result<void>();
    }
    int runs = 0;
    bool fail = false;
};

}  // namespace

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
