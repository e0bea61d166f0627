// Clock arithmetic: base time plus scaled time since the anchor.
#include "simulators/kit/clock.hpp"

#include <chrono>
#include <utility>

namespace sim::kit {

Clock::Clock(Source real) : real_(std::move(real)) {
    if (!real_)
        real_ = [] {
            return std::chrono::time_point_cast<core::Duration>(std::chrono::system_clock::now());
        };
}

core::Instant Clock::now() const {
    if (real_time_) return real_() + ahead_;
    auto passed = static_cast<double>((real_() - anchor_).count()) * speed_;
    return base_ + core::Duration(static_cast<core::Duration::rep>(passed)) + ahead_;
}

void Clock::follow_real() {
    real_time_ = true;
    ahead_ = core::Duration(0);
}

void Clock::run_from(core::Instant at, double speed) {
    real_time_ = false;
    speed_ = speed < 0 ? 0 : speed;
    base_ = at;
    anchor_ = real_();
    ahead_ = core::Duration(0);
}

void Clock::advance(core::Duration by) {
    if (by.count() > 0) ahead_ += by;
}

}  // namespace sim::kit
