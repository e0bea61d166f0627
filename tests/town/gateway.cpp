// Wires the real parts together as the program does, over doubles of clock, network and store.
#include "tests/town/gateway.hpp"

#include "gateway/access/webhook_secrets.hpp"
#include "gateway/api/signatures.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/csv.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/mapping/routes.hpp"
#include "tests/kit/core_tables.hpp"
#include "tests/kit/mapping_folder.hpp"
#include "tests/town/client.hpp"
#include "tests/town/planted.hpp"

#include <stdexcept>

namespace gw::town_test {
namespace {

using std::chrono::minutes;

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

/// Everything that is read from the mappings folder, once.
struct Data {
    mapping::Library library;
    std::map<std::string, mapping::Answers, std::less<>> answers;
    std::map<std::string, std::vector<core::Route>, std::less<>> routes;
    core::Transitions transitions = test::read_transitions();
    core::Calendar calendar = test::read_calendar();
    std::vector<std::string> places = test::read_places();
    Data() {
        std::vector<mapping::Problem> problems;
        auto loaded = mapping::test::real_folder().load(problems);
        if (!loaded) throw std::runtime_error(mapping::test::all(problems));
        library = *loaded;
        for (const auto& type : connectors::all()) {
            const std::string id(type.name), at = "mappings/" + id + "/";
            auto rows = mapping::Answers::load(
                mapping::test::file_text(at + "answers.toml"), "answers.toml", &problems
            );
            if (!rows) throw std::runtime_error(mapping::test::all(problems));
            answers[id] = *rows;
            const std::string text = mapping::test::file_text(at + "routes.toml");
            if (text.empty()) continue;
            auto planned = mapping::load_routes(text, "routes.toml", {}, &problems);
            if (!planned) throw std::runtime_error(mapping::test::all(problems));
            for (auto& route : *planned) route.partner = id;
            routes[id] = *planned;
        }
    }
};
const Data& data() {
    static const Data all;
    return all;
}

access::Clients clients_of(const Place& place) {
    access::Clients clients;
    const auto all = access::to_words(access::scope::all);
    if (!clients.add(place.client, place.province, public_pem, all))
        throw std::logic_error("client");
    return clients;
}

access::TokenOptions token_options() {
    access::TokenOptions options;
    options.audiences.emplace_back(token_endpoint);
    return options;
}

core::Licences licences(const Place& place) {
    core::Licences all;
    core::ProcedureLicence procedure;
    for (const char* code : {"1.001193", "2.000635"}) {
        procedure.procedure = procedure.national_code = code;
        all.procedures.push_back(procedure);
    }
    core::OfficerLicence officer;
    officer.officer = "CB0001";
    officer.citizen_number = place.officer_number;
    officer.agency = officer.agency_national = place.unit;
    officer.account = "canbo.mau";
    officer.phone = "84100000009";
    officer.per_hour = officer.per_day = 100'000;
    all.officers.push_back(officer);
    all.unit_per_day = all.province_per_day = all.person_per_day = 100'000;
    return all;
}

class LinkSigner : public ports::Signer {
public:
    core::Result<std::string> hmac_sha256(std::string_view key, std::string_view message) override {
        return crypto::hmac_sha256(
            key == "file_links" ? std::string_view("synthetic-secret-of-links") : key, message
        );
    }
};

/// Shows the watch everything that became durable.
class WatchedIntake : public ports::Intake {
public:
    WatchedIntake(ports::Intake& inner, StateWatch& watch) : inner_(inner), watch_(watch) {}
    ports::Async<ports::Accepted> accept(ports::Acceptance a) override {
        const auto writes = a.objects;
        for (const auto& write : writes) watch_.begin(write);
        auto done = co_await inner_.accept(std::move(a));
        const bool written = done.has_value() && !done->repeated;
        for (const auto& write : writes) watch_.done(write, written);
        co_return done;
    }

private:
    ports::Intake& inner_;
    StateWatch& watch_;
};

struct Partner {
    std::string id;
    connector_kit::Built built;
    std::unique_ptr<ports::Sink> sink;  // built's, or a planted one around it
    std::unique_ptr<engine::Dispatcher> dispatcher;
    std::vector<core::Operation> operations;
};

}  // namespace

struct Gateway::Impl {
    Impl(const Ground& g, asio::io_context& i)
        : ground(g),
          io(i),
          store(*g.stores, store::open_memory_store(g.state, g.clock->now())),
          intake(store, wakes, [](const core::Error&) {}),
          kept(planted_intake(intake, g.plant, i)),
          watched(*kept, *g.watch),
          clients(clients_of(*g.place)),
          tokens(clients, token_options()),
          waits(i.get_executor(), *g.clock, rethrow) {
        plan = [this](const auto& events, const auto& snapshots) {
            return core::plan(events, snapshots, routes, [this](std::string_view name) {
                return operation_of(name);
            });
        };
        engine::FactsOptions options;
        options.transitions = &data().transitions;
        options.calendar = &data().calendar;
        options.new_id = [this](std::string_view prefix) {
            const auto high = ground.random->next(), low = ground.random->next();
            return crypto::make_id(prefix, ground.clock->now(), high, low);
        };
        if (texts_people()) {
            make_notice = engine::notice_maker(g.place->notices, options.new_id);
            options.notice = make_notice;
        }
        options.on_change = [this](const std::string& kind, const std::string& id) {
            waits.changed(kind, id);
        };
        real_facts = std::make_unique<engine::FactIntake>(
            store, watched, *ground.clock, plan, std::move(options)
        );
        facts = planted_facts(*real_facts, ground.plant);
        hooks.on_fault = rethrow;
        for (const PartnerRow& row : g.place->partners) build(row);
        build_rest();
    }

