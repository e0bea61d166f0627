// Tests of what the office does with payments: begin, cancel, refund, resolve.
#include "tests/kit/payment_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

Document refund_request(std::int64_t amount) {
    Document out = texts({{"reason", "paid_twice"}, {"reason_vi", "Thu trùng"}});
    out.set("amount", Document::number(amount));
    return out;
}

std::string ask_refund(PaymentKit& k, std::int64_t amount) {
    return k.keep(request_refund(k.payment, refund_request(amount), k.kit.context));
}

std::string refund_id(const PaymentKit& k) {
    return k.payment.find("refunds")->items().back().text_of("id");
}

std::string approve(PaymentKit& k, bool by_provider = true, const Document& request = Document()) {
    return k.keep(
        approve_refund(k.payment, &k.dossier, refund_id(k), by_provider, k.kit.context, request)
    );
}

/// Both receipts come, from this issuer.
void receive(PaymentKit& k, const char* issuer) {
    Document list = Document::list();
    for (const char* nature : {"charge", "fee"}) {
        Document receipt = texts({{"nature", nature}, {"number", nature}, {"series", "AA26E"}});
        if (*issuer != '\0') receipt.set("issuer", text(issuer));
        list.push(std::move(receipt));
    }
    Document said = says("receipt", "bill");
    said.set("receipts", std::move(list));
    REQUIRE(k.hear(said) == "applied");
}

/// What the issuer did to all that are valid.
Document settled(const PaymentKit& k, const char* outcome) {
    Document list = Document::list();
    for (const Document& receipt : k.payment.find("receipts")->items()) {
        Document one = texts({{"outcome", outcome}, {"document_no", "BB-1"}});
        one.set("receipt_id", text(receipt.text_of("id")));
        list.push(std::move(one));
    }
    Document out = Document::object();
    out.set("receipts", std::move(list));
    return out;
}

Document refund_says(const PaymentKit& k, const char* state, const char* source = "query") {
    Document out = says(state, source);
    out.set("refund_id", text(refund_id(k)));
    return out;
}

std::string resolve(PaymentKit& k, const char* resolution) {
    const Document body = texts({{"resolution", resolution}, {"reason_vi", "Đã đối chiếu"}});
    return k.keep(resolve_dispute(k.payment, &k.dossier, body, true, k.kit.context));
}

/// A payment of 46,000 with this much refunded by two officers.
void refund(PaymentKit& k, std::int64_t amount) {
    k.as("CB0001");
    REQUIRE(ask_refund(k, amount) == "done");
    k.as("CB0002");
    REQUIRE(approve(k) == "done");
}

}  // namespace

