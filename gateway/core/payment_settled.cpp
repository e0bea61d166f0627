// Receipts and refunds: what is said about a payment whose money is here.
#include "gateway/core/payment_internal.hpp"

namespace gw::core::payment_parts {
namespace {

using enum PaymentState;

std::int64_t sum_of(const Document& payment, std::string_view nature) {
    std::int64_t sum = 0;
    if (const Document* fees = payment.find("fees"))
        for (const Document& fee : fees->items())
            if (fee.text_of("nature") == nature) sum += integer_of(fee, "amount");
    return sum;
}

const Document* issued(const Document& payment, std::string_view nature) {
    if (const Document* receipts = payment.find("receipts"))
        for (const Document& receipt : receipts->items())
            if (receipt.text_of("nature") == nature && receipt.text_of("state") == "issued")
                return &receipt;
    return nullptr;
}

/// Why this receipt cannot be one of the payment; "" when it can.
std::string_view wrong_receipt(const Document& payment, const Document& receipt) {
    const std::string nature = receipt.text_of("nature");
    const std::int64_t due = sum_of(payment, nature);
    if (due == 0) return "receipt_nature";
    // PY-15: the sum of one nature, so no receipt covers both.
    if (receipt.find("amount") != nullptr && amount_in(receipt, "amount") != due)
        return "receipt_amount";
    const Document* before = issued(payment, nature);
    const bool other =
        before != nullptr && (before->text_of("number") != receipt.text_of("number") ||
                              before->text_of("series") != receipt.text_of("series"));
    return other ? "receipt_exists" : "";
}

void add_receipt(Working& work, const Document& said) {
    const std::string nature = said.text_of("nature");
    Document receipt = Document::object();
    receipt.set("id", Document::text(work.context().new_id("rcp")));
    for (const std::string_view name :
         {"nature", "number", "series", "template", "attachment_id", "url", "issuer"})
        if (const Document* value = said.find(name)) receipt.set(std::string(name), *value);
    receipt.set("amount", Document::number(sum_of(work.body, nature)));
    const auto at = time_of(said, "issued_at");
    receipt.set("issued_at", Document::text(to_rfc3339(at.value_or(work.context().now))));
    receipt.set("state", Document::text("issued"));
    dossier_parts::list_in(work.body, "receipts").push(std::move(receipt));
    work.touch();
}

Document receipt_feed(const Document& payment) {
    Document ids = Document::list();
    if (const Document* receipts = payment.find("receipts"))
        for (const Document& receipt : receipts->items())
            if (receipt.text_of("state") == "issued")
                ids.push(Document::text(receipt.text_of("id")));
    Document data = Document::object();
    data.set("payment_id", Document::text(payment.text_of("id")));
    data.set("receipt_ids", std::move(ids));
    return data;
}

Document refund_feed(const Document& payment, const Document& refund) {
    Document data = Document::object();
    data.set("payment_id", Document::text(payment.text_of("id")));
    data.set("refund_id", Document::text(refund.text_of("id")));
    data.set("amount", Document::number(integer_of(refund, "amount")));
    return data;
}

/// After a refund that is no longer under way, and when no other is: as before it, or disputed when
/// it began as that.
void step_back(Working& work, const Document& says, std::string_view reason) {
    if (work.state() != refund_requested || has_live_refund(work.body)) return;
    const auto before = payment_state_from_word(work.body.text_of("state_before"));
    if (before == paid || before == receipt_issued || before == refunded) {
        work.step(*before, reason);
        work.remove("state_before");
    } else {
        work.dispute(reason.empty() ? "refund_open" : reason, says);
    }
}

/// What was said about the sum that did not go back.
Document second_sum(const Document& refund) {
    Document says = Document::object();
    says.set("state", Document::text("paid"));
    for (const char* name : {"amount", "provider_transaction"})
        if (const Document* value = refund.find(name)) says.set(name, *value);
    return says;
}

void refund_contradicts(Working& work, const Document& says, std::string_view why) {
    if (payment_rule(work.state(), disputed) != 0)
        work.dispute(why, says);
    else
        work.impossible(why);
}

void refund_sent(Working& work, Document& refund, const Document& says) {
    if (refund.text_of("state") != "approved") return;
    refund.set("state", Document::text("sent"));
    refund.set("sent_at", Document::text(to_rfc3339(work.context().now)));
    const std::string number = says.text_of("provider_refund");
    if (!number.empty()) refund.set("provider_refund", Document::text(number));
    work.touch();
}

}  // namespace

void take_receipts(Working& work, const Document& says) {
    const PaymentState now = work.state();
    const bool has_money = now == paid || now == receipt_issued || now == refund_requested;
    if (!has_money) return work.impossible("receipt_unpaid");
    const Document* receipts = says.find("receipts");
    if (receipts == nullptr) return work.impossible("receipt_missing");
    for (const Document& receipt : receipts->items()) {
        const std::string_view wrong = wrong_receipt(work.body, receipt);
        if (!wrong.empty()) return work.impossible(wrong);
        if (issued(work.body, receipt.text_of("nature")) == nullptr) add_receipt(work, receipt);
    }
    if (!work.touched() || !all_receipts(work.body)) return;
    if (now == paid) work.step(receipt_issued, "");
    if (work.body.text_of("state_before") == "paid")
        work.set("state_before", Document::text("receipt_issued"));
    work.feed("payment.receipt_issued", receipt_feed(work.body));
}

void refund_done(Working& work, Document& refund) {
    refund.set("state", Document::text("done"));
    refund.set("done_at", Document::text(to_rfc3339(work.context().now)));
    const Document told = refund_feed(work.body, refund);
    const bool over = is_overpayment(refund);
    const std::int64_t back =
        integer_of(work.body, "refunded_amount") + (over ? 0 : integer_of(refund, "amount"));
    const bool whole = !over && back >= integer_of(work.body, "paid_amount");
    work.touch();
    work.set("refunded_amount", Document::number(back));
    // PY-18: the receipts were cancelled before; one that came since is on a person's list.
    if (whole)
        if (Document* receipts = work.body.find("receipts"))
            for (Document& receipt : receipts->items())
                if (receipt.text_of("state") == "issued")
                    receipt.set("cancel_due", Document::boolean(true));
    const PaymentState now = work.state();
    if (whole && (now == paid || now == receipt_issued)) work.step(refund_requested, "");
    const bool ends = whole && work.state() == refund_requested;
    if (ends) work.set("state_before", Document::text("refunded"));
    step_back(work, Document::object(), "");
    if (ends) work.settle_fees("refunded");
    work.feed("payment.refunded", told);
}

void refund_refused(Working& work, Document& refund, std::string_view reason) {
    refund.set("state", Document::text("refused"));
    refund.set("refused_at", Document::text(to_rfc3339(work.context().now)));
    if (!reason.empty()) refund.set("refused_reason", Document::text(std::string(reason)));
    const Document told = refund_feed(work.body, refund);
    work.touch();
    if (is_overpayment(refund))
        work.dispute("duplicate_payment", second_sum(refund));
    else
        step_back(work, Document::object(), "refund_refused");
    work.feed("payment.refund_refused", told);
}

void take_refund(Working& work, const Document& says) {
    const std::string word = says.text_of("state");
    Document* refund = refund_of(work.body, says.text_of("refund_id"));
    if (refund == nullptr) {
        // E7: money went back, and nobody here asked for it.
        const bool line = says.text_of("source") == "statement" && word == "refund_done";
        return line ? refund_contradicts(work, says, "refund_unknown")
                    : work.impossible("refund_unknown");
    }
    const std::string state = refund->text_of("state");
    if (state == "requested") return refund_contradicts(work, says, "refund_not_approved");
    const auto amount = amount_in(says, "refund_amount");
    if (amount && *amount != integer_of(*refund, "amount"))
        return refund_contradicts(work, says, "refund_amount");
    const bool open = is_live(*refund);
    if (says.text_of("source") == "query" && open)
        work.set("asked_at", Document::text(to_rfc3339(work.context().now)));
    if (word == "refund_sent") return refund_sent(work, *refund, says);
    const bool done = word == "refund_done";
    if (!done && word != "refund_refused") return work.impossible("state");
    const std::string number = says.text_of("provider_refund");
    if (done && state != "refused" && !number.empty() &&
        refund->text_of("provider_refund").empty()) {
        refund->set("provider_refund", Document::text(number));
        work.touch();
    }
    if (open && done) return refund_done(work, *refund);
    if (open) return refund_refused(work, *refund, says.text_of("reason"));
    if (done != (state == "done")) refund_contradicts(work, says, "refund_contradiction");
}

}  // namespace gw::core::payment_parts
