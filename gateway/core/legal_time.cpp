// The legal time of a leg.
#include "gateway/core/legal_time.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int marks[] = {50, 80, 95};
constexpr Duration pressing = hours(1);

Instant mark_at(Instant enqueued, Instant deadline, int percent) {
    return enqueued + (deadline - enqueued) * percent / 100;
}

}  // namespace

Duration reserve_for(Duration service_time, std::int64_t depth) {
    return std::max(Duration(minutes(10)), service_time * 3 * std::max<std::int64_t>(depth, 1));
}

Instant effective_deadline(
    Urgency urgency, Instant enqueued, std::optional<Instant> legal_deadline, Duration reserve
) {
    constexpr Duration max_wait[] = {std::chrono::seconds(10), minutes(2), minutes(15), hours(24)};
    const Instant by_class = enqueued + max_wait[static_cast<std::size_t>(urgency)];
    if (!legal_deadline) return by_class;
    return std::min(by_class, *legal_deadline - reserve);
}

bool is_pressing(std::optional<Instant> legal_deadline, Instant now) {
    return legal_deadline && *legal_deadline - now < pressing;
}

int legal_percent(Instant enqueued, std::optional<Instant> legal_deadline, Instant now) {
    int reached = 0;
    if (!legal_deadline || *legal_deadline <= enqueued) return reached;
    for (const int mark : marks)
        if (now >= mark_at(enqueued, *legal_deadline, mark)) reached = mark;
    return reached;
}

std::optional<Instant> next_legal_look(const Leg& leg, Instant enqueued, int told) {
    if (!leg.legal_deadline || *leg.legal_deadline <= enqueued) return std::nullopt;
    std::optional<Instant> next;
    for (const int mark : marks)
        if (mark > told && !next) next = mark_at(enqueued, *leg.legal_deadline, mark);
    if (leg.urgency != Urgency::p0) {
        // The mark just above an hour: is_pressing is true then.
        const Instant hour = *leg.legal_deadline - pressing + Duration(1);
        next = next ? std::min(*next, hour) : hour;
    }
    return next;
}

}  // namespace gw::core
