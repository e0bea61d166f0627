// Commands on payments: what the one-stop asks for and what then changes. Pure.
#pragma once

#include "gateway/core/payment.hpp"
#include "gateway/core/problem.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gw::core {

/// Applied, or why not. The body of the change is the payment after it.
using PaymentDecision = std::variant<ObjectChange, Problem>;

/// What stands in the slot of one fee: the last payment begun for it. A slot is the object
/// "payment_slot" with the fee's id; writing it under its version makes PY-6 free of races.
struct FeeSlot {
    FeeSlot() = default;
    std::string fee_id;
    std::int64_t version = 0;  // 0 = there is none yet
    int attempt = 0;
    std::optional<Document> payment;  // as stored now
    bool provider_down = false;       // of that payment
};
/// PY-6, PY-14: why nobody may change these fees or begin to pay them now: one is being paid, or in
/// dispute. A payment that the office cancelled holds them no more when its provider is down, or
/// when the money is taken `offline`.
std::optional<Problem> refuse_occupied(const std::vector<FeeSlot>& slots, bool offline);

struct PaymentTerms {
    PaymentTerms() = default;
    std::string provider, reference;
    bool national = false;  // counts as 1 in the national index
    Duration page_life{15 * 60'000};
    Duration qr_life{24 * 3'600'000};
};

/// POST /v1/payments: state initiated, event payment.requested. PY-2, PY-6, PY-13; after a
/// cancellation whose provider is down another one may begin (PY-14).
PaymentDecision create_payment(
    const Document& dossier,
    Document request,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
);
/// POST /v1/payments/offline: paid at once. An open attempt must have been cancelled by the office;
/// its provider need not have answered (PY-14).
PaymentDecision create_offline_payment(
    const Document& dossier,
    Document request,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
);
/// PO-17: what the receiver of a parcel pays to the post: provider "postal", state initiated. Paid
/// when the post has settled it, never before.
PaymentDecision create_cod_payment(
    const Document& dossier,
    const std::vector<std::string>& fee_ids,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
);
/// The wish of the office; the payment ends when its provider says that it was not paid.
PaymentDecision cancel_payment(const Document& payment, const CommandContext& context);

PaymentDecision request_refund(
    const Document& payment, Document request, const CommandContext& context
);
/// The second officer. `by_provider`: the provider has a refund call; else it is "manual".
/// `request`: RefundApproval, with what the issuers of the receipts did: no money goes back while a
/// receipt for it is valid (PY-18).
PaymentDecision approve_refund(
    const Document& payment,
    const Document* dossier,
    const std::string& refund_id,
    bool by_provider,
    const CommandContext& context,
    Document request = Document()
);
/// A person saw a manual refund at the bank.
PaymentDecision confirm_refund(
    const Document& payment,
    const Document* dossier,
    const std::string& refund_id,
    Document request,
    const CommandContext& context
);
/// First officer: proposes. Another officer with the same resolution: it is done (rule 18).
PaymentDecision resolve_dispute(
    const Document& payment,
    const Document* dossier,
    Document request,
    bool by_provider,
    const CommandContext& context
);

/// What the one-stop sees of a stored payment, and of one of its refunds.
Document payment_view(const Document& payment);
Document refund_view(const Document& refund);

}  // namespace gw::core
