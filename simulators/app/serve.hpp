// `lienthong-sim serve`: the simulated portal alone, for testers.
#pragma once

#include <cstdint>
#include <string>

namespace sim::app {

struct ServeOptions {
    int port = 0;
    std::uint64_t seed = 1;
    std::string inbound_url, authorities_file, journal_file;
    std::string tls_folder, root;  // HTTPS with the test authority of this folder; "" = plain
};
/// Runs until SIGINT or SIGTERM.
int serve(const ServeOptions& options);

}  // namespace sim::app
