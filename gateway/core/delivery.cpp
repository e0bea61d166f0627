// Delivery arithmetic: retries, the two counters, the resolver of unknown outcomes and the circuit
// breaker.
#include "gateway/core/settling.hpp"

#include <algorithm>
#include <cmath>

namespace gw::core {
namespace {

using namespace settling;
using std::chrono::hours;
using std::chrono::minutes;

/// A leg that merely waited long behind others is not stopped by its first failure.
constexpr int failures_min = 10;
/// A connector may ask for "at once" this often; later it waits like everything else.
constexpr int at_once_max = 10;

bool changes_note(const Error& error, const Claim& claim) {
    return error.lane_note && *error.lane_note != claim.lane_note;
}

Duration retry_wait(
    const RetryPolicy& retry, const Claim& claim, const Error& error, Instant now, double jitter
) {
    const int failures = claim.attempts_message + claim.attempts_partner;
    if (error.retry_after && error.retry_after->count() == 0 && changes_note(error, claim) &&
        failures < at_once_max)
        return Duration(0);
    Duration wait = next_delay(retry, failures, jitter);
    if (const auto wish = wish_of(error)) return clamped_wish(*wish, wait, claim, now);
    if (is_overload(error) || error.blame == Blame::ours)
        wait = std::max(wait, retry.timeout_floor);
    return wait;
}

/// partner-blamed failures stop at the legal deadline, else after
/// partner_faults_max.
bool is_parked(const RetryPolicy& retry, const Claim& claim, int failures, Instant now) {
    if (failures < failures_min) return false;
    const auto deadline = claim.leg.legal_deadline;
    if (deadline && *deadline > claim.enqueued_at) return now >= *deadline;
    return now - claim.enqueued_at >= retry.partner_faults_max;
}

/// Quarantined. Where order does not matter its lane goes on without it.
void put_aside(Settlement& s, const Operation* operation, Outcome outcome) {
    s.state = LegState::dead;
    s.outcome = outcome;
    s.due_at.reset();
    if (operation != nullptr && operation->head_of_line == HeadOfLine::skip) s.flag = skipped_flag;
}

/// Failures that are the message's own fault have gone on for too long.
bool is_hopeless(
    const RetryPolicy& retry,
    const Operation& operation,
    const Claim& claim,
    int failures,
    Instant now
) {
    int most = retry.message_faults_max;
    if (operation.head_of_line == HeadOfLine::skip && operation.skip_after > 0)
        most = std::min(most, operation.skip_after);
    if (failures >= most) return true;
    if (failures < failures_min) return false;
    const auto deadline = claim.leg.legal_deadline;
    const bool is_late = claim.leg.urgency == Urgency::p0 && deadline && now >= *deadline;
    return is_late || now - claim.enqueued_at >= retry.message_time_max;
}

void settle_retry(
    Settlement& s,
    const RetryPolicy& retry,
    const Operation& operation,
    const Claim& claim,
    const Error& error,
    Instant now,
    double jitter
) {
    s.outcome =
        error.retry_after && error.retry_after->count() > 0 ? Outcome::throttled : Outcome::retry;
    s.due_at = now + retry_wait(retry, claim, error, now, jitter);
    if (error.blame == Blame::message) {
        ++s.attempts_message;
        if (is_hopeless(retry, operation, claim, s.attempts_message, now))
            put_aside(s, &operation, Outcome::dead);
    } else if (error.blame == Blame::partner) {
        ++s.attempts_partner;
        if (is_parked(retry, claim, s.attempts_partner, now))
            block(s, "partner_parked", Outcome::retry);
    }
}

/// No verdict came for something that may not simply be sent again: ask first.
void settle_unknown(
    Settlement& s,
    const ResolverPolicy& resolver,
    const Operation& operation,
    const Claim& claim,
    Instant now,
    double jitter
) {
    ++s.attempts_partner;
    ++s.sends_unknown;
    s.enquiries = 0;
    s.not_found = 0;
    s.unknown_since = now;
    s.state = LegState::unknown;
    s.outcome = Outcome::unknown;
    s.due_at = next_ask(resolver, now, 0, now, jitter);
    if (!operation.enquiry.empty()) return;
    Claim after = claim;
    after.sends_unknown = s.sends_unknown;
    after.unknown_since = now;
    const Settlement rest = settle_unresolvable(resolver, operation, after, now);
    s.state = rest.state;
    s.reason = rest.reason;
    s.due_at = rest.due_at;
    s.flag = rest.flag;
}

}  // namespace

bool is_overload(const Error& error) {
    return error.advice == Advice::enquire || error.code.ends_with(".throttled") ||
           error.code.ends_with(".timeout") || error.code.ends_with(".unavailable");
}

bool waits_alone(const Error& error) {
    return error.advice == Advice::retry && error.blame == Blame::partner && wish_of(error) &&
           !is_overload(error);
}

std::optional<Instant> rest_until(const Error& error, const Claim& claim, Instant now) {
    const auto wish = wish_of(error);
    if (!wish || error.blame != Blame::partner || !is_overload(error)) return std::nullopt;
    return now + clamped_wish(*wish, Duration(0), claim, now);
}

RetryPolicy default_policy(Urgency urgency) {
    RetryPolicy p;
    switch (urgency) {
        case Urgency::p0:
            p.base = Duration(1'000);
            p.cap = minutes(5);
            p.floor = Duration(500);
            break;
        case Urgency::p3:
            p.base = Duration(30'000);
            p.cap = hours(2);
            p.floor = Duration(10'000);
            p.partner_faults_max = p.message_time_max = hours(7 * 24);
            break;
        case Urgency::p1:
        case Urgency::p2:
            break;
    }
    return p;
}

Duration next_delay(const RetryPolicy& policy, int failures, double jitter) {
    GW_ASSERT(failures >= 0);
    GW_ASSERT(jitter >= 0 && jitter < 1);
    const double ceiling = std::min(
        static_cast<double>(policy.cap.count()),
        std::ldexp(static_cast<double>(policy.base.count()), failures)
    );
    return std::max(policy.floor, Duration(static_cast<std::int64_t>(ceiling * jitter)));
}

Settlement settle_send(
    const RetryPolicy& retry,
    const ResolverPolicy& resolver,
    const Operation& operation,
    const Claim& claim,
    const Result<Receipt>& result,
    Instant began,
    Instant now,
    double jitter
) {
    Settlement s = carried_over(claim, began, now);
    if (result) {
        take_receipt(s, *result);
        s.outcome = result->already_there ? Outcome::already_there : Outcome::delivered;
        // An earlier send of an unrepeatable operation was never explained (NP-25).
        if (operation.effect == Effect::once && claim.sends_unknown > 0 && s.flag.empty())
            s.flag = "possible_duplicate";
        return s;
    }
    const Error& error = result.error();
    s.reason = error.code;
    s.what = error.what;
    s.answer = error.answer;
    s.lane_note = error.lane_note;
    switch (error.advice) {
        case Advice::retry:
        case Advice::stop:
            settle_retry(s, retry, operation, claim, error, now, jitter);
            break;
        case Advice::hold:
            block(s, error.code, Outcome::refused);
            break;
        case Advice::give_up:
            // Whatever an outage answers, it never quarantines a citizen's dossier.
            if (error.blame == Blame::partner) {
                block(s, error.code, Outcome::refused);
                break;
            }
            ++s.attempts_message;
            put_aside(s, &operation, Outcome::refused);
            break;
        case Advice::enquire:
            if (operation.effect == Effect::idempotent) {
                settle_retry(s, retry, operation, claim, error, now, jitter);
                break;
            }
            settle_unknown(s, resolver, operation, claim, now, jitter);
            break;
    }
    return s;
}

Settlement settle_refused_by_us(
    const Operation* operation, const Claim& claim, const Error& error, Instant now
) {
    Settlement s = carried_over(claim, now, now);
    s.reason = error.code;
    s.what = error.what;
    s.lane_note = error.lane_note;
    switch (error.advice) {
        case Advice::give_up:
            ++s.attempts_message;
            put_aside(s, operation, Outcome::refused);
            break;
        case Advice::hold:
            block(s, error.code, Outcome::refused);
            break;
        case Advice::retry:
        case Advice::enquire:
        case Advice::stop:
            s.due_at = now + std::max(Duration(1'000), error.retry_after.value_or(minutes(1)));
            break;
    }
    return s;
}

bool may_become(LegState from, LegState to) {
    using enum LegState;
    switch (from) {
        case ready:
        case retry:
            return to == sending || to == retry || to == blocked || to == dead ||
                   to == superseded || to == expired || to == cancelled ||
                   (from == retry && to == ready);
        case sending:  // ready: recovery of a crashed attempt that may be repeated
            return to == delivered || to == retry || to == unknown || to == blocked || to == dead ||
                   to == ready;
        case unknown:
            return to == unknown || to == delivered || to == retry || to == blocked;
        case blocked:
            return to == ready || to == delivered || to == superseded || to == expired ||
                   to == cancelled;
        case dead:
            return to == ready || to == cancelled;
        case delivered:
        case superseded:
        case expired:
        case cancelled:
            break;
    }
    return false;
}

}  // namespace gw::core
