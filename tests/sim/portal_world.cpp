// The real connector against the played portal, with crashes and every lie the portal knows, in
// virtual time.
#include "tests/sim/portal_world.hpp"

#include "connectors/national_portal/connector.hpp"
#include "gateway/mapping/routes.hpp"
#include "tests/kit/came_through.hpp"
#include "tests/kit/doubles.hpp"
#include "tests/kit/mapping_folder.hpp"
#include "tests/kit/run.hpp"
#include "tests/sim/portal_http.hpp"
#include "tests/sim/portal_story.hpp"

#include <deque>
#include <stdexcept>

namespace gw::sim_test {
namespace {

using core::LegState;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Journal;

const Instant morning = *core::parse_rfc3339("2026-03-02T09:00:00+07:00");
constexpr const char* tenant = "H37";

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

/// Everything that is read from the mappings folder.
struct Data {
    mapping::Library library;
    mapping::Answers answers;
    std::vector<core::Route> routes;
    core::Transitions transitions = test::read_transitions();
    Data() {
        std::vector<mapping::Problem> problems;
        auto loaded = mapping::test::real_folder().load(problems);
        const std::string at = "mappings/national_portal/";
        auto rows = mapping::Answers::load(
            mapping::test::file_text(at + "answers.toml"), "answers.toml", &problems
        );
        auto planned = mapping::load_routes(
            mapping::test::file_text(at + "routes.toml"), "routes.toml", {}, &problems
        );
        if (!loaded || !rows || !planned) throw std::runtime_error(mapping::test::all(problems));
        library = *loaded;
        answers = *rows;
        routes = *planned;
    }
};

const Data& data() {
    static const Data all;
    return all;
}

const core::Operation* operation_of(std::string_view name) {
    return national_portal::operation(name);
}

connector_kit::OptionValues options() {
    return {
        {"url", "http://portal.test/XrdAdapter/RestService/forward"},
        {"dstcode", "VN:GOV:000.00.00.G22:vpcpdvcprovider"},
        {"username", "mau-user"},
        {"password", "mau-password"},
        {"madonvi", "000.00.00.H37"},
        {"tendonvi", "UBND tỉnh Lạng Sơn"},
        {"province_roots", "H37"},
        {"files_base_url", "https://gateway.example"},
        {"files_secret", "synthetic-secret-of-links"},
        {"hmac_secret", "mau-inbound-secret"}};
}

class PortalWorld {
public:
    PortalWorld(std::uint64_t seed, Plant plant);
    ~PortalWorld() { end_process(); }
    Outcome run();

private:
    struct Process;
    struct Teller {
        Teller(int number, test::SimRandom& random) : story(number, random, morning) {}
        Story story;
        std::optional<ports::Acceptance> open;  // asked and not yet answered
    };
    void draw_faults();
    void restart();
    void end_process();
    void run_until(Instant end);
    /// Asks for this step, the first time or again; nothing when it is long accepted.
    void tell(std::size_t who, std::size_t step);
    asio::awaitable<void> accept(Process* process, std::size_t who);
    asio::awaitable<void> operate(Process* process);
    void judge();

