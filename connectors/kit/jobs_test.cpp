// Jobs of the payment providers: one that fails keeps no other waiting, days are walked back to.
#include "connectors/kit/day_job.hpp"
#include "connectors/kit/payments.hpp"
#include "gateway/crypto/digest.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace gw;
using core::Document;

namespace {

class AskedDesk : public connector_kit::PaymentDesk {
public:
    std::vector<std::string> asked;
    ports::asio::awaitable<connector_kit::PaymentAnswer> query(Document payment) override {
        asked.push_back(payment.text_of("reference"));
        connector_kit::PaymentAnswer answer;
        answer.answered = true;
        answer.says = connector_kit::payment_says("bank", "query", "paid");
        co_return answer;
    }
    ports::asio::awaitable<connector_kit::PaymentAnswer> query_refund(Document, Document) override {
        co_return connector_kit::PaymentAnswer();
    }
};

/// Takes nothing in about these references.
class PickyFacts : public ports::Facts {
public:
    std::set<std::string> refused;
    bool refuse_all = false;
    std::vector<std::string> taken;
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        const std::string ref = message.facts.empty() ? "" : message.facts.front().ref;
        if (refuse_all || refused.count(ref) > 0)
            co_return core::give_up("facts.refused", "not about " + ref);
        taken.push_back(ref);
        co_return ports::Taken();
    }
};

struct Kit {
    Kit() {
        parts.partner = "bank";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
    }
    void payment(const char* reference) {
        core::Object object;
        object.kind = "payment";
        object.agency = "H56";
        object.id = std::string("pay_") + reference;
        object.ref = reference;
        object.state = "pending";
        object.body = R"({"provider":"bank","state":"pending","reference":")" +
                      std::string(reference) + "\"}";
        store.put(std::move(object));
        desk->ask_soon(reference);
    }
    std::unique_ptr<ports::Job> day_job() {
        connector_kit::DayJobOptions options;
        options.agency = "H56";
        options.provider = "bank";
        options.merchant = "LTTEST01";
        options.url = "https://files.test/bank_LTTEST01_{date}_{seq}.csv";
        return connector_kit::make_day_job(desk, parts, std::move(options));
    }
    void closed(const char* day, const std::string& file = "") {
        core::Object report;
        report.kind = "reconciliation";
        report.agency = "H56";
        report.id = std::string("bank:") + day;
        report.state = "closed";
        report.body = R"({"state":"closed","file":")" + file + "\"}";
        store.put(std::move(report));
    }
    std::vector<std::string> fetched() const {
        std::vector<std::string> names;
        for (const auto& request : http.asked)
            names.push_back(request.url.substr(request.url.find("_2026") + 1));
        return names;
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-03-17T09:00:00+07:00")};
    test::ScriptedHttp http;
    test::ObjectStore store;
    PickyFacts facts;
    std::shared_ptr<AskedDesk> desk = std::make_shared<AskedDesk>();
    connector_kit::Parts parts;
};

constexpr const char* empty_day =
    "line_type,provider,merchant_code,transaction_time,provider_transaction,reference,dossier_code,"
    "amount,fee_amount,net_amount,currency,status,method,bank_code,settlement_date,"
    "settlement_batch,beneficiary_account,original_transaction,description\n"
    "TRAILER,bank,LTTEST01,2026-03-02T23:59:59+07:00,0,,,0,0,0,VND,,,,,,,,\n";

}  // namespace

TEST_CASE("payment watch: a payment that cannot be taken in keeps no other waiting") {
    Kit kit;
    for (const char* reference : {"LT1", "LT2", "LT3"}) kit.payment(reference);
    kit.facts.refused = {"LT1"};
    auto watch = connector_kit::make_payment_watch(kit.desk, kit.parts, core::Duration(1'000));
    const auto run = test::run(kit.io, watch->run(kit.clock.now()));
    REQUIRE(run.has_error());
    CHECK(run.error().code == "facts.refused");
    CHECK(kit.desk->asked == std::vector<std::string>{"LT1", "LT2", "LT3"});
    CHECK(kit.facts.taken == std::vector<std::string>{"LT2", "LT3"});
}

TEST_CASE("day job: every day without a closed report is asked for, the oldest first, 15 at most") {
    Kit kit;
    kit.http.otherwise = [](const ports::HttpRequest&) { return test::answered(404, ""); };
    for (const char* day :
         {"2026-03-01",
          "2026-03-03",
          "2026-03-05",
          "2026-03-06",
          "2026-03-07",
          "2026-03-08",
          "2026-03-09",
          "2026-03-10",
          "2026-03-11",
          "2026-03-12",
          "2026-03-13",
          "2026-03-14",
          "2026-03-15"})
        kit.closed(day);
    auto job = kit.day_job();
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    CHECK(
        kit.fetched() ==
        std::vector<std::string>{"20260302_1.csv", "20260304_1.csv", "20260316_1.csv"}
    );
}

TEST_CASE("day job: a corrected file of a closed day is compared, once") {
    Kit kit;
    kit.closed("2026-03-02", "bank_LTTEST01_20260302_1.csv");
    kit.http.otherwise = [](const ports::HttpRequest& request) {
        const std::string sum = crypto::to_hex(crypto::sha256(empty_day));
        if (request.url.ends_with("_20260302_2.csv")) return test::answered(200, empty_day);
        if (request.url.ends_with("_20260302_2.csv.sha256"))
            return test::answered(200, sum + "  bank_LTTEST01_20260302_2.csv\n");
        return test::answered(404, "");
    };
    auto job = kit.day_job();
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    CHECK(kit.fetched().front() == "20260302_2.csv");
    const auto day = std::string("H56:bank:2026-03-02");
    CHECK(kit.facts.taken == std::vector<std::string>{day});
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    CHECK(kit.facts.taken.size() == 1);
}

TEST_CASE("day job: a day that cannot be compared keeps no later day waiting") {
    Kit kit;
    kit.facts.refuse_all = true;
    kit.http.otherwise = [](const ports::HttpRequest& request) {
        const std::string sum = crypto::to_hex(crypto::sha256(empty_day));
        if (request.url.ends_with("_20260302_1.csv")) return test::answered(200, empty_day);
        if (request.url.ends_with("_20260302_1.csv.sha256"))
            return test::answered(200, sum + "  bank_LTTEST01_20260302_1.csv\n");
        return test::answered(404, "");
    };
    auto job = kit.day_job();
    const auto run = test::run(kit.io, job->run(kit.clock.now()));
    REQUIRE(run.has_error());
    CHECK(run.error().code == "facts.refused");
    CHECK(kit.fetched().back() == "20260316_1.csv");
}
