// The circuit breaker: counts partner-blamed failures and slow calls in a sliding window.
#include "gateway/core/breaker.hpp"

#include <algorithm>
#include <cmath>

namespace gw::core {

bool Breaker::admit(Instant now) {
    switch (state(now)) {
        case State::closed:
            return true;
        case State::open:
            return false;
        case State::half_open:
            break;
    }
    if (probing_) return false;
    kept_.state = State::half_open;
    kept_.forced = false;
    probing_ = true;
    return true;
}

void Breaker::succeeded(Instant now, Duration took, double jitter) {
    connect_failures_ = 0;
    // A late answer of a call that began before the opening says nothing about now.
    if (kept_.state == State::open) return;
    if (kept_.state == State::closed) {
        count(now, false, slow(took));
        if (too_many()) open(now, jitter);
        return;
    }
    if (slow(took)) {
        open(now, jitter);
        return;
    }
    probing_ = false;
    if (++probes_good_ < policy_.probes_to_close) return;
    kept_ = BreakerKept();
    kept_.closed_at = now;
}

void Breaker::failed(Instant now, bool connect_failure, double jitter) {
    connect_failures_ = connect_failure ? connect_failures_ + 1 : 0;
    if (kept_.state == State::open) return;
    count(now, true, false);
    if (kept_.state == State::half_open || too_many() ||
        connect_failures_ >= policy_.connect_failures)
        open(now, jitter);
}

void Breaker::neutral() {
    probing_ = false;
}

void Breaker::force_open(Instant until) {
    shut(until);
    kept_.forced = true;
}

void Breaker::force_probe(Instant now) {
    if (kept_.state == State::closed) return;
    kept_.state = State::open;
    kept_.until = now;
    kept_.forced = false;
    probing_ = false;
}

Breaker::State Breaker::state(Instant now) const {
    if (kept_.state == State::open && now >= kept_.until) return State::half_open;
    return kept_.state;
}

bool Breaker::slow(Duration took) const {
    return policy_.latency.count() > 0 && took > 2 * policy_.latency;
}

bool Breaker::too_many() const {
    int calls = 0, bad = 0, late = 0;
    for (const Bucket& b : buckets_) {
        calls += b.calls;
        bad += b.failed;
        late += b.slow;
    }
    return calls >= policy_.calls_min &&
           (bad >= policy_.failure_share * calls || late >= policy_.slow_share * calls);
}

void Breaker::open(Instant now, double jitter) {
    const double doubled =
        std::ldexp(static_cast<double>(policy_.open_min.count()), kept_.openings++);
    const double longest = std::min(static_cast<double>(policy_.open_max.count()), doubled);
    const double spread = 0.8 + 0.4 * jitter;
    shut(now + Duration(static_cast<std::int64_t>(longest * spread)));
}

/// What was counted before an opening says nothing about the time after it.
void Breaker::shut(Instant until) {
    kept_.state = State::open;
    kept_.until = until;
    probing_ = false;
    probes_good_ = 0;
    buckets_.clear();
}

void Breaker::count(Instant now, bool failed, bool slow) {
    while (!buckets_.empty() && now - buckets_.front().start >= policy_.window)
        buckets_.pop_front();
    if (buckets_.empty() || now - buckets_.back().start >= policy_.window / 10) {
        Bucket b;
        b.start = now;
        buckets_.push_back(b);
    }
    ++buckets_.back().calls;
    buckets_.back().failed += failed ? 1 : 0;
    buckets_.back().slow += slow ? 1 : 0;
}

}  // namespace gw::core
