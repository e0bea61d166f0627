// How fast a partner may be sent to after an outage, and what ceiling was learned. Pure.
#pragma once

#include "gateway/core/time.hpp"

#include <optional>
#include <vector>

namespace gw::core {

/// The highest rate that a partner was seen to bear, and since when we know. 0 = not known.
struct LearnedCeiling {
    LearnedCeiling() = default;
    double per_s = 0;
    Instant at{};
    Duration quiet_p99{0};  // of calls while there was no backlog; 0 = not known
    bool operator==(const LearnedCeiling&) const = default;
};

/// Slow start to the learned rate, then up step by step until the partner shows that it is enough,
/// back a little, wait, and again. While no ceiling is known and nothing is caught up it allows
/// what the contract allows.
class Pace {
public:
    struct Policy {
        double contract = 0;  // calls per second; 0 = none agreed
        double first = 10;    // learned rate of a partner of which nothing is known or agreed
        double floor = 1;
        double start_share = 0.1, grow = 1.1, back = 0.8;
        double saturated = 0.7;  // of the allowed rate was used: else nothing was learned from it
        Duration slow_start{60'000}, step{10'000}, hold{300'000}, quiet{60'000};
        int samples_min = 20;  // for a p99
    };
    Pace() : Pace(Policy()) {}
    explicit Pace(Policy policy) : policy_(policy) {}

    /// The partner came back.
    void catch_up(Instant now);
    void started(Instant now);
    void answered(Instant now, Duration took);
    /// 429 or 503; `said` false: a time-out, which one call in many has at any rate.
    void overloaded(Instant now, bool said = true);
    /// Calls per second that may leave now; nullopt: as many as the contract allows.
    std::optional<double> rate(Instant now);
    /// The rate is what keeps the queue waiting, or was a minute ago.
    bool catching_up(Instant now) const {
        return mode_ == Mode::slow_start || (mode_ != Mode::free && now - busy_at_ < policy_.quiet);
    }
    const LearnedCeiling& learned() const { return learned_; }
    void restore(const LearnedCeiling& learned);

private:
    enum class Mode : std::uint8_t { free, slow_start, ramp, hold };
    void advance(Instant now);
    void begin_step(Instant now);
    void end_step(Instant now);
    void retreat(Instant now);
    double limited(double rate) const;
    double current(Instant now) const;
    bool is_saturated(Instant now) const;
    Duration p99();
    void learn_quiet(Duration p);
    bool is_too_much() const { return bad_ > 0 || (lost_ > 0 && lost_ * 20 >= calls_); }
    bool is_far_too_much() const { return (bad_ + lost_) * 5 >= calls_; }

    Policy policy_;
    LearnedCeiling learned_;
    Mode mode_ = Mode::free;
    double rate_ = 0;       // allowed in ramp and hold; the goal of a slow start
    double last_good_ = 0;  // the highest rate that went well in this catch-up
    double seen_ = 0;       // the highest rate that went well without any limit
    Instant since_{}, hold_until_{}, busy_at_{}, step_{};
    int calls_ = 0, bad_ = 0, lost_ = 0;  // in this step
    bool last_saturated_ = false, retreated_ = false;
    std::vector<Duration> times_;  // of this step's answers
};

}  // namespace gw::core
