// Measures a gateway process from outside: accepts, whole lives, memory and start-up with many
// waiting.
#pragma once

#include <cstdint>
#include <string>

namespace sim::app {

struct BenchOptions {
    std::string gateway, root, measure;  // stage, accept, rate, life, waiting,
                                         // callbacks, lookups, tracking
    int connections = 64, count = 20'000, rate = 500, seconds = 20, flush_delay_ms = 0;
    int known = 20'000;  // of tracking: parcels the gateway ordered
};
/// Prints one JSON object with the figures; 0 when it could be measured.
int bench(const BenchOptions& options);

}  // namespace sim::app
