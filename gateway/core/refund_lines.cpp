// Which refund a line of a day file is about: each refund once.
#include "gateway/core/refund_lines.hpp"

namespace gw::core {

bool is_failed_refund(const ProviderLine& line) {
    return line.type == "REFUND" && (line.status == "FAILED" || line.status == "REVERSED");
}

bool was_approved(const MatchPayment::Refund& refund) {
    return refund.state != "refused" && refund.state != "requested";
}

const MatchPayment* RefundLines::payment_of(const ProviderLine& line) const {
    const std::string& number = line.original.empty() ? line.reference : line.original;
    if (number.empty()) return nullptr;
    for (const MatchPayment& payment : payments_) {
        if (payment.provider_transaction == number || payment.reference == number) return &payment;
        for (const auto& refund : payment.refunds)
            if (refund.of == number) return &payment;
    }
    return nullptr;
}

const MatchPayment::Refund* RefundLines::find(const MatchPayment& payment, const ProviderLine& line)
    const {
    for (const bool by_number : {true, false})
        for (const auto& refund : payment.refunds) {
            const bool free = by_number ? refund.provider_refund == line.provider_transaction
                                        : refund.provider_refund.empty();
            if (free && was_approved(refund) && refund.amount == line.amount && !is_taken(refund))
                return &refund;
        }
    return nullptr;
}

bool RefundLines::is_repeated(const MatchPayment& payment, const ProviderLine& line) {
    return !line.provider_transaction.empty() &&
           !numbers_.insert(payment.id + " " + line.provider_transaction).second;
}

}  // namespace gw::core
