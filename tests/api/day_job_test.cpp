// The job that fetches day files: when, which file, what is asked about, what is refused.
#include "connectors/kit/day_job.hpp"

#include "connectors/kit/day_folder.hpp"
#include "gateway/crypto/digest.hpp"
#include "tests/api/payment_api.hpp"

#include <doctest/doctest.h>

#include <map>

namespace gw::test {

namespace {

using std::chrono::hours;

constexpr const char* header =
    "line_type,provider,merchant_code,transaction_time,provider_transaction,reference,dossier_code,"
    "amount,fee_amount,net_amount,currency,status,method,bank_code,settlement_date,"
    "settlement_batch,beneficiary_account,original_transaction,description\n";
const core::Instant early = at("2026-03-03T05:59:00+07:00");
const core::Instant morning = at("2026-03-03T06:00:00+07:00");

/// Asks the provider as told.
class ScriptedDesk : public connector_kit::PaymentDesk {
public:
    ports::asio::awaitable<connector_kit::PaymentAnswer> query(Document payment) override {
        asked.push_back(payment.text_of("id"));
        connector_kit::PaymentAnswer answer;
        answer.answered = says.is_object();
        answer.says = says;
        co_return answer;
    }
    ports::asio::awaitable<connector_kit::PaymentAnswer> query_refund(Document, Document) override {
        co_return connector_kit::PaymentAnswer();
    }
    Document says;
    std::vector<std::string> asked;
};

/// The provider's folder, and the job before it.
struct Folder {
    Folder()
        : http(p.kit.clock, [this](const ports::HttpRequest& request) { return file(request); }),
          desk(std::make_shared<ScriptedDesk>()) {
        connector_kit::Parts parts;
        parts.partner = "bank";
        parts.http = &http;
        parts.store = p.kit.store.get();
        parts.facts = p.facts.get();
        parts.clock = &p.kit.clock;
        connector_kit::DayJobOptions options;
        options.agency = "H37";
        options.provider = "bank";
        options.merchant = "LT";
        options.url = "https://files.test/day/bank_LT_{date}_{seq}.csv";
        job = connector_kit::make_day_job(desk, parts, std::move(options));
    }
    ports::HttpResult file(const ports::HttpRequest& request) const {
        const auto found = files.find(request.url.substr(request.url.rfind('/') + 1));
        return found == files.end() ? answered(404) : answered(200, found->second);
    }
    std::string line_for(const std::string& id, int amount) {
        const auto money = std::to_string(amount);
        return "TXN,bank,LT,2026-03-02T17:05:00+07:00,NP1," + p.get(id).text("/reference") + "," +
               code + "," + money + ",0," + money +
               ",VND,SUCCESS,bank,TESTBANK,2026-03-03,B1,0001,,Le phi\n";
    }
    void put(const char* name, const std::string& line, int amount) {
        const auto money = std::to_string(amount);
        const std::string bytes = header + line + "TRAILER,bank,LT,2026-03-02T23:59:59+07:00,1,,," +
                                  money + ",0," + money + ",VND,,,,,,,,\n";
        files[name] = bytes;
        files[std::string(name) + ".sha256"] =
            crypto::to_hex(crypto::sha256(bytes)) + "  " + name + "\n";
    }
    void run(core::Instant now) { REQUIRE(p.kit.loop.get(job->run(now)).has_value()); }
    Answer report() { return p.kit.call("GET", "/v1/reconciliations/2026-03-02?provider=bank"); }
    int fetched(std::string_view name) const {
        int n = 0;
        for (const auto& request : http.requests) n += request.url.ends_with(name) ? 1 : 0;
        return n;
    }
    PaymentApi p;
    ScriptedHttp http;
    std::map<std::string, std::string> files;
    std::shared_ptr<ScriptedDesk> desk;
    std::unique_ptr<ports::Job> job;
};

constexpr const char* first = "bank_LT_20260302_1.csv";
constexpr const char* second = "bank_LT_20260302_2.csv";

}  // namespace

TEST_CASE("day job: the address names day and number of the file") {
    const auto day = core::local_day(morning);
    CHECK(
        connector_kit::day_file_address("https://f.test/a_{date}_{seq}.csv", day, 2) ==
        "https://f.test/a_20260303_2.csv"
    );
}

TEST_CASE("day job: before six in the morning nobody asks, and never for today") {
    Folder f;
    CHECK(f.job->name() == "bank.day_file");
    f.run(early);
    CHECK(f.http.requests.empty());
    f.run(morning);
    CHECK(f.fetched("20260301_1.csv") == 1);
    CHECK(f.fetched(first) == 1);
    CHECK(f.fetched("20260303_1.csv") == 0);
    CHECK(f.report().status == 404);  // no file, no report
}

TEST_CASE("day job: a file that comes later is compared then, a closed day only once") {
    Folder f;
    const auto id = f.p.paid();
    f.run(morning);
    f.put(first, f.line_for(id, 32'000), 32'000);
    f.run(morning + hours(1));
    CHECK(f.report().text("/state") == "closed");
    CHECK(f.report().text("/matched") == "1");
    f.put(first, f.line_for(id, 1), 1);
    f.run(morning + hours(2));
    CHECK(f.report().text("/state") == "closed");
    CHECK(f.p.state(id) == "paid");
}

TEST_CASE("day job: the file of the highest number counts, a newer one is compared again") {
    Folder f;
    const auto id = f.p.begun();
    f.put(first, f.line_for(id, 32'000), 32'000);
    f.run(morning);
    CHECK(f.report().text("/file") == first);
    CHECK(f.report().text("/exceptions/0/code") == "E5");
    CHECK(f.desk->asked == std::vector<std::string>{id});
    f.run(morning + hours(1));
    CHECK(f.desk->asked.size() == 1);  // the same file says nothing new
    f.put(second, f.line_for(id, 32'000), 32'000);
    f.run(morning + hours(2));
    CHECK(f.report().text("/file") == second);
    CHECK(f.desk->asked.size() == 2);
}

TEST_CASE("day job: the provider, not its file, says that an open payment was paid") {
    Folder f;
    const auto id = f.p.begun();
    f.put(first, f.line_for(id, 32'000), 32'000);
    f.run(morning);
    CHECK(f.p.state(id) == "initiated");
    f.put(second, f.line_for(id, 32'000), 32'000);
    f.desk->says = f.p.said("paid", "");
    f.run(morning + hours(1));
    CHECK(f.p.state(id) == "paid");
    CHECK(f.p.get(id).text("/paid_amount") == "32000");
}

TEST_CASE("day job: a file without its digest, of another day or cut short is not used") {
    const std::pair<const char*, void (*)(Folder&)> spoils[] = {
        {"digest", [](Folder& f) { f.files[std::string(first) + ".sha256"] = "00"; }},
        {"no digest", [](Folder& f) { f.files.erase(std::string(first) + ".sha256"); }},
        {"cut", [](Folder& f) { f.files[first].resize(f.files[first].size() - 20); }},
        {"html", [](Folder& f) { f.files[first] = "<html>404</html>"; }}};
    for (const auto& [what, spoil] : spoils) {
        CAPTURE(what);
        Folder f;
        const auto id = f.p.begun();
        f.put(first, f.line_for(id, 32'000), 32'000);
        spoil(f);
        f.run(morning);
        CHECK(f.report().status == 404);
        CHECK(f.desk->asked.empty());
        CHECK(f.p.state(id) == "initiated");
    }
}

}  // namespace gw::test
