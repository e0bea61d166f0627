// What becomes of a payment when a provider says something about it.
#include "gateway/core/payment.hpp"

#include "gateway/core/payment_internal.hpp"

namespace gw::core {
namespace {

using namespace payment_parts;
using enum PaymentState;

struct Said {
    const Document& says;
    std::string state, source;
    bool asked() const { return source == "query"; }
    /// A query answer or a statement line: what they hold, not what they once told.
    bool holds() const { return source == "query" || source == "statement"; }
};

/// PY-2, PY-4: everything stated is compared.
std::string_view mismatch(const Document& payment, const Document& says) {
    // What two officers accepted is what is paid.
    const std::int64_t booked = integer_of(payment, "paid_amount");
    const std::int64_t due = booked > 0 ? booked : integer_of(payment, "amount");
    const Document* amount = says.find("amount");
    if (amount != nullptr && amount->as_integer() != due) return "amount_mismatch";
    if (says.text_of("currency", "VND") != "VND") return "currency_mismatch";
    const Document* merchant = says.find("merchant_ok");
    if (merchant != nullptr && !merchant->as_boolean()) return "merchant_mismatch";
    return "";
}

/// A reference belongs to one provider; what another says is about nothing we know.
bool is_of_other(const Document& payment, const Document& says) {
    const std::string provider = says.text_of("provider");
    return !provider.empty() && provider != payment.text_of("provider");
}

/// "A pending answer only moves the next time."
ObjectChange only_asked(Working& work, const Said& said, std::string_view why = "") {
    if (said.asked() && (is_open(work.body) || work.state() == refund_requested))
        work.set("asked_at", Document::text(to_rfc3339(work.context().now)));
    return work.finish(Verdict::unchanged, why);
}

ObjectChange contradiction(Working& work, const Said& said, std::string_view why) {
    const PaymentState now = work.state();
    if (now == disputed) return work.finish(Verdict::unchanged, "in_dispute");
    const bool closed = now == failed || now == expired;
    if (closed && said.state != "paid") return work.finish(Verdict::unchanged);
    const bool settled = !closed && !is_open(work.body);
    if (settled && said.state != "paid" && !said.holds())
        return work.finish(Verdict::unchanged, "failure_after_paid");
    work.dispute(why, said.says);
    return work.finish(Verdict::disputed, why);
}

/// A sum that goes back beside the one that paid, or about which two officers ended a dispute.
bool is_known_sum(const Document& payment, const Document& says) {
    const std::string number = says.text_of("provider_transaction");
    const auto amount = amount_in(says, "amount");
    const std::string state = payment.text_of("state");
    const bool ours = number == payment.text_of("provider_transaction");
    if (number.empty() || !amount || (ours && state != "failed")) return false;
    const auto same = [&](const Document& sum) {
        return sum.text_of("provider_transaction") == number && amount_in(sum, "amount") == amount;
    };
    if (const Document* refunds = payment.find("refunds"))
        for (const Document& refund : refunds->items())
            if (is_overpayment(refund) && same(refund)) return true;
    if (const Document* resolved = payment.find("resolved"))
        for (const Document& ended : resolved->items()) {
            const Document* said = ended.find("says");
            if (said != nullptr && said->text_of("state") == "paid" && same(*said)) return true;
        }
    return false;
}

/// Twice the same news, or a second sum of money under the same reference?
ObjectChange paid_again(Working& work, const Said& said) {
    const std::string ours = work.body.text_of("provider_transaction");
    const std::string theirs = said.says.text_of("provider_transaction");
    if (!ours.empty() && !theirs.empty() && ours != theirs)
        return contradiction(work, said, "duplicate_payment");
    if (ours.empty() && !theirs.empty()) work.set("provider_transaction", Document::text(theirs));
    const std::string day = said.says.text_of("day");
    const bool first_line =
        said.source == "statement" && !day.empty() && work.body.find("reconciled_on") == nullptr;
    if (first_line) work.set("reconciled_on", Document::text(day));
    if (said.holds()) work.remove("doubt");
    // E9: the dossier has forgotten it.
    const PaymentState now = work.state();
    const bool stands = now == paid || now == receipt_issued;
    if (said.source == "statement" && stands && !work.fees_changed()) work.settle_fees("paid");
    return only_asked(work, said);
}

ObjectChange take_paid(Working& work, const Said& said) {
    if (said.says.find("amount") == nullptr && !said.asked())
        return work.finish(Verdict::impossible, "amount_missing");
    const PaymentState now = work.state();
    if (now == disputed) return work.finish(Verdict::unchanged, "in_dispute");
    const bool closed = now == failed || now == expired;
    if (!closed && !is_open(work.body)) return paid_again(work, said);
    if (work.fees_settled_otherwise()) return contradiction(work, said, "duplicate_payment");
    if (work.fees_changed()) return contradiction(work, said, "fees_changed");
    if (closed && work.dossier_final()) return contradiction(work, said, "dossier_closed");
    if (closed) work.set("late", Document::boolean(true));
    if (said.source == "statement" && !said.says.text_of("day").empty())
        work.set("reconciled_on", Document::text(said.says.text_of("day")));
    if (const std::string number = said.says.text_of("receipt_no"); !number.empty())
        work.set("document_no", Document::text(number));  // PO-18: what the clerk gave
    // The state first: feed and event tell of a paid payment.
    if (work.step(paid, "")) work.money_arrived(said.says, integer_of(work.body, "amount"));
    return work.finish(Verdict::applied);
}

Document checkout_of(const Document& says, const Document& payment) {
    Document checkout = Document::object();
    if (const Document* given = says.find("checkout"))
        for (const std::string_view name : {"url", "qr", "deeplink"})
            if (const Document* value = given->find(name)) checkout.set(std::string(name), *value);
    const Document* closes = says.at("/checkout/expires_at");
    const auto at = closes == nullptr ? std::nullopt : parse_rfc3339(closes->as_text());
    checkout.set(
        "expires_at", Document::text(at ? to_rfc3339(*at) : payment.text_of("expires_at"))
    );
    return checkout;
}

/// A failure notice for what is paid: the provider is asked, once (rule 17).
ObjectChange in_doubt(Working& work, const Said& said) {
    if (work.body.find("doubt") == nullptr) {
        Document doubt = Document::object();
        doubt.set("at", Document::text(to_rfc3339(work.context().now)));
        doubt.set("code", Document::text(said.says.text_of("code")));
        work.set("doubt", std::move(doubt));
        work.event("payment.check_requested", work.body.text_of("id") + ":doubt");
    }
    return work.finish(Verdict::unchanged, "failure_after_paid");
}

ObjectChange take_pending(Working& work, const Said& said) {
    const bool stands = work.state() == paid || work.state() == receipt_issued;
    if (stands && !said.holds() && said.says.find("failure") != nullptr)
        return in_doubt(work, said);
    const bool has_page = said.says.find("checkout") != nullptr;
    if (work.state() == initiated) {
        Document checkout = checkout_of(said.says, work.body);
        work.set("expires_at", Document::text(checkout.text_of("expires_at")));
        work.set("checkout", std::move(checkout));
        if (said.asked()) work.set("asked_at", Document::text(to_rfc3339(work.context().now)));
        work.step(pending, "");
        return work.finish(Verdict::applied);
    }
    const bool first_page = work.state() == pending && has_page &&
                            work.body.at("/checkout/url") == nullptr &&
                            work.body.at("/checkout/qr") == nullptr;
    if (first_page) work.set("checkout", checkout_of(said.says, work.body));
    return only_asked(work, said);
}

ObjectChange take_failed(Working& work, const Said& said) {
    const PaymentState now = work.state();
    if (is_open(work.body)) {
        const std::string reason = said.says.text_of("reason", said.says.text_of("code"));
        work.remove("cancel");
        work.step(failed, reason.empty() ? "provider_refused" : reason);
        return work.finish(Verdict::applied);
    }
    if (now == failed || now == expired) return work.finish(Verdict::unchanged);
    if (said.holds() && now != refunded) return contradiction(work, said, "provider_says_failed");
    if (now != paid && now != receipt_issued)
        return work.finish(Verdict::unchanged, "failure_after_paid");
    return in_doubt(work, said);
}

/// How old a payment must be when they do not know it; a connector may say (`unknown_after`).
Duration believed_after_of(const Document& says) {
    const auto ms = integer_of(says, "believed_after_ms");
    return ms > 0 ? Duration(ms) : Duration(believed_after);
}

/// Rules 5 and 8, and the cancellation by the office: never by the clock alone.
ObjectChange take_not_paid(Working& work, const Said& said) {
    const PaymentState state = work.state();
    if (said.asked() && (state == paid || state == receipt_issued))
        return contradiction(work, said, "provider_says_unpaid");
    if (!is_open(work.body) || !said.holds()) return only_asked(work, said, "not_yet");
    const Instant now = work.context().now;
    const auto created = time_of(work.body, "created_at");
    const auto closes = time_of(work.body, "expires_at");
    const bool unknown = said.state == "unknown_reference";
    const bool believed = !unknown || !created || now >= *created + believed_after_of(said.says);
    const bool over = closes && now >= *closes + grace_after_expiry;
    const bool never_began = unknown && work.state() == initiated;
    const bool cancelled = work.body.find("cancel") != nullptr;
    if (!believed || !(over || never_began || cancelled)) return only_asked(work, said, "not_yet");
    work.remove("cancel");
    work.step(
        expired,
        cancelled     ? "cancelled_by_office"
        : never_began ? "never_begun"
                      : "time_over"
    );
    return work.finish(Verdict::applied);
}

ObjectChange take_disputed(Working& work, const Said& said) {
    const PaymentState now = work.state();
    const std::string reason = said.says.text_of("reason");
    if (now == disputed) return work.finish(Verdict::unchanged, "in_dispute");
    if (now == failed || now == expired) return work.finish(Verdict::unchanged);
    work.dispute(reason.empty() ? "reversed" : reason, said.says);
    return work.finish(Verdict::disputed);
}

/// Rules 9 and 16: only time passed.
ObjectChange take_silence(Working& work, const Said& said) {
    const Instant now = work.context().now;
    const auto created = time_of(work.body, "created_at");
    if (is_open(work.body) && created && now >= *created + answer_within)
        work.dispute("no_final_answer", said.says);
    if (work.state() == refund_requested && work.body.find("refunds") != nullptr)
        for (const Document& refund : work.body.find("refunds")->items()) {
            const auto until = time_of(refund, "confirm_by");
            if (!is_live(refund) || !until || now < *until) continue;
            work.dispute("refund_unconfirmed", said.says);
            break;
        }
    return work.finish(Verdict::unchanged);
}

}  // namespace

ObjectChange reduce_payment(
    const Document& payment,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
) {
    Working work(payment, dossier, context);
    const Said said{says, says.text_of("state"), says.text_of("source")};
    const std::string& word = said.state;
    if (is_of_other(payment, says)) return work.finish(Verdict::unknown, "other_provider");
    if (said.source == "delivery") {
        take_from_post(work, says);
        return work.finish(Verdict::applied);
    }
    if (word == "receipt") {
        take_receipts(work, says);
        return work.finish(Verdict::applied);
    }
    if (word == "receipt_missing") {  // E11: asked for again, once for each day
        if (work.state() == paid && !all_receipts(work.body))
            work.event(
                "payment.receipt_requested", payment.text_of("id") + ":" + says.text_of("day")
            );
        return work.finish(Verdict::unchanged);
    }
    if (word.starts_with("refund_")) {
        take_refund(work, says);
        return work.finish(Verdict::applied);
    }
    if (word == "no_answer") return take_silence(work, said);
    if (word == "paid" && is_known_sum(payment, says)) return only_asked(work, said);
    const std::string_view wrong = mismatch(payment, says);
    if (!wrong.empty()) return contradiction(work, said, wrong);
    if (word == "pending") return take_pending(work, said);
    if (word == "paid") return take_paid(work, said);
    if (word == "failed") return take_failed(work, said);
    if (word == "expired" || word == "unknown_reference") return take_not_paid(work, said);
    if (word == "disputed") return take_disputed(work, said);
    return work.finish(Verdict::impossible, "state");
}

}  // namespace gw::core
