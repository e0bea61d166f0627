// The life of one seed: faults first, then everything is healed and must drain.
#include "tests/sim/world.hpp"

#include "tests/kit/run.hpp"

#include <boost/asio/co_spawn.hpp>

namespace gw::sim_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Journal;

const Instant start_of_day = core::from_ms(1'767'571'200'000);
constexpr const char* tenant = "H56";

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

}  // namespace

struct World::Process {
    Process(World& w, asio::io_context& io)
        : store(w.stores_, store::open_memory_store(w.state_, w.clock_.now())),
          intake(store, wakes, [](const core::Error&) {}) {
        engine::EngineHooks hooks;
        hooks.on_fault = rethrow;
        const auto turns = std::make_shared<core::Turns>(w.plan_.concurrency + 2);
        for (std::size_t i = 0; i < 2; ++i) {
            engine::DispatcherOptions o;
            o.partner = w.partners_[i].name;
            o.concurrency_start = w.plan_.concurrency;
            o.rate_per_s = w.plan_.rate_per_s;
            o.turns = turns;
            o.retry = w.plan_.retry;
            o.resolver = w.plan_.resolver;
            o.poll = minutes(5);
            o.parked_probe = minutes(10);
            sinks[i] = std::make_unique<ToySink>(w.partners_[i]);
            dispatchers[i] = std::make_unique<engine::Dispatcher>(
                io.get_executor(), o, store, *sinks[i], w.clock_, w.engine_random_, wakes, hooks
            );
            engine::Dispatcher* d = dispatchers[i].get();
            wakes.on_partner(o.partner, [d] { d->wake(); });
            asio::co_spawn(io, d->run(), rethrow);
        }
    }
    FaultStore store;
    engine::Wakes wakes;
    engine::StoreIntake intake;
    std::array<std::unique_ptr<ToySink>, 2> sinks;
    std::array<std::unique_ptr<engine::Dispatcher>, 2> dispatchers;
};

ports::Intake& World::intake_of(Process* process) {
    return process->intake;
}
ports::Store& World::store_of(Process* process) {
    return process->store;
}
void World::wake(Process* process) {
    for (const auto& d : process->dispatchers) d->wake();
}

World::World(std::uint64_t seed, Plant plant)
    : plan_(seed),
      clock_(start_of_day),
      random_(seed ^ 0x1111),
      engine_random_(seed ^ 0x2222),
      partner_random_(seed ^ 0x3333),
      store_random_(seed ^ 0x4444),
      state_(store::new_memory_state()) {
    if (plant == Plant::believe_not_found) {
        plan_.resolver.settle_time = Duration(0);
        plan_.resolver.not_found_gap = Duration(1);
    }
    if (plant == Plant::fence_dropped) {
        // Only two processes at once can show it: more of them, and a partner that keeps them busy.
        plan_.zombies = true;
        plan_.crashes = 20;
        plan_.slow = 0.3;
    }
    for (std::size_t i = 0; i < 2; ++i) {
        Partner& p = partners_[i];
        p.name = i == 0 ? "alpha" : "beta";
        p.plan = &plan_;
        p.plant = plant;
        p.clock = &clock_;
        p.random = &partner_random_;
        p.journal = &journal_;
    }
    for (int i = 0; i < plan_.outages; ++i) {
        const Instant from = start_of_day + random_.duration(Duration(0), plan_.faults_for);
        auto& outages = partners_[random_.next() % 2].outages;
        outages.emplace_back(from, from + random_.duration(minutes(1), minutes(40)));
    }
    stores_.plan = &plan_;
    stores_.plant = plant;
    stores_.clock = &clock_;
    stores_.random = &store_random_;
    stores_.journal = &journal_;
    stores_.crash = [this] { crash_wanted_ = true; };
    write_story();
}

World::~World() {
    end_process();
}

