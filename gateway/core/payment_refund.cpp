// Refunds and disputes: nothing without a second officer.
#include "gateway/core/payment_commands.hpp"
#include "gateway/core/payment_internal.hpp"

namespace gw::core {
namespace {

using namespace payment_parts;
using enum PaymentState;
using dossier_parts::Faults;

/// What may still be given back: nothing is promised twice.
std::int64_t refundable(const Document& payment) {
    std::int64_t rest = integer_of(payment, "paid_amount") - integer_of(payment, "refunded_amount");
    if (const Document* refunds = payment.find("refunds"))
        for (const Document& refund : refunds->items())
            if (!is_overpayment(refund) &&
                (is_live(refund) || refund.text_of("state") == "requested"))
                rest -= integer_of(refund, "amount");
    return rest;
}

Document members_of(const Document& object, const Schema& shape) {
    Document out = Document::object();
    for (const Field& field : shape.fields)
        if (const Document* value = object.find(field.name))
            out.set(std::string(field.name), *value);
    return out;
}

std::string confirm_by(const CommandContext& context) {
    const Day last = context.calendar->add_working(local_day(context.now), refund_working_days);
    return to_rfc3339(at_local(last, std::chrono::hours(24)));
}

Document new_refund(const Document& payment, std::int64_t amount, const CommandContext& context) {
    const Document* before = payment.find("refunds");
    const std::size_t n = before == nullptr ? 1 : before->size() + 1;
    const bool whole = amount == integer_of(payment, "paid_amount");
    Document refund = Document::object();
    refund.set("id", Document::text(context.new_id("rfd")));
    refund.set("payment_id", Document::text(payment.text_of("id")));
    refund.set("n", Document::number(static_cast<std::int64_t>(n)));
    refund.set(
        "request_id", Document::text(payment.text_of("reference") + "-r" + std::to_string(n))
    );
    refund.set("amount", Document::number(amount));
    refund.set("kind", Document::text(whole ? "full" : "partial"));
    return refund;
}

Document refund_feed(const Document& refund) {
    Document data = Document::object();
    data.set("payment_id", Document::text(refund.text_of("payment_id")));
    data.set("refund_id", Document::text(refund.text_of("id")));
    data.set("amount", Document::number(integer_of(refund, "amount")));
    return data;
}

/// Rule 13, and 18 when a dispute ends with it. False: a receipt is still valid (PY-18).
bool approve(Working& work, Document& refund, bool by_provider, const Document& request) {
    const CommandContext& context = work.context();
    const Document wanted = refund;
    if (!is_overpayment(wanted) && !change_receipts(work, wanted, request)) return false;
    refund.set("state", Document::text(by_provider ? "approved" : "manual"));
    refund.set("approved_by", Document::text(context.actor));
    refund.set("approved_at", Document::text(to_rfc3339(context.now)));
    refund.set("confirm_by", Document::text(confirm_by(context)));
    work.touch();
    const Document as_approved = refund;
    const std::string before = work.body.text_of("state");
    const bool way_back = before == "paid" || before == "receipt_issued";
    const std::string older = work.body.text_of("state_before");
    const bool keeps = before == "disputed" &&
                       (older == "paid" || older == "receipt_issued" || older == "refunded");
    if (!work.step(refund_requested, "")) return true;
    const bool bare = before == "receipt_issued" && !all_receipts(work.body);
    if (!keeps)
        work.set("state_before", Document::text(bare ? "paid" : way_back ? before : "disputed"));
    work.feed("payment.refund_requested", refund_feed(as_approved));
    work.event("refund.approved", as_approved.text_of("id"), "refund", as_approved);
    return true;
}

std::optional<Problem> refuse_state(const Document& payment) {
    const std::string state = payment.text_of("state");
    if (state == "paid" || state == "receipt_issued") return std::nullopt;
    if (state == "disputed") return Problem("payment.in_dispute");
    return Problem("payment.refund_not_allowed", "payment is " + state);
}

std::string_view refund_reason(const std::string& why) {
    if (why == "duplicate_payment") return "paid_twice";
    return why == "amount_mismatch" ? "amount_wrong" : "other";
}

/// What the disputed statement says was paid; without one, what was asked for.
std::int64_t received(const Document& payment) {
    const Document* said = payment.at("/dispute/says/amount");
    const auto amount = said == nullptr ? std::nullopt : said->as_integer();
    return amount && *amount > 0 ? *amount : integer_of(payment, "amount");
}

Document dispute_says(const Document& payment) {
    const Document* says = payment.at("/dispute/says");
    return says == nullptr ? Document::object() : *says;
}

void accept_dispute(Working& work) {
    const std::int64_t paid_sum = integer_of(work.body, "paid_amount");
    if (paid_sum > 0 && integer_of(work.body, "refunded_amount") >= paid_sum) {
        if (work.step(refunded, "accepted_by_office")) work.settle_fees("refunded");
        return;
    }
    const auto before = payment_state_from_word(work.body.text_of("state_before"));
    if (before == paid || before == receipt_issued || before == refunded) {
        work.step(*before, "accepted_by_office");
        return;
    }
    if (work.step(paid, "accepted_by_office"))
        work.money_arrived(dispute_says(work.body), received(work.body));
}

/// What is disputed is another sum than the one that paid.
bool is_second_sum(const Document& payment) {
    const Document says = dispute_says(payment);
    const std::string ours = payment.text_of("provider_transaction");
    const std::string theirs = says.text_of("provider_transaction");
    return integer_of(payment, "paid_amount") > 0 && says.text_of("state") == "paid" &&
           integer_of(says, "amount") > 0 && !ours.empty() && !theirs.empty() && ours != theirs;
}

Document proposed_refund(Working& work, std::int64_t amount, const Document& proposed) {
    const std::string why = work.body.text_of("state_reason");
    Document refund = new_refund(work.body, amount, work.context());
    refund.set("reason", Document::text(std::string(refund_reason(why))));
    refund.set("reason_vi", *proposed.find("reason_vi"));
    refund.set("requested_by", *proposed.find("by"));
    refund.set("requested_at", *proposed.find("at"));
    return refund;
}

/// F-166: the fees stay paid by the first sum, with their receipts.
bool refund_second_sum(
    Working& work, bool by_provider, const Document& proposed, const Document& request
) {
    const Document says = dispute_says(work.body);
    Document refund = proposed_refund(work, integer_of(says, "amount"), proposed);
    refund.set("kind", Document::text("full"));
    refund.set("reason", Document::text("paid_twice"));
    refund.set("overpayment", Document::boolean(true));
    refund.set("provider_transaction", *says.find("provider_transaction"));
    Document& refunds = dossier_parts::list_in(work.body, "refunds");
    refunds.push(std::move(refund));
    return approve(work, refunds.items().back(), by_provider, request);
}

/// False: a receipt is still valid.
bool refund_dispute(
    Working& work, bool by_provider, const Document& proposed, const Document& request
) {
    if (is_second_sum(work.body)) return refund_second_sum(work, by_provider, proposed, request);
    if (integer_of(work.body, "paid_amount") == 0) {
        const Document says = dispute_says(work.body);
        work.set("paid_amount", Document::number(received(work.body)));
        const std::string number = says.text_of("provider_transaction");
        if (!number.empty()) work.set("provider_transaction", Document::text(number));
    }
    Document& refunds = dossier_parts::list_in(work.body, "refunds");
    for (Document& refund : refunds.items())
        if (is_live(refund)) {  // it is under way: waited for again, never sent twice
            refund.set("confirm_by", Document::text(confirm_by(work.context())));
            work.touch();
            work.step(refund_requested, "");
            return true;
        }
    const std::int64_t rest =
        integer_of(work.body, "paid_amount") - integer_of(work.body, "refunded_amount");
    if (rest <= 0) {
        work.step(refunded, "");
        work.settle_fees("refunded");
        return true;
    }
    for (Document& refund : refunds.items())
        if (refund.text_of("state") == "requested") refund.set("state", Document::text("refused"));
    refunds.push(proposed_refund(work, rest, proposed));
    return approve(work, refunds.items().back(), by_provider, request);
}

/// False: it was to end with a refund, and a receipt is still valid.
bool end_dispute(
    Working& work, const Document& proposed, bool by_provider, const Document& request
) {
    const std::string resolution = proposed.text_of("resolution");
    Document ended = Document::object();
    ended.set("why", Document::text(work.body.text_of("state_reason")));
    ended.set("resolution", Document::text(resolution));
    ended.set("reason_vi", *proposed.find("reason_vi"));
    ended.set("proposed_by", *proposed.find("by"));
    ended.set("confirmed_by", Document::text(work.context().actor));
    ended.set("at", Document::text(to_rfc3339(work.context().now)));
    ended.set("says", dispute_says(work.body));
    if (resolution == "accept") accept_dispute(work);
    if (resolution == "refund" && !refund_dispute(work, by_provider, proposed, request))
        return false;
    if (resolution == "reject" && work.step(failed, "rejected_by_office")) {
        work.settle_fees("unpaid");
        work.set("paid_amount", Document::number(0));
    }
    work.remove("dispute");
    if (work.state() != refund_requested) work.remove("state_before");
    dossier_parts::list_in(work.body, "resolved").push(std::move(ended));
    return true;
}

}  // namespace

PaymentDecision request_refund(
    const Document& payment, Document request, const CommandContext& context
) {
    Faults faults(check(*schema("RefundRequest"), request, Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    if (auto problem = refuse_state(payment)) return std::move(*problem);
    const std::int64_t amount = integer_of(request, "amount");
    if (amount <= 0 || amount > refundable(payment)) return Problem("payment.refund_exceeds");
    Document refund = new_refund(payment, amount, context);
    refund.set("reason", Document::text(request.text_of("reason", "other")));
    for (const std::string_view name : {"reason_vi", "bank_account"})
        if (const Document* value = request.find(name)) refund.set(std::string(name), *value);
    refund.set("state", Document::text("requested"));
    refund.set("requested_by", Document::text(context.actor));
    refund.set("requested_at", Document::text(to_rfc3339(context.now)));
    Working work(payment, nullptr, context);
    dossier_parts::list_in(work.body, "refunds").push(std::move(refund));
    work.touch();
    return work.finish(Verdict::applied);
}

PaymentDecision approve_refund(
    const Document& payment,
    const Document* dossier,
    const std::string& refund_id,
    bool by_provider,
    const CommandContext& context,
    Document request
) {
    if (request.is_object()) {
        Faults faults(check(*schema("RefundApproval"), request, Completeness::whole));
        if (auto problem = faults.problem()) return std::move(*problem);
    }
    Working work(payment, dossier, context);
    Document* refund = refund_of(work.body, refund_id);
    if (refund == nullptr) return Problem("not_found", "no such refund");
    if (refund->text_of("state") != "requested")
        return Problem("payment.refund_not_allowed", "refund is " + refund->text_of("state"));
    if (refund->text_of("requested_by") == context.actor)
        return Problem("auth.second_person_required");
    if (auto problem = refuse_state(payment)) return std::move(*problem);
    if (refundable(payment) < 0) return Problem("payment.refund_exceeds");
    if (!approve(work, *refund, by_provider, request))
        return Problem("payment.receipt_not_cancelled");
    return work.finish(Verdict::applied);
}

PaymentDecision confirm_refund(
    const Document& payment,
    const Document* dossier,
    const std::string& refund_id,
    Document request,
    const CommandContext& context
) {
    Faults faults(check(*schema("RefundConfirmation"), request, Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    Working work(payment, dossier, context);
    Document* refund = refund_of(work.body, refund_id);
    if (refund == nullptr) return Problem("not_found", "no such refund");
    // What its provider makes is confirmed by the provider; in a dispute a person may know better.
    const bool by_hand =
        refund->text_of("state") == "manual" || (work.state() == disputed && is_live(*refund));
    if (!by_hand)
        return Problem("payment.refund_not_allowed", "refund is " + refund->text_of("state"));
    refund->set("document_no", *request.find("document_no"));
    refund->set("confirmed_by", Document::text(context.actor));
    if (request.text_of("outcome") == "done")
        refund_done(work, *refund);
    else
        refund_refused(work, *refund, "refused_by_bank");
    return work.finish(Verdict::applied);
}

PaymentDecision resolve_dispute(
    const Document& payment,
    const Document* dossier,
    Document request,
    bool by_provider,
    const CommandContext& context
) {
    Faults faults(check(*schema("DisputeResolution"), request, Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    if (payment.text_of("state") != "disputed")
        return Problem("payment.no_dispute", "payment is " + payment.text_of("state"));
    const std::string resolution = request.text_of("resolution");
    if (resolution == "reject" && integer_of(payment, "refunded_amount") > 0)
        return Problem("payment.refund_not_allowed", "part of it was given back");
    if (resolution != "refund" && has_live_refund(payment))
        return Problem("payment.refund_not_allowed", "a refund is under way");
    Working work(payment, dossier, context);
    const Document* before = payment.at("/dispute/proposed");
    const bool agreed = before != nullptr && before->text_of("resolution") == resolution &&
                        before->text_of("by") != context.actor;
    if (agreed) {
        if (!end_dispute(work, *before, by_provider, request))
            return Problem("payment.receipt_not_cancelled");
        return work.finish(Verdict::applied);
    }
    const bool again = before != nullptr && before->text_of("resolution") == resolution;
    if (again) return work.finish(Verdict::unchanged);
    Document proposed = Document::object();
    proposed.set("resolution", Document::text(resolution));
    proposed.set("reason_vi", *request.find("reason_vi"));
    proposed.set("by", Document::text(context.actor));
    proposed.set("at", Document::text(to_rfc3339(context.now)));
    Document dispute = *payment.find("dispute");
    dispute.set("proposed", std::move(proposed));
    work.set("dispute", std::move(dispute));
    return work.finish(Verdict::applied);
}

Document refund_view(const Document& refund) {
    return members_of(refund, *schema("Refund"));
}

Document payment_view(const Document& payment) {
    Document view = members_of(payment, *schema("Payment"));
    if (payment.text_of("state") != "pending") view.remove("checkout");
    if (is_open(payment) && payment.find("cancel") != nullptr)
        view.set("state_reason", Document::text("cancel_requested"));
    if (Document* dispute = view.find("dispute")) dispute->remove("says");
    Document refunds = Document::list();
    if (const Document* all = payment.find("refunds"))
        for (const Document& refund : all->items()) refunds.push(refund_view(refund));
    view.set("refunds", std::move(refunds));
    return view;
}

}  // namespace gw::core
