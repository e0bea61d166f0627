// Tests of what providers say about payments.
#include "gateway/core/identifiers.hpp"
#include "gateway/core/text.hpp"
#include "tests/kit/payment_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

Document receipt(const char* nature, const char* number, std::int64_t amount) {
    Document out = texts(
        {{"nature", nature},
         {"number", number},
         {"series", "AA26E"},
         {"template", "01BLP0-001"},
         {"issued_at", "2026-03-02T17:05:00+07:00"},
         {"attachment_id", "att_7"}}
    );
    out.set("amount", Document::number(amount));
    return out;
}

Document receipts(std::vector<Document> all) {
    Document list = Document::list();
    for (Document& one : all) list.push(std::move(one));
    Document out = says("receipt", "bill");
    out.set("receipts", std::move(list));
    return out;
}

}  // namespace

TEST_CASE("payment: created as initiated with the fees as they are, and the provider is told") {
    PaymentKit k;
    REQUIRE(k.create() == "done");
    CHECK(k.state() == "initiated");
    CHECK(k.payment.text_of("amount") == "46000");
    CHECK(k.payment.text_of("started_at") == "20260302170000");
    CHECK(k.payment.at("/payer/name")->as_text() == "TRẦN THỊ MẪU");
    CHECK(k.events() == "payment.requested ");
    CHECK(k.feed().empty());
    CHECK(k.last.more.size() == 3);  // two fees and the reference
}

TEST_CASE("payment: rules 2 and 6: pending with its page, then paid with fees and dossier") {
    PaymentKit k;
    k.create();
    Document page = says("pending", "init");
    page.set("checkout", texts({{"url", "https://pay.test/1"}}));
    CHECK(k.hear(page) == "applied");
    CHECK(k.state() == "pending");
    CHECK(k.payment.at("/checkout/url")->as_text() == "https://pay.test/1");
    CHECK(k.payment.at("/checkout/expires_at")->as_text() == "2026-03-02T17:15:00.000+07:00");
    CHECK(k.feed() == "payment.pending ");
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "applied");
    CHECK(k.state() == "paid");
    CHECK(k.fee_states() == "paid paid");
    CHECK(k.events() == "dossier.updated payment.paid ");
    CHECK(k.feed() == "payment.paid ");
    CHECK(k.last.dossier->feed.at(0).type == "dossier.updated");
    CHECK(k.last.events.at(0).snapshot.at("/dossier/fees/0/state")->as_text() == "paid");
    CHECK(k.dossier.at("/flags/online_payment")->as_text() == "2");
    CHECK(k.dossier.at("/payments/0/provider")->as_text() == "bank");
}

TEST_CASE("payment: DuocThanhToanTrucTuyen is 1 for the national provider, 0 for cash, 3 unpaid") {
    PaymentKit national;
    national.terms.national = true;
    CHECK(national.dossier.at("/flags/online_payment")->as_text() == "3");
    national.paid();
    CHECK(national.dossier.at("/flags/online_payment")->as_text() == "1");
    PaymentKit counter;
    REQUIRE(counter.cash() == "done");
    CHECK(counter.state() == "paid");
    CHECK(counter.dossier.at("/flags/online_payment")->as_text() == "0");
}

TEST_CASE("payment: PY-5 a repeat changes not even a time stamp") {
    PaymentKit k;
    k.paid();
    const Document before = k.payment;
    k.pass(std::chrono::minutes(5));
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "unchanged");
    CHECK_FALSE(k.last.body.has_value());
    CHECK_FALSE(k.last.dossier.has_value());
    CHECK(k.payment == before);
}

TEST_CASE("payment: rule 4: success before the answer to our request is normal") {
    PaymentKit k;
    k.create();
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "applied");
    CHECK(k.hear(says("pending", "init")) == "unchanged");
    CHECK(k.state() == "paid");
}