void World::write_story() {
    items_.emplace_back();  // 0 means none
    for (int d = 1; d <= plan_.dossiers; ++d) {
        const auto count = random_.between(1, plan_.messages_max);
        std::size_t before = 0;
        for (std::int64_t n = 1; n <= count; ++n) {
            Item item;
            item.dossier = "d" + std::to_string(d);
            item.key = item.dossier + "/" + std::to_string(n);
            item.text = item.key;
            if (random_.chance(plan_.poison)) item.text += "!poison";
            if (random_.chance(plan_.looked_at)) item.text += "!look";
            for (const core::Operation& operation : toy_operations()) {
                if (random_.chance(operation.name == "toy.Note" ? 0.95 : 0.5)) continue;
                const Partner& partner = partners_[random_.next() % 2];
                test::Meant m;
                m.partner = partner.name;
                m.dossier = item.dossier;
                m.operation = operation.name;
                m.oracle = item.key + "/" + m.operation.substr(4);
                m.effect = operation.effect;
                m.repeat_unknown_once = operation.repeat_unknown_once;
                core::PlannedLeg planned;
                planned.leg.partner = m.partner;
                planned.leg.operation = m.operation;
                planned.leg.agency = tenant;
                planned.leg.dossier = m.dossier;
                planned.leg.effect = m.effect;
                planned.leg.urgency = static_cast<core::Urgency>(random_.between(0, 3));
                planned.leg.effect_key = m.oracle;
                planned.supersedes =
                    operation.head_of_line == core::HeadOfLine::supersede && random_.chance(0.7);
                if (random_.chance(0.3))
                    planned.leg.legal_deadline =
                        start_of_day + random_.duration(minutes(30), hours(40));
                item.legs.push_back(std::move(planned));
                meant_.push_back(std::move(m));
            }
            items_.push_back(std::move(item));
            const std::size_t here = items_.size() - 1;
            if (before != 0) items_[before].next = here;
            before = here;
            if (n > 1) continue;
            const Duration wait = random_.duration(Duration(0), minutes(10));
            clock_.at(start_of_day + wait, [this, here] { ask(here); });
        }
    }
    outcome_.legs = static_cast<int>(meant_.size());
    for (int i = 0; i < plan_.crashes; ++i) {
        const Instant then = start_of_day + random_.duration(Duration(0), plan_.faults_for);
        clock_.at(then, [this] { crash_wanted_ = true; });
    }
}

void World::start_process() {
    if (!io_) io_ = std::make_unique<asio::io_context>(1);
    process_ = std::make_unique<Process>(*this, *io_);
}

/// Everything of every process goes at once, as with kill -9.
void World::end_process() {
    clock_.drop_sleepers();
    process_.reset();
    zombies_.clear();
    io_.reset();
}

void World::restart() {
    crash_wanted_ = false;
    ++outcome_.crashes;
    journal_.add(clock_.now(), Journal::Kind::crash, "", "");
    if (plan_.zombies && random_.chance(0.5)) {
        ++outcome_.zombies;
        zombies_.push_back(std::move(process_));
    } else {
        end_process();
    }
    start_process();
    for (std::size_t i = 1; i < items_.size(); ++i)
        if (items_[i].asked && !items_[i].accepted)
            clock_.at(clock_.now() + seconds(1), [this, i] { ask(i); });
}

void World::run_until(Instant end) {
    while (true) {
        while (!crash_wanted_ && io_->poll_one() > 0) {
        }
        io_->restart();
        if (crash_wanted_) {
            restart();
            continue;
        }
        if (!clock_.advance(end)) break;
    }
}

Outcome World::run() {
    start_process();
    run_until(start_of_day + plan_.faults_for);
    heal();
    for (const auto after : {minutes(95), minutes(110), minutes(125)}) {
        run_until(start_of_day + plan_.faults_for + after);
        asio::co_spawn(*io_, operate(process_.get()), rethrow);
    }
    run_until(start_of_day + plan_.faults_for + minutes(240));
    end_process();
    for (const Item& item : items_)
        if (!item.accepted && item.asked)
            outcome_.faults.push_back("I6 never accepted: " + item.key);
    const auto verdict = test::check(meant_, journal_, read_all());
    outcome_.effects = verdict.effects;
    outcome_.hash = journal_.hash();
    auto& faults = outcome_.faults;
    faults.insert(faults.end(), verdict.faults.begin(), verdict.faults.end());
    faults.insert(faults.end(), stores_.faults.begin(), stores_.faults.end());
    for (const auto& e : journal_.entries())
        outcome_.enquiries += e.kind == Journal::Kind::enquired ? 1 : 0;
    return outcome_;
}

/// From here on everybody behaves; what is left must drain.
void World::heal() {
    stores_.healed = true;
    for (Partner& p : partners_) p.healed = true;
}

std::vector<test::Held> World::read_all() {
    asio::io_context io;
    auto store = store::open_memory_store(state_, clock_.now());
    std::vector<test::Held> all;
    for (int d = 1; d <= plan_.dossiers; ++d) {
        auto legs = test::run(io, store->legs_of(tenant, "d" + std::to_string(d)));
        for (const ports::LegView& v : legs.value()) {
            test::Held h;
            h.oracle = v.leg.effect_key;
            h.state = v.state;
            h.reason = v.reason;
            h.flag = v.flag;
            all.push_back(std::move(h));
        }
    }
    return all;
}

Outcome run_seed(std::uint64_t seed, Plant plant) {
    World world(seed, plant);
    return world.run();
}

}  // namespace gw::sim_test
