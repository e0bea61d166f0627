// Delivery arithmetic: when to try again, what an attempt becomes. Pure.
#pragma once

#include "gateway/core/model.hpp"

#include <optional>
#include <string>

namespace gw::core {

struct RetryPolicy {
    Duration base{2'000}, cap{1'800'000}, floor{1'000};
    Duration timeout_floor{60'000};             // after a time-out, 429 or 503 without Retry-After
    int message_faults_max = 25;                // then dead
    Duration message_time_max{72 * 3'600'000};  // then dead too, after some failures
    Duration partner_faults_max{72 * 3'600'000};  // then blocked "partner_parked", never dead
};
/// Base, cap and floor for this urgency: p0 1 s, 5 min, 0.5 s; p1 and p2 2 s, 30 min, 1 s; p3 30 s,
/// 2 h, 10 s.
RetryPolicy default_policy(Urgency urgency);

/// How long to ask, and when to stop believing.
struct ResolverPolicy {
    std::vector<Duration> ask_at{
        Duration(5'000),
        Duration(30'000),
        Duration(120'000),
        Duration(600'000),
        Duration(1'800'000)};        // after the unknown send; the last repeats
    Duration settle_time{900'000};   // per operation
    Duration not_found_gap{60'000};  // two "not found" at least this far apart, after settle_time
    Duration give_up_after{24 * 3'600'000};  // then blocked "unknown_unresolved"
};

/// Full jitter: max(floor, uniform in [0, min(cap, base * 2^failures))). jitter: [0, 1).
Duration next_delay(const RetryPolicy& policy, int failures, double jitter);

/// What became of a send.
Settlement settle_send(
    const RetryPolicy& retry,
    const ResolverPolicy& resolver,
    const Operation& operation,
    const Claim& claim,
    const Result<Receipt>& result,
    Instant began,
    Instant now,
    double jitter
);
/// What an enquiry about an unknown send decides: delivered, keep asking, send again, or blocked.
Settlement settle_enquiry(
    const ResolverPolicy& resolver,
    const Operation& operation,
    const Claim& claim,
    const Result<Enquiry>& result,
    Instant began,
    Instant now,
    double jitter
);
/// A send whose outcome is unknown and whose operation has no enquiry: blocked, or once more after
/// settle time where the operation says repeat_unknown_once.
Settlement settle_unresolvable(
    const ResolverPolicy& resolver, const Operation& operation, const Claim& claim, Instant now
);
/// prepare() refused: give_up -> dead, hold -> blocked with the error's code, others -> retry.
Settlement settle_refused_by_us(
    const Operation* operation, const Claim& claim, const Error& error, Instant now
);
/// The flag of a dead leg that its lane passes by (head of line: skip).
inline constexpr std::string_view skipped_flag = "skipped";

/// 429, 503 and time-outs: the partner has too much already.
bool is_overload(const Error& error);
/// "Later" about this leg only; the partner itself is well.
bool waits_alone(const Error& error);
/// Until when nothing goes to the partner, by its own wish: as it said, at most an hour and a
/// quarter of the time this leg has. nullopt: no such wish.
std::optional<Instant> rest_until(const Error& error, const Claim& claim, Instant now);

/// True when a leg may go from one state to the other.
bool may_become(LegState from, LegState to);

}  // namespace gw::core
