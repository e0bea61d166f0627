// The legal time of a leg: what it does to the order of lanes, and when somebody must be told.
// Pure.
#pragma once

#include "gateway/core/model.hpp"

#include <optional>

namespace gw::core {

/// Kept free before a legal deadline: 10 minutes, or three times what the lane needs at the pace
/// of the slowest hundredth of the partner's calls.
Duration reserve_for(Duration service_time, std::int64_t depth);

/// effective = min(legal_deadline - reserve, enqueued + max_wait[class]).
Instant effective_deadline(
    Urgency urgency,
    Instant enqueued,
    std::optional<Instant> legal_deadline,
    Duration reserve = reserve_for(Duration(0), 1)
);

/// True when less than an hour of the legal time is left: class p0.
bool is_pressing(std::optional<Instant> legal_deadline, Instant now);

/// The highest of 50, 80 and 95 percent of a leg's legal time that has passed; 0 = none, or no
/// legal time.
int legal_percent(Instant enqueued, std::optional<Instant> legal_deadline, Instant now);

/// When the legal time of a leg of which `told` percent were told must be looked at again; nothing
/// when it needs nobody any more.
std::optional<Instant> next_legal_look(const Leg& leg, Instant enqueued, int told);

}  // namespace gw::core
