// What a one-stop may ask about deliveries (contract 3.6, postal.md 2, 3.2 and 5). Pure.
#pragma once

#include "gateway/core/parcel.hpp"
#include "gateway/core/waybill.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace gw::core {

using ObjectDecision = std::variant<ObjectChange, Problem>;

/// PO-6: the dossier code for the first of a direction; "-TG" marks a collection, "-T2" the second.
/// `earlier`: deliveries of the dossier in that direction before this one.
std::string order_number(std::string_view code, std::string_view direction, int earlier);

/// POST /v1/deliveries. `request`: DeliveryRequest; `sender` of a return defaults to `office`
/// (name, phone, address of the unit). Gives the body of the new delivery, its event
/// "delivery.requested" and its feed item. `place`: of the waybill, when the request names one.
/// Errors: findings; delivery.address_incomplete; dossier.closed.
ObjectDecision request_delivery(
    const Document& dossier,
    Document request,
    std::string number,
    const CommandContext& context,
    const WaybillPlace& place = WaybillPlace()
);
/// POST /v1/deliveries/{id}/cancel: allowed until the post has the parcel (PO-23). Raises the event
/// "delivery.cancel_requested"; the state changes when the carrier has agreed. Errors:
/// delivery.too_late_to_cancel.
ObjectDecision cancel_delivery(const Document& delivery, const CommandContext& context);
/// POST /v1/deliveries/{id}/custody: one more hand-over (PO-4). Errors: findings.
ObjectDecision add_custody(
    const Document& delivery, Document request, const CommandContext& context
);

}  // namespace gw::core
