// How much may leave for one partner: rate, concurrency that adapts, and a budget for retries.
// Plain arithmetic.
#pragma once

#include "gateway/core/time.hpp"

#include <algorithm>
#include <cmath>

namespace gw::engine {

/// Token bucket at the contract rate; rate 0 = no limit.
class RateLimit {
public:
    explicit RateLimit(double per_second) : RateLimit(per_second, per_second) {}
    RateLimit(double per_second, double burst)
        : rate_(per_second), burst_(std::max(1.0, burst)), tokens_(burst_) {}
    /// Whole tokens there are now.
    int available(core::Instant now) {
        if (rate_ <= 0) return 1'000'000;
        if (filled_ != core::Instant{} && now > filled_) {
            const double seconds = static_cast<double>((now - filled_).count()) / 1000.0;
            tokens_ = std::min(burst_, tokens_ + seconds * rate_);
        }
        filled_ = now;
        return static_cast<int>(tokens_ + 1e-9);
    }
    void take() {
        if (rate_ > 0) tokens_ -= 1;
    }
    /// When the next token is there.
    core::Instant next(core::Instant now) const {
        if (rate_ <= 0 || tokens_ >= 1) return now;
        const double ms = std::ceil((1.0 - tokens_) / rate_ * 1000.0);
        return now + core::Duration(static_cast<std::int64_t>(std::max(1.0, ms)));
    }

private:
    double rate_, burst_, tokens_;
    core::Instant filled_{};
};

/// Additive increase, multiplicative decrease (at most once per round-trip time).
class Concurrency {
public:
    Concurrency(int start, int most) : limit_(std::min(start, most)), most_(most) {}
    int limit() const { return limit_; }
    void succeeded(core::Duration took) {
        round_trip_ = (round_trip_ * 7 + took) / 8;
        if (++good_ < 50) return;
        good_ = 0;
        limit_ = std::min(most_, limit_ + 1);
    }
    void overloaded(core::Instant now) {
        good_ = 0;
        if (now < quiet_until_) return;
        limit_ = std::max(1, limit_ / 2);
        quiet_until_ = now + round_trip_;
    }

private:
    int limit_, most_, good_ = 0;
    core::Duration round_trip_{100};
    core::Instant quiet_until_{};
};

/// Keeps retries near a tenth of the successes. Empty: one retry at a time, so that a backlog of
/// nothing but retries still drains.
class RetryBudget {
public:
    explicit RetryBudget(double most) : most_(most), tokens_(most) {}
    void succeeded() { tokens_ = std::min(most_, tokens_ + 0.1); }
    /// False: not now.
    bool take(int retries_in_flight) {
        if (tokens_ < 1 && retries_in_flight > 0) return false;
        tokens_ = std::max(0.0, tokens_ - 1);
        return true;
    }
    void timed_out() { tokens_ = std::max(0.0, tokens_ - 1); }
    double tokens() const { return tokens_; }

private:
    double most_, tokens_;
};

}  // namespace gw::engine
