// Payments over the API: the citizen's page, what providers say, officers, keys.
#include "gateway/core/dossier_internal.hpp"
#include "tests/api/payment_api.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

namespace gw::test {

namespace {

/// The provider says this about the first payment there is.
asio::awaitable<void> first_answers(PaymentApi& p, Document says) {
    ports::ObjectFilter filter;
    filter.kind = "payment";
    auto page = co_await p.kit.store->objects(std::move(filter));
    REQUIRE(page.has_value());
    REQUIRE(page->items.size() == 1);
    auto message = p.message(page->items.front().ref, std::move(says));
    auto taken = co_await p.facts->take_in(std::move(message));
    REQUIRE(taken.has_value());
}

asio::awaitable<void> call_for_status(
    PaymentApi& p, ports::InRequest request, std::vector<int>& statuses
) {
    auto answer = co_await p.kit.api->handle(std::move(request));
    statuses.push_back(answer.status);
}

}  // namespace

TEST_CASE("payments: 202 while the provider says nothing, with a leg to the preferred provider") {
    PaymentApi p;
    const auto id = p.begun();
    const auto shown = p.get(id);
    CHECK(shown.text("/state") == "initiated");
    CHECK(shown.text("/provider") == "bank");
    CHECK(shown.text("/attempt") == "1");
    CHECK(shown.json.find("started_at") == nullptr);
    const auto legs = p.kit.loop.get(p.kit.store->legs_of("H37", code)).value();
    CHECK(legs.back().leg.operation == "bank.Init");
}

TEST_CASE("payments: 201 with the citizen's page when the provider answers in time") {
    PaymentApi p;
    p.kit.clock.at(p.kit.clock.now() + std::chrono::milliseconds(700), [&p] {
        auto page = texts({{"state", "pending"}, {"source", "init"}});
        page.set("checkout", texts({{"url", "https://pay.test/1"}}));
        p.kit.loop.start(first_answers(p, std::move(page)));
    });
    const auto made = p.kit.call("POST", "/v1/payments", p.request());
    CHECK(made.status == 201);
    CHECK(made.text("/state") == "pending");
    CHECK(made.text("/checkout/url") == "https://pay.test/1");
    CHECK(made.header("Location") == "/v1/payments/" + made.text("/id"));
}

TEST_CASE("payments: the answer goes out the moment the provider has said something") {
    PaymentApi p;
    const auto began = p.kit.clock.now();
    p.kit.clock.at(began + std::chrono::milliseconds(1'234), [&p] {
        auto page = texts({{"state", "pending"}, {"source", "init"}});
        page.set("checkout", texts({{"url", "https://pay.test/1"}}));
        p.kit.loop.start(first_answers(p, std::move(page)));
    });
    CHECK(p.kit.call("POST", "/v1/payments", p.request()).status == 201);
    CHECK(p.kit.clock.now() - began == std::chrono::milliseconds(1'234));
}

TEST_CASE("payments: a provider that refuses is told as such, with the payment's id") {
    PaymentApi p;
    p.kit.clock.at(p.kit.clock.now() + std::chrono::milliseconds(100), [&p] {
        p.kit.loop.start(first_answers(p, texts({{"state", "failed"}, {"source", "init"}})));
    });
    const auto made = p.kit.call("POST", "/v1/payments", p.request());
    CHECK(made.status == 502);
    CHECK(made.code() == "payment.provider_refused");
    CHECK(p.state(made.text("/payment_id")) == "failed");
}

TEST_CASE("OC-4 payments: the key of a payment is kept, its repeat begins no second one") {
    PaymentApi p;
    const auto key = one("Idempotency-Key", "pay-1");
    const auto first = p.kit.call("POST", "/v1/payments", p.request(), key);
    const auto again = p.kit.call("POST", "/v1/payments", p.request(), key);
    CHECK(again.status == 202);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.text("/id") == first.text("/id"));
}

TEST_CASE("PY-6 payments: a second one for the same fees is refused with the first one's id") {
    PaymentApi p;
    const auto id = p.begun();
    const auto second = p.kit.call("POST", "/v1/payments", p.request());
    CHECK(second.status == 409);
    CHECK(second.code() == "payment.open_exists");
    CHECK(second.text("/payment_id") == id);
    p.tell(id, p.said("failed", "query"));
    const auto third = p.kit.call("POST", "/v1/payments", p.request());
    CHECK(third.text("/attempt") == "2");
    CHECK(third.text("/reference") != p.get(id).text("/reference"));
}

TEST_CASE("PY-6 payments: of two at the same time one is stored") {
    PaymentApi p;
    std::vector<int> statuses;
    for (const char* key : {"a", "b"}) {
        ports::Headers headers = one("Idempotency-Key", key);
        headers.emplace_back("Authorization", "Bearer " + p.kit.token());
        headers.emplace_back("Content-Type", "application/json");
        auto request = p.kit.request(
            "POST", "/v1/payments", formats::write_json(p.request()), std::move(headers)
        );
        p.kit.loop.start(call_for_status(p, std::move(request), statuses));
    }
    p.kit.loop.run_for(std::chrono::seconds(5));
    std::sort(statuses.begin(), statuses.end());
    CHECK(statuses == std::vector<int>{202, 409});
    const auto all = p.kit.call("GET", std::string("/v1/dossiers/") + code + "?include=payments");
    CHECK(all.json.find("payments")->size() == 1);
}

TEST_CASE("PY-6 payments: a fee that is being paid keeps its amount and stays") {
    PaymentApi p;
    const std::string path = std::string("/v1/dossiers/") + code;
    const auto id = p.begun();
    const auto version = [&] { return p.kit.call("GET", path).header("ETag"); };
    const auto refused = [&](const Answer& answer) {
        CHECK_MESSAGE(answer.status == 409, answer.body);
        CHECK(answer.code() == "payment.open_exists");
        CHECK(answer.text("/payment_id") == id);
    };
    auto dearer = Document::object();
    dearer.set("unit_amount", Document::number(160'000));
    const auto fee_path = path + "/fees/" + p.fees[0];
    const auto change = [&](const std::string& where, const Document& body) {
        return p.kit.call("PATCH", where, body, one("If-Match", version()));
    };
    refused(change(fee_path, dearer));
    refused(change(fee_path, texts({{"state", "exempt"}, {"exempt_reason", "Hộ nghèo"}})));
    auto none = Document::object();
    none.set("fees", Document::list());
    refused(change(path, none));
    auto whole = p.kit.call("GET", path).json;
    whole = core::dossier_parts::writable_view(*core::schema("Dossier"), whole);
    whole.remove("fees");
    refused(p.kit.call("PUT", path, whole, one("If-Match", version())));
    CHECK(change(fee_path, texts({{"name", "Lệ phí"}})).status == 200);
    CHECK(change(path, texts({{"note", "xong"}})).status == 200);
    p.tell(id, p.said("failed", "query"));
    CHECK(change(fee_path, dearer).status == 200);
}

TEST_CASE("payments: money for a fee that is another one meanwhile is disputed, not counted") {
    // Late money: nothing was open when the fees changed.
    const auto late = [](const std::function<void(PaymentApi&, const std::string&)>& changed) {
        PaymentApi p;
        const auto id = p.begun();
        p.tell(id, p.said("failed", "query"));
        changed(p, p.kit.call("GET", std::string("/v1/dossiers/") + code).header("ETag"));
        p.tell(id, p.said("paid", "ipn"));
        CHECK(p.state(id) == "disputed");
        CHECK(p.get(id).text("/state_reason") == "fees_changed");
        const auto after = p.kit.call("GET", std::string("/v1/dossiers/") + code);
        CHECK(after.body.find("\"state\":\"paid\"") == std::string::npos);
    };
    late([](PaymentApi& p, const std::string& version) {
        auto dearer = Document::object();
        dearer.set("unit_amount", Document::number(160'000));
        const auto path = std::string("/v1/dossiers/") + code + "/fees/" + p.fees[0];
        CHECK(p.kit.call("PATCH", path, dearer, one("If-Match", version)).status == 200);
    });
    late([](PaymentApi& p, const std::string& version) {
        auto none = Document::object();
        none.set("fees", Document::list());
        const auto path = std::string("/v1/dossiers/") + code;
        CHECK(p.kit.call("PATCH", path, none, one("If-Match", version)).status == 200);
    });
}

TEST_CASE("payments: refused when amount, provider or fee are wrong, or the provider is down") {
    PaymentApi p;
    auto body = p.request();
    body.set("amount", Document::number(1));
    CHECK(p.kit.call("POST", "/v1/payments", body).text("/errors/0/code") == "fee.sum_mismatch");
    body = p.request();
    body.set("provider", text("nobody"));
    const auto unknown = p.kit.call("POST", "/v1/payments", body);
    CHECK(unknown.text("/errors/0/pointer") == "/provider");
    p.bank_state = "down";
    body.set("provider", text("bank"));
    CHECK(p.kit.call("POST", "/v1/payments", body).code() == "payment.provider_unavailable");
    const auto other = p.kit.call("POST", "/v1/payments", p.request());
    CHECK(other.text("/provider") == "card");  // the next one that is up
}

TEST_CASE("payments: paid sets the fees, the portal's flag and the feed") {
    PaymentApi p;
    const auto id = p.paid();
    CHECK(p.state(id) == "paid");
    const auto dossier = p.kit.call("GET", std::string("/v1/dossiers/") + code);
    CHECK(dossier.text("/fees/0/state") == "paid");
    CHECK(dossier.text("/flags/online_payment") == "1");
    CHECK(dossier.text("/payments/0/id") == id);
    const auto feed = p.kit.call("GET", "/v1/events?after=begin&types=payment.*");
    CHECK(feed.text("/items/0/type") == "payment.paid");
    CHECK(feed.text("/items/0/data/payment_id") == id);
    CHECK(feed.text("/items/0/actor") == "partner:bank");
    const auto more = p.kit.call("POST", "/v1/payments", p.request());
    CHECK(more.code() == "payment.already_paid");
    // The dossier goes on under its own versions.
    const auto patched = p.kit.call(
        "PATCH",
        std::string("/v1/dossiers/") + code,
        texts({{"note", "xong"}}),
        one("If-Match", dossier.header("ETag"))
    );
    CHECK(patched.status == 200);
    CHECK(patched.text("/payments/0/id") == id);
}

TEST_CASE("payments: refresh asks the provider, once in 30 seconds") {
    PaymentApi p;
    const auto id = p.begun();
    p.lookup.says = p.said("pending", "query");
    CHECK(p.get(id, "?refresh=true").text("/state") == "pending");
    p.lookup.says = p.said("paid", "query");
    CHECK(p.get(id, "?refresh=true").text("/state") == "pending");
    CHECK(p.lookup.asked.size() == 1);
    p.kit.loop.run_for(std::chrono::seconds(31));
    CHECK(p.get(id, "?refresh=true").text("/state") == "paid");
    CHECK(p.lookup.asked.back().asks.at("/payment/id")->as_text() == id);
    CHECK(p.get(id, "?refresh=maybe").status == 400);
}

TEST_CASE("payments: a cancellation ends when the provider says that it was not paid") {
    PaymentApi p;
    const auto id = p.begun();
    p.tell(id, p.said("pending", "init"));
    const auto asked = p.kit.call("POST", "/v1/payments/" + id + "/cancel");
    CHECK(asked.status == 200);
    CHECK(asked.text("/state") == "pending");
    CHECK(asked.text("/state_reason") == "cancel_requested");
    p.kit.loop.run_for(std::chrono::seconds(31));
    p.lookup.says = texts({{"state", "expired"}, {"source", "query"}});
    const auto ended = p.kit.call("POST", "/v1/payments/" + id + "/cancel");
    CHECK(ended.text("/state") == "expired");
    CHECK(ended.text("/state_reason") == "cancelled_by_office");
    CHECK(p.kit.call("POST", "/v1/payments/" + id + "/cancel").code() == "payment.expired");
}

TEST_CASE("PY-14 payments: cash at the counter while the provider does not answer") {
    PaymentApi p;
    const auto id = p.begun();
    CHECK(p.kit.call("POST", "/v1/payments/offline", p.cash()).code() == "payment.open_exists");
    p.kit.call("POST", "/v1/payments/" + id + "/cancel");
    const auto cash = p.kit.call("POST", "/v1/payments/offline", p.cash());
    REQUIRE_MESSAGE(cash.status == 201, cash.body);
    CHECK(cash.text("/state") == "paid");
    CHECK(cash.text("/provider") == "counter");
    CHECK(cash.text("/document_no") == "PT-01");
    const auto dossier = p.kit.call("GET", std::string("/v1/dossiers/") + code);
    CHECK(dossier.text("/fees/1/state") == "paid");
    CHECK(dossier.text("/flags/online_payment") == "0");
    p.tell(id, p.said("paid", "ipn"));  // the citizen had paid after all
    CHECK(p.state(id) == "disputed");
    CHECK(p.get(id).text("/dispute/proposal") == "refund");
    const auto nobody = p.kit.call("POST", "/v1/payments/offline", p.cash(), one("LT-Actor", "-"));
    CHECK(nobody.code() == "auth.actor_missing");
}

TEST_CASE("payments: a refund needs a second officer and reaches the provider once") {
    PaymentApi p;
    const auto id = p.paid();
    const auto path = "/v1/payments/" + id + "/refunds";
    auto body = texts({{"reason", "withdrawn"}, {"reason_vi", "Rút hồ sơ"}});
    body.set("amount", Document::number(40'000));
    CHECK(p.by("CB0001", path, body).code() == "payment.refund_exceeds");
    body.set("amount", Document::number(32'000));
    const auto asked = p.by("CB0001", path, body);
    REQUIRE(asked.status == 201);
    CHECK(asked.text("/state") == "requested");
    CHECK(asked.text("/kind") == "full");
    const auto approve = path + "/" + asked.text("/id") + "/approve";
    CHECK(p.by("CB0001", approve, Document::object()).code() == "auth.second_person_required");
    const auto approved = p.by("CB0002", approve, Document::object());
    CHECK(approved.text("/state") == "approved");
    CHECK(p.state(id) == "refund_requested");
    const auto legs = p.kit.loop.get(p.kit.store->legs_of("H37", code)).value();
    CHECK(legs.back().leg.operation == "bank.Refund");
    auto done = texts({{"state", "refund_done"}, {"source", "query"}});
    done.set("refund_id", text(asked.text("/id")));
    p.tell(id, done);
    CHECK(p.state(id) == "refunded");
    const auto dossier = p.kit.call("GET", std::string("/v1/dossiers/") + code);
    CHECK(dossier.text("/fees/0/state") == "refunded");
}

TEST_CASE("F-163 payments: money taken at the office is given back by hand") {
    PaymentApi p;
    const auto id = p.kit.call("POST", "/v1/payments/offline", p.cash()).text("/id");
    const auto path = "/v1/payments/" + id + "/refunds";
    auto body = texts({{"reason_vi", "Thu nhầm"}});
    body.set("amount", Document::number(32'000));
    const auto refund = path + "/" + p.by("CB0001", path, body).text("/id");
    const auto approved = p.by("CB0002", refund + "/approve", Document::object());
    CHECK(approved.text("/state") == "manual");
    const auto seen = texts({{"outcome", "done"}, {"document_no", "UNC-7"}});
    CHECK(p.by("CB0002", refund + "/confirm", seen).text("/state") == "done");
    CHECK(p.state(id) == "refunded");
    CHECK(p.by("CB0002", refund + "/confirm", seen).code() == "payment.refund_not_allowed");
}

TEST_CASE("payments: a dispute is resolved by two officers who agree") {
    PaymentApi p;
    const auto id = p.begun();
    auto wrong = p.said("paid", "ipn");
    wrong.set("amount", Document::number(30'000));
    p.tell(id, wrong);
    CHECK(p.get(id).text("/state_reason") == "amount_mismatch");
    const auto path = "/v1/payments/" + id + "/disputes/resolve";
    const auto body = texts({{"resolution", "accept"}, {"reason_vi", "Đã đối chiếu sao kê"}});
    CHECK(p.by("CB0001", path, body).text("/state") == "disputed");
    const auto done = p.by("CB0002", path, body);
    CHECK(done.text("/state") == "paid");
    CHECK(done.text("/paid_amount") == "30000");
    CHECK(p.by("CB0002", path, body).code() == "payment.no_dispute");
}

TEST_CASE("payments: receipts, one for each nature") {
    PaymentApi p;
    const auto id = p.paid();
    auto list = Document::list();
    for (const auto* nature : {"fee", "charge"}) {
        auto receipt = texts({{"nature", nature}, {"number", nature}, {"series", "AA26E"}});
        receipt.set("amount", Document::number(16'000));
        list.push(std::move(receipt));
    }
    auto bill = texts({{"state", "receipt"}, {"source", "bill"}});
    bill.set("receipts", std::move(list));
    p.tell(id, bill);
    CHECK(p.state(id) == "receipt_issued");
    const auto receipts = p.kit.call("GET", "/v1/payments/" + id + "/receipts");
    CHECK(receipts.json.find("items")->size() == 2);
    CHECK(receipts.text("/items/1/amount") == "16000");
}

TEST_CASE("payments: options are the providers with a route, best first") {
    PaymentApi p;
    const auto options = p.kit.call("GET", std::string("/v1/payment-options?dossier_code=") + code);
    CHECK(options.text("/items/0/provider") == "bank");
    CHECK(options.text("/items/0/refunds") == "api");
    CHECK(options.text("/items/1/provider") == "card");
    CHECK(options.text("/items/1/refunds") == "manual");
    CHECK(p.kit.call("GET", "/v1/payment-options").status == 400);
}

TEST_CASE("payments: another tenant sees nothing, a client without the scope gets nothing") {
    PaymentApi p;
    const auto id = p.begun();
    const auto other = one("Authorization", "Bearer " + p.kit.token("onestop-h01"));
    CHECK(p.kit.call("GET", "/v1/payments/" + id, "", other).status == 404);
    const auto reader =
        one("Authorization", "Bearer " + p.kit.token("onestop-h37", "payments.write"));
    const auto refused = p.kit.call("POST", "/v1/payments/" + id + "/refunds", "{}", reader);
    CHECK(refused.code() == "auth.forbidden");
}

}  // namespace gw::test
