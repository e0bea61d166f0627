// The circuit breaker of one group of operations at one partner. Pure: every call takes the time.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <deque>

namespace gw::core {

/// What a breaker must still know after a restart, so that a restart does not storm the partner.
struct BreakerKept {
    enum class State : std::uint8_t { closed, open, half_open };
    BreakerKept() = default;
    State state = State::closed;
    int openings = 0;              // in a row
    Instant until{}, closed_at{};  // end of the opening; when it was last closed after one
    bool forced = false;           // by a person, until `until`
    bool operator==(const BreakerKept&) const = default;
};

class Breaker {
public:
    using State = BreakerKept::State;
    struct Policy {
        Duration window{30'000};
        int calls_min = 20;
        double failure_share = 0.5;
        int connect_failures = 5;  // in a row
        Duration latency{0};       // as the contract promises; 0 = it promises none
        double slow_share = 0.8;   // of calls that take longer than twice that
        Duration open_min{10'000}, open_max{300'000};
        int probes_to_close = 3;
        int parked_after = 10;  // openings in a row
    };
    Breaker() = default;
    explicit Breaker(Policy policy) : policy_(policy) {}
    /// May one more call start now? Half-open admits one at a time.
    bool admit(Instant now);
    /// Only partner-blamed failures count. `jitter` in [0,1) spreads the open time by +-20 %.
    /// `took` 0: the time says nothing.
    void succeeded(Instant now, Duration took = Duration(0), double jitter = 0.5);
    void failed(Instant now, bool connect_failure, double jitter);
    /// A call that ended without saying anything about the partner.
    void neutral();
    /// A person keeps it open until then; one at a time after that, as after any opening.
    void force_open(Instant until);
    /// A person wants it tried now.
    void force_probe(Instant now);

    State state(Instant now) const;
    /// When an open breaker admits a probe.
    Instant opens_at() const { return kept_.until; }
    /// A probe runs now: nothing else may start.
    bool probing() const { return probing_; }
    /// Openings since the breaker was last closed.
    int openings() const { return kept_.openings; }
    bool forced(Instant now) const { return kept_.forced && state(now) == State::open; }
    /// It opened so often that somebody must be told; it goes on probing.
    bool parked() const {
        return kept_.state != State::closed && kept_.openings >= policy_.parked_after;
    }
    const BreakerKept& kept() const { return kept_; }
    void restore(const BreakerKept& kept) { kept_ = kept; }

private:
    struct Bucket {
        Instant start;
        int calls = 0, failed = 0, slow = 0;
    };
    bool slow(Duration took) const;
    bool too_many() const;
    void open(Instant now, double jitter);
    void shut(Instant until);
    void count(Instant now, bool failed, bool slow);

    Policy policy_;
    BreakerKept kept_;
    std::deque<Bucket> buckets_;  // a tenth of the window each
    int connect_failures_ = 0, probes_good_ = 0;
    bool probing_ = false;
};

}  // namespace gw::core
