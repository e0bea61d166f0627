// How much may leave for one partner: rate, concurrency that adapts, and a budget for retries.
// Plain arithmetic.
#pragma once

#include "gateway/core/time.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>

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
    /// From now on so many; what was saved up beyond the new burst is lost. 0 = no limit.
    void set(core::Instant now, double per_second, double burst) {
        available(now);
        if (rate_ <= 0) filled_ = now;
        rate_ = per_second;
        burst_ = std::max(1.0, burst);
        tokens_ = std::min(tokens_, burst_);
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
    /// False: not now. `urgent`: goes whatever is left.
    bool take(int retries_in_flight, bool urgent) {
        if (tokens_ < 1 && retries_in_flight > 0 && !urgent) return false;
        if (tokens_ >= 1) tokens_ -= 1;
        return true;
    }
    /// The retry that follows costs one too: two in all.
    void timed_out() { tokens_ = std::max(0.0, tokens_ - 1); }
    double tokens() const { return tokens_; }

private:
    double most_, tokens_;
};

/// Refuses calls here that the partner would refuse there: when it takes less than half of what it
/// is asked, over two minutes. What was refused here is not counted as asked: the same lanes ask
/// again every few seconds, and would keep the door shut long after the partner is well.
class ClientThrottle {
public:
    /// False: the partner is spared this one. `u`: uniform in [0, 1).
    bool admit(core::Instant now, double u) {
        expire(now);
        if (u >= refusal()) return true;
        ++refused_;
        return false;
    }
    /// A call ended; `accepted`: it was not turned away for too much load.
    void ended(core::Instant now, bool accepted) {
        expire(now);
        ++buckets_.back().requests;
        buckets_.back().accepts += accepted ? 1 : 0;
    }
    /// max(0, (requests - 2 * accepts) / (requests + 1))
    double refusal() const {
        double requests = 0, accepts = 0;
        for (const Bucket& b : buckets_) {
            requests += b.requests;
            accepts += b.accepts;
        }
        return std::max(0.0, (requests - 2 * accepts) / (requests + 1));
    }
    std::uint64_t refused() const { return refused_; }

private:
    struct Bucket {
        core::Instant start;
        int requests = 0, accepts = 0;
    };
    void expire(core::Instant now) {
        constexpr core::Duration window{120'000}, width{10'000};
        while (!buckets_.empty() && now - buckets_.front().start >= window) buckets_.pop_front();
        if (buckets_.empty() || now - buckets_.back().start >= width) {
            Bucket b;
            b.start = now;
            buckets_.push_back(b);
        }
    }
    std::deque<Bucket> buckets_;
    std::uint64_t refused_ = 0;
};

}  // namespace gw::engine
