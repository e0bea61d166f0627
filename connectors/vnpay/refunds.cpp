// VNPAY tells the state of a transaction, never of one refund: what may be concluded from it.
#include "connectors/vnpay/refunds.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace gw::vnpay {

namespace {

using core::Document;

std::optional<std::int64_t> amount_of(const Document& object) {
    const Document* amount = object.find("amount");
    return amount == nullptr ? std::nullopt : amount->as_integer();
}

/// Its status may be the one that VNPAY shows as `state`.
bool may_show_as(const Document& other, const std::string& state) {
    if (other.find("approved_at") == nullptr) return false;
    // VNPAY itself refused it: it says so, and nothing else, until another refund comes.
    const bool by_vnpay =
        other.text_of("state") == "refused" && other.text_of("confirmed_by").empty();
    return !by_vnpay || state == "refund_refused";
}

}  // namespace

Standing standing_of(const Document& payment, std::string_view refund_id) {
    const Document* refunds = payment.find("refunds");
    if (refunds == nullptr) return Standing::refused;
    for (const Document& refund : refunds->items()) {
        if (refund.text_of("id") != refund_id) continue;
        const std::string state = refund.text_of("state");
        if (state == "sent" || state == "done") return Standing::there;
        if (state != "approved") return Standing::refused;
        if (payment.text_of("state") == "disputed") return Standing::waits;
        const bool asked_for = payment.text_of("state") == "refund_requested";
        return asked_for ? Standing::wanted : Standing::refused;
    }
    return Standing::refused;
}

const Document* refund_under_way(const Document& payment) {
    const Document* found = nullptr;
    const Document* refunds = payment.find("refunds");
    if (refunds == nullptr) return nullptr;
    for (const Document& refund : refunds->items()) {
        const std::string state = refund.text_of("state");
        if (state != "approved" && state != "sent") continue;
        if (found != nullptr) return nullptr;
        found = &refund;
    }
    return found;
}

bool gave_back_before(const Document& payment) {
    const Document* refunds = payment.find("refunds");
    if (refunds == nullptr) return false;
    for (const Document& refund : refunds->items())
        if (refund.text_of("state") == "done") return true;
    return false;
}

bool is_of_refund(const Document& says) {
    return says.text_of("state").starts_with("refund_");
}

Document read_refund(const Document& payment, const Document& wanted, const Document& says) {
    const std::string id = wanted.is_object() ? wanted.text_of("id") : "";
    const std::string state = says.text_of("state");
    if (id.empty() || !is_of_refund(says)) return Document();
    const auto amount = amount_of(says);
    bool others = false;
    bool named = amount && amount == amount_of(wanted) && amount != amount_of(payment);
    if (const Document* refunds = payment.find("refunds"))
        for (const Document& other : refunds->items()) {
            if (other.text_of("id") == id || !may_show_as(other, state)) continue;
            others = true;
            named &= amount != amount_of(other);
        }
    if (others && !named) return Document();
    Document out = Document::object();
    for (const char* name : {"state", "reason", "code"})
        if (const Document* value = says.find(name)) out.set(name, *value);
    out.set("refund_id", Document::text(id));
    out.set("source", Document::text("query"));
    return out;
}

}  // namespace gw::vnpay
