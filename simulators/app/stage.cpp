// The day: clerks, portal, gateway, kills, and the end when everything must have arrived.
#include "simulators/app/stage.hpp"

#include <boost/asio/co_spawn.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace sim::app {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The last weekday before today: its moments are past, so that no date lies in the future.
constexpr core::Duration answered_within{1'500};

core::Day day_to_play(core::Instant now) {
    auto day = std::chrono::sys_days(core::local_day(now)) - std::chrono::days(1);
    while (std::chrono::weekday(day) == std::chrono::Saturday ||
           std::chrono::weekday(day) == std::chrono::Sunday)
        day -= std::chrono::days(1);
    return core::Day(day);
}
std::string temporary_folder() {
    char name[] = "/tmp/lienthong-demo-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("no temporary folder");
    return name;
}
onestop::ClientOptions client_options(const Scene& scene) {
    onestop::ClientOptions o;
    o.base_url = scene.base_url;
    o.client_id = "onestop-h56";
    o.private_key_pem = scene.client_key_pem;
    o.scopes =
        "dossiers.read dossiers.write files.read files.write inbox.read inbox.ack events.read "
        "webhooks.manage sync.read payments.read payments.write identity.check deliveries.write";
    return o;
}
}  // namespace

Stage::Stage(asio::io_context& io, DemoOptions options)
    : io_(io),
      options_(std::move(options)),
      clock_(io.get_executor()),
      mistakes_(onestop::mistake_table(options_.seed)),
      view_(!options_.headless && ::isatty(STDOUT_FILENO) == 1) {
    if (options_.root.empty()) options_.root = project_root();
    day_.dossiers = options_.dossiers;
    day_.seed = options_.seed;
    day_.day = day_to_play(clock_.now());
    lives_ = onestop::make_day(day_);
    if (options_.seconds <= 0) options_.seconds = std::max(10.0, 60.0 * options_.dossiers / 500.0);

    SceneOptions scene;
    scene.root = options_.root;
    scene.folder =
        options_.folder.empty() ? temporary_folder() : fs::absolute(options_.folder).string();
    if (!options_.folder.empty()) fs::remove_all(scene.folder);
    scene_.folder = scene.folder;
    open_doors();
    scene.port = free_port();
    scene.portal_url = "https://localhost:" + std::to_string(portal_door_->port());
    scene.flush_delay_ms = options_.flush_delay_ms;
    scene.more = town_->config(scene_.folder);
    scene.secrets = town_->secrets();
    scene.files["licences.toml"] = town_->licences();
    signing_ = std::make_unique<onestop::SigningDesk>(
        std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count()
    );
    scene.files["trust/mau.pem"] = signing_->anchor_pem();
    scene.files["trust/manifest.toml"] =
        "[[anchor]]\nfile = \"mau.pem\"\nnote = \"Signs the results of this played day\"\n";
    scene_ = make_scene(scene);
    gateway_ = std::make_unique<GatewayProcess>(options_.gateway, scene_.config, scene_.log);

    net::ClientTls tls;
    tls.authorities_pem = scene_.authorities_pem;
    api_ = std::make_unique<net::CurlClient>(io.get_executor(), tls);
    inbound_ = std::make_unique<net::CurlClient>(io.get_executor(), tls);
    net::ClientTls local;
    local.unix_socket = scene_.admin_socket;
    admin_ = std::make_unique<net::CurlClient>(io.get_executor(), local);
    build_onestop();
    if (!options_.calm) faults();
    for (const auto& one : options_.switches) set_switch(one);
}

