// Money collected by the post, from the order over the parcel's way to the settlement file that the
// played post writes (PO-17 to PO-19).
#include "connectors/kit/settlement.hpp"

#include "simulators/vnpost/settlement.hpp"
#include "tests/api/payment_api.hpp"
#include "tests/kit/parcel_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using std::chrono::hours;

const core::Instant collected = at("2026-03-02T16:00:00+07:00");
const core::Instant morning = at("2026-03-03T06:05:00+07:00");

/// One parcel of 32,000 for both fees, the post's folder, and the job before it.
struct Cod {
    Cod() : http(p.kit.clock, [this](const ports::HttpRequest& r) { return file(r); }) {
        connector_kit::Parts parts;
        parts.partner = "vnpost";
        parts.http = &http;
        parts.store = p.kit.store.get();
        parts.facts = p.facts.get();
        parts.clock = &p.kit.clock;
        connector_kit::SettlementOptions options;
        options.agency = "H37";
        options.carrier = "vnpost";
        options.customer = "KH0000001";
        options.url = "https://post.test/settlement/settlement_vnpost_KH0000001_{date}_{seq2}.csv";
        job = connector_kit::make_settlement_job(parts, std::move(options));
        booked = book(32'000);
        REQUIRE_MESSAGE(booked.status == 201, booked.body);
        parcel.order = booked.text("/order_number");
        parcel.customer = "KH0000001";
        parcel.waybill = "EA123456785VN";
        parcel.cod = 32'000;
    }
    Answer book(int amount) {
        auto body = return_parcel(code);
        body.set("cod_amount", Document::number(amount));
        return p.kit.call("POST", "/v1/deliveries", body);
    }
    /// The feed tells of the parcel.
    void tracked(const char* state, core::Instant when = collected) {
        ports::FactMessage message;
        message.message.partner = "vnpost";
        message.message.agency = "H37";
        message.message.kind = "OrderTracking";
        message.message.body = std::make_shared<const std::string>("{}");
        core::Fact fact;
        fact.kind = "delivery";
        fact.ref = parcel.order;
        fact.says = texts({{"source", "feed"}, {"state", state}, {"code", state}});
        fact.says.set("at", text(core::to_rfc3339(when)));
        message.facts.push_back(std::move(fact));
        const auto taken = p.kit.loop.get(p.facts->take_in(std::move(message)));
        REQUIRE(taken.has_value());
        CHECK(taken->results.size() == 1);
    }
    /// The played post hands over the file of the day; `fault`: a switch of its.
    void settle(const char* fault = nullptr) {
        sim::vnpost::Collected money;
        money.amount = 32'000;
        money.at = collected;
        money.receipt_no = "BL1000001";
        parcel.collected = money;
        sim::kit::Faults faults(1, {"vnpost"}, {"fee_missing", "fee_other", "fee_twice"});
        sim::kit::Switches switches(faults, {""});
        if (fault != nullptr) REQUIRE(faults.set(sim::kit::Fault(fault)).has_value());
        post.add(parcel, collected);
        post.make_due(sim::vnpost::Options(), switches, at("2026-03-03T06:00:00+07:00"));
    }
    ports::HttpResult file(const ports::HttpRequest& request) const {
        auto name = request.url.substr(request.url.rfind('/') + 1);
        const bool digest = name.ends_with(".sha256");
        if (digest) name.resize(name.size() - 7);
        const auto found = post.files().find(name);
        if (found == post.files().end()) return answered(404);
        return answered(200, digest ? found->second.sha256 : found->second.csv);
    }
    void run(core::Instant now) { REQUIRE(p.kit.loop.get(job->run(now)).has_value()); }
    std::string path() const { return "/v1/deliveries/" + booked.text("/id"); }
    Answer delivery() { return p.kit.call("GET", path()); }
    std::vector<ports::LegView> legs() {
        std::vector<ports::LegView> out;
        for (auto& view : p.kit.loop.get(p.kit.store->legs_of("H37", code)).value())
            if (view.leg.partner == "vnpost") out.push_back(std::move(view));
        return out;
    }
    /// The order has gone out, and nobody knows what became of it.
    void send_order() {
        auto claims = p.kit.loop.get(p.kit.store->claim("vnpost", 1, p.kit.clock.now())).value();
        REQUIRE(claims.claims.size() == 1);
        const auto& claim = claims.claims[0];
        const auto fence =
            p.kit.loop.get(p.kit.store->intend(claim, core::Digest{}, p.kit.clock.now())).value();
        core::Settlement lost;
        lost.state = core::LegState::blocked;
        lost.outcome = core::Outcome::unknown;
        lost.reason = "unknown_unresolved";
        lost.began = lost.ended = p.kit.clock.now();
        std::vector<core::FeedItem> none;
        REQUIRE(p.kit.loop.get(p.kit.store->settle(claim.lane, fence, lost, none)).has_value());
    }
    Answer withdraw_order() {
        return p.kit.admin(
            "POST",
            "/admin/legs/" + std::to_string(core::raw(legs().front().leg.id)) + "/cancel",
            R"({"reason_vi":"Sai địa chỉ","actor":"CB0007"})"
        );
    }
    Answer payment() { return p.get(booked.text("/payment_id")); }
    Answer report() { return p.kit.call("GET", "/v1/reconciliations/2026-03-02?provider=postal"); }

    PaymentApi p;
    ScriptedHttp http;
    Answer booked;
    sim::vnpost::Parcel parcel;
    sim::vnpost::Settlements post;
    std::unique_ptr<ports::Job> job;
};

}  // namespace

