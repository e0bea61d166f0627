// The stage of a played day: a folder with certificates, secrets and the gateway's configuration.
#pragma once

#include <string>

namespace sim::app {

/// Between the simulated portal and the gateway of a played day.
inline constexpr const char* inbound_secret = "MAU-INBOUND-SECRET-0001";

struct SceneOptions {
    std::string root;        // of the project: certs/, mappings/
    std::string folder;      // everything is written here
    int port = 0;            // of the gateway
    std::string portal_url;  // http://127.0.0.1:PORT
    std::string file_networks;
    bool fast = true;  // waits of minutes become seconds, so that a day fits into one
    int rate = 2'000;
    int flush_delay_ms = 0;
};
struct Scene {
    std::string folder, config, base_url, authorities_pem, client_key_pem, log, admin_socket;
};
/// Makes the certificates, the secrets and lienthong.toml. Throws std::runtime_error.
Scene make_scene(const SceneOptions& options);
std::string read_file(const std::string& path);
/// Folder of the project, found from where this program stands (build/release). Throws
/// std::runtime_error.
std::string project_root();

}  // namespace sim::app
