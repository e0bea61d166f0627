// A tracking feed of many events, caught up by the gateway and, without keeping anything, by
// libcurl alone.
#include "simulators/app/bench_cases.hpp"
#include "simulators/app/bench_host.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/onestop/json.hpp"
#include "simulators/vnpost/post.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace sim::app {

namespace {

constexpr std::int64_t page = 200;   // as the connector asks by default
constexpr int events_of_parcel = 6;  // ordered, waiting, picked up, under way, out, delivered
constexpr int first_known = 910'000;

std::string post_section(const std::string& url) {
    return R"x(
[partner.vnpost]
connector = "vnpost"
name_vi = "Bưu điện"
customer_key = "mau-customer-key"
customer_secret = "secret:vnpost"
customer_code = "KH0000001"
agency = "H56"
office_name = "Trung tâm Phục vụ hành chính công (mẫu)"
office_phone = "84100000009"
office_address = "Số 1, đường Mẫu"
office_province = "38"
office_commune = "00000"
poll = "200ms"
rate = 1000000
concurrency = 32
url = ")x" +
           url + "\"\n";
}

/// "…"name":123…" of a page.
std::int64_t number_in(const std::string& body, std::string_view name) {
    const auto at = body.find(name);
    std::int64_t n = -1;
    if (at != body.npos)
        std::from_chars(body.data() + at + name.size(), body.data() + body.size(), n);
    return n;
}

class TrackingBench {
public:
    TrackingBench(asio::io_context& io, BenchOptions options)
        : options_(std::move(options)), post_(vnpost::Options(), 1), clock_(io.get_executor()) {
        server_ = std::make_unique<kit::Server>(
            io.get_executor(),
            kit::ServerOptions(),
            [this](const kit::Call& call) { return at_post(call); }
        );
        direct_ = std::make_unique<net::CurlClient>(io.get_executor(), net::ClientTls());
        SceneOptions scene;
        scene.more = post_section(url());
        scene.secrets["vnpost"] = post_.options().customers.front().secret;
        host_ = std::make_unique<BenchHost>(io, options_, scene);
    }

    asio::awaitable<void> run() {
        co_await host_->start();
        // Orders 910000… of the filled feed are dossiers of ours; the others are nobody's.
        const int known = std::min(options_.known, options_.count / events_of_parcel - 10'000);
        const auto task = [this](int number) { return order(number); };
        co_await host_->each(first_known, first_known + std::max(known, 0) - 1, task);
        co_await host_->drained("vnpost");
        while (!caught_up_) co_await pause();
        const double cpu = host_->process().cpu_seconds();
        const std::string from = last_id_;
        fill();
        const double began_ms = ms_since(start_);
        while (!caught_up_) co_await pause();
        const double seconds = (caught_up_ms_ - std::max(began_ms, first_call_ms_)) / 1'000;
        const double used = host_->process().cpu_seconds() - cpu;
        co_await prove(known);
        host_->process().stop(30);
        const double alone = co_await walk(from);
        std::printf(
            "{\"events\": %d, \"known_parcels\": %d, \"seconds\": %.1f, \"events_per_s\": %.0f, "
            "\"rss_mib\": %.0f, \"cpu_s\": %.1f, \"direct_seconds\": %.1f}\n",
            options_.count,
            known,
            seconds,
            options_.count / seconds,
            rss_,
            used,
            alone
        );
    }

private:
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    asio::awaitable<void> pause() {
        rss_ = std::max(rss_, host_->process().rss_mib());
        co_await clock_.sleep_until(clock_.now() + core::Duration(50));
    }
    /// The call after the one that was answered with the end of the feed says that all before it
    /// was taken in.
    kit::Answer at_post(const kit::Call& call) {
        auto answer = post_.handle(call, clock_.now());
        if (!call.path.ends_with("tracking")) return answer;
        if (first_call_ms_ == 0) first_call_ms_ = ms_since(start_);
        if (last_page_ && !caught_up_) {
            caught_up_ = true;
            caught_up_ms_ = ms_since(start_);
        }
        last_page_ = number_in(answer.body, "\"_size\":") <= page;
        last_id_ = call.parameter("lastId");
        authorization_ = std::string(call.header("Authorization"));
        return answer;
    }
    void fill() {
        const auto orders = static_cast<std::size_t>(options_.count / events_of_parcel + 1);
        post_.fill(
            "H56.14-" + host_->day() + "-9",
            orders,
            static_cast<std::size_t>(options_.count),
            clock_.now()
        );
        caught_up_ = last_page_ = false;
        first_call_ms_ = 0;
    }
    asio::awaitable<void> order(int number) {
        co_await host_->dossier(number);
        onestop::Json j;
        j.begin().set("dossier_code", host_->dossier_code(number)).set("direction", "return");
        j.set("carrier", "vnpost").name("receiver").begin();
        j.set("name", "TRẦN THỊ MẪU").set("phone", "84100000001").name("address").begin();
        j.set("province_code", "38").set("commune_code", "00000").set("detail", "Thôn Mẫu 1");
        j.end().end().name("items").list().value("Kết quả giải quyết").end_list();
        std::string body = j.set("cod_amount", std::int64_t{0}).end().text();
        const std::string said =
            co_await host_->caller().call("POST", "/v1/deliveries", std::move(body), 201);
        rapidjson::Document made;
        made.Parse(said.c_str());
        if (number % 100 == 0) sample_.push_back(onestop::text_of(made, "id"));
    }
    /// The parcels of the sample are where the feed says.
    asio::awaitable<void> prove(int known) {
        if (known > 0 && sample_.empty()) throw std::runtime_error("no parcel was ordered");
        for (const auto& id : sample_) {
            std::string path = "/v1/deliveries/" + id;
            const std::string said =
                co_await host_->caller().call("GET", std::move(path), std::string(), 200);
            rapidjson::Document delivery;
            delivery.Parse(said.c_str());
            if (onestop::text_of(delivery, "state") != "delivered")
                throw std::runtime_error("not caught up: " + said.substr(0, 600));
        }
    }
    /// Seconds that libcurl alone needs for the same pages from `id` on.
    asio::awaitable<double> walk(std::string id) {
        const auto begin = Steady::now();
        for (;;) {
            ports::HttpRequest request;
            request.url = url() + "/vnpost_ordertracking?pagesize=200&lastId=" + id;
            request.headers.emplace_back("Authorization", authorization_);
            const auto result = co_await direct_->send(std::move(request));
            const std::string& body = result.response.body;
            const auto at = body.rfind("\"$oid\":\"");
            if (at == body.npos) break;
            id = body.substr(at + 8, 24);
            if (number_in(body, "\"_size\":") <= page) break;
        }
        co_return ms_since(begin) / 1'000;
    }

    BenchOptions options_;
    vnpost::Post post_;
    net::SystemClock clock_;
    std::unique_ptr<kit::Server> server_;
    std::unique_ptr<net::CurlClient> direct_;
    std::unique_ptr<BenchHost> host_;
    std::vector<std::string> sample_;
    std::string last_id_, authorization_;
    Steady::time_point start_ = Steady::now();
    bool last_page_ = false, caught_up_ = false;
    double first_call_ms_ = 0, caught_up_ms_ = 0, rss_ = 0;
};

}  // namespace

int bench_tracking(const BenchOptions& options) {
    asio::io_context io(1);
    TrackingBench bench(io, options);
    run_to_end(io, bench.run());
    return 0;
}

}  // namespace sim::app
