// When a partner's queue will be empty, who will be late, and the rate that would save them. Pure.
#pragma once

#include "gateway/core/time.hpp"
#include "gateway/core/words.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace gw::core {

/// Legs that wait. `count` of them share class and legal deadline.
struct WaitingLegs {
    WaitingLegs() = default;
    Urgency urgency = Urgency::p2;
    Instant effective{};  // they go in this order
    std::optional<Instant> legal_deadline;
    std::int64_t count = 1, tag = 0;  // tag: the caller's own, shown again when they will be late
};

/// What the partner bears, and what comes in meanwhile.
struct DrainRates {
    DrainRates() = default;
    double ceiling = 0;      // calls per second: learned, or of the contract; 0 = nobody knows
    double interactive = 0;  // of these, calls for people who wait (p0, p1) that keep coming
    Instant begins{};        // the partner can be sent to from then on
    bool away = false;       // it fails, and nobody knows until when: no end is named
};

struct DrainPlan {
    DrainPlan() = default;
    std::int64_t waiting = 0;
    std::array<std::int64_t, 4> by_class{};
    double rate = 0;                      // left for the backlog; 0 = nothing can be said
    std::optional<Instant> empty_at;      // unset: never at this rate
    std::int64_t late = 0;                // will miss their legal deadline
    std::int64_t lost = 0;                // of these, already past it
    std::optional<Instant> first_late;    // the earliest legal deadline that will be missed
    std::vector<std::int64_t> late_tags;  // of the first hundred, in the order of sending
    double saving_rate = 0;  // calls per second in all that leave late only the lost and what is
                             // due before it opens; 0 = none
};
/// Legs of a lane that wait for each other are taken as if they could all go.
DrainPlan drain_plan(std::vector<WaitingLegs> waiting, const DrainRates& rates, Instant now);

}  // namespace gw::core
