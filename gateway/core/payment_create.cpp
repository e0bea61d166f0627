// Beginning a payment, online or at the counter.
#include "gateway/core/payment_commands.hpp"
#include "gateway/core/payment_internal.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using namespace payment_parts;
using dossier_parts::Faults;

/// The fees that `request` names, with its faults.
std::vector<const Document*> chosen_fees(
    const Document& dossier, const Document& request, Faults& faults
) {
    std::vector<const Document*> chosen;
    const Document* ids = request.find("fee_ids");
    const auto fees = all_fees(dossier);
    if (ids == nullptr || !ids->is_list()) return chosen;
    if (ids->items().empty()) faults.error("/fee_ids", "field.required", {"Khoản thu"});
    std::size_t i = 0;
    for (const Document& id : ids->items()) {
        const std::string at = "/fee_ids/" + std::to_string(i++);
        const Document* found = nullptr;
        for (const Document* fee : fees)
            if (fee->text_of("id") == id.as_text()) found = fee;
        const bool twice = std::find(chosen.begin(), chosen.end(), found) != chosen.end();
        if (found == nullptr || twice)
            faults.error(at, "field.not_in_list", {id.as_text(), "Khoản thu"});
        else
            chosen.push_back(found);
    }
    return chosen;
}

std::int64_t sum_of(const std::vector<const Document*>& fees) {
    std::int64_t sum = 0;
    for (const Document* fee : fees) sum += integer_of(*fee, "amount");
    return sum;
}

/// PY-13, and fees that are not due.
std::optional<Problem> refuse_unpayable(
    const Document& dossier, const std::vector<const Document*>& fees
) {
    const Status status = dossier_parts::status_of(dossier);
    if (is_final(status))
        return Problem("payment.not_payable", "dossier is " + std::string(to_word(status)));
    for (const Document* fee : fees) {
        const std::string state = fee->text_of("state", "unpaid");
        if (state == "paid" || state == "refunded")
            return Problem("payment.already_paid", "fee is " + state);
        if (state != "unpaid") return Problem("payment.not_payable", "fee is " + state);
    }
    if (sum_of(fees) == 0) return Problem("payment.not_payable", "nothing is due");
    return std::nullopt;
}

Document fees_as_now(const std::vector<const Document*>& fees) {
    Document list = Document::list();
    for (const Document* fee : fees) {
        Document kept = Document::object();
        for (const std::string_view name :
             {"id",
              "code",
              "name",
              "kind",
              "nature",
              "unit_amount",
              "quantity",
              "amount",
              "beneficiary"})
            if (const Document* value = fee->find(name)) kept.set(std::string(name), *value);
        list.push(std::move(kept));
    }
    return list;
}

/// Who pays when nobody says so: whoever brought the dossier.
Document payer_of(const Document& dossier) {
    const Document* person = dossier.find("submitter");
    if (person == nullptr) person = dossier.find("owner");
    Document payer = Document::object();
    if (person == nullptr) return payer;
    payer.set("name", Document::text(person->text_of("full_name")));
    if (const Document* number = person->at("/identities/0/number")) payer.set("identity", *number);
    if (const Document* phone = person->find("phone")) payer.set("phone", *phone);
    return payer;
}

Document new_payment(
    const Document& dossier,
    const Document& request,
    const std::vector<const Document*>& fees,
    const PaymentTerms& terms,
    const CommandContext& context
) {
    Document payment = Document::object();
    payment.set("id", Document::text(context.new_id("pay")));
    payment.set("reference", Document::text(terms.reference));
    payment.set("dossier_code", Document::text(dossier.text_of("code")));
    payment.set("fee_ids", *request.find("fee_ids"));
    payment.set("amount", Document::number(sum_of(fees)));
    payment.set("currency", Document::text("VND"));
    payment.set("method", Document::text(request.text_of("method")));
    payment.set("provider", Document::text(terms.provider));
    if (terms.national) payment.set("national", Document::boolean(true));
    payment.set("state", Document::text("initiated"));
    for (const std::string_view name : {"return_url", "client_ip", "collected_at", "document_no"})
        if (const Document* value = request.find(name)) payment.set(std::string(name), *value);
    const Document* payer = request.find("payer");
    payment.set("payer", payer != nullptr ? *payer : payer_of(dossier));
    payment.set("paid_amount", Document::number(0));
    payment.set("refunded_amount", Document::number(0));
    payment.set("receipts", Document::list());
    payment.set("fees", fees_as_now(fees));
    payment.set("requested_by", Document::text(context.actor));
    payment.set("created_at", Document::text(to_rfc3339(context.now)));
    payment.set("started_at", Document::text(to_compact(context.now)));
    return payment;
}

/// The slots of its fees and its reference, each written so that a second writer fails.
void claim_slots(ObjectChange& change, const Document& payment, const std::vector<FeeSlot>& slots) {
    for (const FeeSlot& slot : slots) {
        ObjectDraft draft;
        draft.kind = "payment_slot";
        draft.id = slot.fee_id;
        draft.body.set("payment_id", Document::text(payment.text_of("id")));
        draft.body.set("attempt", *payment.find("attempt"));
        draft.expected_version = slot.version;
        change.more.push_back(std::move(draft));
    }
    ObjectDraft reference;
    reference.kind = "payment_reference";
    reference.id = payment.text_of("reference");
    reference.body.set("payment_id", Document::text(payment.text_of("id")));
    change.more.push_back(std::move(reference));
}

