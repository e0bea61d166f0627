// The states of a payment and the steps between them, as data.
#include "gateway/core/payment.hpp"

#include <algorithm>
#include <array>

namespace gw::core {

std::string_view to_word(PaymentState state) {
    constexpr std::array<std::string_view, 9> words{
        "initiated",
        "pending",
        "paid",
        "failed",
        "expired",
        "refund_requested",
        "refunded",
        "disputed",
        "receipt_issued"};
    return words[static_cast<std::size_t>(state)];
}

std::optional<PaymentState> payment_state_from_word(std::string_view word) {
    for (int i = 0; i <= static_cast<int>(PaymentState::receipt_issued); ++i)
        if (to_word(static_cast<PaymentState>(i)) == word) return static_cast<PaymentState>(i);
    return std::nullopt;
}

const std::vector<PaymentStep>& payment_steps() {
    using enum PaymentState;
    static const std::vector<PaymentStep> rows = {
        {initiated, pending, 2},
        {initiated, failed, 3},
        {initiated, paid, 4},
        {initiated, expired, 5},
        {pending, paid, 6},
        {pending, failed, 7},
        {pending, expired, 8},
        {initiated, disputed, 9},
        {pending, disputed, 9},
        {failed, paid, 10},
        {expired, paid, 10},
        {failed, disputed, 11},
        {expired, disputed, 11},
        {paid, receipt_issued, 12},
        {paid, refund_requested, 13},
        {receipt_issued, refund_requested, 13},
        {refund_requested, refunded, 14},
        {refund_requested, paid, 15},
        {refund_requested, receipt_issued, 15},
        {refund_requested, disputed, 16},
        {paid, disputed, 17},
        {receipt_issued, disputed, 17},
        {refunded, disputed, 17},
        {disputed, paid, 18},
        {disputed, receipt_issued, 18},
        {disputed, failed, 18},
        {disputed, refund_requested, 18},
        {disputed, refunded, 18}};
    return rows;
}

int payment_rule(PaymentState from, PaymentState to) {
    for (const PaymentStep& step : payment_steps())
        if (step.from == from && step.to == to) return step.rule;
    return 0;
}

bool is_open(const Document& payment) {
    const std::string state = payment.text_of("state");
    return state == "initiated" || state == "pending";
}

const std::vector<std::string_view>& watched_payment_states() {
    static const std::vector<std::string_view> words{"initiated", "pending", "refund_requested"};
    return words;
}

std::vector<const Document*> all_fees(const Document& dossier) {
    std::vector<const Document*> out;
    const auto add = [&out](const Document& of) {
        if (const Document* fees = of.find("fees"))
            for (const Document& fee : fees->items()) out.push_back(&fee);
    };
    add(dossier);
    if (const Document* supplements = dossier.find("supplements"))
        for (const Document& supplement : supplements->items()) add(supplement);
    return out;
}

std::vector<std::string> touched_fees(const Document& before, const Document& after) {
    std::vector<std::string> ids;
    const auto now = all_fees(after);
    const auto same = [](const Document* one, const Document* other) {
        const Document *a = one->find("amount"), *b = other->find("amount");
        return one->text_of("id") == other->text_of("id") &&
               one->text_of("state", "unpaid") == other->text_of("state", "unpaid") &&
               (a == nullptr || b == nullptr ? a == b : *a == *b);
    };
    for (const Document* fee : all_fees(before)) {
        const auto is_it = [&](const Document* other) { return same(fee, other); };
        if (std::none_of(now.begin(), now.end(), is_it)) ids.push_back(fee->text_of("id"));
    }
    return ids;
}

int online_payment_flag(const Document& dossier) {
    bool due = false, unpaid = false;
    for (const Document* fee : all_fees(dossier)) {
        const Document* amount = fee->find("amount");
        const std::string state = fee->text_of("state", "unpaid");
        if (amount == nullptr || amount->as_integer().value_or(0) == 0) continue;
        due |= state == "paid" || state == "unpaid";
        unpaid |= state == "unpaid";
    }
    if (!due) return 0;
    if (unpaid) return 3;
    const Document* payments = dossier.find("payments");
    bool any = false, online = true, national = true;
    if (payments != nullptr)
        for (const Document& payment : payments->items()) {
            if (payment.text_of("state") != "paid") continue;
            const std::string method = payment.text_of("method");
            any = true;
            online &= method == "online" || method == "qr";
            const Document* counts = payment.find("national");
            national &= counts != nullptr && counts->as_boolean();
        }
    if (!any || !online) return 0;
    return national ? 1 : 2;
}

}  // namespace gw::core
