// The day: clerks, portal, gateway, kills, and the end when everything must have arrived.
#include "simulators/app/stage.hpp"

#include "simulators/app/checker.hpp"
#include "simulators/onestop/json.hpp"

#include <boost/asio/co_spawn.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace sim::app {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The last weekday before today: its moments are past, so that no date lies in the future.
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
        "sync.read";
    return o;
}
}  // namespace

Stage::Stage(asio::io_context& io, DemoOptions options)
    : io_(io),
      options_(std::move(options)),
      clock_(io.get_executor()),
      view_(!options_.headless && ::isatty(STDOUT_FILENO) == 1) {
    if (options_.root.empty()) options_.root = project_root();
    day_.dossiers = options_.dossiers;
    day_.seed = options_.seed;
    day_.day = day_to_play(clock_.now());
    lives_ = onestop::make_day(day_);
    if (options_.seconds <= 0) options_.seconds = std::max(10.0, 60.0 * options_.dossiers / 500.0);

    national_portal::Options portal;
    portal.inbound_secret = inbound_secret;
    portal_ = std::make_unique<national_portal::Portal>(portal, options_.seed);
    kit::ServerOptions server;
    server_ = std::make_unique<kit::Server>(
        io.get_executor(), server, [this](const kit::Call& call) { return at_portal(call); }
    );
    portal_->set_public_url(portal_address());

    SceneOptions scene;
    scene.root = options_.root;
    scene.folder =
        options_.folder.empty() ? temporary_folder() : fs::absolute(options_.folder).string();
    if (!options_.folder.empty()) fs::remove_all(scene.folder);
    scene.port = free_port();
    scene.portal_url = portal_address();
    scene.flush_delay_ms = options_.flush_delay_ms;
    scene_ = make_scene(scene);
    gateway_ = std::make_unique<GatewayProcess>(options_.gateway, scene_.config, scene_.log);

    net::ClientTls tls;
    tls.authorities_pem = scene_.authorities_pem;
    api_ = std::make_unique<net::CurlClient>(io.get_executor(), tls);
    inbound_ = std::make_unique<net::CurlClient>(io.get_executor(), tls);
    net::ClientTls local;
    local.unix_socket = scene_.admin_socket;
    admin_ = std::make_unique<net::CurlClient>(io.get_executor(), local);
    client_ =
        std::make_unique<onestop::Client>(client_options(scene_), *api_, clock_, random_, ledger_);
    onestop::Mistakes mistakes;
    if (options_.calm) mistakes = {0, 0, 0, 0, 0};
    clerk_ = std::make_unique<onestop::Clerk>(*client_, ledger_, clock_, random_, mistakes);
    if (!options_.calm) faults();
}

Stage::~Stage() {
    gateway_.reset();
    if (options_.folder.empty() && report_.good() && failure_.empty())
        fs::remove_all(scene_.folder);
}

std::string Stage::portal_address() const {
    return "http://127.0.0.1:" + std::to_string(server_->port());
}

