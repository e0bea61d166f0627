// The daily comparison over the store, and its report over the API.
#include "connectors/kit/day_file.hpp"
#include "tests/api/payment_api.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

connector_kit::CompareRun run_of(PaymentApi& p, std::vector<core::ProviderLine> lines) {
    connector_kit::CompareRun run;
    run.agency = "H37";
    run.provider = "bank";
    run.file = "bank_LT_20260302_1.csv";
    run.day = core::local_day(p.kit.clock.now());
    run.now = p.kit.clock.now();
    run.lines = std::move(lines);
    return run;
}

core::DayMatch compare(PaymentApi& p, connector_kit::CompareRun run) {
    connector_kit::CompareParts parts;
    parts.store = p.kit.store.get();
    parts.facts = p.facts.get();
    auto match = p.kit.loop.get(connector_kit::compare_day(parts, std::move(run)));
    REQUIRE(match.has_value());
    return std::move(*match);
}

core::ProviderLine success(PaymentApi& p, const std::string& id, std::int64_t amount) {
    core::ProviderLine line;
    line.line = 1;
    line.type = "TXN";
    line.status = "SUCCESS";
    line.reference = p.get(id).text("/reference");
    line.provider_transaction = "NP1";
    line.dossier_code = code;
    line.amount = line.net = amount;
    return line;
}

std::string report_path(PaymentApi& p) {
    return "/v1/reconciliations/" + core::to_iso_day(core::local_day(p.kit.clock.now())) +
           "?provider=bank";
}

}  // namespace

TEST_CASE("reconciliation: a day without differences is closed, reported and stays so") {
    PaymentApi p;
    const auto id = p.paid();
    CHECK(p.kit.call("GET", report_path(p)).status == 404);
    auto match = compare(p, run_of(p, {success(p, id, 32'000)}));
    CHECK(match.matched.size() == 1);
    const auto report = p.kit.call("GET", report_path(p));
    REQUIRE(report.status == 200);
    CHECK(report.text("/state") == "closed");
    CHECK(report.text("/matched") == "1");
    CHECK(report.text("/sums/dossiers") == "32000");
    const auto feed = p.kit.call("GET", "/v1/events?after=begin&types=reconciliation.completed");
    CHECK(feed.json.find("items")->size() == 1);
    CHECK(feed.text("/items/0/data/exceptions") == "0");
    compare(p, run_of(p, {success(p, id, 1)}));
    CHECK(p.kit.call("GET", report_path(p)).text("/state") == "closed");
}

TEST_CASE("reconciliation: E3 E4 E5: what the file says is taken in or asked about") {
    PaymentApi p;
    const auto id = p.paid();
    auto match = compare(p, run_of(p, {success(p, id, 30'000)}));
    CHECK(match.differences.at(0).code == "E3");
    CHECK(p.get(id).text("/state_reason") == "amount_mismatch");
    const auto report = p.kit.call("GET", report_path(p));
    CHECK(report.text("/state") == "matched");
    CHECK(report.text("/exceptions/0/code") == "E3");
    CHECK(report.text("/exceptions/0/found") == "30000");

    PaymentApi q;
    const auto open = q.begun();
    match = compare(q, run_of(q, {success(q, open, 32'000)}));
    CHECK(match.differences.at(0).code == "E5");
    CHECK(match.ask == std::vector<std::string>{open});
    CHECK(q.state(open) == "initiated");  // the provider decides, not the line

    q.kit.call("POST", "/v1/payments/" + open + "/cancel");
    REQUIRE(q.kit.call("POST", "/v1/payments/offline", q.cash()).status == 201);
    match = compare(q, run_of(q, {success(q, open, 32'000)}));
    CHECK(match.differences.at(0).code == "E4");
    CHECK(q.get(open).text("/state_reason") == "duplicate_payment");
}

TEST_CASE("reconciliation: E10 a fee that nobody here was paid for") {
    PaymentApi p;
    auto body = received_request();
    body.set("code", text("H37.14-260302-0077"));
    body.find("documents")->items()[0].set("attachment_id", text(p.kit.file()));
    auto paid = fee("LP9", 8'000, 1);
    paid.set("state", text("paid"));
    auto all = core::Document::list();
    all.push(std::move(paid));
    body.set("fees", std::move(all));
    REQUIRE(p.kit.call("POST", "/v1/dossiers", body).status == 201);
    core::ProviderLine line;
    line.line = 1;
    line.type = "TXN";
    line.status = "SUCCESS";
    line.provider_transaction = "NP9";
    line.dossier_code = "H37.14-260302-0077";
    line.amount = line.net = 8'000;
    const auto match = compare(p, run_of(p, {line}));
    REQUIRE(match.differences.size() == 2);
    CHECK(match.differences[0].code == "E1");
    CHECK(match.differences[1].code == "E10");
}

}  // namespace gw::test
