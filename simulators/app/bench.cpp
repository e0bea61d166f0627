// The load generator and the measurements of `./dev bench`.
#include "simulators/app/bench.hpp"

#include "gateway/net/curl_client.hpp"
#include "gateway/net/system_clock.hpp"
#include "simulators/app/bench_dossier.hpp"
#include "simulators/app/gateway_process.hpp"
#include "simulators/app/queue_view.hpp"
#include "simulators/app/scene.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/national_portal/portal.hpp"
#include "simulators/onestop/client.hpp"
#include "simulators/onestop/day.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace sim::app {
namespace {
namespace asio = boost::asio;
namespace core = gw::core;
namespace net = gw::net;
namespace ports = gw::ports;
using Steady = std::chrono::steady_clock;

constexpr int warm_up = 500;

double ms_since(Steady::time_point begin) {
    return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

class Bench {
public:
    Bench(asio::io_context& io, BenchOptions options)
        : io_(io), options_(std::move(options)), clock_(io.get_executor()) {
        if (options_.root.empty()) options_.root = project_root();
        char name[] = "/tmp/lienthong-bench-XXXXXX";
        if (::mkdtemp(name) == nullptr) throw std::runtime_error("no temporary folder");
        portal_ = std::make_unique<national_portal::Portal>(national_portal::Options(), 1);
        server_ = std::make_unique<kit::Server>(
            io.get_executor(),
            kit::ServerOptions(),
            [this](const kit::Call& c) { return portal_->handle(c, clock_.now()); }
        );
        SceneOptions scene;
        scene.root = options_.root;
        scene.folder = name;
        scene.port = free_port();
        scene.portal_url =
            "http://127.0.0.1:" + std::to_string(partner_is_down() ? 1 : server_->port());
        scene.flush_delay_ms = options_.flush_delay_ms;
        scene.rate = 1'000'000;
        scene_ = make_scene(scene);
        gateway_ = std::make_unique<GatewayProcess>(options_.gateway, scene_.config, scene_.log);
        net::ClientTls tls;
        tls.authorities_pem = scene_.authorities_pem;
        tls.connections_max = options_.connections;
        http_ = std::make_unique<net::CurlClient>(io.get_executor(), tls);
        net::ClientTls local;
        local.unix_socket = scene_.admin_socket;
        admin_ = std::make_unique<net::CurlClient>(io.get_executor(), local);
    }
    ~Bench() {
        gateway_.reset();
        std::filesystem::remove_all(scene_.folder);
    }

    asio::awaitable<void> run() {
        gateway_->start();
        co_await ready();
        onestop::ClientOptions client;
        client.base_url = scene_.base_url;
        client.client_id = "onestop-h56";
        client.private_key_pem = scene_.client_key_pem;
        client.scopes = "dossiers.read dossiers.write";
        client_ = std::make_unique<onestop::Client>(client, *http_, clock_, random_, ledger_);
        received_ = onestop::at(core::local_day(clock_.now() - core::Duration(86'400'000)), 9.0);
        day_ = core::to_compact(received_).substr(2, 6);
        co_await post(0);  // the token
        if (options_.measure == "life") {
            // Whole lives before the clock starts: catalogues are fetched, as many calls as the
            // portal bears are allowed.
            co_await closed_loop(warm_up);
            co_await drained();
        }
        latencies_.clear();
        cpu_ = gateway_->cpu_seconds();
        begin_ = Steady::now();
        if (options_.measure == "stage") {
            co_await staged();
        } else if (options_.measure == "rate") {
            co_await constant_rate();
        } else {
            co_await closed_loop(options_.count);
        }
        accept_s_ = ms_since(begin_) / 1'000;
        if (options_.measure == "life") co_await drained();
        finish_s_ = ms_since(begin_) / 1'000;
        cpu_ = gateway_->cpu_seconds() - cpu_;
        rss_ = gateway_->rss_mib();
        if (options_.measure == "waiting") co_await restart();
    }

    std::string figures() {
        std::sort(latencies_.begin(), latencies_.end());
        auto at = [&](double share) {
            return latencies_.empty() ? 0.0
                                      : latencies_[static_cast<std::size_t>(
                                            share * static_cast<double>(latencies_.size() - 1)
                                        )];
        };
        char out[512];
        const double n = static_cast<double>(latencies_.size());
        std::snprintf(
            out,
            sizeof out,
            "{\"count\": %zu, \"failed\": %d, \"accepted_per_s\": %.0f, \"finished_per_s\": %.0f, "
            "\"p50_ms\": %.2f, \"p99_ms\": %.2f, "
            "\"rss_mib\": %.0f, \"start_ms\": %.0f, \"cpu_s\": %.2f, \"cpu_s_per_1000\": %.3f}",
            latencies_.size(),
            failed_,
            n / accept_s_,
            options_.measure == "life" ? n / finish_s_ : 0.0,
            at(0.5),
            at(0.99),
            rss_,
            start_ms_,
            cpu_,
            n > 0 ? cpu_ / n * 1'000 : 0.0
        );
        return out;
    }
    bool good() const { return failed_ == 0 && problem_.empty(); }
    const std::string& problem() const { return problem_; }

private:
    bool partner_is_down() const { return options_.measure != "life"; }

    asio::awaitable<void> ready() {
        for (int i = 0; i < 4'000; ++i) {
            ports::HttpRequest request;
            request.url = scene_.base_url + "/readyz";
            request.total_max = core::Duration(5'000);
            const auto result = co_await http_->send(std::move(request));
            if (result.ok && result.response.status == 200) co_return;
            co_await clock_.sleep_until(clock_.now() + core::Duration(5));
        }
        problem_ = "the gateway did not start; see " + scene_.log;
        throw std::runtime_error(problem_);
    }
    asio::awaitable<void> post(int number) {
        onestop::Request request;
        request.path = "/v1/dossiers";
        request.body = bench_dossier(number, day_, received_);
        request.key = client_->new_key();
        request.actor = "CB0001";
        const auto reply = co_await client_->call(std::move(request));
        if (!reply.reached || reply.status != 201) {
            ++failed_;
            if (problem_.empty())
                problem_ = std::to_string(reply.status) + " " + reply.body.substr(0, 400);
        }
    }
    asio::awaitable<void> worker(int last) {
        while (next_ < last) {
            const int number = ++next_;
            const auto begin = Steady::now();
            co_await post(number);
            latencies_.push_back(ms_since(begin));
        }
        --working_;
    }
    asio::awaitable<void> closed_loop(int count) {
        const int last = next_ + count;
        working_ = options_.connections;
        for (int i = 0; i < options_.connections; ++i) spawn(worker(last));
        while (working_ > 0) co_await clock_.sleep_until(clock_.now() + core::Duration(2));
    }
    /// Others drive: tells where and with what, and waits for the end of its input.
    asio::awaitable<void> staged() {
        const auto script = std::filesystem::path(scene_.folder) / "dossiers.lua";
        std::ofstream(script) << wrk_script(client_->token(), day_, received_);
        std::cout << "{\"url\": \"" << scene_.base_url << "\", \"script\": " << script << "}"
                  << std::endl;
        asio::posix::stream_descriptor input(io_, ::dup(STDIN_FILENO));
        std::string line;
        const auto buffer = asio::dynamic_buffer(line);
        co_await asio::async_read(input, buffer, asio::as_tuple(asio::use_awaitable));
    }
    asio::awaitable<void> one(int number, Steady::time_point wanted) {
        co_await post(number);
        latencies_.push_back(ms_since(wanted)
        );  // from when it should have left: no coordinated omission
        --working_;
    }
    asio::awaitable<void> constant_rate() {
        const int all = options_.rate * options_.seconds;
        const auto first = clock_.now();
        const auto steady = Steady::now();
        for (int i = 1; i <= all; ++i) {
            const auto offset =
                std::chrono::microseconds(static_cast<std::int64_t>(i) * 1'000'000 / options_.rate);
            co_await clock_.sleep_until(first + std::chrono::duration_cast<core::Duration>(offset));
            ++working_;
            spawn(one(i, steady + offset));
        }
        while (working_ > 0) co_await clock_.sleep_until(clock_.now() + core::Duration(2));
    }
    asio::awaitable<void> drained() {
        while (true) {
            ports::HttpRequest request;
            request.url = "http://admin/admin/status";
            const auto result = co_await admin_->send(std::move(request));
            const auto queue = read_queue(result.response.body, 0);
            if (queue.known && queue.unfinished() == 0) co_return;
            if (queue.known && queue.unfinished() == queue.stuck()) {
                problem_ = std::to_string(queue.stuck()) + " legs are stuck";
                co_return;
            }
            co_await clock_.sleep_until(clock_.now() + core::Duration(50));
        }
    }
    asio::awaitable<void> restart() {
        gateway_->kill_hard();
        const auto begin = Steady::now();
        gateway_->start();
        co_await ready();
        start_ms_ = ms_since(begin);
        rss_ = std::max(rss_, gateway_->rss_mib());
    }
    void spawn(asio::awaitable<void> task) {
        asio::co_spawn(io_, std::move(task), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
    }

    asio::io_context& io_;
    BenchOptions options_;
    net::SystemClock clock_;
    net::SystemRandom random_;
    onestop::Ledger ledger_;
    std::unique_ptr<national_portal::Portal> portal_;
    std::unique_ptr<kit::Server> server_;
    Scene scene_;
    std::unique_ptr<GatewayProcess> gateway_;
    std::unique_ptr<net::CurlClient> http_, admin_;
    std::unique_ptr<onestop::Client> client_;
    core::Instant received_{};
    std::string day_, problem_;
    std::vector<double> latencies_;
    Steady::time_point begin_{};
    int next_ = 0, working_ = 0, failed_ = 0;
    double accept_s_ = 1, finish_s_ = 1, cpu_ = 0, rss_ = 0, start_ms_ = 0;
};
}  // namespace

int bench(const BenchOptions& options) {
    asio::io_context io(1);
    Bench bench(io, options);
    bool done = false;
    asio::co_spawn(io, bench.run(), [&](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
        done = true;
    });
    while (!done) io.run_one();
    std::cout << bench.figures() << "\n";
    if (!bench.good()) std::cerr << "bench: " << bench.problem() << "\n";
    return bench.good() ? 0 : 1;
}

}  // namespace sim::app
