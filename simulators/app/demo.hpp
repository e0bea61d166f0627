// Plays a working day: gateway, simulated portal and simulated one-stop together, then compares
// every dossier.
#pragma once

#include "simulators/app/report.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::app {

struct DemoOptions {
    std::string gateway;  // program
    std::string root;     // of the project; "" = found
    std::string folder;   // kept when named; "" = a temporary one
    int dossiers = 500;
    std::uint64_t seed = 1;
    double seconds = 0;  // how long the day takes; 0 = about a minute for 500
    bool headless = false, calm = false, linger = false;
    int kills = 0;  // kill -9 so often while the day is played
    int flush_delay_ms = 0;
    std::string report;                 // JSON file
    std::vector<std::string> switches;  // NAME=RATE: over the rates of a usual day
};
/// 0: everything arrived exactly once, in order, as it was sent.
int play(const DemoOptions& options);

}  // namespace sim::app
