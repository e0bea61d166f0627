// A payment on its way from one state to the next: state, fees, feed, events in one change.
#include "gateway/core/payment_internal.hpp"
#include "gateway/core/receipt.hpp"

#include <algorithm>

namespace gw::core::payment_parts {
namespace {

bool has_item(const Document* list, std::string_view value) {
    if (list == nullptr) return false;
    const auto is_it = [&](const Document& item) { return item.as_text() == value; };
    return std::any_of(list->items().begin(), list->items().end(), is_it);
}

/// The entry of this payment among those that settled fees of the dossier; nullptr: none.
Document* settled_entry(Document& dossier, const std::string& id) {
    return dossier_parts::item_with_id(dossier, "payments", id);
}

Document entry_of(const Document& payment) {
    Document entry = Document::object();
    for (const std::string_view name : {"id", "provider", "method", "amount", "national"})
        if (const Document* value = payment.find(name)) entry.set(std::string(name), *value);
    entry.set("state", Document::text("paid"));
    return entry;
}

Document dossier_feed(const Document& dossier, bool own, bool of_supplements) {
    Document names = Document::list();
    if (own) names.push(Document::text("fees"));
    if (of_supplements) names.push(Document::text("supplements"));
    Document data = Document::object();
    data.set("version", Document::number(integer_of(dossier, "version")));
    data.set("changed", std::move(names));
    return data;
}

}  // namespace

PaymentState state_of(const Document& payment) {
    const auto state = payment_state_from_word(payment.text_of("state"));
    GW_ASSERT(state.has_value());
    return *state;
}

std::optional<std::int64_t> amount_in(const Document& object, std::string_view name) {
    const Document* value = object.find(name);
    return value == nullptr ? std::nullopt : value->as_integer();
}

Document* refund_of(Document& payment, std::string_view id) {
    return dossier_parts::item_with_id(payment, "refunds", id);
}

bool all_receipts(const Document& payment) {
    return natures_without_receipt(payment).empty();
}

bool is_live(const Document& refund) {
    const std::string state = refund.text_of("state");
    return state == "approved" || state == "sent" || state == "manual";
}

bool has_live_refund(const Document& payment) {
    const Document* refunds = payment.find("refunds");
    return refunds != nullptr &&
           std::any_of(refunds->items().begin(), refunds->items().end(), is_live);
}

bool is_overpayment(const Document& refund) {
    return refund.find("overpayment") != nullptr;
}

Document payment_feed(const Document& payment) {
    Document data = Document::object();
    data.set("payment_id", Document::text(payment.text_of("id")));
    data.set("amount", Document::number(integer_of(payment, "amount")));
    data.set("currency", Document::text("VND"));
    data.set("state", Document::text(payment.text_of("state")));
    data.set("provider", Document::text(payment.text_of("provider")));
    const std::string reason = payment.text_of("state_reason");
    if (!reason.empty()) data.set("state_reason", Document::text(reason));
    return data;
}

Working::Working(const Document& payment, const Document* dossier, const CommandContext& context)
    : body(payment), dossier_(dossier), context_(context) {}

void Working::set(std::string name, Document value) {
    const Document* old = body.find(name);
    if (old != nullptr && *old == value) return;
    body.set(std::move(name), std::move(value));
    touched_ = true;
}

void Working::remove(std::string_view name) {
    touched_ |= body.remove(name);
}

bool Working::step(PaymentState to, std::string_view reason) {
    const PaymentState from = state();
    if (payment_rule(from, to) == 0) {
        impossible("payment.illegal_transition");
        return false;
    }
    set("state", Document::text(std::string(to_word(to))));
    remove("state_reason");
    if (!reason.empty()) set("state_reason", Document::text(std::string(reason)));
    const bool announced = to == PaymentState::pending || to == PaymentState::failed ||
                           to == PaymentState::expired || to == PaymentState::disputed;
    // Back from a refund is no second payment; the refund's own item tells it.
    const bool paid = to == PaymentState::paid && from != PaymentState::refund_requested;
    if (announced || paid) feed("payment." + std::string(to_word(to)), payment_feed(body));
    return true;
}

void Working::dispute(std::string_view why, const Document& says) {
    const std::string before = body.text_of("state");
    if (before == "disputed")
        set("state_reason", Document::text(std::string(why)));
    else if (!step(PaymentState::disputed, why))
        return;
    Document dispute = Document::object();
    dispute.set("why", Document::text(std::string(why)));
    dispute.set("at", Document::text(to_rfc3339(context_.now)));
    Document said = Document::object();
    for (const std::string_view name :
         {"source", "state", "amount", "currency", "provider_transaction", "at", "code", "reason"})
        if (const Document* value = says.find(name)) said.set(std::string(name), *value);
    dispute.set("says", std::move(said));
    if (why == "duplicate_payment" || why == "dossier_closed")
        dispute.set("proposal", Document::text("refund"));
    set("dispute", std::move(dispute));
    // A refund under way remembers what was before it; that stays the way back.
    if (before != "refund_requested" && before != "disputed")
        set("state_before", Document::text(before));
    out.verdict = Verdict::disputed;
    out.why = why;
    decided_ = true;
}

bool Working::fees_settled_otherwise() const {
    if (dossier_ == nullptr) return false;
    for (const Document* fee : all_fees(*dossier_))
        if (has_item(body.find("fee_ids"), fee->text_of("id")) &&
            fee->text_of("state", "unpaid") != "unpaid")
            return true;
    return false;
}

bool Working::fees_changed() const {
    const Document* begun = body.find("fees");
    if (dossier_ == nullptr || begun == nullptr) return false;
    const auto fees = all_fees(*dossier_);
    for (const Document& fee : begun->items()) {
        const auto same = [&](const Document* now) {
            return now->text_of("id") == fee.text_of("id") &&
                   integer_of(*now, "amount") == integer_of(fee, "amount");
        };
        if (std::none_of(fees.begin(), fees.end(), same)) return true;
    }
    return false;
}

bool Working::dossier_final() const {
    return dossier_ != nullptr && is_final(dossier_parts::status_of(*dossier_));
}

void Working::settle_fees(std::string_view fee_state) {
    if (dossier_ == nullptr) return;
    dossier_parts::Drafting draft(*dossier_, context_);
    Document& next = draft.dossier();
    const std::string id = body.text_of("id");
    Document* entry = settled_entry(next, id);
    if (fee_state != "paid" && entry == nullptr) return;
    const auto settle = [&](Document& of) {
        bool changed = false;
        if (Document* fees = of.find("fees"))
            for (Document& fee : fees->items()) {
                const std::string old = fee.text_of("state", "unpaid");
                const bool ours = has_item(body.find("fee_ids"), fee.text_of("id"));
                const bool from_here = fee_state == "paid" ? old == "unpaid" : old == "paid";
                if (!ours || !from_here) continue;
                fee.set("state", Document::text(std::string(fee_state)));
                changed = true;
            }
        return changed;
    };
    const bool own = settle(next);
    bool of_supplements = false;
    if (Document* supplements = next.find("supplements"))
        for (Document& supplement : supplements->items()) of_supplements |= settle(supplement);
    if (!own && !of_supplements) return;
    if (entry != nullptr)
        entry->set("state", Document::text(std::string(fee_state)));
    else
        dossier_parts::list_in(next, "payments").push(entry_of(body));
    dossier_parts::refresh_flags(next);
    draft.event("dossier.updated", context_.now, draft.version_key());
    draft.feed("dossier.updated", dossier_feed(next, own, of_supplements));
    Document answer = next;
    dossier_after_ = next;
    out.dossier = draft.finish(std::move(answer));
}

void Working::feed(std::string type, Document data) {
    FeedDraft draft;
    draft.type = std::move(type);
    draft.data = std::move(data);
    out.feed.push_back(std::move(draft));
}

void Working::event(std::string kind, std::string key, std::string member, Document part) {
    EventDraft draft;
    draft.kind = std::move(kind);
    draft.occurred_at = context_.now;
    draft.snapshot.set("key", Document::text(std::move(key)));
    draft.snapshot.set("payment", body);
    if (dossier_after_)
        draft.snapshot.set("dossier", *dossier_after_);
    else if (dossier_ != nullptr)
        draft.snapshot.set("dossier", *dossier_);
    if (!member.empty()) draft.snapshot.set(std::move(member), std::move(part));
    out.events.push_back(std::move(draft));
}

void Working::money_arrived(const Document& says, std::int64_t amount) {
    const std::string number = says.text_of("provider_transaction");
    if (!number.empty()) set("provider_transaction", Document::text(number));
    const auto at = time_of(says, "at");
    set("paid_at", Document::text(to_rfc3339(at.value_or(context_.now))));
    set("paid_amount", Document::number(amount));
    remove("cancel");
    settle_fees("paid");
    event("payment.paid", body.text_of("id"));
    // Whoever starts a payment for these fees in this moment decides again.
    if (const Document* fees = body.find("fee_ids"))
        for (const Document& fee : fees->items()) {
            ObjectDraft slot;
            slot.kind = "payment_slot";
            slot.id = fee.as_text();
            slot.body.set("payment_id", Document::text(body.text_of("id")));
            slot.body.set("attempt", Document::number(integer_of(body, "attempt")));
            slot.expected_version = -1;
            out.more.push_back(std::move(slot));
        }
}

void Working::impossible(std::string_view why) {
    out.verdict = Verdict::impossible;
    out.why = why;
    decided_ = true;
}

ObjectChange Working::finish(Verdict verdict, std::string_view why) {
    if (!decided_) {
        const bool same = verdict == Verdict::applied && !touched_;
        out.verdict = same ? Verdict::unchanged : verdict;
        out.why = why;
    }
    if (out.verdict == Verdict::impossible) {
        ObjectChange nothing;
        nothing.verdict = Verdict::impossible;
        nothing.why = out.why;
        return nothing;
    }
    if (touched_) out.body = std::move(body);
    return std::move(out);
}

}  // namespace gw::core::payment_parts
