// One life with a single death of the process: counting its steps, and what every notice was
// answered.
#include "tests/town/world.hpp"

namespace gw::town_test {

void World::arrange_drill() {
    stores_.healed = true;  // nothing is left to chance
    lives_.resize(1);
    if (!drill_->silent_provider) return;
    for (auto* table : {&partners_.vnpay.faults(), &partners_.platform.faults()})
        table->set(sim::kit::Fault("ipn_never"));
}

bool World::dies(const std::string& where) {
    if (drill_ == nullptr || !drill_->steps.strikes(where)) return false;
    crash_wanted_ = true;
    return true;
}

/// A provider says again what it said long ago.
asio::awaitable<void> World::repeat_notices() {
    std::vector<ports::InRequest> all;
    for (const auto& [bytes, one] : notices_) all.push_back(one.first);
    for (auto& request : all) co_await exchange(std::move(request), true);
}

void World::compare_answers() {
    for (const auto& [bytes, one] : notices_)
        for (const std::string& answer : one.second)
            if (answer != one.second.front())
                outcome_.faults.push_back(
                    "I7 a repeated notice was answered " + answer + " after " + one.second.front()
                );
}

Outcome run_drill(Drill& drill, Plant plant) {
    drill.steps.count = 0;
    World world(1, plant, &drill);
    return world.run();
}

}  // namespace gw::town_test
