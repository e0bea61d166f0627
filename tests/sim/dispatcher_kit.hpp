// One dispatcher in virtual time on the memory store, in front of a partner that answers by
// functions.
#pragma once

#include "gateway/engine/dispatcher.hpp"
#include "gateway/engine/intake.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/doubles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::sim_test {

/// Answers by functions; remembers what it was given.
struct ScriptedSink : ports::Sink {
    explicit ScriptedSink(test::SimClock& c) : clock(c) {
        const std::pair<const char*, core::Effect> rows[] = {
            {"toy.Status", core::Effect::idempotent},
            {"toy.Dossier", core::Effect::conditional},
            {"toy.Step", core::Effect::once}};
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
        if (on_prepare) on_prepare(claim);
        if (refuse_for_now != nullptr && *refuse_for_now)
            return core::Error(core::Advice::retry, core::Blame::ours, "toy.quiet_hours", "");
        if (refuse_content) return core::give_up("mapping.field", "owner is missing");
        ports::Prepared p;
        p.bytes = claim.leg.effect_key;
        return p;
    }
    ports::Async<core::Receipt> send(ports::Prepared p, const core::Claim& about) override {
        sent.push_back(p.bytes);
        times.push_back(clock.now());
        open_max = std::max(open_max, ++open);
        co_await clock.sleep_until(clock.now() + takes);
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
    std::function<void(const core::Claim&)> on_prepare;
    const bool* refuse_for_now = nullptr;
    bool refuse_content = false;
    std::vector<std::string> sent, asked;
    std::vector<core::Instant> times;
    int open = 0, open_max = 0;
    core::Duration takes{100};  // a send
};

inline core::Error refused_connection() {
    return {core::Advice::retry, core::Blame::partner, "toy.connect", "refused"};
}

struct Fixture {
    Fixture() {
        options.partner = "toy";
        options.poll = std::chrono::minutes(1);
    }
    void start() {
        dispatcher = std::make_unique<engine::Dispatcher>(
            loop.executor(), options, *store, sink, clock, random, wakes, engine::EngineHooks()
        );
        if (!woken) wakes.on_partner("toy", [this] { dispatcher->wake(); });
        woken = true;
        loop.start(dispatcher->run());
    }
    /// The process ends and comes back.
    void restart() {
        dispatcher->stop();
        loop.run_for(std::chrono::seconds(1));
        earlier.push_back(std::move(dispatcher));  // its alarms still hang on the clock
        start();
    }
    void legs(int count, const std::string& operation = "toy.Dossier") {
        for (int i = 0; i < count; ++i) leg("L" + std::to_string(named++), operation, "k");
    }
    void leg(const std::string& dossier, const std::string& operation, const std::string& key) {
        ports::Acceptance a = test::an_acceptance(clock.now());
        core::Event event;
        event.agency = "H56";
        event.dossier = dossier;
        event.snapshot = std::make_shared<const std::string>("{}");
        a.events.push_back(event);
        core::PlannedLeg planned;
        planned.leg.partner = to;
        planned.leg.agency = "H56";
        planned.leg.dossier = dossier;
        planned.leg.operation = operation;
        planned.leg.effect_key = key;
        planned.leg.urgency = urgency;
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
    int named = 0;
    core::Urgency urgency = core::Urgency::p2;  // of the legs to come
    std::string to = "toy";
    bool woken = false;
    test::VirtualLoop loop{clock};
    std::vector<std::unique_ptr<engine::Dispatcher>> earlier;
    std::unique_ptr<engine::Dispatcher> dispatcher;  // goes before the loop
};

}  // namespace gw::sim_test