kit::Answer Stage::at_portal(const kit::Call& call) {
    ++frame_.portal_calls;
    return portal_->handle(call, clock_.now());
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

asio::awaitable<void> Stage::file_on_portal(onestop::Life life) {
    co_await clock_.sleep_until(when(life.submitted_at));
    onestop::Json j;
    j.begin()
        .set("kind", "dossier")
        .set("dossier", life.code)
        .set("procedure", life.procedure)
        .set("name", life.owner.name);
    j.set("citizen_number", life.owner.citizen_number).end();
    std::string why;
    if (portal_->send(j.text(), clock_.now(), &why).empty())
        ledger_.surprise("the simulated portal cannot send " + life.code + ": " + why);
}

asio::awaitable<void> Stage::send_out(national_portal::OutCall call) {
    ports::HttpRequest request;
    request.method = call.method;
    request.url = scene_.base_url + call.path;
    request.body = call.body;
    for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
    request.total_max = core::Duration(20'000);
    const auto result = co_await inbound_->send(std::move(request));
    const int status = result.ok ? static_cast<int>(result.response.status) : 0;
    portal_->sender().answered(call.id, status, result.response.body, clock_.now());
}

asio::awaitable<void> Stage::portal_sends() {
    while (!over_) {
        for (auto& call : portal_->sender().due(clock_.now())) spawn(send_out(std::move(call)));
        co_await clock_.sleep_until(clock_.now() + core::Duration(50));
    }
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
    std::uint64_t fired = 0;
    for (const auto& fault : portal_->faults().all()) fired += fault.fired;
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
    for (int i = 0; i < options_.kills && !over_; ++i) {
        const auto next =
            clock_.now() + core::Duration(static_cast<std::int64_t>(
                               random_.uniform() * 2.0 * static_cast<double>(gap.count())
                           ));
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

asio::awaitable<void> Stage::drain() {
    const auto until = clock_.now() + core::Duration(180'000);
    int quiet = 0;
    std::int64_t before = -1;
    while (quiet < 12) {
        const auto next = clock_.now() + core::Duration(250);
        if (next > until) break;
        co_await clock_.sleep_until(next);
        co_await look();
        if (!frame_.queue.known) continue;
        // Empty, or nothing moves any more: what is left waits for a person.
        const bool still = frame_.queue.moving() == 0 && frame_.queue.unfinished() == before;
        quiet = frame_.queue.unfinished() == 0 ? quiet + 4 : still ? quiet + 1 : 0;
        before = frame_.queue.unfinished();
    }
    report_.unresolved =
        static_cast<std::uint64_t>(frame_.queue.known ? frame_.queue.unfinished() : 1);
    for (const auto& line : frame_.queue.lines)
        if (line.unfinished() > 0)
            report_.note(
                line.partner + ": " + std::to_string(line.unfinished()) + " legs unfinished (" +
                std::to_string(line.blocked) + " blocked, " + std::to_string(line.dead) + " dead)"
            );
}

/// Every file address the portal holds must give the very bytes that were sent in.
asio::awaitable<void> Stage::compare_files() {
    for (const auto& [code, promise] : ledger_.promises) {
        const auto held = portal_->dossiers().find(code);
        if (held == portal_->dossiers().end() || report_.files_checked > 400) continue;
        std::vector<std::string> addresses;
        for (const auto& [list, field] :
             {std::pair("TaiLieuNop", "DuongDanTaiTepTin"),
              std::pair("DanhSachGiayToKetQua", "DuongDanTepTinKetQua")}) {
            const auto rows = held->second.lists.find(list);
            if (rows == held->second.lists.end()) continue;
            for (const auto& row : rows->second)
                if (const auto it = row.find(field); it != row.end())
                    addresses.push_back(it->second);
        }
        for (const auto& address : addresses) {
            ports::HttpRequest request;
            request.url = address;
            request.answer_bytes_max = 16 << 20;
            const auto result = co_await api_->send(std::move(request));
            ++report_.files_checked;
            const std::string digest = onestop::sha256_hex(result.response.body);
            const bool known =
                std::any_of(promise.files.begin(), promise.files.end(), [&](const auto& f) {
                    return f.sha256 == digest;
                });
            if (result.ok && result.response.status == 200 && known) continue;
            ++report_.field_mismatches;
            report_.note(
                code + ": the file at the portal's address is not the one that was sent (status " +
                std::to_string(result.response.status) + ")"
            );
        }
    }
}

bool Stage::all_ended(core::Instant until) {
    return ended_ == static_cast<int>(lives_.size()) || clock_.now() >= until || !failure_.empty();
}

asio::awaitable<void> Stage::run() {
    gateway_->start();
    const bool ready = co_await wait_ready(core::Duration(20'000));
    if (!ready) {
        failure_ = "the gateway did not start; see " + scene_.log;
        over_ = true;
        co_return;
    }
    began_ = clock_.now();
    begin_of_day_ = onestop::at(day_.day, 8.0);
    speed_ = 9.0 * 3'600 / options_.seconds;
    spawn(watch());
    spawn(portal_sends());
    spawn(clerk_->watch_inbox());
    for (auto& life : lives_) spawn(play_life(life));
    if (options_.kills > 0) co_await kill_now_and_then();
    const auto until = began_ +
                       core::Duration(static_cast<std::int64_t>(options_.seconds * 1'000)) +
                       core::Duration(300'000);
    while (!all_ended(until)) {
        const auto next = clock_.now() + core::Duration(100);
        co_await clock_.sleep_until(next);
    }
    portal_->faults().clear();  // faults stop, everything must drain
    co_await drain();
    co_await compare_files();
    compare(ledger_, portal_->dossiers(), report_);
    report_.dossiers = lives_.size();
    report_.portal_calls = frame_.portal_calls;
    report_.seconds = static_cast<double>((clock_.now() - began_).count()) / 1'000;
    co_await look();
    view_.show(frame_);
    over_ = true;
}

}  // namespace sim::app
