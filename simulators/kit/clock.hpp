// The simulators' clock: real, frozen, or running from a set time at a set speed.
#pragma once

#include "gateway/core/time.hpp"

#include <functional>

namespace sim::kit {

namespace core = gw::core;

class Clock {
public:
    using Source = std::function<core::Instant()>;
    /// `real` tells the time of the world; empty = the system clock.
    explicit Clock(Source real = {});

    core::Instant now() const;
    /// From now on the world's time again.
    void follow_real();
    /// From now on `at`, running `speed` times as fast as the world; 0 = frozen until the next
    /// change.
    void run_from(core::Instant at, double speed);
    /// Moves forward (never back).
    void advance(core::Duration by);
    bool is_real() const { return real_time_; }
    double speed() const { return real_time_ ? 1.0 : speed_; }

private:
    Source real_;
    bool real_time_ = true;
    double speed_ = 1.0;
    core::Instant base_{}, anchor_{};
    core::Duration ahead_{0};
};

}  // namespace sim::kit
