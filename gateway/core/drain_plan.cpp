// The drain planner: a queue in the order of effective deadlines, served at a constant rate.
#include "gateway/core/drain_plan.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gw::core {
namespace {

constexpr std::size_t tags_max = 100;

double seconds(Duration d) {
    return static_cast<double>(d.count()) / 1000.0;
}

Duration duration(double s) {
    constexpr double longest = 3'650.0 * 86'400.0;  // what lies beyond ten years is never
    return Duration(static_cast<std::int64_t>(std::ceil(std::min(s, longest) * 1000.0)));
}

/// How many of `count` legs, sent one after the other behind `before` others, are done by
/// `seconds_left` at `rate`.
std::int64_t done_in_time(double before, std::int64_t count, double seconds_left, double rate) {
    const double n = std::floor(seconds_left * rate - before + 1e-9);
    return static_cast<std::int64_t>(std::clamp(n, 0.0, static_cast<double>(count)));
}

}  // namespace

DrainPlan drain_plan(std::vector<WaitingLegs> waiting, const DrainRates& rates, Instant now) {
    std::ranges::sort(waiting, {}, [](const WaitingLegs& legs) {
        return std::tuple(
            legs.effective, legs.legal_deadline.value_or(Instant::max()), legs.urgency
        );
    });
    DrainPlan plan;
    const Instant begins = std::max(now, rates.begins);
    const bool known = rates.ceiling > 0;
    // Bulk is never starved: whatever people ask for, a twentieth is left.
    if (known) plan.rate = std::max(rates.ceiling - rates.interactive, rates.ceiling * 0.05);
    double before = 0, needed = 0;
    for (const WaitingLegs& legs : waiting) {
        plan.waiting += legs.count;
        plan.by_class[static_cast<std::size_t>(legs.urgency)] += legs.count;
        if (legs.legal_deadline) {
            const double left = seconds(*legs.legal_deadline - begins);
            std::int64_t late = 0;
            if (*legs.legal_deadline <= now)
                plan.lost += late = legs.count;
            else if (left <= 0)
                late = legs.count;
            else if (known)
                late = legs.count - done_in_time(before, legs.count, left, plan.rate);
            if (left > 0)
                needed = std::max(needed, (before + static_cast<double>(legs.count)) / left);
            plan.late += late;
            if (late > 0) {
                const Instant missed = *legs.legal_deadline;
                plan.first_late = std::min(plan.first_late.value_or(missed), missed);
                if (plan.late_tags.size() < tags_max) plan.late_tags.push_back(legs.tag);
            }
        }
        before += static_cast<double>(legs.count);
    }
    if (known && !rates.away) plan.empty_at = begins + duration(before / plan.rate);
    if (plan.late > plan.lost && needed > 0) plan.saving_rate = needed + rates.interactive;
    return plan;
}

}  // namespace gw::core
