// The load generator and the measurements of `./dev bench`.
#include "simulators/app/bench.hpp"

#include "simulators/app/bench_cases.hpp"
#include "simulators/app/bench_dossier.hpp"
#include "simulators/app/bench_host.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/national_portal/portal.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

namespace sim::app {
namespace {

constexpr int warm_up = 500;

class Bench {
public:
    Bench(asio::io_context& io, BenchOptions options) : io_(io), options_(std::move(options)) {
        portal_ = std::make_unique<national_portal::Portal>(national_portal::Options(), 1);
        server_ = std::make_unique<kit::Server>(
            io.get_executor(),
            kit::ServerOptions(),
            [this](const kit::Call& c) { return portal_->handle(c, host_->caller().clock.now()); }
        );
        SceneOptions scene;
        if (options_.measure == "life")
            scene.portal_url = "http://127.0.0.1:" + std::to_string(server_->port());
        host_ = std::make_unique<BenchHost>(io, options_, scene);
    }

    asio::awaitable<void> run() {
        co_await host_->start();
        co_await host_->dossier(0);  // the token
        if (options_.measure == "life") {
            // Whole lives before the clock starts: catalogues are fetched, as many calls as the
            // portal bears are allowed.
            co_await closed_loop(warm_up);
            co_await host_->drained("");
        }
        latencies_.clear();
        cpu_ = host_->process().cpu_seconds();
        begin_ = Steady::now();
        if (options_.measure == "stage") {
            co_await staged();
        } else if (options_.measure == "rate") {
            co_await constant_rate();
        } else {
            co_await closed_loop(options_.count);
        }
        accept_s_ = ms_since(begin_) / 1'000;
        if (options_.measure == "life") co_await host_->drained("");
        finish_s_ = ms_since(begin_) / 1'000;
        cpu_ = host_->process().cpu_seconds() - cpu_;
        rss_ = host_->process().rss_mib();
        if (options_.measure == "waiting") co_await restart();
    }

    std::string figures() {
        char out[512];
        const double n = static_cast<double>(latencies_.size());
        std::snprintf(
            out,
            sizeof out,
            "{\"count\": %zu, \"accepted_per_s\": %.0f, \"finished_per_s\": %.0f, "
            "\"p50_ms\": %.2f, \"p99_ms\": %.2f, "
            "\"rss_mib\": %.0f, \"start_ms\": %.0f, \"cpu_s\": %.2f, \"cpu_s_per_1000\": %.3f}",
            latencies_.size(),
            n / accept_s_,
            options_.measure == "life" ? n / finish_s_ : 0.0,
            percentile(latencies_, 0.5),
            percentile(latencies_, 0.99),
            rss_,
            start_ms_,
            cpu_,
            n > 0 ? cpu_ / n * 1'000 : 0.0
        );
        return out;
    }

private:
    asio::awaitable<void> worker(int last) {
        while (next_ < last) {
            const int number = ++next_;
            const auto begin = Steady::now();
            co_await host_->dossier(number);
            latencies_.push_back(ms_since(begin));
        }
        --working_;
    }
    asio::awaitable<void> closed_loop(int count) {
        const int last = next_ + count;
        working_ = options_.connections;
        for (int i = 0; i < options_.connections; ++i) spawn(io_, worker(last));
        while (working_ > 0) co_await clock().sleep_until(clock().now() + core::Duration(2));
    }
    /// Others drive: tells where and with what, and waits for the end of its input.
    asio::awaitable<void> staged() {
        const Scene& scene = host_->scene();
        const auto script = std::filesystem::path(scene.folder) / "dossiers.lua";
        const auto& token = host_->caller().client.token();
        std::ofstream(script) << wrk_script(token, host_->day(), host_->received());
        std::cout << "{\"url\": \"" << scene.base_url << "\", \"script\": " << script << "}"
                  << std::endl;
        co_await host_->input_ends();
    }
    asio::awaitable<void> one(int number, Steady::time_point wanted) {
        co_await host_->dossier(number);
        latencies_.push_back(ms_since(wanted)
        );  // from when it should have left: no coordinated omission
        --working_;
    }
    asio::awaitable<void> constant_rate() {
        const int all = options_.rate * options_.seconds;
        const auto first = clock().now();
        const auto steady = Steady::now();
        for (int i = 1; i <= all; ++i) {
            const auto offset =
                std::chrono::microseconds(static_cast<std::int64_t>(i) * 1'000'000 / options_.rate);
            co_await clock().sleep_until(
                first + std::chrono::duration_cast<core::Duration>(offset)
            );
            ++working_;
            spawn(io_, one(i, steady + offset));
        }
        while (working_ > 0) co_await clock().sleep_until(clock().now() + core::Duration(2));
    }
    asio::awaitable<void> restart() {
        host_->process().kill_hard();
        const auto begin = Steady::now();
        co_await host_->start();
        start_ms_ = ms_since(begin);
        rss_ = std::max(rss_, host_->process().rss_mib());
    }
    net::SystemClock& clock() { return host_->caller().clock; }

    asio::io_context& io_;
    BenchOptions options_;
    std::unique_ptr<national_portal::Portal> portal_;
    std::unique_ptr<kit::Server> server_;
    std::unique_ptr<BenchHost> host_;
    std::vector<double> latencies_;
    Steady::time_point begin_{};
    int next_ = 0, working_ = 0;
    double accept_s_ = 1, finish_s_ = 1, cpu_ = 0, rss_ = 0, start_ms_ = 0;
};
}  // namespace

int bench(const BenchOptions& options) {
    if (options.measure == "callbacks") return bench_callbacks(options);
    if (options.measure == "lookups") return bench_lookups(options);
    if (options.measure == "tracking") return bench_tracking(options);
    asio::io_context io(1);
    Bench bench(io, options);
    run_to_end(io, bench.run());
    std::cout << bench.figures() << "\n";
    return 0;
}

}  // namespace sim::app
