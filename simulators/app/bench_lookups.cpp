// Identity checks through the gateway, and the same questions asked directly, while legs drain.
#include "simulators/app/bench_cases.hpp"
#include "simulators/app/bench_host.hpp"
#include "simulators/app/town.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/national_portal/portal.hpp"
#include "simulators/onestop/json.hpp"
#include "simulators/population/database.hpp"

#include <atomic>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace sim::app {

namespace {

constexpr int idle_pairs = 300;
constexpr int between_ms = 20;  // one pair after the other: a few dozen clerks

struct Times {
    std::vector<double> gateway, direct;
};

/// The population database and those who ask it, on a thread of their own.
class Askers {
public:
    Askers(const std::string& root, const std::string& folder)
        : authority_(make_authority(root, folder)),
          clock_(io_.get_executor()),
          database_(options(), 1),
          door_(io_.get_executor(), tls_server(authority_), [this](const kit::Call& call) {
              return heard(call);
          }) {
        population::Officer officer(officer_number, "H56.14", "canbo.mau", "0100000009");
        officer.citizen_number = officer_number;
        database_.set_officer(officer);
        database_.add_service_url(url());
        database_.enrol(owner());
        net::ClientTls tls;
        tls.authorities_pem = authority_.certificate_pem;
        direct_ = std::make_unique<net::CurlClient>(io_.get_executor(), tls);
    }
    std::string config(const std::string& folder) const {
        return "\n[identity]\nlicences = \"" + folder + "/licences.toml\"\n" + R"x(
[partner.population]
connector = "population"
name_vi = "Cơ sở dữ liệu quốc gia về dân cư"
user = "lienthong"
secret = "secret:population"
api_key = "secret:population-key"
xroad_client = "VN/GOV/H56/LIENTHONG"
per_second = 1000
authorities = "secret:authority"
url = ")x" + url() +
               "\"\n";
    }
    std::map<std::string, std::string> secrets() const {
        return {
            {"population", database_.options().secret},
            {"population-key", database_.options().api_key}};
    }
    /// The loop of this thread; ends with stop().
    void run() { io_.run(); }
    void stop() { io_.stop(); }
    asio::io_context& io() { return io_; }

    /// So many pairs, or until `over` when it is 0: a check through the gateway, then the same
    /// question directly.
    asio::awaitable<void> measure(
        BenchHost* host, BenchCaller* caller, int pairs, std::atomic<bool>* over, Times* times
    ) {
        for (int i = 0; pairs == 0 ? !*over : i < pairs; ++i) {
            std::string body = check_of(host->dossier_code(asked_++ % 100 + 1));
            auto begin = Steady::now();
            const std::string said =
                co_await caller->call("POST", "/v1/identity-checks", std::move(body), 200);
            times->gateway.push_back(ms_since(begin));
            if (said.find("\"outcome\":\"match\"") == said.npos)
                throw std::runtime_error("identity check: " + said.substr(0, 300));
            auto request = same_question();
            begin = Steady::now();
            const auto result = co_await direct_->send(std::move(request));
            times->direct.push_back(ms_since(begin));
            if (!result.ok || result.response.status != 200 ||
                result.response.body.find("Fault") != std::string::npos)
                throw std::runtime_error("direct: " + result.response.body.substr(0, 600));
            co_await clock_.sleep_until(clock_.now() + core::Duration(between_ms));
        }
        *over = true;
    }

private:
    static population::Options options() {
        population::Options o;
        o.any_officer = false;
        return o;
    }
    std::string url() const {
        return "https://localhost:" + std::to_string(door_.port()) + "/dancu";
    }
    kit::Answer heard(const kit::Call& call) {
        heard_ = call;
        return database_.handle(call, clock_.now());
    }
    /// The owner of every dossier here, as bench_dossier says.
    static population::Person owner() {
        population::Person person;
        person.number = "038190000000";
        person.name = population::Name("TRẦN", "THỊ", "MẪU");
        person.sex = 2;
        person.birth = population::Birth(1990);
        return person;
    }
    static std::string check_of(const std::string& dossier) {
        const auto person = owner();
        onestop::Json j;
        j.begin().set("kind", "confirm").set("dossier_code", dossier);
        j.set("procedure_code", "2.000635").set("purpose", "Đối chiếu người yêu cầu");
        j.name("subject").begin().set("citizen_number", person.number);
        j.set("full_name", person.name.whole()).set("birth", person.birth.year_text()).end();
        return j.end().text();
    }
    /// Byte for byte what the gateway sent last, under a number of its own.
    ports::HttpRequest same_question() {
        ports::HttpRequest request;
        request.method = heard_.method;
        request.url = url();
        for (const char* name :
             {"Timestamp",
              "Authorization",
              "X-Road-Client",
              "ApiKey",
              "SOAPAction",
              "Content-Type"})
            request.headers.emplace_back(name, std::string(heard_.header(name)));
        request.body = heard_.body;
        const auto open = request.body.find("MaYeuCau>");
        const auto at = open + 9, end = request.body.find('<', at);
        if (open == std::string::npos || end == std::string::npos)
            throw std::runtime_error("the gateway's question has no number: " + request.body);
        char number[64];
        std::snprintf(number, sizeof number, "LTD%029d", ++numbers_);
        request.body.replace(at, end - at, std::string(number).substr(0, end - at));
        return request;
    }