/// The portal behind TLS for the gateway, its page for a person, and the one-stop's own listener.
void Stage::open_doors() {
    const auto authority = make_authority(options_.root, scene_.folder);
    national_portal::Options portal;
    portal.inbound_secret = inbound_secret;
    portal_ = std::make_unique<national_portal::Portal>(portal, options_.seed);
    auto door = tls_server(authority);
    door.choose_certificate = [this] { return portal_->certificate_name(clock_.now()); };
    portal_door_ = std::make_unique<kit::Server>(
        io_.get_executor(),
        std::move(door),
        [this](const kit::Call& call) { return at_portal(call); }
    );
    portal_page_ = std::make_unique<kit::Server>(
        io_.get_executor(),
        kit::ServerOptions(),
        [this](const kit::Call& call) { return portal_->handle(call, clock_.now()); }
    );
    town_ = std::make_unique<Town>(io_.get_executor(), clock_, authority, options_.seed);
    town_->enrol(lives_);
    portal_->set_public_url("https://localhost:" + std::to_string(portal_door_->port()));
    onestop_door_ = std::make_unique<kit::Server>(
        io_.get_executor(),
        tls_server(authority),
        [this](const kit::Call& call) { return at_onestop(call); }
    );
}

void Stage::build_onestop() {
    client_ =
        std::make_unique<onestop::Client>(client_options(scene_), *api_, clock_, random_, ledger_);
    clerk_ = std::make_unique<onestop::Clerk>(*client_, ledger_, clock_, random_, mistakes_);
    clerk_->set_after_step([this](const onestop::Life& life, const onestop::Step* step) {
        at_portal_after(life, step);
    });
    onestop::ServiceOptions services;
    services_ = std::make_unique<onestop::Services>(*client_, ledger_, clock_, std::move(services));
    services_->set_browser([this](std::string url) { return browse(std::move(url)); });
    clerk_->set_services(services_.get());
    clerk_->set_signing(signing_.get());
    receiver_ = std::make_unique<onestop::Receiver>(mistakes_, ledger_);
    onestop_admin_ =
        std::make_unique<kit::Admin>(mistakes_, receiver_->journal(), kit::AdminHooks());
    listener_ = std::make_unique<onestop::Listener>(
        *client_, *receiver_, journal_, mistakes_, ledger_, clock_, random_
    );
    events_file_ = std::make_unique<kit::JournalFile>(scene_.folder + "/onestop-events.jsonl");
    journal_.set_sink([this](std::string_view line) { (*events_file_)(line); });
    // Whichever tells first: both carry the same events.
    const auto hear = [this](const onestop::FeedEvent& event) { clerk_->hear(event); };
    receiver_->set_on_event(hear);
    listener_->set_on_event(hear);
}

Stage::~Stage() {
    gateway_.reset();
    if (options_.folder.empty() && report_.good() && failure_.empty())
        fs::remove_all(scene_.folder);
}

std::string Stage::portal_page() const {
    return "http://127.0.0.1:" + std::to_string(portal_page_->port());
}
std::string Stage::onestop_address() const {
    return "https://localhost:" + std::to_string(onestop_door_->port());
}

kit::Answer Stage::at_portal(const kit::Call& call) {
    ++frame_.portal_calls;
    return portal_->handle(call, clock_.now());
}

kit::Answer Stage::at_onestop(const kit::Call& call) {
    if (kit::Admin::is_for(call)) return onestop_admin_->handle(call, clock_.now());
    return receiver_->handle(call, clock_.now());
}

/// Faults as often as the field reports them.
void Stage::faults() {
    auto on = [&](const char* name, double share, std::map<std::string, std::string> params = {}) {
        kit::Fault fault(name);
        fault.probability = share;
        fault.params = std::move(params);
        if (!portal_->faults().set(std::move(fault)))
            throw std::runtime_error(std::string("the simulator has no switch ") + name);
    };
    on("national_portal.cut_after_processing", 0.01);
    on("national_portal.already_exists_on_first_send", 0.005);
    on("national_portal.session_expire_after", 0.002);
    on("national_portal.code_types", 0.3);
    on("national_portal.code_text_mismatch", 0.02);
    on("*.html_200", 0.002);
    on("*.empty_200", 0.002);
    on("*.slow", 0.02, {{"ms", "400"}});
    on("*.hang", 0.0005);
    on("*.bad_gateway", 0.005);
    on("national_portal.result_shape", 0.1);
    for (const char* name : {"*.tls_expired", "*.tls_unknown_ca", "*.tls_wrong_host"})
        on(name, 0.01);
    on("national_portal.inbound_duplicate", 0.1);
    on("national_portal.inbound_resend", 0.2);
    on("national_portal.tax_unknown_mid_batch", 0.1);
    on("national_portal.tax_tag_variant", 0.3);
    on("national_portal.base64_linebreaks", 0.3);
    onestop::make_usual_mistakes(mistakes_);
    town_->misbehave();
}