    void build(const PartnerRow& row) {
        const auto* type = connectors::find(row.id);
        connector_kit::Parts parts;
        parts.partner = row.id;
        parts.http = ground.http;
        parts.blobs = ground.blobs;
        parts.store = &store;
        parts.facts = facts.get();
        parts.clock = ground.clock;
        parts.random = ground.random;
        parts.transitions = &data().transitions;
        parts.library = data().library;
        parts.answers = data().answers.find(row.id)->second;
        parts.values = row.values;
        if (row.id == "zalo" && !ground.zalo_token.empty())
            parts.values["refresh_token"] = ground.zalo_token;
        auto built = type->build(std::move(parts));
        if (!built) throw std::runtime_error(row.id + ": " + built.error().what);
        Partner partner;
        partner.id = row.id;
        partner.operations.assign(type->operations.begin(), type->operations.end());
        if (ground.plant == Plant::effect_forgotten)
            for (auto& operation : partner.operations) operation.effect = core::Effect::idempotent;
        partner.sink = planted_sink(std::move(built->sink), row.id, ground.plant);
        partner.built = std::move(*built);
        if (const auto found = data().routes.find(row.id); found != data().routes.end())
            routes.insert(routes.end(), found->second.begin(), found->second.end());
        if (partner.sink) {
            engine::DispatcherOptions o;
            o.partner = row.id;
            o.poll = ground.place->poll;
            o.parked_probe = minutes(10);
            if (ground.place->settle) {
                core::ResolverPolicy resolver;
                resolver.settle_time = *ground.place->settle;
                resolver.give_up_after = minutes(90);
                o.resolver = resolver;
            }
            partner.dispatcher = std::make_unique<engine::Dispatcher>(
                io.get_executor(),
                o,
                store,
                *partner.sink,
                *ground.clock,
                *ground.random,
                wakes,
                hooks
            );
            wakes.on_partner(row.id, [d = partner.dispatcher.get()] { d->wake(); });
        }
        partners.push_back(std::move(partner));
    }

    bool texts_people() const { return !ground.place->notices.providers.empty(); }

    void build_notices() {
        notice_clock = std::make_unique<engine::NoticeClock>(
            store, watched, plan, ground.place->notices, ground.place->notices_every
        );
        scheduler->add(*notice_clock);
    }

    void build_webhooks() {
        auto sign = [this](const std::string& reference, std::string_view message) {
            const auto secret = access::webhook_secret(signer, reference);
            return engine::sign_with_secret(secret.value(), message);
        };
        webhooks = std::make_unique<engine::Webhooks>(
            io.get_executor(),
            engine::WebhookOptions(),
            store,
            *ground.http,
            *ground.clock,
            *ground.random,
            std::move(sign),
            [](const std::string&) { return true; },
            hooks
        );
        wakes.on_feed([this](const std::string&) { webhooks->wake(); });
        asio::co_spawn(io, webhooks->run(), rethrow);
    }