TEST_CASE("PO-23 deliveries: an order that never left is withdrawn, and its money is free again") {
    Cod c;
    const auto ended = c.p.kit.call("POST", c.path() + "/cancel", "{}");
    REQUIRE_MESSAGE(ended.status == 200, ended.body);
    CHECK(ended.text("/state") == "cancelled");
    REQUIRE(c.legs().size() == 1);
    CHECK(c.legs().front().state == core::LegState::cancelled);
    CHECK(c.payment().text("/state") == "expired");
    CHECK(c.book(32'000).status == 201);
    CHECK(c.p.kit.call("POST", c.path() + "/cancel", "{}").code() == "delivery.too_late_to_cancel");
}

TEST_CASE("PO-23 deliveries: an order that may have left is for the post to cancel") {
    Cod c;
    c.send_order();
    const auto asked = c.p.kit.call("POST", c.path() + "/cancel", "{}");
    CHECK(asked.text("/state") == "requested");
    REQUIRE(c.legs().size() == 2);
    CHECK(c.legs().back().leg.operation == "vnpost.OrderCancel");
    CHECK(c.withdraw_order().status == 200);
    CHECK(c.delivery().text("/state") == "requested");
    CHECK(c.payment().text("/state") == "initiated");
}

TEST_CASE("deliveries: an order that an operator withdraws unsent is refused with the reason") {
    Cod c;
    REQUIRE(c.withdraw_order().status == 200);
    CHECK(c.delivery().text("/state") == "rejected");
    CHECK(c.delivery().text("/state_reason").ends_with("trước khi gửi: Sai địa chỉ"));
    CHECK(c.payment().text("/state") == "expired");
    CHECK(c.book(32'000).status == 201);
}

TEST_CASE("PO-17 settlement: collected at the door, paid with the post's file") {
    Cod c;
    CHECK(c.payment().text("/provider") == "postal");
    CHECK(c.payment().text("/method") == "post_collected");
    CHECK(c.payment().text("/state") == "initiated");
    CHECK(c.booked.json.find("payment_reference") == nullptr);
    CHECK(c.p.kit.call("POST", "/v1/payments", c.p.request()).code() == "payment.open_exists");
    c.tracked("picked_up", collected - hours(5));
    c.tracked("delivered");
    CHECK(c.payment().text("/state") == "pending");
    CHECK(c.payment().text("/collected_at") == core::to_rfc3339(collected));
    c.settle();
    c.run(morning);
    CHECK(c.payment().text("/state") == "paid");
    CHECK(c.payment().text("/document_no") == "BL1000001");
    CHECK(c.report().text("/state") == "closed");
    CHECK(c.report().text("/matched") == "1");
    const auto dossier = c.p.kit.call("GET", std::string("/v1/dossiers/") + code);
    CHECK(dossier.text("/fees/0/state") == "paid");
    c.run(morning + hours(1));
    CHECK(c.payment().text("/paid_amount") == "32000");
}

TEST_CASE("PO-17 settlement: a file before its tracking waits for it") {
    Cod c;
    c.settle();
    c.run(morning);
    CHECK(c.report().text("/state") == "matching");
    CHECK(c.payment().text("/state") == "initiated");
    c.tracked("delivered");
    c.run(morning + hours(1));
    CHECK(c.payment().text("/state") == "paid");
    CHECK(c.report().text("/state") == "closed");
}

TEST_CASE("E1 settlement: settled and never delivered is for a person") {
    Cod c;
    c.settle();
    c.run(morning + hours(24 * 8));
    CHECK(c.report().text("/exceptions/0/code") == "E1");
    CHECK(c.payment().text("/state") == "initiated");
}

TEST_CASE("PO-19 E1 settlement: a parcel that came back is not paid, whatever the file says") {
    Cod c;
    c.tracked("returned");
    CHECK(c.payment().text("/state") == "expired");
    CHECK(c.payment().text("/state_reason") == "delivery_returned");
    c.settle();
    c.run(morning);
    CHECK(c.report().text("/exceptions/0/code") == "E1");
    CHECK(c.payment().text("/state") == "expired");
}

TEST_CASE("F-182 settlement: another amount is a dispute, a line twice is shown") {
    Cod c;
    c.tracked("delivered");
    c.settle("fee_other");
    c.run(morning);
    CHECK(c.payment().text("/state") == "disputed");
    CHECK(c.report().text("/exceptions/0/code") == "E3");
    Cod d;
    d.tracked("delivered");
    d.settle("fee_twice");
    d.run(morning);
    CHECK(d.payment().text("/state") == "paid");
    CHECK(d.report().text("/exceptions/0/code") == "E4");
}

TEST_CASE("F-182 E2 settlement: collected and not settled after five working days is shown") {
    Cod c;
    c.tracked("delivered");
    c.settle("fee_missing");
    c.run(morning);
    CHECK(c.report().text("/state") == "matching");
    c.run(at("2026-03-09T23:00:00+07:00"));
    CHECK(c.report().text("/state") == "matching");
    c.run(at("2026-03-10T06:05:00+07:00"));
    CHECK(c.report().text("/exceptions/0/code") == "E2");
    CHECK(c.payment().text("/state") == "pending");
}

TEST_CASE("F-182 E2 settlement: the same without any file") {
    Cod c;
    c.tracked("delivered");
    c.run(morning);
    CHECK(c.report().status == 404);
    c.run(at("2026-03-10T06:05:00+07:00"));
    CHECK(c.report().text("/exceptions/0/code") == "E2");
}

TEST_CASE("PO-2 settlement: an order whose amount is not that of fees is refused") {
    Cod c;
    const auto wrong = c.book(5'000);
    CHECK(wrong.status == 422);
    CHECK(wrong.text("/errors/0/code") == "fee.sum_mismatch");
    CHECK(wrong.text("/errors/0/pointer") == "/cod_amount");
}

}  // namespace gw::test