/// "NAME=RATE" from the command line, instead of the usual rate.
void Stage::set_switch(const std::string& text) {
    const auto equals = text.find('=');
    kit::Fault fault(text.substr(0, equals));
    char* end = nullptr;
    const std::string rate = equals == text.npos ? "" : text.substr(equals + 1);
    fault.probability = std::strtod(rate.c_str(), &end);
    auto& table = fault.switch_name.starts_with("onestop.") ? mistakes_ : portal_->faults();
    table.clear(fault.switch_name);
    const bool number = !rate.empty() && *end == '\0';
    const bool of_town = number && town_->set_switch(fault);
    if (!number || (!table.set(std::move(fault)) && !of_town))
        throw std::runtime_error(
            "--fault " + text + ": not a switch of portal or one-stop, or no rate"
        );
}

core::Instant Stage::when(core::Instant played) const {
    const double ms = static_cast<double>((played - begin_of_day_).count()) / speed_;
    return began_ + core::Duration(static_cast<std::int64_t>(std::max(0.0, ms)));
}
core::Instant Stage::played_now() {
    const double ms = static_cast<double>((clock_.now() - began_).count()) * speed_;
    return begin_of_day_ + core::Duration(static_cast<std::int64_t>(ms));
}

void Stage::spawn(asio::awaitable<void> task) {
    asio::co_spawn(io_, std::move(task), [this](std::exception_ptr e) {
        if (e && !over_) std::rethrow_exception(e);
    });
}

