// A payment by the receiver of a parcel: collected by the post, paid when the post has settled it.
#include "gateway/core/payment_internal.hpp"

namespace gw::core::payment_parts {
namespace {

using enum PaymentState;

/// PO-17: the money is with the post; only its settlement makes it ours.
void collected(Working& work, const Document& says) {
    if (!is_open(work.body) || work.body.find("collected_at") != nullptr) return;
    if (work.state() == initiated && !work.step(pending, "")) return;
    work.set("collected_at", Document::text(says.text_of("at")));
    work.set("state_reason", Document::text("collected_by_post"));
    work.feed("payment.pending", payment_feed(work.body));
}

/// PO-19: nobody took the parcel, so nobody paid.
void not_collected(Working& work, std::string_view reason) {
    if (!is_open(work.body) || work.body.find("collected_at") != nullptr) return;
    work.step(expired, reason);
}

}  // namespace

void take_from_post(Working& work, const Document& says) {
    const std::string word = says.text_of("state");
    if (word == "booked") {
        if (work.state() == initiated) work.step(pending, "");
    } else if (word == "collected") {
        collected(work, says);
    } else if (word == "returned") {
        not_collected(work, "delivery_returned");
    } else if (word == "not_sent") {
        not_collected(work, "delivery_not_sent");
    } else {
        work.impossible("state");
    }
}

}  // namespace gw::core::payment_parts
