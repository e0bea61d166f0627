// Fees of a parcel's receiver: which, by which payment, and what the parcel's way says about it.
#include "gateway/core/parcel_money.hpp"

#include "gateway/core/dossier_internal.hpp"

namespace gw::core {

namespace {

using dossier_parts::integer_of;
using Fees = std::vector<const Document*>;

bool is_unpaid(const Document& fee) {
    return fee.text_of("state", "unpaid") == "unpaid" && integer_of(fee, "amount") > 0;
}

std::int64_t sum_of(const Fees& fees) {
    std::int64_t sum = 0;
    for (const Document* fee : fees) sum += integer_of(*fee, "amount");
    return sum;
}

/// Unpaid fees; `at_return`: only those due when the result is handed over.
Fees unpaid(const Document& dossier, bool at_return) {
    Fees out;
    for (const Document* fee : all_fees(dossier))
        if (is_unpaid(*fee) && (!at_return || fee->text_of("collect_when") == "at_return"))
            out.push_back(fee);
    return out;
}

Problem finding(const std::string& at, const char* code, std::vector<std::string> words) {
    Problem problem("validation.failed");
    problem.findings.emplace_back(at, code, std::move(words));
    return problem;
}

std::variant<Fees, Problem> named(const Document& dossier, const Document& ids) {
    Fees out;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string id = ids.items()[i].as_text();
        const Document* found = nullptr;
        for (const Document* fee : all_fees(dossier))
            if (fee->text_of("id") == id) found = fee;
        if (found == nullptr)
            return finding(
                "/cod_fee_ids/" + std::to_string(i), "field.not_in_list", {id, "Khoản thu"}
            );
        out.push_back(found);
    }
    return out;
}

}  // namespace

std::variant<std::vector<std::string>, Problem> cod_fees(
    const Document& dossier, const Document& request
) {
    const std::int64_t amount = integer_of(request, "cod_amount");
    std::vector<std::string> ids;
    const Document* given = request.find("cod_fee_ids");
    if (amount == 0 && (given == nullptr || given->size() == 0)) return ids;
    Fees fees = unpaid(dossier, true);
    if (given != nullptr && given->size() > 0) {
        auto chosen = named(dossier, *given);
        if (auto* problem = std::get_if<Problem>(&chosen)) return std::move(*problem);
        fees = std::get<Fees>(std::move(chosen));
    } else if (sum_of(fees) != amount) {
        fees = unpaid(dossier, false);
    }
    if (sum_of(fees) != amount)
        return finding(
            "/cod_amount",
            "fee.sum_mismatch",
            {std::to_string(amount), std::to_string(sum_of(fees))}
        );
    for (const Document* fee : fees) ids.push_back(fee->text_of("id"));
    return ids;
}

std::optional<Problem> add_cod_payment(
    ObjectChange& change,
    const Document& dossier,
    const std::vector<std::string>& fee_ids,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
) {
    auto decision = create_cod_payment(dossier, fee_ids, terms, slots, context);
    if (auto* problem = std::get_if<Problem>(&decision)) return std::move(*problem);
    auto& money = std::get<ObjectChange>(decision);
    ObjectDraft payment;
    payment.kind = "payment";
    payment.id = money.body->text_of("id");
    payment.state = money.body->text_of("state");
    payment.ref = terms.reference;
    payment.body = std::move(*money.body);
    payment.body.set("delivery_id", Document::text(change.body->text_of("id")));
    change.body->set("payment_id", Document::text(payment.id));
    change.body->set("payment_reference", Document::text(payment.ref));
    change.more.push_back(std::move(payment));
    for (ObjectDraft& draft : money.more) change.more.push_back(std::move(draft));
    return std::nullopt;
}

std::optional<Fact> money_fact(const Document& delivery, ParcelState to, Instant at) {
    Fact fact;
    fact.kind = "payment";
    fact.ref = delivery.text_of("payment_reference");
    if (fact.ref.empty()) return std::nullopt;
    const char* state = nullptr;
    // A clerk who fetches papers takes the money then (PO-2), a postman when he hands them over.
    const bool fetched = delivery.text_of("direction") == "collect";
    switch (to) {
        case ParcelState::booked:
            state = "booked";
            break;
        case ParcelState::picked_up:
            state = fetched ? "collected" : nullptr;
            break;
        case ParcelState::delivered:
            state = "collected";
            break;
        case ParcelState::returned:
            state = "returned";
            break;
        case ParcelState::rejected:
        case ParcelState::cancelled:
            state = "not_sent";
            break;
        default:
            break;
    }
    if (state == nullptr) return std::nullopt;
    fact.says = Document::object();
    fact.says.set("provider", Document::text("postal"));
    fact.says.set("source", Document::text("delivery"));
    fact.says.set("state", Document::text(state));
    fact.says.set("at", Document::text(to_rfc3339(at)));
    return fact;
}

}  // namespace gw::core
