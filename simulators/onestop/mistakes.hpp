// What the played one-stop does wrong, as switches with rates.
#pragma once

#include "simulators/kit/faults.hpp"

#include <string>
#include <vector>

namespace sim::onestop {

namespace kit = sim::kit;

struct Mistake {
    const char* name;  // bare switch name
    double rate;       // share of the occasions on a usual day
    const char* what;  // for a person
};
/// Every switch, with the rate of a usual day.
const std::vector<Mistake>& all_mistakes();
/// A table that knows all switches ("onestop.webhook_500" or bare), none of them on.
kit::Faults mistake_table(std::uint64_t seed);
/// Switches everything on at the rates of a usual day.
void make_usual_mistakes(kit::Faults& table);

}  // namespace sim::onestop