    Plan plan_;
    test::SimClock clock_{morning};
    test::SimRandom random_, engine_random_, network_random_, store_random_;
    test::Journal journal_;
    sim::national_portal::Portal portal_;
    std::pair<Instant, Instant> outage_;
    PortalHttp http_;
    test::MemoryBlobs blobs_;
    StoreWorld stores_;
    std::shared_ptr<store::MemoryState> state_ = store::new_memory_state();
    std::deque<Teller> tellers_;
    std::vector<test::Meant> meant_;
    std::unique_ptr<asio::io_context> io_;
    std::unique_ptr<Process> process_;
    bool crash_wanted_ = false;
    Outcome outcome_;
};

struct PortalWorld::Process {
    Process(PortalWorld& w, asio::io_context& io)
        : store(w.stores_, store::open_memory_store(w.state_, w.clock_.now())),
          intake(store, wakes, [](const core::Error&) {}) {
        connector_kit::Parts parts;
        parts.partner = "national_portal";
        parts.http = &w.http_;
        parts.blobs = &w.blobs_;
        parts.store = &store;
        parts.clock = &w.clock_;
        parts.random = &w.engine_random_;
        parts.transitions = &data().transitions;
        parts.library = data().library;
        parts.answers = data().answers;
        parts.values = options();
        portal = std::make_shared<national_portal::Portal>(
            parts, national_portal::read_options(parts.values, parts.partner)
        );
        national_portal::Procedure p;
        p.code = "1.001193";
        p.name = "Thủ tục đăng ký khai sinh";
        p.field_code = "LV-MAU-01";
        p.field_name = "Hộ tịch";
        p.has_deadline = true;
        portal->catalogue().put(p);
        portal->catalogue().set_loaded();
        sink = std::make_unique<national_portal::PortalSink>(portal);
        engine::DispatcherOptions o;
        o.partner = parts.partner;
        o.poll = minutes(5);
        o.parked_probe = minutes(10);
        core::ResolverPolicy resolver;
        resolver.settle_time = minutes(10);
        resolver.give_up_after = minutes(90);
        o.resolver = resolver;
        engine::EngineHooks hooks;
        hooks.on_fault = rethrow;
        dispatcher = std::make_unique<engine::Dispatcher>(
            io.get_executor(), o, store, *sink, w.clock_, w.engine_random_, wakes, hooks
        );
        wakes.on_partner(o.partner, [d = dispatcher.get()] { d->wake(); });
        asio::co_spawn(io, dispatcher->run(), rethrow);
    }
    FaultStore store;
    engine::Wakes wakes;
    engine::StoreIntake intake;
    std::shared_ptr<national_portal::Portal> portal;
    std::unique_ptr<ports::Sink> sink;
    std::unique_ptr<engine::Dispatcher> dispatcher;
};

PortalWorld::PortalWorld(std::uint64_t seed, Plant plant)
    : plan_(seed),
      random_(seed ^ 0x5555),
      engine_random_(seed ^ 0x6666),
      network_random_(seed ^ 0x7777),
      store_random_(seed ^ 0x8888),
      portal_(sim::national_portal::Options(), seed),
      http_(portal_, clock_, network_random_, [this] {
          return clock_.now() < outage_.first || clock_.now() >= outage_.second;
      }) {
    stores_.plan = &plan_;
    stores_.plant = plant;
    stores_.clock = &clock_;
    stores_.random = &store_random_;
    stores_.journal = &journal_;
    stores_.crash = [this] { crash_wanted_ = true; };
    const Instant from = morning + random_.duration(minutes(0), minutes(60));
    outage_ = {from, from + (random_.chance(0.3) ? minutes(20) : minutes(0))};
    draw_faults();
    const auto count = random_.between(1, 6);
    for (int i = 1; i <= count; ++i) {
        tellers_.emplace_back(i, random_);
        const auto who = static_cast<std::size_t>(i) - 1;
        clock_.at(morning + random_.duration(minutes(1), minutes(10)), [this, who] {
            tell(who, 0);
        });
    }
    for (int i = 0; i < plan_.crashes; ++i)
        clock_.at(morning + random_.duration(minutes(1), plan_.faults_for), [this] {
            crash_wanted_ = true;
        });
}

void PortalWorld::draw_faults() {
    const std::pair<const char*, double> switches[] = {
        {"code_types", 0.5},
        {"html_200", 0.03},
        {"empty_200", 0.03},
        {"hang", 0.05},
        {"slow", 0.1},
        {"cut_after_processing", 0.15},
        {"bad_gateway", 0.08},
        {"down", 0.05},
        {"already_text_variant", 0.5},
        {"reset", 0.05},
        {"close", 0.05},
        {"already_exists_on_first_send", 0.1},
        {"truncated", 0.05},
        {"bom", 0.1},
        {"result_shape", 0.3},
        {"stale_status", 0.1},
        {"message_object", 0.1}};
    for (const auto& [name, most] : switches) {
        if (random_.chance(0.5)) continue;
        sim::kit::Fault fault(name);
        fault.probability = random_.uniform() * most;
        if (!portal_.faults().set(fault)) throw std::logic_error(name);
    }
}

void PortalWorld::end_process() {
    clock_.drop_sleepers();
    process_.reset();
    io_.reset();
}

void PortalWorld::restart() {
    crash_wanted_ = false;
    ++outcome_.crashes;
    journal_.add(clock_.now(), Journal::Kind::crash, "", "");
    end_process();
    io_ = std::make_unique<asio::io_context>(1);
    process_ = std::make_unique<Process>(*this, *io_);
    for (std::size_t i = 0; i < tellers_.size(); ++i) {
        const std::size_t step = tellers_[i].story.taken() - 1;
        if (tellers_[i].open)
            clock_.at(clock_.now() + seconds(1), [this, i, step] { tell(i, step); });
    }
}

void PortalWorld::run_until(Instant end) {
    while (true) {
        while (!crash_wanted_ && io_->poll_one() > 0) {
        }
        io_->restart();
        if (crash_wanted_)
            restart();
        else if (!clock_.advance(end))
            break;
    }
}

void PortalWorld::tell(std::size_t who, std::size_t step) {
    Teller& t = tellers_[who];
    if (t.story.taken() != (t.open ? step + 1 : step)) return;
    if (!t.open) t.open = t.story.next(clock_.now(), data().routes, operation_of, meant_);
    asio::co_spawn(*io_, accept(process_.get(), who), rethrow);
}

asio::awaitable<void> PortalWorld::accept(Process* process, std::size_t who) {
    Teller& t = tellers_[who];
    if (!t.open) co_return;
    ports::Acceptance a = *t.open;
    const std::string key = a.message.message_key;
    auto result = co_await process->intake.accept(std::move(a));
    if (!t.open || t.open->message.message_key != key) co_return;
    const std::size_t next = t.story.taken();
    if (!result) {
        clock_.at(clock_.now() + seconds(1), [this, who, next] { tell(who, next - 1); });
        co_return;
    }
    journal_.add(clock_.now(), Journal::Kind::accepted, "", key);
    t.open.reset();
    if (t.story.finished()) co_return;
    const core::Instant then = clock_.now() + random_.duration(seconds(2), minutes(15));
    clock_.at(then, [this, who, next] { tell(who, next); });
}

/// An officer sends again what was stopped for him to look at.
asio::awaitable<void> PortalWorld::operate(Process* process) {
    for (const LegState state : {LegState::blocked, LegState::dead}) {
        auto legs = co_await process->store.legs_in("national_portal", state, 1'000);
        if (!legs) continue;
        for (const ports::LegView& v : *legs) {
            core::AuditRow why;
            why.at = clock_.now();
            why.actor = "CB0001";
            auto acted =
                co_await process->store.act(v.leg.id, ports::LegAction::redrive, std::move(why));
            if (!acted) outcome_.faults.push_back("act: " + acted.error().code);
        }
    }
    process->dispatcher->wake();
}

Outcome PortalWorld::run() {
    restart();
    const Instant healed = morning + plan_.faults_for;
    run_until(healed);
    stores_.healed = true;
    portal_.faults().clear();
    outage_.second = std::min(outage_.second, clock_.now());
    for (const auto after : {minutes(20), minutes(100), minutes(130)}) {
        run_until(healed + after);
        asio::co_spawn(*io_, operate(process_.get()), rethrow);
    }
    run_until(healed + minutes(300));
    end_process();
    judge();
    outcome_.hash = journal_.hash();
    return outcome_;
}

void PortalWorld::judge() {
    auto& faults = outcome_.faults;
    asio::io_context io;
    auto store = store::open_memory_store(state_, clock_.now());
    for (const Teller& t : tellers_) {
        const std::string& code = t.story.code();
        if (t.open || !t.story.finished()) faults.push_back("I6 never accepted: " + code);
        auto legs = test::run(io, store->legs_of(tenant, code));
        int doubtful = 0;
        for (const ports::LegView& v : legs.value()) {
            ++outcome_.legs;
            doubtful += v.flag == "possible_duplicate" ? 1 : 0;
            if (!test::came_through(legs.value(), v))
                faults.push_back(
                    "I6 " + v.leg.effect_key + " is " + std::string(core::to_word(v.state)) + " " +
                    v.reason + ": " + v.what
                );
        }
        const auto found = portal_.dossiers().find(code);
        if (found == portal_.dossiers().end()) {
            faults.push_back("I1 the portal does not hold " + code);
            continue;
        }
        const auto& held = found->second;
        std::vector<int> lines;
        for (const auto& line : held.progress)
            if (!line.duplicate) lines.push_back(line.status);
        outcome_.effects += held.creates + held.updates + static_cast<int>(held.progress.size());
        if (held.creates != 1) faults.push_back("I2 created more than once: " + code);
        if (held.duplicate_lines > doubtful) faults.push_back("I2 a line twice: " + code);
        if (held.statuses != t.story.statuses()) faults.push_back("I3 statuses of " + code);
        if (lines != t.story.lines()) faults.push_back("I3 lines of " + code);
        if (held.field("TrichYeuHoSo") != t.story.dossier().text_of("summary"))
            faults.push_back("fields of " + code);
        if (held.field("ChuHoSo") != t.story.dossier().at("/owner/full_name")->as_text())
            faults.push_back("owner of " + code);
    }
    for (const auto& entry : portal_.journal().held())
        outcome_.enquiries += entry.service == "TraCuuHoSo" ? 1 : 0;
    faults.insert(faults.end(), stores_.faults.begin(), stores_.faults.end());
}

}  // namespace

Outcome run_portal_seed(std::uint64_t seed, Plant plant) {
    PortalWorld world(seed, plant);
    return world.run();
}

}  // namespace gw::sim_test
