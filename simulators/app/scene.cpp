// Writes the stage of a played day.
#include "simulators/app/scene.hpp"

#include "simulators/app/gateway_process.hpp"
#include "simulators/kit/certificates.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace sim::app {
namespace {
namespace fs = std::filesystem;

void write_secret(const fs::path& path, const std::string& text) {
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), 0400);
}

std::string waits(bool fast) {
    if (!fast) return "";
    return R"(retry_base = "150ms"
retry_cap = "2s"
retry_floor = "50ms"
timeout_floor = "500ms"
ask_at = ["200ms", "600ms", "1s"]
not_found_gap = "500ms"
breaker_open = "1s"
)";
}
std::string operations(bool fast) {
    if (!fast) return "";
    std::string text;
    for (const char* name : {"DongBoHoSoMC", "CapNhatTienDoHoSoMC", "DongBoTrangThaiHoSo"})
        text += "[partner.national_portal.operation." + std::string(name) +
                "]\nsettle_time = \"1s\"\ntotal_max = \"3s\"\n";
    return text;
}

std::string config_text(const SceneOptions& o, const std::string& base_url) {
    std::string text =
        R"(# Configuration of a played day; see docs/operating/configuration.md for every option.
[province]
id = "H56"
agency_roots = ["H56"]

[server]
listen = "127.0.0.1:)" +
        std::to_string(o.port) + R"("
public_url = ")" +
        base_url + R"("
certificate = "secret:server-certificate"
private_key = "secret:server-key"
ready_file = "ready"
connections_per_client_max = 1000

[store]
path = "data"
)";
    if (o.flush_delay_ms > 0)
        text += "flush_delay = \"" + std::to_string(o.flush_delay_ms) + "ms\"\n";
    text += R"(
[secrets]
folder = "secrets"

[mappings]
folder = ")" +
            o.root + R"(/mappings"

[log]
level = "info"

[attachments]
token_secret = "secret:file-links"

[webhooks]
authorities = "secret:authority"
allowed_networks = ["127.0.0.0/8", "::1"]

[limits] # a day in a minute is no province's rate
calls_per_s = 0
failures_per_min = 6000

[client.onestop-h56]
key = "secret:onestop-public"
scopes = ["dossiers.read", "dossiers.write", "files.read", "files.write", "payments.read", "payments.write", "inbox.read", "inbox.ack",
  "events.read", "webhooks.manage", "sync.read", "sync.replay", "catalogue.read", "identity.check",
  "deliveries.write", "notifications.write", "payments.refund"]

[partner.national_portal]
connector = "national_portal"
name_vi = "Cổng Dịch vụ công quốc gia"
url = ")" + o.portal_url +
            R"(/XrdAdapter/RestService/forward"
dstcode = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
username = "mau-user"
password = "secret:portal-password"
madonvi = "000.00.00.H56"
tendonvi = "UBND tỉnh Mẫu"
province_roots = ["H56"]
files_base_url = ")" +
            base_url + R"("
files_secret = "secret:file-links"
hmac_secret = "secret:portal-inbound"
rate = )" + std::to_string(o.rate) +
            R"(
burst = 200
concurrency = 32
)" + (o.portal_url.starts_with("https://") ? "authorities = \"secret:authority\"\n" : "") +
            waits(o.fast) + operations(o.fast);
    std::string more = o.more;
    for (auto at = more.find("@waits"); at != more.npos; at = more.find("@waits"))
        more.replace(at, 6, waits(o.fast));
    return text + more;
}
}  // namespace

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string project_root() {
    for (fs::path at = fs::read_symlink("/proc/self/exe").parent_path(); at != at.root_path();
         at = at.parent_path())
        if (fs::exists(at / "certs/make-test-authority.sh") && fs::exists(at / "mappings/codes"))
            return at.string();
    throw std::runtime_error(
        "the project's folder was not found above this program; name it with --root"
    );
}

kit::Certificate make_authority(const std::string& root, const std::string& folder) {
    const fs::path certs = fs::path(folder) / "certs";
    fs::create_directories(folder);
    run_program(
        root + "/certs/make-test-authority.sh",
        certs.string(),
        (fs::path(folder) / "certs.log").string()
    );
    kit::Certificate authority;
    authority.certificate_pem = read_file(certs / "authority.pem");
    authority.private_key_pem = read_file(certs / "authority.key");
    return authority;
}

kit::ServerOptions tls_server(const kit::Certificate& authority) {
    kit::ServerOptions options;
    options.certificate = kit::signed_by(authority, "localhost", -86'400, 30 * 86'400);
    options.other_certificates = kit::bad_certificates(authority, "localhost");
    return options;
}

Scene make_scene(const SceneOptions& o) {
    const fs::path folder = o.folder, secrets = folder / "secrets", certs = folder / "certs";
    fs::create_directories(secrets);
    Scene scene;
    scene.folder = o.folder;
    scene.log = (folder / "gateway.log").string();
    scene.config = (folder / "lienthong.toml").string();
    scene.base_url = "https://localhost:" + std::to_string(o.port);
    scene.admin_socket = (folder / "data/admin.sock").string();
    scene.authorities_pem = make_authority(o.root, o.folder).certificate_pem;
    scene.client_key_pem = read_file(certs / "onestop.key");
    write_secret(secrets / "server-certificate", read_file(certs / "server.pem"));
    write_secret(secrets / "server-key", read_file(certs / "server.key"));
    write_secret(secrets / "onestop-public", read_file(certs / "onestop.pub"));
    write_secret(secrets / "authority", scene.authorities_pem);
    write_secret(secrets / "file-links", "MAU-FILE-LINK-SECRET-0001-0001");
    write_secret(secrets / "portal-password", "mau-password");
    write_secret(secrets / "portal-inbound", inbound_secret);
    for (const auto& [name, text] : o.secrets) write_secret(secrets / name, text);
    for (const auto& [name, text] : o.files) {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << text;
    }
    std::ofstream(scene.config) << config_text(o, scene.base_url);
    return scene;
}

}  // namespace sim::app
