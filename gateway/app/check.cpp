// What is wrong with a configuration beyond its single values.
#include "gateway/app/check.hpp"

#include "gateway/app/notice_settings.hpp"
#include "gateway/app/partner.hpp"
#include "gateway/app/settings.hpp"
#include "gateway/app/tables.hpp"
#include "gateway/app/trust_folder.hpp"
#include "gateway/core/network.hpp"
#include "gateway/net/check.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace gw::app {
namespace {

class Checks {
public:
    explicit Checks(const Config& config) : config_(config) {}
    /// `what` = "": nothing is wrong.
    void say(std::string_view path, const std::string& what) {
        if (!what.empty())
            problems.push_back(config_.place(path) + std::string(path) + ": " + what);
    }
    void try_reading(std::string_view path, const std::function<void()>& read) {
        try {
            read();
        } catch (const std::exception& e) {
            say(path, e.what());
        }
    }
    std::vector<std::string> problems;

private:
    const Config& config_;
};

void check_server(const Config& config, Checks& checks) {
    auto tls = server_options(config), address = tls;
    tls.listen = "127.0.0.1:0";
    checks.say("server.certificate", net::check_server(tls));
    address.client_authorities_pem.clear();
    if (net::check_server(tls).empty()) checks.say("server.listen", net::check_server(address));
    checks.say("server.admin_socket", net::check_server(admin_options(config)));
    const auto url = config.text("server.public_url");
    if (!core::read_http_address(url))
        checks.say("server.public_url", "not an address such as https://gateway.example:8443");
    const auto folder = config.text("store.path");
    if (std::filesystem::exists(folder) && ::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
        checks.say("store.path", "this user may not read and write in " + folder);
    const auto file = folder + "/lienthong.db";
    if (std::filesystem::exists(file) && ::access(file.c_str(), R_OK | W_OK) != 0)
        checks.say("store.path", file + " belongs to another user: chown -R USER " + folder);
    const auto backups = config.text("backup.folder");
    if (!backups.empty() && ::access(backups.c_str(), W_OK | X_OK) != 0)
        checks.say("backup.folder", "this user cannot write in " + backups);
}

void check_one_partner(
    const Config& config, const std::string& id, const Tables& tables, Checks& checks
) {
    for (auto& problem : check_partner(config, id, tables))
        checks.problems.push_back(std::move(problem));
    const std::string at = "partner." + id + ".";
    checks.say(at + "authorities", net::check_client(partner_tls(config, id)));
    // Its links come to this server, which knows one key only.
    const bool ours =
        config.text(at + "files_base_url").starts_with(config.text("server.public_url"));
    if (ours && config.has(at + "files_secret") &&
        config.text(at + "files_secret") != config.text("attachments.token_secret"))
        checks.say(
            at + "files_secret",
            "differs from attachments.token_secret, so every link would be refused. Name the same "
            "secret in both."
        );
}

/// Whoever is named for a channel must be somebody who texts.
void check_channels(const Config& config, const Tables& tables, Checks& checks) {
    for (const std::string channel : {"notices.sms", "notices.zns"}) {
        const auto partner = config.text(channel);
        if (partner.empty() || config.text("partner." + partner + ".connector").empty()) continue;
        const auto routes = routes_of(config, partner, tables, nullptr);
        if (std::none_of(routes.begin(), routes.end(), [](const core::Route& route) {
                return route.event == "notice.requested";
            }))
            checks.say(
                channel,
                "no text goes to [partner." + partner + "]: routes.toml of its connector has no " +
                    "row for notice.requested. Name a partner that sends texts."
            );
    }
}

std::string tenant_of(const Config& config, const std::string& client) {
    const auto own = config.text("client." + client + ".agency");
    return own.empty() ? config.text("province.id") : own;
}

/// Tenant that gets what a partner sends by itself; "" when it says none.
std::string agency_of(const Config& config, const std::string& partner) {
    const std::string at = "partner." + partner + ".";
    auto agency = config.text(at + "agency");
    const auto roots = config.texts(at + "province_roots");
    if (agency.empty() && config.text(at + "connector") == "national_portal" && !roots.empty())
        agency = roots.front();
    return agency;
}

/// Where a partner calls this server; "" when it does not.
std::string inbound_path(const Config& config, const std::string& partner) {
    const std::string at = "partner." + partner + ".";
    if (config.text(at + "connector") == "national_portal") return "/in/dvcqg/";
    for (const char* option : {"ipn_path", "event_path"})
        if (const auto path = config.text(at + option); !path.empty()) return path;
    return "";
}

}  // namespace

std::vector<std::string> unread_tenants(const Config& config) {
    std::set<std::string> known, reading;
    for (const auto& client : config.names("client")) {
        const auto scopes = config.texts("client." + client + ".scopes");
        known.insert(tenant_of(config, client));
        if (std::find(scopes.begin(), scopes.end(), "inbox.read") != scopes.end())
            reading.insert(tenant_of(config, client));
    }
    std::vector<std::string> all;
    for (const auto& partner : config.names("partner")) {
        const auto agency = agency_of(config, partner);
        const bool portal = config.text("partner." + partner + ".connector") == "national_portal";
        if (agency.empty() || (portal ? reading : known).contains(agency)) continue;
        all.push_back(
            "[partner." + partner + "] agency: what it sends goes to \"" + agency +
            "\", and there is no client of that agency" + (portal ? " with inbox.read" : "") +
            ": nobody would see it. Set agency to that of a client."
        );
    }
    return all;
}

std::vector<std::string> shared_paths(const Config& config) {
    std::map<std::string, std::string> taken;
    std::vector<std::string> all;
    for (const auto& partner : config.names("partner")) {
        const auto path = inbound_path(config, partner);
        if (path.empty()) continue;
        const auto [at, first] = taken.emplace(path, partner);
        if (!first)
            all.push_back(
                "[partner." + partner + "]: it calls this server at " + path + ", as [partner." +
                at->second + "] does: only one of them would be heard."
            );
    }
    return all;
}

std::vector<std::string> check_everything(const Config& config) {
    Checks checks(config);
    check_server(config, checks);
    checks.say("webhooks.authorities", net::check_client(webhook_client(config)));
    checks.try_reading("client", [&] { read_clients(config); });
    checks.try_reading("identity.licences", [&] { read_licences(config); });
    checks.try_reading("trust.folder", [&] { read_trust(config.text("trust.folder")); });
    checks.try_reading("notices", [&] { read_notices(config); });
    checks.try_reading("webhooks.key", [&] { static_cast<void>(webhook_key(config)); });
    std::vector<mapping::Problem> said;
    const auto tables = load_tables(config.text("mappings.folder"), said);
    for (const auto& p : said)
        checks.problems.push_back(
            p.file + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.what
        );
    if (!said.empty()) return std::move(checks.problems);
    for (const auto& id : config.names("partner")) check_one_partner(config, id, tables, checks);
    check_channels(config, tables, checks);
    for (auto& problem : shared_paths(config)) checks.problems.push_back(std::move(problem));
    return std::move(checks.problems);
}

}  // namespace gw::app
