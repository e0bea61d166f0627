// Pieces that the settling of sends and of enquiries share. Not for callers of delivery.hpp.
#pragma once

#include "gateway/core/delivery.hpp"

namespace gw::core::settling {

/// A settlement that raises nothing yet.
Settlement carried_over(const Claim& claim, Instant began, Instant now);
void block(Settlement& s, std::string reason, Outcome outcome);
void take_receipt(Settlement& s, const Receipt& receipt);
/// Retry-After as the partner gave it; nothing when it gave none, or nonsense: negative, or more
/// than a day.
std::optional<Duration> wish_of(const Error& error);
/// The wish in [computed delay, min(1 h, a quarter of the time to the deadline)].
Duration clamped_wish(Duration wish, Duration computed, const Claim& claim, Instant now);
/// When to ask next. `asked`: enquiries so far of this unknown outcome, this one included.
Instant next_ask(
    const ResolverPolicy& policy, Instant since, int asked, Instant now, double jitter
);

}  // namespace gw::core::settling
