// Wires the gateway together.
#include "gateway/app/gateway.hpp"

#include "gateway/api/api.hpp"
#include "gateway/api/code_mappings.hpp"
#include "gateway/api/partner_watch.hpp"
#include "gateway/api/replay_run.hpp"
#include "gateway/app/engine_metrics.hpp"
#include "gateway/app/housekeeping.hpp"
#include "gateway/app/key_ring.hpp"
#include "gateway/app/notice_settings.hpp"
#include "gateway/app/partner.hpp"
#include "gateway/app/partner_state.hpp"
#include "gateway/app/settings.hpp"
#include "gateway/app/tables.hpp"
#include "gateway/app/trust_folder.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/collector.hpp"
#include "gateway/engine/dossier_clock.hpp"
#include "gateway/engine/drain.hpp"
#include "gateway/engine/facts.hpp"
#include "gateway/engine/intake.hpp"
#include "gateway/engine/legal_watch.hpp"
#include "gateway/engine/notices.hpp"
#include "gateway/engine/scheduler.hpp"
#include "gateway/engine/webhooks.hpp"
#include "gateway/net/http_server.hpp"
#include "gateway/net/system_clock.hpp"
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace gw::app {
namespace {
namespace fs = std::filesystem;
}

struct Gateway::Impl {
    Impl(boost::asio::io_context& io, const Config& c)
        : config(c),
          ex(io.get_executor()),
          clock(ex),
          tables(read_tables(c)),
          notices(read_notices(c)),
          clients(read_clients(c)),
          tokens(clients, token_options(c)),
          waits(ex, clock, on_fault),
          tasks(ex, on_fault) {
        const auto options = store_options(config);
        auto with_stop = options;
        with_stop.on_stop = [this](const core::Error& e) { stop_now(e); };
        store = store::open_sqlite_store(ex, with_stop, clock.now());
        blobs = store::open_file_blobs(
            options.folder, options.disk_urgent_share, options.disk_free_min
        );
        intake = std::make_unique<engine::StoreIntake>(*store, wakes, [this](const core::Error& e) {
            stop_now(e);
        });
        keys.add("file_links", config.text("attachments.token_secret"));
        keys.add("webhooks", webhook_key(config));
        keys.add("identity_audit", identity_key(config));
        build_partners();
        build_engine();
        build_api();
        listen();
    }

    static void on_fault(std::exception_ptr e) {
        ports::log::error("task.failed");
        std::rethrow_exception(e);  // a bug: the process ends, the store makes that safe
    }
    void stop_now(const core::Error& e) {
        if (!broken) ports::log::error("store.stopped", {{"code", ports::log::Word(e.code)}});
        broken = true;
    }
    engine::EngineHooks hooks() {
        engine::EngineHooks h;
        h.on_stop = [this](const core::Error& e) { stop_now(e); };
        h.on_fault = on_fault;
        return h;
    }

    void build_partners() {
        build_facts();
        Shared shared;
        shared.ex = ex;
        shared.store = store.get();
        shared.blobs = blobs.get();
        shared.facts = facts.get();
        shared.clock = &clock;
        shared.random = &random;
        shared.wakes = &wakes;
        shared.hooks = hooks();
        shared.tables = &tables;
        shared.turns =
            std::make_shared<core::Turns>(static_cast<int>(config.integer("limits.in_flight_max")));
        for (const auto& id : config.names("partner"))
            partners.push_back(build_partner(config, id, shared));
        for (auto& partner : partners)
            routes.insert(routes.end(), partner.routes.begin(), partner.routes.end());
    }

    std::string new_id(std::string_view prefix) {
        const auto high = random.next(), low = random.next();
        return crypto::make_id(prefix, clock.now(), high, low);
    }

    void build_facts() {
        plan = [this](const auto& events, const auto& snapshots) {
            return core::plan(events, snapshots, routes, [this](std::string_view name) {
                return operation_of(name);
            });
        };
        engine::FactsOptions options;
        options.transitions = &tables.transitions;
        options.calendar = &tables.calendar;
        options.new_id = [this](std::string_view prefix) { return new_id(prefix); };
        make_notice = engine::notice_maker(notices, options.new_id);
        options.notice = make_notice;
        options.on_change = [this](const std::string& kind, const std::string& id) {
            waits.changed(kind, id);
        };
        facts =
            std::make_unique<engine::FactIntake>(*store, *intake, clock, plan, std::move(options));
    }

    void build_engine() {
        scheduler = std::make_unique<engine::Scheduler>(ex, clock, random, on_fault);
        for (auto& partner : partners)
            for (auto& job : partner.built.jobs) scheduler->add(*job);
        housekeeping = std::make_unique<Housekeeping>(
            config,
            *store,
            *intake,
            *facts,
            *blobs,
            plan,
            tables.calendar,
            clients.tenants(),
            routes,
            [this](std::string_view prefix) { return new_id(prefix); }
        );
        housekeeping->add_to(*scheduler);
        watch = std::make_unique<api::PartnerWatch>(
            *store, *intake, [this] { return partner_infos(); }, clients.tenants()
        );
        scheduler->add(*watch);
        drain = std::make_unique<engine::DrainWatch>(*store);
        for (auto& partner : partners)
            if (partner.dispatcher) drain->add(*partner.dispatcher);
        scheduler->add(*drain);
        const auto words = std::make_shared<std::map<std::string, std::string>>();
        for (const auto& partner : partners) engine::add_words(*words, partner.operations);
        intake->message_words(words);
        legal_watch = std::make_unique<engine::LegalWatch>(*store, wakes, words);
        scheduler->add(*legal_watch);
        replays = std::make_unique<api::Replays>(
            *store, *intake, [this] { return partner_infos(); }, core::ReplayPolicy()
        );
        scheduler->add(*replays);
        notice_clock = std::make_unique<engine::NoticeClock>(
            *store, *intake, plan, notices, config.duration("notices.every")
        );
        scheduler->add(*notice_clock);
        dossier_clock = std::make_unique<engine::DossierClock>(
            *store, *intake, config.duration("dossiers.due_soon"), clock.now()
        );
        scheduler->add(*dossier_clock);
        wakes.on_dossier([this](const core::ObjectWrite& written) {
            dossier_clock->changed(written, clock.now());
        });
        trust = std::make_unique<TrustFolder>(config, *intake, clients.tenants());
        scheduler->add(*trust);
        downloads = std::make_unique<net::CurlClient>(ex, download_client(config));
        engine::CollectorOptions collecting;
        collecting.file_bytes_max =
            static_cast<std::uint64_t>(config.integer("attachments.max_bytes"));
        collector = std::make_unique<engine::Collector>(
            ex, collecting, *store, *blobs, *downloads, clock, random, wakes, hooks()
        );
        hook_client = std::make_unique<net::CurlClient>(ex, webhook_client(config));
        auto allowed = [this](const std::string& url) { return webhook_allowed(url, config); };
        auto sign_hook = [this](const std::string& reference, std::string_view message) {
            return sign_webhook(keys, reference, message);
        };
        webhooks = std::make_unique<engine::Webhooks>(
            ex,
            engine::WebhookOptions(),
            *store,
            *hook_client,
            clock,
            random,
            sign_hook,
            allowed,
            hooks()
        );
        wakes.on_feed([this](const std::string&) { webhooks->wake(); });
    }

    void build_api() {
        api::Parts parts;
        parts.store = store.get();
        parts.intake = intake.get();
        parts.blobs = blobs.get();
        parts.clock = &clock;
        parts.random = &random;
        parts.signer = &keys;
        parts.tokens = &tokens;
        parts.transitions = &tables.transitions;
        parts.calendar = &tables.calendar;
        parts.tables = tables.codes;
        parts.library = tables.library;
        parts.webhooks = webhooks.get();
        parts.routes = routes;
        parts.plan = plan;
        parts.notice = make_notice;
        parts.notices = &notices;
        parts.licences = read_licences(config);
        parts.facts = facts.get();
        parts.signatures = &trust->desk();
        parts.waits = &waits;
        for (auto& partner : partners) {
            if (partner.built.source) parts.sources.push_back(partner.built.source.get());
            if (partner.built.lookup) parts.lookups[partner.id] = partner.built.lookup.get();
            if (partner.dispatcher) parts.dispatchers[partner.id] = partner.dispatcher.get();
        }
        parts.drain = drain.get();
        parts.operation_of = [this](std::string_view name) { return operation_of(name); };
        parts.partners = [this] { return partner_infos(); };
        parts.explain = [this](const core::Claim& claim) { return explain(claim); };
        parts.more_metrics = [this](std::string& out) {
            write_engine_metrics(partners, out);
            drain->write_metrics(out);
            housekeeping->write_metrics(out);
            legal_watch->write_metrics(out);
            replays->write_metrics(out);
            write_job_metrics(scheduler->stats(), out);
            webhooks->write_metrics(out);
            write_server_metrics(*server, out);
        };
        parts.options.base_url = config.text("server.public_url");
        parts.options.attachment_bytes_max =
            static_cast<std::uint64_t>(config.integer("attachments.max_bytes"));
        parts.options.limits = limit_options(config);
        parts.options.payments = payment_settings(config);
        parts.options.catalogue_refuses = config.text("catalogue.check") != "warn";
        parts.options.webhook_plain_http = config.boolean("webhooks.plain_http");
        parts.options.webhook_networks = config.texts("webhooks.allowed_networks");
        parts.options.province_roots = config.texts("province.agency_roots");
        parts.options.known_places = tables.known_places;
        parts.options.reused_province_codes = tables.reused_province_codes;
        api = std::make_unique<api::Api>(std::move(parts));
    }

    void listen() {
        server = std::make_unique<net::HttpServer>(ex, server_options(config), *api);
        admin = std::make_unique<net::HttpServer>(ex, admin_options(config), *api);
        const auto ready = config.text("server.ready_file");
        if (!ready.empty()) {
            std::ofstream(ready + ".new") << server->port() << "\n";
            fs::rename(ready + ".new", ready);
        }
    }

    /// Nothing goes out before the codes that people added are known.
    boost::asio::awaitable<void> send() {
        auto loaded = co_await api::load_code_mappings(*store, tables.library);
        if (!loaded) stop_now(loaded.error());
        if (!loaded || stopping) co_return;
        for (auto& partner : partners)
            if (partner.dispatcher) tasks.spawn(partner.dispatcher->run());
    }

    const core::Operation* operation_of(std::string_view name) const {
        for (const auto& partner : partners)
            for (const auto& operation : partner.operations)
                if (operation.name == name) return &operation;
        return nullptr;
    }
    core::Result<ports::Prepared> explain(const core::Claim& claim) {
        for (auto& partner : partners)
            if (partner.id == claim.leg.partner && partner.built.sink)
                return partner.built.sink->prepare(claim, clock.now());
        return core::give_up(
            "partner.unknown", "partner " + claim.leg.partner + " is not configured"
        );
    }
    std::vector<api::PartnerInfo> partner_infos() const {
        std::vector<api::PartnerInfo> infos;
        for (const auto& partner : partners) infos.push_back(state_of(partner, config));
        return infos;
    }

    Config config;
    boost::asio::any_io_executor ex;
    net::SystemClock clock;
    net::SystemRandom random;
    Tables tables;
    core::NoticeSettings notices;
    access::Clients clients;
    access::Tokens tokens;
    KeyRing keys;
    engine::Wakes wakes;
    engine::ObjectWaits waits;
    bool broken = false, stopping = false;
    std::unique_ptr<ports::Store> store;
    std::unique_ptr<ports::BlobStore> blobs;
    std::unique_ptr<engine::StoreIntake> intake;
    std::vector<core::Route> routes;  // of all partners
    engine::Planner plan;
    engine::NoticeMaker make_notice;
    std::unique_ptr<engine::FactIntake> facts;
    std::vector<Partner> partners;
    std::unique_ptr<net::CurlClient> downloads, hook_client;
    std::unique_ptr<Housekeeping> housekeeping;
    std::unique_ptr<api::PartnerWatch> watch;
    std::unique_ptr<engine::DrainWatch> drain;
    std::unique_ptr<engine::LegalWatch> legal_watch;
    std::unique_ptr<api::Replays> replays;
    std::unique_ptr<engine::NoticeClock> notice_clock;
    std::unique_ptr<TrustFolder> trust;
    std::unique_ptr<engine::DossierClock> dossier_clock;
    std::unique_ptr<engine::Scheduler> scheduler;
    std::unique_ptr<engine::Collector> collector;
    std::unique_ptr<engine::Webhooks> webhooks;
    std::unique_ptr<api::Api> api;
    std::unique_ptr<net::HttpServer> server, admin;
    engine::TaskGroup tasks;  // last: its tasks use everything above
};

Gateway::Gateway(boost::asio::io_context& io, const Config& config)
    : impl_(std::make_unique<Impl>(io, config)) {}
Gateway::~Gateway() = default;
std::uint16_t Gateway::port() const {
    return impl_->server->port();
}
std::int64_t Gateway::epoch() const {
    return impl_->store->health().epoch;
}
bool Gateway::broken() const {
    return impl_->broken;
}

bool Gateway::idle() const {
    return impl_->stopping && impl_->tasks.size() == 0;
}

void Gateway::start() {
    auto& i = *impl_;
    i.tasks.spawn(i.server->run());
    i.tasks.spawn(i.admin->run());
    i.tasks.spawn(i.api->run());
    i.tasks.spawn(i.collector->run());
    i.tasks.spawn(i.webhooks->run());
    i.tasks.spawn(i.scheduler->run());
    i.tasks.spawn(i.send());
}

namespace {
boost::asio::awaitable<void> end_all(Gateway::Impl& i, core::Duration drain);
}

void Gateway::stop(core::Duration drain) {
    if (impl_->stopping) return;
    impl_->stopping = true;
    impl_->api->drain();
    impl_->server->stop();
    impl_->admin->stop();
    for (auto& partner : impl_->partners)
        if (partner.dispatcher) partner.dispatcher->stop();
    impl_->collector->stop();
    impl_->webhooks->stop();
    impl_->scheduler->cancel();
    impl_->tasks.spawn(end_all(*impl_, drain));
}

namespace {
/// Waits for what is in flight, then drops the rest where it stands; recovery decides at the next
/// start.
boost::asio::awaitable<void> end_all(Gateway::Impl& i, core::Duration drain) {
    const auto until = i.clock.now() + drain;
    while (i.clock.now() < until) {
        if (i.tasks.size() <= 1) break;
        const auto next = i.clock.now() + core::Duration(20);
        co_await i.clock.sleep_until(next);
    }
    for (auto& partner : i.partners)
        if (partner.dispatcher) partner.dispatcher->cancel();
    i.collector->cancel();
    i.webhooks->cancel();
    i.waits.cancel();
    i.tasks.cancel();
}
}  // namespace

}  // namespace gw::app
