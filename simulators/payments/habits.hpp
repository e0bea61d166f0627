// How invented citizens behave in front of a payment page, for days that are played without a
// browser.
#pragma once

#include "simulators/kit/text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sim::payments {

namespace core = gw::core;

/// Shares need not sum to 1; what is left does nothing, and the payment ends by its own time.
struct Habits {
    Habits() = default;
    bool on = false;
    double pay = 0.86, cancel = 0.07, fail = 0.03;
    core::Duration least{20'000}, most{180'000};  // until they decide
};

struct Decision {
    Decision() = default;
    std::string action;  // pay, cancel, fail; "" = walks away
    core::Instant at{};
};

/// The same seed and reference decide the same, in whatever order payments come.
inline Decision decide(
    const Habits& habits, std::uint64_t seed, std::string_view reference, core::Instant now
) {
    kit::Random random(kit::mix(seed, reference));
    Decision d;
    auto span = static_cast<std::size_t>((habits.most - habits.least).count() + 1);
    d.at =
        now + habits.least + core::Duration(static_cast<core::Duration::rep>(random.below(span)));
    double drawn = random.uniform();
    if (drawn < habits.pay)
        d.action = "pay";
    else if (drawn < habits.pay + habits.cancel)
        d.action = "cancel";
    else if (drawn < habits.pay + habits.cancel + habits.fail)
        d.action = "fail";
    return d;
}

}  // namespace sim::payments