asio::awaitable<bool> Stage::wait_ready(core::Duration patience) {
    const auto until = clock_.now() + patience;
    while (clock_.now() < until) {
        ports::HttpRequest request;
        request.url = scene_.base_url + "/readyz";
        request.total_max = core::Duration(2'000);
        const auto result = co_await api_->send(std::move(request));
        if (result.ok && result.response.status == 200) co_return true;
        if (!gateway_->alive()) co_return false;
        co_await clock_.sleep_until(clock_.now() + core::Duration(30));
    }
    co_return false;
}

asio::awaitable<void> Stage::play_life(onestop::Life life) {
    if (life.from_portal) spawn(file_on_portal(life));
    auto moment = [this](core::Instant played) { return when(played); };
    std::function<core::Instant(core::Instant)> clock = moment;
    const auto begins = when(life.received_at);
    co_await clock_.sleep_until(begins);
    ++begun_;
    co_await clerk_->play(std::move(life), std::move(clock));
    ++ended_;
}

asio::awaitable<void> Stage::look() {
    ports::HttpRequest request;
    request.url = "http://admin/admin/status";
    request.total_max = core::Duration(3'000);
    const auto result = co_await admin_->send(std::move(request));
    frame_.queue = result.ok && result.response.status == 200
                       ? read_queue(result.response.body, core::to_ms(clock_.now()))
                       : QueueView();
    frame_.lives = static_cast<int>(lives_.size());
    frame_.begun = begun_;
    frame_.ended = ended_;
    frame_.calls = ledger_.calls;
    frame_.repeats = ledger_.repeats;
    frame_.rss_mib = gateway_->rss_mib();
    frame_.kills = report_.kills;
    frame_.events = journal_.events().size();
    frame_.webhooks = receiver_->received();
    frame_.webhooks_repeated = receiver_->repeated();
    frame_.webhooks_waiting = receiver_->waiting();
    frame_.inbox = ledger_.inbox_taken;
    std::uint64_t fired = 0;
    for (const auto* table : {&portal_->faults(), &mistakes_})
        for (const auto& fault : table->all()) fired += fault.fired;
    fired += town_->faults_fired();
    frame_.faults = std::max(frame_.faults, fired);  // they are cleared before the day drains
    const auto played = std::min(played_now(), onestop::at(day_.day, 17.0));
    frame_.clock = core::to_rfc3339(played).substr(11, 5);
}

asio::awaitable<void> Stage::watch() {
    while (!over_) {
        co_await look();
        view_.show(frame_);
        co_await clock_.sleep_until(clock_.now() + core::Duration(500));
    }
}

asio::awaitable<void> Stage::kill_now_and_then() {
    const auto gap =
        core::Duration(static_cast<std::int64_t>(options_.seconds * 1'000 / (options_.kills + 1)));
    // A kill between Zalo's answer to the first log-in and its commit needs a person (NT-18), whom
    // nobody plays: the refresh token was good once.
    const auto logged_in = clock_.now() + core::Duration(2'000);
    co_await clock_.sleep_until(logged_in);
    for (int i = 0; i < options_.kills && !over_; ++i) {
        auto lifetime = core::Duration(
            static_cast<std::int64_t>(random_.uniform() * 2.0 * static_cast<double>(gap.count()))
        );
        // A message that is on its way at three deaths in a row is set aside as the one that kills:
        // every other life is long enough for an answer.
        if (i % 2 == 1) lifetime = std::max(lifetime, answered_within);
        const auto next = clock_.now() + lifetime;
        co_await clock_.sleep_until(next);
        gateway_->kill_hard();
        ++report_.kills;
        gateway_->start();
        const bool back = co_await wait_ready(core::Duration(20'000));
        if (!back) {
            failure_ = "the gateway did not come back after kill -9; see " + scene_.log;
            co_return;
        }
    }
}

bool Stage::all_ended(core::Instant until) {
    return ended_ == static_cast<int>(lives_.size()) || clock_.now() >= until || !failure_.empty();
}

/// The secret changes in the middle of the day, while webhooks are on their way.
asio::awaitable<void> Stage::rotate_at_noon() {
    const auto noon = when(onestop::at(day_.day, 12.0));
    co_await clock_.sleep_until(noon);
    co_await listener_->rotate();
}

asio::awaitable<void> Stage::play_day() {
    spawn(watch());
    spawn(portal_sends());
    spawn(town_sends());
    spawn(clerk_->work_inbox());
    spawn(listener_->walk());
    spawn(rotate_at_noon());
    for (auto& life : lives_) spawn(play_life(life));
    if (options_.kills > 0) co_await kill_now_and_then();
    const auto until = began_ +
                       core::Duration(static_cast<std::int64_t>(options_.seconds * 1'000)) +
                       core::Duration(300'000);
    while (!all_ended(until)) {
        const auto next = clock_.now() + core::Duration(100);
        co_await clock_.sleep_until(next);
    }
}

asio::awaitable<void> Stage::run() {
    gateway_->start();
    const bool ready = co_await wait_ready(core::Duration(20'000));
    if (!ready) {
        failure_ = "the gateway did not start; see " + scene_.log;
        over_ = true;
        co_return;
    }
    std::string endpoint = onestop_address() + onestop::Receiver::path;
    const bool heard = co_await listener_->begin(std::move(endpoint));
    if (!heard) {
        failure_ = "the webhook endpoint could not be registered: " + ledger_.surprises.back();
        over_ = true;
        co_return;
    }
    began_ = clock_.now();
    begin_of_day_ = onestop::at(day_.day, 8.0);
    speed_ = 9.0 * 3'600 / options_.seconds;
    co_await play_day();
    co_await end_of_day();
    report_.dossiers = lives_.size();
    report_.portal_calls = frame_.portal_calls;
    report_.seconds = static_cast<double>((clock_.now() - began_).count()) / 1'000;
    co_await look();
    view_.show(frame_);
    over_ = true;
}

}  // namespace sim::app
