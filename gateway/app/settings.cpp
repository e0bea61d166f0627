// Reads from the configuration what each part of the gateway wants to know.
#include "gateway/app/settings.hpp"

#include <filesystem>
#include <stdexcept>

namespace gw::app {

store::SqliteOptions store_options(const Config& config) {
    store::SqliteOptions o;
    o.folder = config.text("store.path");
    o.lane_depth_max = static_cast<int>(config.integer("store.lane_depth_max"));
    o.ballast_bytes = static_cast<std::uint64_t>(config.integer("store.ballast"));
    o.disk_refuse_share = config.number("store.disk_refuse_share");
    o.disk_free_min = static_cast<std::uint64_t>(config.integer("store.disk_free_min"));
    o.flush_delay = config.duration("store.flush_delay");
    std::filesystem::create_directories(o.folder);
    return o;
}

access::Clients read_clients(const Config& config) {
    access::Clients clients;
    for (const auto& name : config.names("client")) {
        const std::string at = "client." + name + ".";
        std::string agency = config.text(at + "agency"), scopes;
        if (agency.empty()) agency = config.text("province.id");
        for (const auto& word : config.texts(at + "scopes"))
            scopes += (scopes.empty() ? "" : " ") + word;
        if (auto added = clients.add(name, agency, config.text(at + "key"), scopes); !added)
            throw std::runtime_error("[client." + name + "]: " + added.error().what);
    }
    return clients;
}

access::TokenOptions token_options(const Config& config) {
    access::TokenOptions o;
    o.audiences = {config.text("server.public_url") + "/oauth2/token"};
    return o;
}

api::LimitOptions limit_options(const Config& config) {
    api::LimitOptions o;
    o.calls_per_s = config.number("limits.calls_per_s");
    o.calls_burst = static_cast<int>(config.integer("limits.calls_burst"));
    o.failures_per_min = config.number("limits.failures_per_min");
    o.warn_only = config.boolean("limits.warn_only");
    for (const auto& name : config.names("client"))
        if (const auto at = "client." + name + ".calls_per_s"; config.has(at))
            o.client_calls_per_s[name] = config.number(at);
    return o;
}

bool webhook_allowed(const std::string& url, const Config& config) {
    if (url.starts_with("https://")) return true;
    return config.boolean("webhooks.plain_http") &&
           (url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:"));
}

}  // namespace gw::app