void set_attempt(Document& payment, const std::vector<FeeSlot>& slots) {
    int last = 0;
    for (const FeeSlot& slot : slots) last = std::max(last, slot.attempt);
    payment.set("attempt", Document::number(last + 1));
}

/// Everything that refuses a payment; fills `fees`.
std::optional<Problem> refuse(
    const Document& dossier,
    const Document& request,
    Faults faults,
    const std::vector<FeeSlot>& slots,
    bool offline,
    std::vector<const Document*>& fees
) {
    fees = chosen_fees(dossier, request, faults);
    if (auto problem = faults.problem()) return problem;
    if (auto problem = refuse_unpayable(dossier, fees)) return problem;
    const std::int64_t sum = sum_of(fees), given = integer_of(request, "amount");
    if (given != sum) {
        faults.error("/amount", "fee.sum_mismatch", {std::to_string(given), std::to_string(sum)});
        return faults.problem();
    }
    return refuse_occupied(slots, offline);
}

}  // namespace

std::optional<Problem> refuse_occupied(const std::vector<FeeSlot>& slots, bool offline) {
    for (const FeeSlot& slot : slots) {
        if (!slot.payment) continue;
        const bool disputed = slot.payment->text_of("state") == "disputed";
        const bool cancelled = slot.payment->find("cancel") != nullptr;
        const bool released = cancelled && (offline || slot.provider_down);
        if (!disputed && (!is_open(*slot.payment) || released)) continue;
        Problem problem(disputed ? "payment.in_dispute" : "payment.open_exists");
        problem.extra.emplace_back("payment_id", slot.payment->text_of("id"));
        return problem;
    }
    return std::nullopt;
}

PaymentDecision create_payment(
    const Document& dossier,
    Document request,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
) {
    std::vector<const Document*> fees;
    Faults faults(check(*schema("PaymentRequest"), request, Completeness::whole));
    if (auto problem = refuse(dossier, request, std::move(faults), slots, false, fees))
        return std::move(*problem);
    Document payment = new_payment(dossier, request, fees, terms, context);
    set_attempt(payment, slots);
    const std::int64_t asked = integer_of(request, "expires_in_s");
    const Duration own = request.text_of("method") == "qr" ? terms.qr_life : terms.page_life;
    const Duration life = asked > 0 ? Duration(asked * 1'000) : own;
    payment.set("expires_at", Document::text(to_rfc3339(context.now + life)));
    Working work(payment, &dossier, context);
    work.touch();
    work.event("payment.requested", payment.text_of("id"));
    claim_slots(work.out, payment, slots);
    return work.finish(Verdict::applied);
}

PaymentDecision create_offline_payment(
    const Document& dossier,
    Document request,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
) {
    std::vector<const Document*> fees;
    Faults faults(check(*schema("OfflinePaymentRequest"), request, Completeness::whole));
    dossier_parts::check_past(request, "collected_at", "Thời điểm thu tiền", "", context, faults);
    if (auto problem = refuse(dossier, request, std::move(faults), slots, true, fees))
        return std::move(*problem);
    Document payment = new_payment(dossier, request, fees, terms, context);
    set_attempt(payment, slots);
    Document said = Document::object();
    said.set("at", *request.find("collected_at"));
    payment.set("collected_by", Document::text(context.actor));
    Working work(payment, &dossier, context);
    if (work.step(PaymentState::paid, "")) work.money_arrived(said, sum_of(fees));
    work.out.more.clear();  // the slots are written under their versions instead
    claim_slots(work.out, payment, slots);
    return work.finish(Verdict::applied);
}

PaymentDecision create_cod_payment(
    const Document& dossier,
    const std::vector<std::string>& fee_ids,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
) {
    Document request = Document::object(), ids = Document::list();
    for (const std::string& id : fee_ids) ids.push(Document::text(id));
    request.set("fee_ids", std::move(ids));
    request.set("method", Document::text("post_collected"));
    Faults faults;
    const std::vector<const Document*> fees = chosen_fees(dossier, request, faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    if (auto problem = refuse_unpayable(dossier, fees)) return std::move(*problem);
    if (auto problem = refuse_occupied(slots, false)) return std::move(*problem);
    Document payment = new_payment(dossier, request, fees, terms, context);
    set_attempt(payment, slots);
    Working work(payment, &dossier, context);
    work.touch();
    claim_slots(work.out, payment, slots);
    return work.finish(Verdict::applied);
}

PaymentDecision cancel_payment(const Document& payment, const CommandContext& context) {
    const std::string state = payment.text_of("state");
    if (state == "disputed") return Problem("payment.in_dispute");
    if (state == "failed" || state == "expired")
        return Problem("payment.expired", "payment is " + state);
    if (!is_open(payment)) return Problem("payment.already_paid", "payment is " + state);
    Working work(payment, nullptr, context);
    if (payment.find("cancel") == nullptr) {
        Document wish = Document::object();
        wish.set("at", Document::text(to_rfc3339(context.now)));
        wish.set("by", Document::text(context.actor));
        work.set("cancel", std::move(wish));
    }
    return work.finish(Verdict::applied);
}

}  // namespace gw::core
