// The stage of a played day: a folder with certificates, secrets and the gateway's configuration.
#pragma once

#include "simulators/kit/server.hpp"

#include <map>
#include <string>

namespace sim::app {

/// Between the simulated portal and the gateway of a played day.
inline constexpr const char* inbound_secret = "MAU-INBOUND-SECRET-0001";

struct SceneOptions {
    std::string root;        // of the project: certs/, mappings/
    std::string folder;      // everything is written here
    int port = 0;            // of the gateway
    std::string portal_url;  // https://localhost:PORT, or plain http
    std::string file_networks;
    std::string more;  // further sections; @waits = the short waits of a played day
    std::map<std::string, std::string> secrets, files;  // further ones, by name
    bool fast = true;  // waits of minutes become seconds, so that a day fits into one
    int rate = 2'000;
    int flush_delay_ms = 0;
};
struct Scene {
    std::string folder, config, base_url, authorities_pem, client_key_pem, log, admin_socket;
};
/// Makes the certificates, the secrets and lienthong.toml. Throws std::runtime_error.
Scene make_scene(const SceneOptions& options);
/// The test authority of this folder and its key; makes it when it is missing.
/// Throws std::runtime_error.
kit::Certificate make_authority(const std::string& root, const std::string& folder);
/// Options of a TLS server of a simulated partner: a certificate for localhost, and the bad ones.
kit::ServerOptions tls_server(const kit::Certificate& authority);
std::string read_file(const std::string& path);
/// Folder of the project, found from where this program stands (build/release). Throws
/// std::runtime_error.
std::string project_root();

}  // namespace sim::app
