// PO-2, PO-17 to PO-19: money that the post collects, from the order to its settlement.
#include "gateway/core/parcel_money.hpp"

#include "gateway/core/payment_match.hpp"
#include "tests/kit/payment_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using core::Document;

/// A payment for both fees of the kit, of a parcel that goes to the citizen.
struct Collecting : PaymentKit {
    Collecting() {
        terms.provider = "postal";
        auto decision = core::create_cod_payment(dossier, fee_ids(), terms, slots(), kit.context);
        REQUIRE(keep(std::move(decision)) == "done");
    }
    std::vector<std::string> fee_ids() const {
        std::vector<std::string> ids;
        for (const auto& fee : dossier.find("fees")->items()) ids.push_back(fee.text_of("id"));
        return ids;
    }
    /// What the step of the parcel makes of the payment.
    std::string step(core::ParcelState to, const char* direction = "return") {
        auto delivery = texts({{"direction", direction}});
        delivery.set("payment_reference", text(terms.reference));
        const auto fact = core::money_fact(delivery, to, now());
        if (!fact) return "nothing";
        CHECK(fact->ref == terms.reference);
        return hear(fact->says);
    }
    std::string settled(std::int64_t amount, const char* receipt = "BL1") {
        auto said = texts(
            {{"provider", "postal"},
             {"source", "statement"},
             {"state", "paid"},
             {"day", "2026-03-02"},
             {"receipt_no", receipt}}
        );
        said.set("amount", Document::number(amount));
        return hear(said);
    }
};

Document request(std::int64_t amount) {
    Document out = Document::object();
    out.set("cod_amount", Document::number(amount));
    return out;
}

}  // namespace

using enum core::ParcelState;

TEST_CASE("PO-17 money by post: paid when it is settled, not when the parcel is delivered") {
    Collecting k;
    CHECK(k.state() == "initiated");
    CHECK(k.step(booked) == "applied");
    CHECK(k.state() == "pending");
    CHECK(k.step(in_transit) == "nothing");
    CHECK(k.step(delivered) == "applied");
    CHECK(k.state() == "pending");
    CHECK(k.why() == "collected_by_post");
    CHECK(k.payment.text_of("collected_at") == core::to_rfc3339(k.now()));
    CHECK(k.feed() == "payment.pending ");
    CHECK(k.fee_states() == "unpaid unpaid");
    CHECK(k.settled(46'000) == "applied");
    CHECK(k.state() == "paid");
    CHECK(k.fee_states() == "paid paid");
}

TEST_CASE("PO-2 money by post: a clerk who fetches papers takes the money then") {
    Collecting k;
    k.step(booked, "collect");
    CHECK(k.step(picked_up, "collect") == "applied");
    CHECK(k.why() == "collected_by_post");
    CHECK(k.step(delivered, "collect") == "unchanged");
}

TEST_CASE("PO-18 money by post: the clerk's receipt is kept, and there is no second one") {
    Collecting k;
    k.step(delivered);
    k.settled(46'000, "BL1000001");
    CHECK(k.payment.text_of("document_no") == "BL1000001");
    CHECK(core::MatchPayment(k.payment).has_receipts);
}

TEST_CASE("PO-19 money by post: a parcel that came back expires its payment, the fees stay open") {
    Collecting k;
    k.step(booked);
    CHECK(k.step(returned) == "applied");
    CHECK(k.state() == "expired");
    CHECK(k.why() == "delivery_returned");
    CHECK(k.fee_states() == "unpaid unpaid");
    Collecting refused;
    CHECK(refused.step(rejected) == "applied");
    CHECK(refused.why() == "delivery_not_sent");
}

TEST_CASE("PO-17 money by post: a tracking that comes twice or goes on changes nothing more") {
    Collecting k;
    k.step(delivered);
    k.pass(std::chrono::minutes(60));
    CHECK(k.step(delivered) == "unchanged");
    CHECK(k.step(returned) == "unchanged");
    CHECK(k.state() == "pending");
}

TEST_CASE("PY-2 money by post: settled with another amount is a dispute") {
    Collecting k;
    k.step(delivered);
    CHECK(k.settled(45'000) == "disputed amount_mismatch");
    CHECK(k.fee_states() == "unpaid unpaid");
}

TEST_CASE("PY-6 money by post: an open payment for the same fees stands in the way") {
    PaymentKit k;
    k.create();
    std::vector<std::string> ids;
    for (const auto& fee : k.dossier.find("fees")->items()) ids.push_back(fee.text_of("id"));
    CHECK(
        k.keep(core::create_cod_payment(k.dossier, ids, k.terms, k.slots(), k.kit.context)) ==
        "payment.open_exists"
    );
}

TEST_CASE("PO-2 money by post: which fees an amount pays") {
    PaymentKit k;
    const auto ids = [&](const Document& wanted) {
        auto found = core::cod_fees(k.dossier, wanted);
        if (const auto* problem = std::get_if<core::Problem>(&found))
            return problem->findings.at(0).pointer + " " + problem->findings.at(0).code;
        return std::to_string(std::get<std::vector<std::string>>(found).size());
    };
    CHECK(ids(request(0)) == "0");
    CHECK(ids(request(46'000)) == "2");
    CHECK(ids(request(30'000)) == "/cod_amount fee.sum_mismatch");
    auto named = request(30'000);
    auto list = Document::list();
    list.push(text(k.dossier.at("/fees/1/id")->as_text()));
    named.set("cod_fee_ids", list);
    CHECK(ids(named) == "1");
    list.push(text("fee_nobody"));
    named.set("cod_fee_ids", list);
    CHECK(ids(named) == "/cod_fee_ids/1 field.not_in_list");
}

}  // namespace gw::test