    asio::io_context io_{1};
    kit::Certificate authority_;
    net::SystemClock clock_;
    population::Database database_;
    kit::Server door_;
    std::unique_ptr<net::CurlClient> direct_;
    kit::Call heard_;
    int asked_ = 0, numbers_ = 0;
};

class Lookups {
public:
    Lookups(asio::io_context& io, BenchOptions options)
        : io_(io),
          options_(std::move(options)),
          folder_(BenchHost::make_folder()),
          askers_(root(), folder_),
          portal_(national_portal::Options(), 1),
          portal_port_(free_port()) {
        SceneOptions scene;
        scene.root = root();
        scene.folder = folder_;
        scene.portal_url = "http://127.0.0.1:" + std::to_string(portal_port_);
        scene.more = askers_.config(folder_);
        scene.secrets = askers_.secrets();
        scene.files["licences.toml"] = Town::licences();
        host_ = std::make_unique<BenchHost>(io, options_, scene);
        asked_ = std::make_unique<BenchCaller>(askers_.io(), host_->scene(), 4);
        thread_ = std::thread([this] { ask(); });
    }
    ~Lookups() {
        askers_.stop();
        thread_.join();
    }

    asio::awaitable<void> run() {
        co_await host_->start();
        const auto task = [this](int number) { return make(number); };
        // Each dossier is told to the portal by two legs.
        co_await host_->each(1, options_.count / 2, task);
        Times warm, idle, busy;
        co_await measure(50, &warm);
        co_await measure(idle_pairs, &idle);
        open_portal();
        const auto before = co_await host_->queue();
        const auto begin = Steady::now();
        over_ = false;
        begin_measure(0, &busy);
        auto left = before.unfinished();
        while (left > before.unfinished() / 100) {  // the last ones are not "beside"
            co_await pause(250);
            const auto view = co_await host_->queue();
            if (view.known) left = view.unfinished();
            if (failed_) throw std::runtime_error(problem_);
        }
        const double seconds = ms_since(begin) / 1'000;
        over_ = true;
        while (working_) co_await pause(5);
        print(
            idle,
            busy,
            before.unfinished(),
            static_cast<double>(before.unfinished() - left) / seconds
        );
    }

private:
    std::string root() const { return options_.root.empty() ? project_root() : options_.root; }
    /// The thread of the askers.
    void ask() {
        const auto work = asio::make_work_guard(askers_.io());
        try {
            askers_.run();
        } catch (const std::exception& e) {
            problem_ = e.what();
            failed_ = true;
        }
    }
    asio::awaitable<void> make(int number) { co_await host_->dossier(number); }
    asio::awaitable<void> pause(int ms) {
        auto& clock = host_->caller().clock;
        co_await clock.sleep_until(clock.now() + core::Duration(ms));
    }
    void begin_measure(int pairs, Times* times) {
        working_ = true;
        spawn(askers_.io(), ask_pairs(pairs, times));
    }
    asio::awaitable<void> ask_pairs(int pairs, Times* times) {
        co_await askers_.measure(host_.get(), asked_.get(), pairs, &over_, times);
        working_ = false;
    }
    asio::awaitable<void> measure(int pairs, Times* times) {
        begin_measure(pairs, times);
        while (working_) {
            if (failed_) throw std::runtime_error(problem_);
            co_await pause(5);
        }
    }
    void open_portal() {
        kit::ServerOptions options;
        options.port = static_cast<std::uint16_t>(portal_port_);
        server_ =
            std::make_unique<kit::Server>(io_.get_executor(), options, [this](const kit::Call& c) {
                return portal_.handle(c, host_->caller().clock.now());
            });
    }
    static void print_times(const char* name, Times& times, bool last) {
        const double p50 = percentile(times.gateway, 0.5), p99 = percentile(times.gateway, 0.99);
        const double d50 = percentile(times.direct, 0.5), d99 = percentile(times.direct, 0.99);
        std::printf(
            "\"%s\": {\"checks\": %zu, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"direct_p50_ms\": "
            "%.2f, \"direct_p99_ms\": %.2f, \"added_p50_ms\": %.2f, \"added_p99_ms\": %.2f}%s",
            name,
            times.gateway.size(),
            p50,
            p99,
            d50,
            d99,
            p50 - d50,
            p99 - d99,
            last ? "" : ", "
        );
    }
    static void print(Times& idle, Times& busy, std::int64_t legs, double per_s) {
        std::printf("{");
        print_times("idle", idle, false);
        print_times("draining", busy, false);
        std::printf(
            "\"legs\": %lld, \"drained_per_s\": %.0f}\n", static_cast<long long>(legs), per_s
        );
    }

    asio::io_context& io_;
    BenchOptions options_;
    std::string folder_;
    Askers askers_;
    national_portal::Portal portal_;
    int portal_port_;
    std::unique_ptr<kit::Server> server_;
    std::unique_ptr<BenchHost> host_;
    std::unique_ptr<BenchCaller> asked_;
    std::atomic<bool> over_{false}, working_{false}, failed_{false};
    std::string problem_;
    std::thread thread_;
};

}  // namespace

int bench_lookups(const BenchOptions& options) {
    asio::io_context io(1);
    Lookups bench(io, options);
    run_to_end(io, bench.run());
    return 0;
}

}  // namespace sim::app
