// Payments that wait for VNPAY's notice, and the signed notices for them.
#include "simulators/app/bench_cases.hpp"
#include "simulators/app/bench_host.hpp"
#include "simulators/onestop/json.hpp"
#include "simulators/vnpay/options.hpp"
#include "simulators/vnpay/signing.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace sim::app {

namespace {

/// VNPAY is called by nobody here: payment addresses are made without it.
constexpr const char* vnpay_section = R"x(
[payments]
preference = ["vnpay"]

[partner.vnpay]
connector = "vnpay"
name_vi = "VNPAY"
pay_url = "https://localhost:1/paymentv2/vpcpay.html"
api_url = "https://localhost:1/merchant_webapi/api/transaction"
terminal = "TESTTMN1"
secret = "secret:vnpay"
return_url = "https://motcua.test/thanh-toan"
watch_every = "24h"
rate = 1000000
concurrency = 64
)x";

class Callbacks {
public:
    Callbacks(asio::io_context& io, BenchOptions options) : options_(std::move(options)) {
        SceneOptions scene;
        scene.more = vnpay_section;
        scene.secrets["vnpay"] = merchant_.secret;
        host_ = std::make_unique<BenchHost>(io, options_, scene);
    }

    asio::awaitable<void> run() {
        co_await host_->start();
        co_await pay(0);  // the token
        const auto task = [this](int number) { return pay(number); };
        co_await host_->each(1, options_.count, task);
        co_await host_->drained("vnpay");
        notices_.close();
        const double cpu = host_->process().cpu_seconds();
        std::cout << "{\"url\": \"" << host_->scene().base_url << "\", \"notices\": \"" << file()
                  << "\", \"secret\": \"" << merchant_.secret << "\", \"store\": \""
                  << host_->scene().folder << "/data/lienthong.db\"}" << std::endl;
        co_await host_->input_ends();
        std::printf(
            "{\"rss_mib\": %.0f, \"cpu_s\": %.2f}\n",
            host_->process().rss_mib(),
            host_->process().cpu_seconds() - cpu
        );
    }

private:
    std::string file() const { return host_->scene().folder + "/notices.txt"; }

    asio::awaitable<void> pay(int number) {
        const std::string dossier = co_await host_->dossier(number);
        std::string request = payment_of(dossier);
        const std::string payment =
            co_await host_->caller().call("POST", "/v1/payments", std::move(request), 202);
        rapidjson::Document made;
        made.Parse(payment.c_str());
        if (!notices_.is_open()) notices_.open(file(), std::ios::binary);
        notices_ << notice_of(onestop::text_of(made, "reference"), number) << "\n";
    }
    std::string payment_of(const std::string& answer) {
        rapidjson::Document dossier;
        dossier.Parse(answer.c_str());
        onestop::Json j;
        j.begin().set("dossier_code", onestop::text_of(dossier, "code")).name("fee_ids").list();
        for (const auto& fee : dossier["fees"].GetArray()) j.value(onestop::text_of(fee, "id"));
        j.end_list().set("amount", amount).set("method", "online").set("provider", "vnpay");
        return j.set("return_url", "https://motcua.test/thanh-toan").end().text();
    }
    /// What VNPAY sends when the citizen has paid.
    std::string notice_of(const std::string& reference, int number) const {
        vnpay::Fields fields{
            {"vnp_Amount", std::to_string(amount * 100)},
            {"vnp_BankCode", "NCB"},
            {"vnp_BankTranNo", "VNP" + std::to_string(10'000'000 + number)},
            {"vnp_CardType", "ATM"},
            {"vnp_OrderInfo", "Le phi ho so " + host_->dossier_code(number)},
            {"vnp_PayDate", core::to_compact(host_->received()).substr(0, 14)},
            {"vnp_ResponseCode", "00"},
            {"vnp_TmnCode", merchant_.terminal},
            {"vnp_TransactionNo", std::to_string(14'000'000 + number)},
            {"vnp_TransactionStatus", "00"},
            {"vnp_TxnRef", reference}};
        return vnpay::signed_query(fields, merchant_.secret);
    }

    static constexpr std::int64_t amount = 16'000;
    BenchOptions options_;
    vnpay::Merchant merchant_;
    std::unique_ptr<BenchHost> host_;
    std::ofstream notices_;
};

}  // namespace

int bench_callbacks(const BenchOptions& options) {
    asio::io_context io(1);
    Callbacks bench(io, options);
    run_to_end(io, bench.run());
    return 0;
}

}  // namespace sim::app
