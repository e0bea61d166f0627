// The resolver of unknown outcomes: what an enquiry decides. Pure.
#include "gateway/core/settling.hpp"

#include <algorithm>

namespace gw::core {
namespace settling {

Settlement carried_over(const Claim& claim, Instant began, Instant now) {
    Settlement s;
    s.attempts_message = claim.attempts_message;
    s.attempts_partner = claim.attempts_partner;
    s.enquiries = claim.enquiries;
    s.not_found = claim.not_found;
    s.sends_unknown = claim.sends_unknown;
    s.unknown_since = claim.unknown_since;
    s.began = began;
    s.ended = now;
    return s;
}

void block(Settlement& s, std::string reason, Outcome outcome) {
    s.state = LegState::blocked;
    s.outcome = outcome;
    s.reason = std::move(reason);
    s.due_at.reset();
}

void take_receipt(Settlement& s, const Receipt& receipt) {
    s.state = LegState::delivered;
    s.reference = receipt.reference;
    s.answer = receipt.answer;
    s.lane_note = receipt.lane_note;
    s.flag = receipt.flag;
}

std::optional<Duration> wish_of(const Error& error) {
    const auto& wish = error.retry_after;
    if (!wish || wish->count() <= 0 || *wish > std::chrono::hours(24)) return std::nullopt;
    return wish;
}

Duration clamped_wish(Duration wish, Duration computed, const Claim& claim, Instant now) {
    Duration most = std::chrono::hours(1);
    if (claim.leg.legal_deadline && *claim.leg.legal_deadline > now)
        most = std::min(most, Duration((*claim.leg.legal_deadline - now) / 4));
    return std::max(computed, std::min(wish, most));
}

Instant next_ask(
    const ResolverPolicy& policy, Instant since, int asked, Instant now, double jitter
) {
    GW_ASSERT(!policy.ask_at.empty());
    const auto n = static_cast<std::size_t>(std::max(asked, 0));
    Instant due = now + policy.ask_at.back();
    if (n < policy.ask_at.size()) due = since + policy.ask_at[n];
    if (due <= now) due = now + policy.ask_at.front();
    const Instant settled = since + policy.settle_time;
    if (settled > now) due = std::min(due, settled);
    // A little later, never earlier: many unknown outcomes of one outage do not ask in step.
    const auto spread = static_cast<double>((due - now).count()) * 0.1 * jitter;
    return due + Duration(static_cast<std::int64_t>(spread));
}

}  // namespace settling

namespace {

using namespace settling;

/// After this nobody asks any more: give_up_after, or half of the time to the deadline.
bool is_given_up(const ResolverPolicy& policy, const Claim& claim, Instant since, Instant now) {
    if (now - since >= policy.give_up_after) return true;
    const auto deadline = claim.leg.legal_deadline;
    return deadline && *deadline > since && now >= since + (*deadline - since) / 2;
}

void send_again(Settlement& s, Instant due) {
    s.state = LegState::retry;
    s.outcome = Outcome::retry;
    s.due_at = due;
    s.enquiries = 0;
    s.not_found = 0;
}

/// What a readable enquiry decides; the caller has set "keep asking". True: decided, nobody gives
/// up now.
bool decide(
    Settlement& s,
    const ResolverPolicy& resolver,
    const Operation& operation,
    const Claim& claim,
    const Enquiry& enquiry,
    Instant now
) {
    const bool repeatable = operation.effect != Effect::once;
    const bool settled = now - s.unknown_since >= resolver.settle_time;
    s.answer = enquiry.receipt.answer;
    s.lane_note = enquiry.receipt.lane_note;
    switch (enquiry.found) {
        case Found::done:
            take_receipt(s, enquiry.receipt);
            s.outcome = Outcome::already_there;
            s.due_at.reset();
            return true;
        case Found::different:
            if (repeatable)
                send_again(s, now);
            else
                block(s, "unknown_unresolved", Outcome::unknown);
            return true;
        case Found::not_found:
            if (!settled) return false;
            s.not_found = std::max(claim.not_found, 0) + 1;
            s.due_at = now + resolver.not_found_gap;
            if (s.not_found < 2) return true;
            send_again(s, now);
            s.sends_unknown = 0;  // its outcome is known now: it did not happen
            return true;
        case Found::processing:
            // The clock of settle time restarts once; -1 remembers that it did.
            if (claim.not_found >= 0) s.unknown_since = now;
            s.not_found = -1;
            return false;
        case Found::cannot_tell:
            break;
    }
    // One answer that nobody can read is a bad moment of the partner, three are its way.
    const bool asked_enough = settled && s.enquiries >= 3;
    const bool once_more =
        operation.repeat_unknown_once && claim.sends_unknown <= 1 && asked_enough;
    if (!repeatable && !once_more) return false;
    send_again(s, now);
    if (repeatable) return true;
    s.sends_unknown = std::max(1, claim.sends_unknown);
    s.flag = "possible_duplicate";
    return true;
}

}  // namespace

Settlement settle_unresolvable(
    const ResolverPolicy& resolver, const Operation& operation, const Claim& claim, Instant now
) {
    Settlement s = carried_over(claim, now, now);
    s.was_enquiry = true;
    s.unknown_since = claim.unknown_since == Instant{} ? now : claim.unknown_since;
    if (operation.repeat_unknown_once && claim.sends_unknown <= 1) {
        send_again(s, std::max(now, s.unknown_since + resolver.settle_time));
        s.sends_unknown = std::max(1, claim.sends_unknown);
        s.reason = "unknown_unresolved";
        s.flag = "possible_duplicate";
        return s;
    }
    block(s, "unknown_unresolved", Outcome::unknown);
    s.what =
        "The partner cannot be asked what became of this message: ask by telephone, then record "
        "the "
        "answer.";
    return s;
}

Settlement settle_enquiry(
    const ResolverPolicy& resolver,
    const Operation& operation,
    const Claim& claim,
    const Result<Enquiry>& result,
    Instant began,
    Instant now,
    double jitter
) {
    Settlement s = carried_over(claim, began, now);
    s.was_enquiry = true;
    if (s.unknown_since == Instant{}) s.unknown_since = now;
    ++s.enquiries;
    s.state = LegState::unknown;
    s.outcome = Outcome::unknown;
    s.due_at = next_ask(resolver, s.unknown_since, s.enquiries, now, jitter);
    if (result) {
        if (decide(s, resolver, operation, claim, *result, now)) return s;
    } else {
        const Error& error = result.error();
        s.reason = error.code;
        s.what = error.what;
        s.answer = error.answer;
        if (const auto wish = wish_of(error))
            s.due_at = now + clamped_wish(*wish, *s.due_at - now, claim, now);
    }
    if (is_given_up(resolver, claim, s.unknown_since, now))
        block(s, "unknown_unresolved", Outcome::unknown);
    return s;
}

}  // namespace gw::core
