// What may leave for one partner, and what its answers teach.
#include "gateway/engine/gate.hpp"

#include <algorithm>

namespace gw::engine {
namespace {

using core::Breaker;
using core::Duration;
using core::Group;
using core::Instant;

constexpr std::array<std::string_view, groups> group_words = {"lookup", "write", "file"};
constexpr int lanes_max = 32;
/// So many legs that cannot be probes are passed over before one of them has to be one.
constexpr int passed_over_max = 8;
/// Of the learned rate: what may leave at once in a catch-up.
constexpr double pace_burst_share = 0.05;

core::Pace::Policy pace_policy(const PartnerLimits& limits) {
    core::Pace::Policy policy = limits.pace;
    policy.contract = limits.rate_per_s;
    return policy;
}

double burst_of(const PartnerLimits& limits) {
    return limits.burst > 0 ? limits.burst : limits.rate_per_s;
}

}  // namespace

std::string_view to_word(Group group) {
    return group_words[static_cast<std::size_t>(group)];
}

std::optional<Group> group_of(std::string_view word) {
    const auto* it = std::find(group_words.begin(), group_words.end(), word);
    if (it == group_words.end()) return std::nullopt;
    return static_cast<Group>(it - group_words.begin());
}

std::string_view to_word(Breaker::State state) {
    constexpr std::array<std::string_view, 3> words = {"closed", "open", "half_open"};
    return words[static_cast<std::size_t>(state)];
}

Gate::Gate(const PartnerLimits& limits, std::span<const core::Operation> operations)
    : limits_(limits),
      rate_(limits.rate_per_s, burst_of(limits)),
      concurrency_(limits.concurrency_start, limits.concurrency_max),
      budget_(limits.retry_tokens),
      quota_(limits.calls_per_day, limits.call_shares),
      pace_(pace_policy(limits)) {
    breakers_.fill(Breaker(limits.breaker));
    for (const core::Operation& operation : operations) used_[index(operation.group)] = true;
    if (!any(Breaker::State::closed, Instant{})) used_[index(Group::write)] = true;
}

bool Gate::any(Breaker::State state, Instant now) const {
    for (std::size_t i = 0; i < groups; ++i)
        if (used_[i] && breakers_[i].state(now) == state) return true;
    return false;
}

Breaker::State Gate::state(Instant now) const {
    if (any(Breaker::State::open, now)) return Breaker::State::open;
    return any(Breaker::State::half_open, now) ? Breaker::State::half_open : Breaker::State::closed;
}

bool Gate::parked() const {
    return std::any_of(breakers_.begin(), breakers_.end(), [](const Breaker& b) {
        return b.parked();
    });
}

int Gate::openings() const {
    int most = 0;
    for (const Breaker& b : breakers_) most = std::max(most, b.openings());
    return most;
}

std::optional<Instant> Gate::closed_until(Instant now) const {
    if (!limits_.opening.always()) {
        const auto opens = core::next_open(limits_.opening, limits_.calendar, now);
        if (!opens) return now + std::chrono::hours(24);
        if (*opens > now) return opens;
    }
    if (quota_.used_up(now)) return core::DayQuota::next_day(now);
    return std::nullopt;
}

void Gate::set_pace(Instant now) {
    const auto rate = pace_.rate(now);
    pace_rate_.set(now, rate.value_or(0), rate.value_or(0) * pace_burst_share);
}

double Gate::allowed_rate(Instant now) const {
    core::Pace pace = pace_;  // looking changes nothing
    return pace.rate(now).value_or(limits_.rate_per_s);
}

int Gate::room(Instant now, int in_flight, Instant& wake) {
    if (const auto opens = closed_until(now)) {
        wake = std::min(wake, *opens);
        return 0;
    }
    if (now < paused_until_) {
        wake = std::min(wake, paused_until_);
        return 0;
    }
    if (!any(Breaker::State::closed, now)) {
        if (any(Breaker::State::half_open, now)) return in_flight == 0 ? 1 : 0;
        for (std::size_t i = 0; i < groups; ++i)
            if (used_[i]) wake = std::min(wake, breakers_[i].opens_at());
        return 0;
    }
    if (careful_) return in_flight == 0 ? 1 : 0;
    set_pace(now);
    const int tokens = std::min(rate_.available(now), pace_rate_.available(now));
    if (tokens <= 0) wake = std::min(wake, std::max(rate_.next(now), pace_rate_.next(now)));
    int most = std::min({lanes_max, concurrency_.limit() - in_flight, tokens});
    if (quota_.limited()) most = static_cast<int>(std::min<std::int64_t>(most, quota_.left(now)));
    return most;
}

/// Lanes of a group that is not to be called come back one after the other, no faster than they
/// could leave: a backlog behind an open breaker costs no storm of claims.
Instant Gate::turn(Group group, Instant from) {
    const double rate = limits_.rate_per_s > 0 ? limits_.rate_per_s : 100;
    const Instant at = std::max(from, turns_[index(group)]);
    turns_[index(group)] = at + Duration(static_cast<std::int64_t>(1'000 / rate) + 1);
    return at;
}

/// The breaker of its group lets one call through, to see. Nothing that cannot be repeated goes:
/// where the partner can be asked about it, it is asked.
Gate::Pass Gate::probe(const core::Claim& claim, const core::Operation& operation, Instant now) {
    Pass pass;
    const bool once = operation.effect == core::Effect::once;
    if (claim.state != core::LegState::unknown && once) {
        if (operation.enquiry.empty() && ++passed_over_ <= passed_over_max) {
            pass.what = Pass::What::wait;
            pass.due = now + limits_.breaker.open_min;
            return pass;
        }
        // Only such legs wait: what is refused at the door does no harm, and waiting for ever does.
        if (!operation.enquiry.empty()) pass.what = Pass::What::ask;
    }
    passed_over_ = 0;
    if (breakers_[index(operation.group)].admit(now)) return pass;
    pass.what = Pass::What::wait;
    pass.due = turn(operation.group, now + Duration(1'000));
    return pass;
}

Gate::Pass Gate::pass(
    const core::Claim& claim,
    const core::Operation* operation,
    Instant now,
    int retries_in_flight,
    double u
) {
    Pass pass;
    const auto wait = [&pass](Instant due) {
        pass.what = Pass::What::wait;
        pass.due = due;
        return pass;
    };
    if (const auto opens = closed_until(now)) return wait(*opens);
    if (operation == nullptr) return pass;  // nothing leaves for it
    const bool urgent = claim.leg.urgency == core::Urgency::p0;
    const bool retry = is_retry(claim);
    const Instant soon = now + Duration(1'000 + static_cast<std::int64_t>(u * 4'000));
    const auto state = breakers_[index(operation->group)].state(now);
    if (state == Breaker::State::open)
        return wait(turn(operation->group, std::max(now, breaker(operation->group).opens_at())));
    if (quota_.limited() && quota_.left(now) <= 0) return wait(soon);
    if (quota_.limited() && !urgent && !quota_.may(claim.leg.agency, now)) return wait(soon);
    if (state == Breaker::State::half_open) {
        pass = probe(claim, *operation, now);
    } else {
        if (retry && !budget_.take(retries_in_flight, urgent)) return wait(soon);
        // Questions about unknown outcomes have a pace of their own.
        const bool spared = !urgent && claim.state != core::LegState::unknown;
        if (spared && !throttle_.admit(now, u)) return wait(soon);
    }
    if (pass.what == Pass::What::wait) return pass;
    rate_.take();
    pace_rate_.take();
    pace_.started(now);
    if (quota_.limited()) quota_.take(claim.leg.agency);
    return pass;
}

void Gate::answered(Group group, Instant began, Instant now, double jitter) {
    Breaker& b = breakers_[index(group)];
    const bool was_closed = b.state(now) == Breaker::State::closed;
    b.succeeded(now, now - began, jitter);
    concurrency_.succeeded(now - began);
    budget_.succeeded();
    throttle_.ended(now, true);
    pace_.answered(now, now - began);
    careful_ = false;
    if (!was_closed && b.state(now) == Breaker::State::closed) pace_.catch_up(now);
}

void Gate::spoke(Group group, Instant now) {
    Breaker& b = breakers_[index(group)];
    const bool was_closed = b.state(now) == Breaker::State::closed;
    b.succeeded(now);
    throttle_.ended(now, true);
    careful_ = false;
    if (!was_closed && b.state(now) == Breaker::State::closed) pace_.catch_up(now);
}

void Gate::refused_us(Group group, bool pause, Instant now) {
    neutral(group);
    throttle_.ended(now, true);
    if (!pause) return;
    paused_until_ = std::max(paused_until_, now + limits_.credential_pause);
    careful_ = true;
}

void Gate::overloaded(Instant now, bool said) {
    concurrency_.overloaded(now);
    pace_.overloaded(now, said);
    throttle_.ended(now, false);
}

void Gate::failed(Group group, bool connect, bool overload, bool lost, Instant now, double jitter) {
    if (overload)
        overloaded(now, !lost);
    else
        throttle_.ended(now, true);  // down is for the breaker, not for the throttle
    if (lost) budget_.timed_out();
    breakers_[index(group)].failed(now, connect, jitter);
}

void Gate::unused(Group group, const std::string& agency) {
    neutral(group);
    if (quota_.limited()) quota_.give_back(agency);
}

void Gate::neutral(Group group) {
    breakers_[index(group)].neutral();
}

void Gate::rest(Instant until) {
    paused_until_ = std::max(paused_until_, until);
}

void Gate::force_open(Group group, Instant until, std::string text) {
    breakers_[index(group)].force_open(until);
    texts_[index(group)] = std::move(text);
}

void Gate::force_probe(Group group, Instant now) {
    breakers_[index(group)].force_probe(now);
    texts_[index(group)].clear();
    paused_until_ = std::min(paused_until_, now);
}

std::string Gate::forced_text(Instant now) const {
    for (std::size_t i = 0; i < groups; ++i)
        if (used_[i] && breakers_[i].forced(now)) return texts_[i];
    return "";
}

PartnerKept Gate::kept() const {
    PartnerKept kept;
    for (std::size_t i = 0; i < groups; ++i) {
        kept.breakers[i] = breakers_[i].kept();
        if (kept.breakers[i].forced) kept.texts[i] = texts_[i];
    }
    kept.ceiling = pace_.learned();
    kept.quota = quota_.kept();
    return kept;
}

void Gate::restore(const PartnerKept& kept, Instant now) {
    for (std::size_t i = 0; i < groups; ++i) breakers_[i].restore(kept.breakers[i]);
    texts_ = kept.texts;
    quota_.restore(kept.quota);
    pace_.restore(kept.ceiling);
    for (const auto& b : kept.breakers)
        if (b.closed_at != Instant{} && now - b.closed_at < limits_.pace.slow_start)
            pace_.catch_up(now);
}

}  // namespace gw::engine
