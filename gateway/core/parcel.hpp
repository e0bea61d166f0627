// Deliveries: their states, how tracking changes them, and what a one-stop may ask for
// (postal.md 9, contract 2.8 and 3.6). Pure.
#pragma once

#include "gateway/core/fact.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

enum class ParcelState : std::uint8_t {
    requested,
    booked,
    awaiting_pickup,
    picked_up,
    in_transit,
    out_for_delivery,
    delivery_failed,
    delivered,
    returning,
    returned,
    cancelled,
    rejected,
    lost,
    exception
};
std::string_view to_word(ParcelState);
std::optional<ParcelState> parcel_state(std::string_view word);
/// The table of postal.md 9. A state never follows itself.
bool may_follow(ParcelState from, ParcelState to);
/// Of two states at the same moment the higher rank wins (PO-24).
int rank_of(ParcelState);
/// Nothing more is expected of the carrier.
bool is_final(ParcelState);

/// "EA123456785VN": two letters, eight digits, check digit, country. nullopt: not of that shape
/// (PO-16); false: of the shape with a wrong check digit.
std::optional<bool> check_s10(std::string_view waybill);

/// Fact.says: {"source": "order"|"cancel"|"feed"|"person", "state": word or "" when the carrier's
/// code is not mapped, "at", "code", "text", "place", "source_id", "waybill", "reason"}.
/// order: "booked", "rejected" or "waybill_used". cancel: "cancelled", or "" with a reason. feed:
/// one event, deduplicated by source_id and by (code, at); the latest decides (PO-20 to PO-25).
ObjectChange reduce_delivery(
    const Document& delivery,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
);

}  // namespace gw::core
