// Money that the post collects for the office when it hands a parcel over (PO-17 to PO-19). Pure.
#pragma once

#include "gateway/core/parcel.hpp"
#include "gateway/core/payment_commands.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gw::core {

/// The fees that `cod_amount` of a DeliveryRequest pays: those it names (`cod_fee_ids`), else the
/// unpaid ones due at return when they make up the amount, else all unpaid ones. None when nothing
/// is collected. Errors: findings (fee.sum_mismatch).
std::variant<std::vector<std::string>, Problem> cod_fees(
    const Document& dossier, const Document& request
);
/// Gives the new delivery of `change` its payment: both come into being in one commit. Errors:
/// those of create_cod_payment.
std::optional<Problem> add_cod_payment(
    ObjectChange& change,
    const Document& dossier,
    const std::vector<std::string>& fee_ids,
    const PaymentTerms& terms,
    const std::vector<FeeSlot>& slots,
    const CommandContext& context
);
/// What the step of a parcel says about its payment; nullopt: nothing, or there is none.
std::optional<Fact> money_fact(const Document& delivery, ParcelState to, Instant at);

}  // namespace gw::core
