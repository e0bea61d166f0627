// Draws the options of a seed: each fault is off in some seeds and heavy in others.
#include "tests/sim/plan.hpp"

namespace gw::sim_test {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string_view to_word(Plant plant) {
    switch (plant) {
        case Plant::none:
            return "none";
        case Plant::delivered_whatever:
            return "delivered_whatever";
        case Plant::believe_not_found:
            return "believe_not_found";
        case Plant::fence_dropped:
            return "fence_dropped";
        case Plant::key_renewed:
            return "key_renewed";
        case Plant::next_while_unknown:
            return "next_while_unknown";
        case Plant::partner_faults_kill:
            return "partner_faults_kill";
        case Plant::yes_before_commit:
            return "yes_before_commit";
        case Plant::inbox_skipped:
            return "inbox_skipped";
        case Plant::release_forgotten:
            return "release_forgotten";
        case Plant::settle_forgotten:
            return "settle_forgotten";
        case Plant::hidden_chance:
            return "hidden_chance";
        case Plant::all:
            break;
    }
    return "?";
}

Plan::Plan(std::uint64_t seed) {
    test::SimRandom random(seed * 2'654'435'761ULL + 17);
    const auto rate = [&random](double most) {
        const bool off = random.chance(0.4);
        const double r = random.uniform() * most;
        return off ? 0.0 : r;
    };
    rates.connect = rate(0.2);
    rates.overload = rate(0.1);
    rates.server_error = rate(0.2);
    rates.lost_before = rate(0.15);
    rates.lost_after = rate(0.15);
    rates.late = rate(0.1);
    rates.processing = rate(0.5);
    rates.ours = rate(0.02);
    rates.repeated = rate(0.3);
    rates.enquiry_fails = rate(0.3);
    rates.store_refuses = rate(0.1);
    rates.crash_in_store = rate(0.01);
    dossiers = static_cast<int>(random.between(2, 12));
    messages_max = static_cast<int>(random.between(1, 6));
    crashes = static_cast<int>(random.between(0, 4));
    outages = static_cast<int>(random.between(0, 2));
    zombies = random.chance(0.3);
    poison = rate(0.03);
    looked_at = rate(0.03);
    resend = rate(0.3);
    concurrency = static_cast<int>(random.between(1, 8));
    rate_per_s = random.chance(0.2) ? 0.5 + random.uniform() * 5 : 0;
    faults_for = random.duration(minutes(20), minutes(120));
    resolver.give_up_after = minutes(90);
    if (random.chance(0.5)) {  // the scaled-down times of the demonstration
        latency_max = seconds(2);
        late_max = seconds(8);
        retry.base = Duration(200);
        retry.cap = seconds(20);
        retry.floor = Duration(50);
        retry.timeout_floor = seconds(2);
        retry.partner_faults_max = minutes(10);
        resolver.ask_at = {Duration(500), seconds(2), seconds(5), seconds(20), seconds(60)};
        resolver.settle_time = seconds(15);
        resolver.not_found_gap = seconds(3);
    } else {
        latency_max = seconds(60);
        late_max = minutes(12);
    }
}

}  // namespace gw::sim_test