TEST_CASE("create payment: PY-2 F-169 the amount is the sum of its fees") {
    PaymentKit k;
    Document request = k.request();
    request.set("amount", Document::number(46'001));
    CHECK(
        k.keep(create_payment(k.dossier, request, k.terms, {}, k.kit.context)) == "fee.sum_mismatch"
    );
    request.find("fee_ids")->push(text("fee_unknown"));
    CHECK(
        k.keep(create_payment(k.dossier, request, k.terms, {}, k.kit.context)) ==
        "field.not_in_list"
    );
}

TEST_CASE("create payment: PY-6 one open payment for each fee set") {
    PaymentKit k;
    REQUIRE(k.create() == "done");
    k.attempt = 1;
    CHECK(k.create() == "payment.open_exists");
    CHECK(k.cash() == "payment.open_exists");
    k.hear(says("failed", "query"));
    CHECK(k.create() == "done");
    CHECK(k.payment.text_of("attempt") == "2");
}

TEST_CASE("create payment: PY-13 not for a dossier that has ended, but while it is finished") {
    PaymentKit k;
    k.dossier.set("status", text("withdrawn"));
    CHECK(k.create() == "payment.not_payable");
    k.dossier.set("status", text("finished"));
    CHECK(k.create() == "done");
}

TEST_CASE("create payment: not for a fee that is paid or exempt") {
    PaymentKit k;
    k.paid();
    CHECK(k.create() == "payment.already_paid");
    PaymentKit l;
    l.dossier.find("fees")->items()[0].set("state", text("exempt"));
    CHECK(l.create() == "payment.not_payable");
}

TEST_CASE("create payment: PY-14 a provider that is down does not hold the office") {
    PaymentKit k;
    REQUIRE(k.create() == "done");
    k.hear(says("pending", "init"));
    REQUIRE(k.keep(cancel_payment(k.payment, k.kit.context)) == "done");
    CHECK(k.state() == "pending");  // closed only after the provider says it was not paid
    CHECK(payment_view(k.payment).text_of("state_reason") == "cancel_requested");
    CHECK(k.create() == "payment.open_exists");
    const Document first = k.payment;
    CHECK(k.cash() == "done");
    k.payment = first;
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "disputed duplicate_payment");
    PaymentKit l;
    REQUIRE(l.create() == "done");
    REQUIRE(l.keep(cancel_payment(l.payment, l.kit.context)) == "done");
    l.provider_down = true;
    CHECK(l.create() == "done");
}

TEST_CASE("cancel payment: only what is open") {
    PaymentKit k;
    k.paid();
    CHECK(k.keep(cancel_payment(k.payment, k.kit.context)) == "payment.already_paid");
    PaymentKit l;
    l.create();
    l.hear(says("failed", "query"));
    CHECK(l.keep(cancel_payment(l.payment, l.kit.context)) == "payment.expired");
}

TEST_CASE("refund: rule 13 another officer approves") {
    PaymentKit k;
    k.paid();
    REQUIRE(ask_refund(k, 46'000) == "done");
    CHECK(k.state() == "paid");
    CHECK(approve(k) == "auth.second_person_required");
    k.as("CB0002");
    CHECK(approve(k) == "done");
    CHECK(k.state() == "refund_requested");
    CHECK(k.events() == "refund.approved ");
    CHECK(k.feed() == "payment.refund_requested ");
    CHECK(approve(k) == "payment.refund_not_allowed");
}

TEST_CASE("refund: rule 14 the whole amount back refunds the fees and cancels the receipts") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    CHECK(k.hear(refund_says(k, "refund_sent")) == "applied");
    CHECK(k.hear(refund_says(k, "refund_done")) == "applied");
    CHECK(k.state() == "refunded");
    CHECK(k.fee_states() == "refunded refunded");
    CHECK(k.payment.text_of("refunded_amount") == "46000");
    CHECK(k.dossier.at("/flags/online_payment")->as_text() == "0");
    CHECK(k.events() == "dossier.updated ");
    CHECK(k.hear(refund_says(k, "refund_done")) == "unchanged");
}

TEST_CASE("refund: PY-18 no money goes back while a receipt for it is valid") {
    PaymentKit k;
    k.paid();
    receive(k, "");
    REQUIRE(k.state() == "receipt_issued");
    REQUIRE(ask_refund(k, 46'000) == "done");
    k.as("CB0002");
    CHECK(approve(k) == "payment.receipt_not_cancelled");
    CHECK(approve(k, true, settled(k, "adjusted")) == "payment.receipt_not_cancelled");
    CHECK(k.state() == "receipt_issued");
    CHECK(approve(k, true, settled(k, "cancelled")) == "done");
    CHECK(k.payment.at("/receipts/0/state")->as_text() == "cancelled");
    CHECK(k.payment.at("/receipts/1/changes/0/document_no")->as_text() == "BB-1");
    CHECK(k.events() == "refund.approved ");
    // Refused after all: paid, and receipts are to be had again.
    k.hear(refund_says(k, "refund_refused"));
    CHECK(k.state() == "paid");
    receive(k, "");
    CHECK(k.state() == "receipt_issued");
}

TEST_CASE("refund: PY-18 receipts of our own roll are cancelled in the same step") {
    PaymentKit k;
    k.paid();
    receive(k, "local");
    refund(k, 46'000);
    CHECK(k.state() == "refund_requested");
    CHECK(k.payment.at("/receipts/0/state")->as_text() == "cancelled");
    CHECK(k.payment.at("/receipts/1/state")->as_text() == "cancelled");
}

TEST_CASE("refund: PY-18 F-162 a part adjusts, a receipt that comes later is to be cancelled") {
    PaymentKit k;
    k.paid();
    receive(k, "");
    REQUIRE(ask_refund(k, 16'000) == "done");
    k.as("CB0002");
    CHECK(approve(k) == "payment.receipt_not_cancelled");
    CHECK(approve(k, true, settled(k, "adjusted")) == "done");
    CHECK(k.payment.at("/receipts/0/state")->as_text() == "issued");
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "receipt_issued");
    PaymentKit l;
    l.paid();
    refund(l, 46'000);
    receive(l, "");
    l.hear(refund_says(l, "refund_done"));
    CHECK(l.state() == "refunded");
    CHECK(l.payment.at("/receipts/0/cancel_due")->as_boolean());
}

TEST_CASE("refund: rule 15 a part, or a refusal, goes back to the state before") {
    PaymentKit k;
    k.paid();
    refund(k, 16'000);
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "paid");
    CHECK(k.payment.text_of("refunded_amount") == "16000");
    CHECK(k.fee_states() == "paid paid");
    CHECK(ask_refund(k, 30'001) == "payment.refund_exceeds");
    refund(k, 30'000);
    k.hear(refund_says(k, "refund_refused"));
    CHECK(k.state() == "paid");
    CHECK(k.feed() == "payment.refund_refused ");
    refund(k, 30'000);
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "refunded");
}

TEST_CASE("refund: two requests never promise more than was paid") {
    PaymentKit k;
    k.paid();
    REQUIRE(ask_refund(k, 30'000) == "done");
    CHECK(ask_refund(k, 16'001) == "payment.refund_exceeds");
    CHECK(ask_refund(k, 16'000) == "done");
    PaymentKit l;
    l.create();
    CHECK(ask_refund(l, 1) == "payment.refund_not_allowed");
}

TEST_CASE("refund: rule 16 no confirmation for ten working days, or a contradiction") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    k.hear(refund_says(k, "refund_sent"));
    k.pass(std::chrono::days(10));
    CHECK_FALSE(payment_due(k.payment, k.now()).time_over);  // only seven were working days
    k.pass(std::chrono::days(8));
    CHECK(payment_due(k.payment, k.now()).time_over);
    CHECK(k.hear(says("no_answer", "clock")) == "disputed refund_unconfirmed");
    PaymentKit l;
    l.paid();
    refund(l, 46'000);
    Document less = refund_says(l, "refund_done");
    less.set("refund_amount", Document::number(45'000));
    CHECK(l.hear(less) == "disputed refund_amount");
}

TEST_CASE("refund: a provider without refunds is refunded by hand") {
    PaymentKit k;
    k.paid();
    k.as("CB0001");
    REQUIRE(ask_refund(k, 46'000) == "done");
    k.as("CB0002");
    REQUIRE(approve(k, false) == "done");
    CHECK(k.payment.at("/refunds/0/state")->as_text() == "manual");
    const Document seen = texts({{"outcome", "done"}, {"document_no", "UNC-01"}});
    CHECK(
        k.keep(confirm_refund(k.payment, &k.dossier, refund_id(k), seen, k.kit.context)) == "done"
    );
    CHECK(k.state() == "refunded");
}

TEST_CASE("refund: E7 money that nobody gave back is a dispute") {
    PaymentKit k;
    k.paid();
    Document line = says("refund_done", "statement");
    line.set("refund_id", text("rfd_unknown"));
    CHECK(k.hear(line) == "disputed refund_unknown");
}

TEST_CASE("dispute: rule 18 two officers accept, and the money that came is what is paid") {
    PaymentKit k;
    k.create();
    k.hear(says("paid", "ipn", 50'000, "NP1"));
    REQUIRE(resolve(k, "accept") == "done");
    CHECK(k.state() == "disputed");
    REQUIRE(resolve(k, "accept") == "done");  // the same officer again
    CHECK(k.state() == "disputed");
    k.as("CB0002");
    REQUIRE(resolve(k, "accept") == "done");
    CHECK(k.state() == "paid");
    CHECK(k.payment.text_of("paid_amount") == "50000");
    CHECK(k.payment.text_of("provider_transaction") == "NP1");
    CHECK(k.fee_states() == "paid paid");
    CHECK(k.events() == "dossier.updated payment.paid ");
    CHECK(resolve(k, "accept") == "payment.no_dispute");
}

TEST_CASE("dispute: another opinion begins again") {
    PaymentKit k;
    k.create();
    k.hear(says("paid", "ipn", 50'000, "NP1"));
    REQUIRE(resolve(k, "accept") == "done");
    k.as("CB0002");
    REQUIRE(resolve(k, "reject") == "done");
    CHECK(k.state() == "disputed");
    k.as("CB0001");
    REQUIRE(resolve(k, "reject") == "done");
    CHECK(k.state() == "failed");
    CHECK(k.payment.find("dispute") == nullptr);
}

TEST_CASE("dispute: a payment made twice goes back and the fees stay paid by the first") {
    PaymentKit k;
    k.create();
    k.hear(says("failed", "query"));
    const Document first = k.payment;
    REQUIRE(k.cash() == "done");
    k.payment = first;
    k.hear(says("paid", "ipn", 46'000, "NP1"));
    k.as("CB0001");
    REQUIRE(resolve(k, "refund") == "done");
    k.as("CB0002");
    REQUIRE(resolve(k, "refund") == "done");
    CHECK(k.state() == "refund_requested");
    CHECK(k.events() == "refund.approved ");
    CHECK(k.payment.at("/refunds/0/amount")->as_text() == "46000");
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "refunded");
    CHECK(k.fee_states() == "paid paid");
}

TEST_CASE("dispute: what two officers ended is not opened again by the same line") {
    const auto ended = [](PaymentKit& k, const char* resolution) {
        k.create();
        k.hear(says("paid", "ipn", 50'000, "NP1"));
        resolve(k, resolution);
        k.as("CB0002");
        REQUIRE(resolve(k, resolution) == "done");
    };
    for (const auto& [resolution, state] :
         {std::pair("accept", "paid"), std::pair("reject", "failed")}) {
        PaymentKit k;
        ended(k, resolution);
        REQUIRE(k.state() == state);
        CHECK(k.hear(says("paid", "statement", 50'000, "NP1")).starts_with("unchanged"));
        CHECK(k.state() == state);
    }
    PaymentKit accepted;
    ended(accepted, "accept");
    CHECK(accepted.hear(says("paid", "statement", 46'000, "NP1")) == "disputed amount_mismatch");
    // A second sum that was accepted as it is.
    PaymentKit k;
    k.paid();
    REQUIRE(k.hear(says("paid", "ipn", 46'000, "NP2")) == "disputed duplicate_payment");
    resolve(k, "accept");
    k.as("CB0002");
    REQUIRE(resolve(k, "accept") == "done");
    CHECK(k.hear(says("paid", "statement", 46'000, "NP2")).starts_with("unchanged"));
    CHECK(k.hear(says("paid", "statement", 46'000, "NP1")).starts_with("unchanged"));
    CHECK(k.hear(says("paid", "statement", 46'000, "NP3")) == "disputed duplicate_payment");
}

/// Paid by NP1, a second sum NP2 is disputed and goes back.
void overpay(PaymentKit& k, std::int64_t amount) {
    k.paid();
    receive(k, "");
    REQUIRE(k.hear(says("paid", "ipn", amount, "NP2")).starts_with("disputed"));
    resolve(k, "refund");
    k.as("CB0002");
    REQUIRE(resolve(k, "refund") == "done");
}

TEST_CASE("dispute: F-166 of two sums under one reference the second goes back, the fees stay paid"
) {
    PaymentKit k;
    overpay(k, 60'000);
    CHECK(k.state() == "refund_requested");
    CHECK(k.events() == "refund.approved ");
    const Document refund = k.payment.find("refunds")->items().back();
    CHECK(refund.text_of("provider_transaction") == "NP2");
    CHECK(refund.text_of("amount") == "60000");
    CHECK(refund.text_of("kind") == "full");
    CHECK(k.payment.text_of("provider_transaction") == "NP1");
    // Its notice again is no news while it goes back.
    CHECK(k.hear(says("paid", "ipn", 60'000, "NP2")).starts_with("unchanged"));
    CHECK(k.hear(refund_says(k, "refund_sent")) == "applied");
    CHECK(k.hear(refund_says(k, "refund_done")) == "applied");
    CHECK(k.state() == "receipt_issued");
    CHECK(k.fee_states() == "paid paid");
    CHECK(k.payment.text_of("paid_amount") == "46000");
    CHECK(k.payment.text_of("refunded_amount") == "0");
    CHECK(k.payment.at("/receipts/0/state")->as_text() == "issued");
    CHECK(k.hear(says("paid", "statement", 60'000, "NP2")).starts_with("unchanged"));
    CHECK(ask_refund(k, 46'000) == "done");  // the first sum is still there to give back
}

TEST_CASE("dispute: F-166 a second sum that cannot go back is for two officers again") {
    PaymentKit k;
    overpay(k, 46'000);
    CHECK(k.hear(refund_says(k, "refund_refused")) == "disputed duplicate_payment");
    resolve(k, "refund");
    k.as("CB0001");
    REQUIRE(resolve(k, "refund") == "done");
    CHECK(k.payment.find("refunds")->size() == 2);
    CHECK(k.payment.find("refunds")->items().back().text_of("provider_transaction") == "NP2");
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "receipt_issued");
}

TEST_CASE("dispute: F-166 a second sum after the first went back goes back too") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    k.hear(refund_says(k, "refund_done"));
    REQUIRE(k.state() == "refunded");
    REQUIRE(k.hear(says("paid", "ipn", 46'000, "NP2")) == "disputed duplicate_payment");
    resolve(k, "refund");
    k.as("CB0001");
    REQUIRE(resolve(k, "refund") == "done");
    CHECK(k.state() == "refund_requested");
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "refunded");
    CHECK(k.payment.text_of("refunded_amount") == "46000");
}

TEST_CASE("dispute: F-166 a second sum while the first goes back: both go, each ends for itself") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    const Document first = refund_says(k, "refund_done");
    REQUIRE(k.hear(says("paid", "ipn", 46'000, "NP2")) == "disputed duplicate_payment");
    resolve(k, "refund");
    k.as("CB0001");
    REQUIRE(resolve(k, "refund") == "done");
    REQUIRE(k.payment.find("refunds")->size() == 2);
    const Document second = refund_says(k, "refund_done");
    k.hear(second);
    CHECK(k.state() == "refund_requested");
    k.hear(first);
    CHECK(k.state() == "refunded");
    CHECK(k.fee_states() == "refunded refunded");
}

TEST_CASE("dispute: while a refund is under way only the refund goes on, or a person ends it") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    REQUIRE(k.hear(says("disputed", "query", 46'000, "NP1")).starts_with("disputed"));
    for (const char* resolution : {"accept", "reject"}) {
        k.as("CB0001");
        CHECK(resolve(k, resolution) == "payment.refund_not_allowed");
    }
    const Document seen = texts({{"outcome", "refused"}, {"document_no", "UNC-01"}});
    REQUIRE(
        k.keep(confirm_refund(k.payment, &k.dossier, refund_id(k), seen, k.kit.context)) == "done"
    );
    CHECK(k.state() == "disputed");
    CHECK(k.payment.at("/refunds/0/state")->as_text() == "refused");
    REQUIRE(resolve(k, "accept") == "done");
    k.as("CB0002");
    REQUIRE(resolve(k, "accept") == "done");
    CHECK(k.state() == "paid");
    CHECK(k.fee_states() == "paid paid");
}

TEST_CASE("dispute: what is all given back is refunded, also when the dispute is accepted") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    REQUIRE(k.hear(says("paid", "ipn", 46'000, "NP2")) == "disputed duplicate_payment");
    REQUIRE(k.hear(refund_says(k, "refund_done")) == "applied");
    REQUIRE(resolve(k, "accept") == "done");
    k.as("CB0001");
    REQUIRE(resolve(k, "accept") == "done");
    CHECK(k.state() == "refunded");
    CHECK(k.fee_states() == "refunded refunded");
}

TEST_CASE("refund: a refund at a provider is confirmed by a person only in a dispute") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    const Document seen = texts({{"outcome", "done"}, {"document_no", "UNC-01"}});
    CHECK(
        k.keep(confirm_refund(k.payment, &k.dossier, refund_id(k), seen, k.kit.context)) ==
        "payment.refund_not_allowed"
    );
}

TEST_CASE("refund: money that is back is refunded, also when the payment was taken for paid") {
    PaymentKit k;
    k.paid();
    refund(k, 46'000);
    k.payment.set("state", text("paid"));  // as kept before refunds held a dispute
    k.payment.remove("state_before");
    k.hear(refund_says(k, "refund_done"));
    CHECK(k.state() == "refunded");
    CHECK(k.fee_states() == "refunded refunded");
}

TEST_CASE("dispute: a rejected payment gives its fees back as unpaid") {
    PaymentKit k;
    k.paid();
    k.hear(says("disputed", "statement"));
    CHECK(k.why() == "reversed");
    CHECK(k.fee_states() == "paid paid");
    resolve(k, "reject");
    k.as("CB0002");
    REQUIRE(resolve(k, "reject") == "done");
    CHECK(k.state() == "failed");
    CHECK(k.fee_states() == "unpaid unpaid");
    CHECK(k.dossier.at("/flags/online_payment")->as_text() == "3");
}

TEST_CASE("payment view: what stays inside is not shown") {
    PaymentKit k;
    k.create();
    k.hear(says("pending", "query"));
    const Document view = payment_view(k.payment);
    for (const char* name : {"asked_at", "started_at", "fees", "state_before", "client_ip"})
        CHECK(view.find(name) == nullptr);
    CHECK(view.find("checkout") != nullptr);
    k.hear(says("paid", "ipn", 46'000, "NP1"));
    CHECK(payment_view(k.payment).find("checkout") == nullptr);
}
