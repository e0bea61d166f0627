// What the people of one life do, and a drill: one such life with a single death of the process at
// one counted step.
#pragma once

#include "tests/kit/sim_clock.hpp"

#include <optional>
#include <string>

namespace gw::town_test {

/// Before the page of a provider.
struct Visit {
    Visit() = default;
    explicit Visit(test::SimRandom& random);
    std::string does = "pay";  // "": looks and goes away
    core::Duration thinks{30'000};
    bool forged = false;   // a stranger speaks meanwhile
    bool cancels = false;  // at the counter, before
};

struct LifePlan {
    LifePlan() = default;
    explicit LifePlan(test::SimRandom& random);
    int fees = 1;
    std::string provider = "vnpay";
    bool identity = true, cash = false, gives_back = false, lacks = false, posts = false,
         regrets = false;
    bool phone = true, on_zalo = true;  // the citizen's: without one nobody is texted
    std::string opts_out;               // channel that the citizen does not want; "" = none
    std::optional<Visit> visit;         // unset: drawn anew at each attempt
};

/// Where a process may die: at every write before and after its commit, at every call before it
/// leaves and before its answer arrives, at every answer before it goes out.
struct Steps {
    Steps() = default;
    int at = 0;  // dies at this one, counted from 1; 0: nowhere
    int count = 0;
    std::string where;  // the step at which it died
    bool strikes(const std::string& what) {
        if (++count != at) return false;
        where = what;
        return true;
    }
};

struct Drill {
    Drill() = default;
    std::string name;
    LifePlan plan;
    bool silent_provider = false;  // no notice of a payment comes: it must be asked for
    Steps steps;
};

}  // namespace gw::town_test
