// The circuit breaker of one partner: counts partner-blamed failures in a sliding window.
#include "gateway/core/delivery.hpp"

#include <algorithm>

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
    state_ = State::half_open;
    probing_ = true;
    return true;
}

void Breaker::succeeded(Instant now) {
    connect_failures_ = 0;
    count(now, false);
    // A late answer of a call that began before the opening says nothing about now.
    if (state_ != State::half_open) return;
    probing_ = false;
    if (++probes_good_ < policy_.probes_to_close) return;
    state_ = State::closed;
    buckets_.clear();
    openings_ = 0;
}

void Breaker::failed(Instant now, bool connect_failure, double jitter) {
    connect_failures_ = connect_failure ? connect_failures_ + 1 : 0;
    count(now, true);
    if (state_ == State::open) return;
    if (state_ == State::half_open) {
        open(now, jitter);
        return;
    }
    int calls = 0, bad = 0;
    for (const Bucket& b : buckets_) {
        calls += b.calls;
        bad += b.failed;
    }
    const bool many = calls >= policy_.calls_min && bad >= policy_.failure_share * calls;
    if (many || connect_failures_ >= policy_.connect_failures) open(now, jitter);
}

void Breaker::neutral() {
    probing_ = false;
}

Breaker::State Breaker::state(Instant now) const {
    if (state_ == State::open && now >= until_) return State::half_open;
    return state_;
}

void Breaker::open(Instant now, double jitter) {
    const int doublings = std::min(openings_++, 20);
    const Duration longest = std::min(policy_.open_max, policy_.open_min * (1 << doublings));
    const double spread = 0.8 + 0.4 * jitter;
    state_ = State::open;
    probing_ = false;
    probes_good_ = 0;
    connect_failures_ = 0;
    buckets_.clear();
    until_ =
        now + Duration(static_cast<std::int64_t>(static_cast<double>(longest.count()) * spread));
}

void Breaker::expire(Instant now) {
    while (!buckets_.empty() && now - buckets_.front().start >= policy_.window)
        buckets_.pop_front();
}

void Breaker::count(Instant now, bool failed) {
    expire(now);
    const Duration width = std::max(Duration(1), policy_.window / 10);
    if (buckets_.empty() || now - buckets_.back().start >= width) {
        Bucket b;
        b.start = now;
        buckets_.push_back(b);
    }
    ++buckets_.back().calls;
    buckets_.back().failed += failed ? 1 : 0;
}

}  // namespace gw::core
