// What the passing of time makes of a delivery: silence of the carrier, another printed number
// after one was refused (postal.md 5 and PO-26). Pure.
#pragma once

#include "gateway/core/waybill.hpp"

namespace gw::core {

/// PO-26: flag "silent" after 3 working days without an event while the post should come, 5
/// otherwise; flag "inquiry_due" after 20. Nothing set: nothing new. Nothing becomes lost by this.
ObjectChange note_silence(const Document& delivery, const Calendar& calendar, Instant now);
/// A new event ends the silence.
void end_silence(Document& delivery);
/// "silent", "inquiry_due" or "".
std::string_view silence_of(const Document& delivery);

/// The post said that this printed number was used before, and another one has to be found.
bool wants_waybill(const Document& delivery);
/// PO-13: the order goes out once more, with `number` of the delivery's stock.
ObjectChange order_again(
    const Document& delivery,
    const Document* dossier,
    const std::string& number,
    std::int64_t version,
    Instant now
);

}  // namespace gw::core