    void build_rest() {
        scheduler = std::make_unique<engine::Scheduler>(
            io.get_executor(), *ground.clock, *ground.random, rethrow
        );
        for (auto& partner : partners)
            for (auto& job : partner.built.jobs) {
                const bool watch = job->name().find(".payments") != std::string_view::npos;
                if (watch && ground.plant == Plant::watch_idle) continue;
                scheduler->add(*job);
            }
        if (texts_people()) build_notices();
        if (ground.place->webhooks) build_webhooks();
        engine::CollectorOptions collecting;
        collecting.poll = ground.place->poll;
        collector = std::make_unique<engine::Collector>(
            io.get_executor(),
            collecting,
            store,
            *ground.blobs,
            *ground.http,
            *ground.clock,
            *ground.random,
            wakes,
            hooks
        );
        api::Parts parts;
        parts.store = &store;
        parts.intake = &watched;
        parts.blobs = ground.blobs;
        parts.clock = ground.clock;
        parts.random = ground.random;
        parts.signer = &signer;
        parts.tokens = &tokens;
        parts.transitions = &data().transitions;
        parts.calendar = &data().calendar;
        parts.routes = routes;
        parts.plan = plan;
        parts.facts = facts.get();
        parts.waits = &waits;
        parts.notice = make_notice;
        if (texts_people()) parts.notices = &ground.place->notices;
        parts.webhooks = webhooks.get();
        parts.licences = licences(*ground.place);
        for (auto& partner : partners) {
            if (partner.built.source) parts.sources.push_back(partner.built.source.get());
            if (partner.built.lookup) parts.lookups[partner.id] = partner.built.lookup.get();
        }
        parts.operation_of = [this](std::string_view name) { return operation_of(name); };
        parts.options.base_url = "https://gateway.test";
        parts.options.province_roots = {ground.place->province};
        parts.options.known_places = data().places;
        parts.options.limits.warn_only = true;
        parts.options.payments.preference = {"vnpay", "national_platform"};
        parts.options.payments.national = "national_platform";
        if (ground.place->trust) {
            auto trust = [this] { return ground.place->trust; };
            desk = std::make_unique<api::SignatureDesk>(trust, api::SignatureOptions());
            parts.signatures = desk.get();
        }
        api = std::make_unique<api::Api>(std::move(parts));
        asio::co_spawn(io, scheduler->run(), rethrow);
        asio::co_spawn(io, collector->run(), rethrow);
        for (auto& partner : partners)
            if (partner.dispatcher) asio::co_spawn(io, partner.dispatcher->run(), rethrow);
    }

    const core::Operation* operation_of(std::string_view name) const {
        for (const auto& partner : partners)
            for (const auto& operation : partner.operations)
                if (operation.name == name) return &operation;
        return nullptr;
    }

    Ground ground;
    asio::io_context& io;
    sim_test::FaultStore store;
    engine::Wakes wakes;
    engine::StoreIntake intake;
    std::unique_ptr<ports::Intake> kept;
    WatchedIntake watched;
    access::Clients clients;
    access::Tokens tokens;
    engine::ObjectWaits waits;
    LinkSigner signer;
    engine::EngineHooks hooks;
    std::vector<core::Route> routes;
    engine::Planner plan;
    std::unique_ptr<ports::Facts> real_facts, facts;
    std::vector<Partner> partners;
    engine::NoticeMaker make_notice;
    std::unique_ptr<engine::NoticeClock> notice_clock;
    std::unique_ptr<engine::Scheduler> scheduler;
    std::unique_ptr<engine::Webhooks> webhooks;
    std::unique_ptr<engine::Collector> collector;
    std::unique_ptr<api::SignatureDesk> desk;
    std::unique_ptr<api::Api> api;
};

Gateway::Gateway(const Ground& ground, asio::io_context& io)
    : impl_(std::make_unique<Impl>(ground, io)) {}
Gateway::~Gateway() = default;

ports::Store& Gateway::store() {
    return impl_->store;
}

asio::awaitable<ports::InAnswer> Gateway::handle(ports::InRequest request) {
    auto answer = co_await impl_->api->handle(std::move(request));
    co_return answer;
}

asio::awaitable<void> Gateway::redrive() {
    for (auto& partner : impl_->partners) {
        for (const core::LegState state : {core::LegState::blocked, core::LegState::dead}) {
            auto legs = co_await impl_->store.legs_in(partner.id, state, 1'000);
            if (!legs) continue;
            for (const ports::LegView& v : *legs) {
                core::AuditRow why;
                why.at = impl_->ground.clock->now();
                why.actor = "CB0001";
                auto acted =
                    co_await impl_->store.act(v.leg.id, ports::LegAction::redrive, std::move(why));
                if (!acted) continue;
            }
        }
        if (partner.dispatcher) partner.dispatcher->wake();
    }
}

}  // namespace gw::town_test
