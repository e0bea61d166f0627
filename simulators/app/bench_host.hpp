// A gateway process on a stage of its own, and the ways to call it, for measurements.
#pragma once

#include "gateway/net/curl_client.hpp"
#include "gateway/net/system_clock.hpp"
#include "simulators/app/bench.hpp"
#include "simulators/app/gateway_process.hpp"
#include "simulators/app/queue_view.hpp"
#include "simulators/app/scene.hpp"
#include "simulators/onestop/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sim::app {

namespace asio = boost::asio;
namespace core = gw::core;
namespace net = gw::net;
namespace ports = gw::ports;
using Steady = std::chrono::steady_clock;

double ms_since(Steady::time_point begin);
/// The value that this share of them does not exceed; 0 without values. Sorts.
double percentile(std::vector<double>& values, double share);
/// Throws what the task throws out of io.run().
void spawn(asio::io_context& io, asio::awaitable<void> task);
/// Runs the loop until this task has ended.
void run_to_end(asio::io_context& io, asio::awaitable<void> task);

/// The one-stop on one thread's loop.
struct BenchCaller {
    BenchCaller(asio::io_context& io, const Scene& scene, int connections);
    /// `status`: what it must answer; nothing is waited for that happens later. Throws
    /// std::runtime_error with what it said instead.
    asio::awaitable<std::string> call(
        std::string method, std::string path, std::string body, int status
    );
    net::SystemClock clock;
    net::SystemRandom random;
    onestop::Ledger ledger;
    net::CurlClient http;
    onestop::Client client;
};

class BenchHost {
public:
    /// Fills what `scene` lacks: root, folder, port, the flush delay of `options`.
    BenchHost(asio::io_context& io, const BenchOptions& options, SceneOptions scene);
    ~BenchHost();
    /// A folder for one measurement; gone with the host that is given it.
    static std::string make_folder();
    /// Starts the gateway and waits until it is ready.
    asio::awaitable<void> start();
    asio::awaitable<void> ready();
    asio::awaitable<QueueView> queue();
    /// Until nothing waits at this partner; "" = anywhere. Throws when legs are stuck.
    asio::awaitable<void> drained(std::string partner);
    /// `task(first)` … `task(last)`, `connections` at a time.
    asio::awaitable<void> each(int first, int last, std::function<asio::awaitable<void>(int)> task);
    /// POST of bench_dossier(number); gives the answer.
    asio::awaitable<std::string> dossier(int number);
    std::string dossier_code(int number) const;
    /// Until standard input ends.
    asio::awaitable<void> input_ends();

    const Scene& scene() const { return scene_; }
    BenchCaller& caller() { return *caller_; }
    GatewayProcess& process() { return *process_; }
    core::Instant received() const { return received_; }
    const std::string& day() const { return day_; }

private:
    asio::awaitable<void> worker(
        int* next, int last, int* working, std::function<asio::awaitable<void>(int)>* task
    );

    asio::io_context& io_;
    BenchOptions options_;
    Scene scene_;
    std::unique_ptr<GatewayProcess> process_;
    std::unique_ptr<BenchCaller> caller_;
    std::unique_ptr<net::CurlClient> admin_;
    core::Instant received_{};
    std::string day_;
};

}  // namespace sim::app
