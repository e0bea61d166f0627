// What one seed draws: rates of faults, times, sizes. Nothing else decides about a run.
#pragma once

#include "gateway/core/delivery.hpp"
#include "tests/kit/sim_clock.hpp"

#include <string_view>

namespace gw::sim_test {

namespace asio = boost::asio;
using core::Duration;
using core::Instant;

/// A planted defect that the checks must find; only in test doubles, never in the product.
enum class Plant {
    none,
    delivered_whatever,   // the sink reports success whatever the partner said
    believe_not_found,    // the resolver believes "not found" at once
    fence_dropped,        // an old process settles with the newest fence
    key_renewed,          // the effect key is made anew at each attempt
    next_while_unknown,   // the lane goes on while its head is unknown
    partner_faults_kill,  // an outage counts towards dead
    yes_before_commit,    // a refused acceptance is reported as accepted
    inbox_skipped,        // repeats of a message are not recognised
    release_forgotten,    // a lane given back is never due again
    settle_forgotten,     // a settlement is reported as written and is not
    hidden_chance,        // a random choice that does not come from the seed
    all
};
std::string_view to_word(Plant plant);

struct Rates {
    double connect = 0, overload = 0, server_error = 0, lost_before = 0, lost_after = 0, late = 0,
           processing = 0, ours = 0, repeated = 0, enquiry_fails = 0, store_refuses = 0,
           crash_in_store = 0;
};

struct Plan {
    Plan(std::uint64_t seed);
    Rates rates;
    int dossiers = 0, messages_max = 0, crashes = 0, outages = 0;
    bool zombies = false;  // a crashed process lives on for a while
    double poison = 0, looked_at = 0, resend = 0, slow = 0.02;
    Duration faults_for{0}, latency_max{0}, late_max{0};
    core::RetryPolicy retry;
    core::ResolverPolicy resolver;
    int concurrency = 4;
    double rate_per_s = 0;
};

}  // namespace gw::sim_test
