// How fast a bulk replay goes, and when it stops by itself.
#include "gateway/core/replay.hpp"

#include <algorithm>

namespace gw::core {

double replay_rate(const ReplayPolicy& policy, std::optional<double> capacity, Duration since) {
    const bool known = capacity && *capacity > 0;
    const double most = known ? *capacity * policy.capacity_share : policy.rate_unknown;
    const auto steps = std::max<std::int64_t>(0, since / policy.ramp_step);
    return most * std::min(1.0, 0.1 * static_cast<double>(steps + 1));
}

void add_verdict(const ReplayPolicy& policy, std::string& verdicts, bool good) {
    verdicts.push_back(good ? 'd' : 'f');
    const auto most = static_cast<std::size_t>(policy.verdicts);
    if (verdicts.size() > most) verdicts.erase(0, verdicts.size() - most);
}

bool too_many_failed(const ReplayPolicy& policy, std::string_view verdicts) {
    const auto failed = std::count(verdicts.begin(), verdicts.end(), 'f');
    const auto counted =
        std::max<std::size_t>(verdicts.size(), static_cast<std::size_t>(policy.canary));
    return static_cast<double>(failed) > policy.failures_max * static_cast<double>(counted);
}

}  // namespace gw::core
