// Which refund an answer speaks of, and whether a refund is still to be sent. Pure.
#pragma once

#include "gateway/core/document.hpp"

#include <string_view>

namespace gw::vnpay {

/// What the stored payment wants of an approved refund.
enum class Standing {
    wanted,   // approved and not yet there: send it
    waits,    // the payment is disputed: two officers decide first
    there,    // VNPAY has it, or it is done
    refused,  // it will not be made
};
Standing standing_of(const core::Document& payment, std::string_view refund_id);

/// The one refund of `payment` that VNPAY is to make or makes; nullptr: none, or more than one.
const core::Document* refund_under_way(const core::Document& payment);
/// True when VNPAY may show an earlier refund of this payment as done.
bool gave_back_before(const core::Document& payment);

/// `says` is about money that goes back.
bool is_of_refund(const core::Document& says);
/// What an answer says of `wanted`, a refund of `payment`: "refund_sent", "refund_done",
/// "refund_refused". Null: nothing. A question names the payment only, so that the status may be
/// another refund's; then it counts only under an amount that no other refund has.
core::Document read_refund(
    const core::Document& payment, const core::Document& wanted, const core::Document& says
);

}  // namespace gw::vnpay
