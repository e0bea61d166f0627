// `lienthong-sim serve`: the simulated partners alone, for testers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sim::app {

struct ServeOptions {
    int port = 0;  // of the first; the others follow it. 0 = any free ones
    std::uint64_t seed = 1;
    double pace = 1.0;               // of parcels
    std::vector<std::string> names;  // empty: all
    std::string inbound_url, authorities_file, journal_file;
    std::string tls_folder, root;  // HTTPS with the test authority of this folder; "" = plain
};
/// Runs until SIGINT or SIGTERM.
int serve(const ServeOptions& options);

}  // namespace sim::app
