// When a provider has to be asked about a payment.
#include "gateway/core/payment_internal.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using namespace payment_parts;

/// The first time of the schedule after `after`, counted from `start`; nullopt: the 15 days are
/// over.
std::optional<Instant> next_check(Instant start, Instant after, double shift) {
    using namespace std::chrono;
    const auto at = [&](minutes m) {
        return start + Duration(static_cast<std::int64_t>(
                           static_cast<double>(duration_cast<Duration>(m).count()) * shift
                       ));
    };
    for (const minutes m : {minutes(1), minutes(5), minutes(15), minutes(30)})
        if (at(m) > after) return at(m);
    for (minutes m = hours(1); m <= hours(24); m += hours(1))
        if (at(m) > after) return at(m);
    for (minutes m = hours(30); m < answer_within; m += hours(6))
        if (at(m) > after) return at(m);
    return std::nullopt;
}

/// 0.9 to 1.1, the same for one payment always: many that began together are not asked together.
double shift_of(const Document& payment) {
    std::uint32_t mixed = 2'166'136'261U;
    for (const char c : payment.text_of("reference"))
        mixed = (mixed ^ static_cast<unsigned char>(c)) * 16'777'619U;
    return 0.9 + 0.2 * static_cast<double>(mixed % 1'000U) / 999.0;
}

void earliest(std::optional<Instant>& next, std::optional<Instant> candidate, Instant now) {
    if (!candidate || *candidate <= now) return;
    if (!next || *candidate < *next) next = candidate;
}

/// True when `at` has come and no answer was taken in since.
bool waits(std::optional<Instant> at, Instant asked, Instant now) {
    return at && *at <= now && *at > asked;
}

void due_open(PaymentDue& due, const Document& payment, Instant created, Instant now) {
    const Instant asked = time_of(payment, "asked_at").value_or(created);
    const auto check = next_check(created, asked, shift_of(payment));
    auto over = time_of(payment, "expires_at");
    if (over) *over += grace_after_expiry;
    const Document* wish = payment.find("cancel");
    const auto cancel = wish == nullptr ? std::nullopt : time_of(*wish, "at");
    const Instant last = created + answer_within;
    due.ask = waits(check, asked, now) || waits(over, asked, now) || waits(cancel, asked, now);
    due.time_over = now >= last;
    earliest(due.next, check, now);
    earliest(due.next, over, now);
    earliest(due.next, cancel, now);
    earliest(due.next, last, now);
}

void due_refund(PaymentDue& due, const Document& payment, const Document& refund, Instant now) {
    const std::string state = refund.text_of("state");
    const auto until = time_of(refund, "confirm_by");
    if (!is_live(refund)) return;
    due.time_over |= until && now >= *until;
    earliest(due.next, until, now);
    const auto sent = time_of(refund, "sent_at");
    if (state != "sent" || !sent) return;
    const Instant asked = std::max(time_of(payment, "asked_at").value_or(*sent), *sent);
    const auto check = next_check(*sent, asked, shift_of(payment));
    due.ask_refund |= waits(check, asked, now);
    earliest(due.next, check, now);
}

}  // namespace

PaymentDue payment_due(const Document& payment, Instant now) {
    PaymentDue due;
    const auto created = time_of(payment, "created_at");
    if (!created) return due;
    if (is_open(payment)) {
        due_open(due, payment, *created, now);
    } else if (payment.text_of("state") == "refund_requested") {
        if (const Document* refunds = payment.find("refunds"))
            for (const Document& refund : refunds->items()) due_refund(due, payment, refund, now);
    }
    return due;
}

}  // namespace gw::core