TEST_CASE("payment: rules 3 and 7: a definite refusal and a verified failure") {
    PaymentKit k;
    k.create();
    Document no = says("failed", "init");
    no.set("code", text("97"));
    CHECK(k.hear(no) == "applied");
    CHECK((k.state() + " " + k.why()) == "failed 97");
    PaymentKit l;
    l.create();
    l.hear(says("pending", "init"));
    Document failed = says("failed", "query");
    failed.set("reason", text("insufficient_funds"));
    l.hear(failed);
    CHECK((l.state() + " " + l.why()) == "failed insufficient_funds");
    CHECK(l.fee_states() == "unpaid unpaid");
}

TEST_CASE("payment: rule 5: an unknown reference counts after 20 minutes") {
    PaymentKit k;
    k.create();
    k.pass(std::chrono::minutes(19));
    CHECK(k.hear(says("unknown_reference", "query")) == "unchanged not_yet");
    k.pass(std::chrono::minutes(1));
    CHECK(k.hear(says("unknown_reference", "query")) == "applied");
    CHECK((k.state() + " " + k.why()) == "expired never_begun");
}

TEST_CASE("payment: rule 5: the connector may say when an unknown reference counts") {
    PaymentKit k;
    k.create();
    Document unknown = says("unknown_reference", "query");
    unknown.set("believed_after_ms", Document::number(300'000));
    k.pass(std::chrono::minutes(4));
    CHECK(k.hear(unknown) == "unchanged not_yet");
    k.pass(std::chrono::minutes(1));
    CHECK(k.hear(unknown) == "applied");
    CHECK((k.state() + " " + k.why()) == "expired never_begun");
}

TEST_CASE("payment: rule 8: never by the clock alone, and not before its time plus 30 minutes") {
    PaymentKit k;
    k.create();
    k.hear(says("pending", "init"));
    k.pass(std::chrono::minutes(44));
    CHECK(k.hear(says("expired", "query")) == "unchanged not_yet");
    k.pass(std::chrono::minutes(1));
    CHECK(k.hear(says("no_answer", "clock")) == "unchanged");
    CHECK(k.hear(says("pending", "query")) == "unchanged");  // the bank is undecided
    CHECK(k.hear(says("expired", "ipn")) == "unchanged not_yet");
    CHECK(k.hear(says("expired", "query")) == "applied");
    CHECK((k.state() + " " + k.why()) == "expired time_over");
}

TEST_CASE("payment: rule 9, PY-2: another amount, currency or merchant is a dispute") {
    PaymentKit k;
    k.create();
    CHECK(k.hear(says("paid", "ipn", 46'001, "NP1")) == "disputed amount_mismatch");
    CHECK(k.state() == "disputed");
    CHECK(k.fee_states() == "unpaid unpaid");
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "unchanged in_dispute");
    PaymentKit l;
    l.create();
    Document dollars = says("paid", "ipn", 46'000, "NP1");
    dollars.set("currency", text("USD"));
    CHECK(l.hear(dollars) == "disputed currency_mismatch");
    PaymentKit m;
    m.create();
    Document other = says("paid", "ipn", 46'000, "NP1");
    other.set("merchant_ok", Document::boolean(false));
    CHECK(m.hear(other) == "disputed merchant_mismatch");
    PaymentKit n;
    n.create();
    Document fraction = says("paid", "ipn");
    fraction.set("amount", Document::number_text("46000.5"));
    CHECK(n.hear(fraction) == "disputed amount_mismatch");
}

TEST_CASE("payment: what another provider says is about nothing we know") {
    PaymentKit k;
    k.create();
    for (const char* word : {"pending", "paid", "failed", "disputed", "refund_done", "receipt"}) {
        Document other = says(word, "ipn", 46'000, "NP1");
        other.set("provider", text("card"));
        CHECK(k.hear(other) == "unknown other_provider");
        CHECK_FALSE(k.last.body.has_value());
    }
    CHECK(k.state() == "initiated");
    Document line = says("paid", "statement", 46'000, "NP1");  // names none
    line.remove("provider");
    CHECK(k.hear(line) == "applied");
}

TEST_CASE("payment: PY-4 a notice of success without an amount is not believed") {
    PaymentKit k;
    k.create();
    CHECK(k.hear(says("paid", "ipn")) == "impossible amount_missing");
    CHECK(k.state() == "initiated");
    CHECK(k.hear(says("paid", "query")) == "applied");
}

TEST_CASE("payment: rule 9: no final answer for 15 days is for a person") {
    PaymentKit k;
    k.create();
    k.hear(says("pending", "init"));
    k.pass(std::chrono::days(15) - std::chrono::minutes(1));
    CHECK(k.hear(says("no_answer", "clock")) == "unchanged");
    k.pass(std::chrono::minutes(1));
    CHECK(payment_due(k.payment, k.now()).time_over);
    CHECK(k.hear(says("no_answer", "clock")) == "disputed no_final_answer");
}

TEST_CASE("payment: rule 10: money after the end counts when the fees are still unpaid") {
    PaymentKit k;
    k.create();
    k.hear(says("failed", "query"));
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "applied");
    CHECK(k.state() == "paid");
    CHECK(k.payment.find("late")->as_boolean());
    CHECK(k.fee_states() == "paid paid");
}

TEST_CASE("payment: rule 11: late money for fees paid otherwise, or for a closed dossier") {
    PaymentKit k;
    k.create();
    k.hear(says("failed", "query"));
    const Document first = k.payment;
    REQUIRE(k.cash() == "done");
    k.payment = first;
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP1")) == "disputed duplicate_payment");
    CHECK(k.payment.at("/dispute/proposal")->as_text() == "refund");
    PaymentKit l;
    l.create();
    l.hear(says("failed", "query"));
    l.dossier.set("status", text("returned"));
    CHECK(l.hear(says("paid", "ipn", 46'000, "NP1")) == "disputed dossier_closed");
    CHECK(l.fee_states() == "unpaid unpaid");
}

TEST_CASE("payment: two sums under one reference are a dispute") {
    PaymentKit k;
    k.paid();
    CHECK(k.hear(says("paid", "ipn", 46'000, "NP2")) == "disputed duplicate_payment");
    CHECK(k.fee_states() == "paid paid");
}

TEST_CASE("payment: a failure notice after paid changes no state and asks the provider once") {
    PaymentKit k;
    k.paid();
    CHECK(k.hear(says("failed", "ipn")) == "unchanged failure_after_paid");
    CHECK(k.events() == "payment.check_requested ");
    CHECK(k.state() == "paid");
    CHECK(k.hear(says("failed", "ipn")) == "unchanged failure_after_paid");
    CHECK(k.events().empty());
    CHECK(k.hear(says("failed", "query")) == "disputed provider_says_failed");  // rule 17
    CHECK(k.fee_states() == "paid paid");
}

TEST_CASE("payment: a failure notice that decides nothing asks the provider too, once it is paid") {
    PaymentKit k;
    k.paid();
    Document notice = says("pending", "ipn", 46'000);
    CHECK(k.hear(notice) == "unchanged");
    CHECK(k.events().empty());
    notice.set("failure", Document::boolean(true));
    CHECK(k.hear(notice) == "unchanged failure_after_paid");
    CHECK(k.events() == "payment.check_requested ");
    CHECK(k.hear(notice) == "unchanged failure_after_paid");
    CHECK(k.events().empty());
    CHECK(k.state() == "paid");
    PaymentKit open;
    open.create();
    open.hear(says("pending", "init"));
    CHECK(open.hear(notice) == "unchanged");
    CHECK(open.events().empty());
}

TEST_CASE("payment: PY-15 PY-16 rule 12: one receipt for each nature, then receipt_issued") {
    PaymentKit k;
    k.paid();
    CHECK(k.hear(receipts({receipt("charge", "0001", 46'000)})) == "impossible receipt_amount");
    CHECK(k.hear(receipts({receipt("charge", "0001", 16'000)})) == "applied");
    CHECK(k.state() == "paid");
    CHECK(k.hear(receipts({receipt("charge", "0001", 16'000)})) == "unchanged");
    CHECK(k.hear(receipts({receipt("charge", "0009", 16'000)})) == "impossible receipt_exists");
    CHECK(k.hear(receipts({receipt("fee", "0002", 30'000)})) == "applied");
    CHECK(k.state() == "receipt_issued");
    CHECK(k.feed() == "payment.receipt_issued ");
    CHECK(k.last.feed.at(0).data.find("receipt_ids")->size() == 2);
}

TEST_CASE("payment: every step beside the table is impossible and changes nothing") {
    PaymentKit k;
    k.create();
    CHECK(k.hear(receipts({receipt("charge", "0001", 16'000)})) == "impossible receipt_unpaid");
    CHECK(k.hear(says("refund_done", "query")) == "impossible refund_unknown");
    CHECK(k.hear(says("something", "query")) == "impossible state");
    CHECK_FALSE(k.last.body.has_value());
    CHECK(payment_rule(PaymentState::paid, PaymentState::pending) == 0);
    CHECK(payment_rule(PaymentState::refunded, PaymentState::paid) == 0);
}

TEST_CASE("payment due: on the schedule, moved on only by an answer, at once when cancelled") {
    PaymentKit k;
    k.create();
    CHECK_FALSE(payment_due(k.payment, k.now()).ask);
    REQUIRE(payment_due(k.payment, k.now()).next.has_value());
    k.pass(std::chrono::minutes(2));
    CHECK(payment_due(k.payment, k.now()).ask);
    k.pass(std::chrono::minutes(1));  // nobody answered
    CHECK(payment_due(k.payment, k.now()).ask);
    k.hear(says("pending", "query"));
    CHECK_FALSE(payment_due(k.payment, k.now()).ask);
    k.pass(std::chrono::minutes(1));
    REQUIRE(k.keep(cancel_payment(k.payment, k.kit.context)) == "done");
    CHECK(payment_due(k.payment, k.now()).ask);
    CHECK(k.hear(says("expired", "query")) == "applied");
    CHECK((k.state() + " " + k.why()) == "expired cancelled_by_office");
    CHECK_FALSE(payment_due(k.payment, k.now()).ask);
    CHECK_FALSE(payment_due(k.payment, k.now()).next.has_value());
}

TEST_CASE("payment due: for 15 days there is always a next time") {
    PaymentKit k;
    k.create();
    k.hear(says("pending", "init"));
    int asked = 0;
    const Instant end = k.now() + std::chrono::days(15);
    while (k.now() < end) {
        const PaymentDue due = payment_due(k.payment, k.now());
        REQUIRE(due.next.has_value());
        REQUIRE(*due.next > k.now());
        k.kit.context.now = *due.next;
        if (!payment_due(k.payment, k.now()).ask) continue;
        ++asked;
        k.hear(says("pending", "query"));
    }
    CHECK(asked > 75);
    CHECK(asked < 90);
    CHECK(payment_due(k.payment, k.now()).time_over);
}

TEST_CASE("payment reference: in what banks make of a memo") {
    CHECK(is_payment_reference("LT260057K3M9Q2C"));
    CHECK_FALSE(is_payment_reference("LT260057K3M9Q2D"));
    CHECK(payment_references_in("ck đơn lt260057 k3m9q2c lệ phí").size() == 1);
    CHECK(
        ascii_words("Lệ phí|hồ sơ «Đ»  H56.14-260105-0007", 255) ==
        "Le phi ho so D H56.14-260105-0007"
    );
}
