// How fast a bulk replay goes, and when it stops by itself. Pure.
#pragma once

#include "gateway/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::core {

struct ReplayPolicy {
    ReplayPolicy() = default;
    int canary = 10;                 // sent first; the rest waits for their verdicts
    double capacity_share = 0.2;     // of what the partner takes in a second …
    double rate_unknown = 20;        // … and so many when nobody knows that
    Duration ramp_step{10'000};      // a tenth of the rate more after each
    int verdicts = 50;               // the last ones decide about failures
    double failures_max = 0.1;       // a larger share of them: pause
    Duration p0_wait{5'000};         // a p0 leg that waited longer: pause
    int open_max = 200;              // sent back and without a verdict
    Duration behind_after{600'000};  // without a verdict for so long: not counted as open any more
    Duration verdict_wait{3'600'000};  // after the last was sent back; then the job ends as it is
};

/// Legs a second, so long after the verdicts about the canary. `capacity`: what the partner takes
/// in a second.
double replay_rate(const ReplayPolicy& policy, std::optional<double> capacity, Duration since);

/// Verdicts about single legs, newest last: 'd' done, 'f' failed. Keeps as many as the policy looks
/// at.
void add_verdict(const ReplayPolicy& policy, std::string& verdicts, bool good);
/// True when too large a share of them failed; fewer than a canary say nothing.
bool too_many_failed(const ReplayPolicy& policy, std::string_view verdicts);

}  // namespace gw::core
