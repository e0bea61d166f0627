// A gateway process on a stage of its own, and the ways to call it, for measurements.
#include "simulators/app/bench_host.hpp"

#include "simulators/app/bench_dossier.hpp"
#include "simulators/onestop/day.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace sim::app {

namespace {

net::ClientTls tls_of(const Scene& scene, int connections) {
    net::ClientTls tls;
    tls.authorities_pem = scene.authorities_pem;
    tls.connections_max = connections;
    return tls;
}

onestop::ClientOptions client_of(const Scene& scene) {
    onestop::ClientOptions client;
    client.base_url = scene.base_url;
    client.client_id = "onestop-h56";
    client.private_key_pem = scene.client_key_pem;
    client.scopes =
        "dossiers.read dossiers.write payments.read payments.write deliveries.write identity.check";
    return client;
}

}  // namespace

double ms_since(Steady::time_point begin) {
    return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

double percentile(std::vector<double>& values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void spawn(asio::io_context& io, asio::awaitable<void> task) {
    asio::co_spawn(io, std::move(task), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
}

void run_to_end(asio::io_context& io, asio::awaitable<void> task) {
    bool done = false;
    asio::co_spawn(io, std::move(task), [&done](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
        done = true;
    });
    while (!done) io.run_one();
}

BenchCaller::BenchCaller(asio::io_context& io, const Scene& scene, int connections)
    : clock(io.get_executor()),
      http(io.get_executor(), tls_of(scene, connections)),
      client(client_of(scene), http, clock, random, ledger) {}

asio::awaitable<std::string> BenchCaller::call(
    std::string method, std::string path, std::string body, int status
) {
    onestop::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.body = std::move(body);
    if (request.method != "GET") request.key = client.new_key();
    request.actor = "CB0001";
    request.more.emplace_back("Prefer", "wait=0");
    const std::string what = request.method + " " + request.path;
    auto reply = co_await client.call(std::move(request));
    if (reply.status != status)
        throw std::runtime_error(
            what + ": " + std::to_string(reply.status) + " " + reply.body.substr(0, 400)
        );
    co_return std::move(reply.body);
}

std::string BenchHost::make_folder() {
    char name[] = "/tmp/lienthong-bench-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("no temporary folder");
    return name;
}

BenchHost::BenchHost(asio::io_context& io, const BenchOptions& options, SceneOptions scene)
    : io_(io), options_(options) {
    if (scene.root.empty()) scene.root = options.root.empty() ? project_root() : options.root;
    if (scene.folder.empty()) scene.folder = make_folder();
    scene.port = free_port();
    // Nobody listens at port 1: the portal is down unless somebody says where it is.
    if (scene.portal_url.empty()) scene.portal_url = "http://127.0.0.1:1";
    scene.flush_delay_ms = options.flush_delay_ms;
    scene.rate = 1'000'000;
    scene_ = make_scene(scene);
    process_ = std::make_unique<GatewayProcess>(options.gateway, scene_.config, scene_.log);
    caller_ = std::make_unique<BenchCaller>(io, scene_, options.connections);
    net::ClientTls local;
    local.unix_socket = scene_.admin_socket;
    admin_ = std::make_unique<net::CurlClient>(io.get_executor(), local);
    received_ = onestop::at(core::local_day(caller_->clock.now() - core::Duration(86'400'000)), 9);
    day_ = core::to_compact(received_).substr(2, 6);
}

BenchHost::~BenchHost() {
    process_.reset();
    std::filesystem::remove_all(scene_.folder);
}

asio::awaitable<void> BenchHost::start() {
    process_->start();
    co_await ready();
}

asio::awaitable<void> BenchHost::ready() {
    for (int i = 0; i < 4'000; ++i) {
        ports::HttpRequest request;
        request.url = scene_.base_url + "/readyz";
        request.total_max = core::Duration(5'000);
        const auto result = co_await caller_->http.send(std::move(request));
        if (result.ok && result.response.status == 200) co_return;
        co_await caller_->clock.sleep_until(caller_->clock.now() + core::Duration(5));
    }
    throw std::runtime_error(
        "the gateway did not start: " + read_file(scene_.log).substr(0, 2'000)
    );
}

asio::awaitable<QueueView> BenchHost::queue() {
    ports::HttpRequest request;
    request.url = "http://admin/admin/status";
    const auto result = co_await admin_->send(std::move(request));
    co_return read_queue(result.response.body, 0);
}

asio::awaitable<void> BenchHost::drained(std::string partner) {
    for (;;) {
        const auto view = co_await queue();
        std::int64_t unfinished = 0, stuck = 0;
        for (const auto& line : view.lines) {
            if (!partner.empty() && line.partner != partner) continue;
            unfinished += line.unfinished();
            stuck += line.blocked + line.dead;
        }
        if (view.known && unfinished == 0) co_return;
        if (view.known && unfinished == stuck)
            throw std::runtime_error(std::to_string(stuck) + " legs are stuck");
        co_await caller_->clock.sleep_until(caller_->clock.now() + core::Duration(50));
    }
}

asio::awaitable<void> BenchHost::worker(
    int* next, int last, int* working, std::function<asio::awaitable<void>(int)>* task
) {
    while (*next <= last) {
        const int number = (*next)++;
        co_await (*task)(number);
    }
    --*working;
}

asio::awaitable<void> BenchHost::each(
    int first, int last, std::function<asio::awaitable<void>(int)> task
) {
    int next = first, working = options_.connections;
    for (int i = 0; i < options_.connections; ++i) spawn(io_, worker(&next, last, &working, &task));
    while (working > 0)
        co_await caller_->clock.sleep_until(caller_->clock.now() + core::Duration(2));
}

std::string BenchHost::dossier_code(int number) const {
    char code[64];
    std::snprintf(code, sizeof code, "H56.14-%s-%06d", day_.c_str(), number);
    return code;
}

asio::awaitable<std::string> BenchHost::dossier(int number) {
    std::string body = bench_dossier(number, day_, received_);
    co_return co_await caller_->call("POST", "/v1/dossiers", std::move(body), 201);
}

asio::awaitable<void> BenchHost::input_ends() {
    asio::posix::stream_descriptor input(io_, ::dup(STDIN_FILENO));
    std::string line;
    const auto buffer = asio::dynamic_buffer(line);
    co_await asio::async_read(input, buffer, asio::as_tuple(asio::use_awaitable));
}

}  // namespace sim::app
