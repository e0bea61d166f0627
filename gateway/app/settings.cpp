// Reads from the configuration what each part of the gateway wants to know.
#include "gateway/app/settings.hpp"

#include "gateway/app/partner.hpp"
#include "gateway/core/network.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/mapping/licences.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace gw::app {

store::SqliteOptions store_options(const Config& config) {
    store::SqliteOptions o;
    o.folder = config.text("store.path");
    o.lane_depth_max = static_cast<int>(config.integer("store.lane_depth_max"));
    o.ballast_bytes = static_cast<std::uint64_t>(config.integer("store.ballast"));
    o.disk_shed_share = config.number("store.disk_shed_share");
    o.disk_urgent_share = config.number("store.disk_urgent_share");
    o.disk_refuse_share = config.number("store.disk_refuse_share");
    o.disk_free_min = static_cast<std::uint64_t>(config.integer("store.disk_free_min"));
    o.flush_delay = config.duration("store.flush_delay");
    std::filesystem::create_directories(o.folder);
    return o;
}

Tables read_tables(const Config& config) {
    std::vector<mapping::Problem> problems;
    auto tables = load_tables(config.text("mappings.folder"), problems);
    std::string all;
    for (const auto& p : problems)
        all += p.file + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) + ": " +
               p.what + "\n";
    if (!all.empty()) throw std::runtime_error(all);
    return tables;
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
        const auto officers = clients.set_officers(
            name, config.text(at + "actor_key"), config.boolean(at + "actor_token_required")
        );
        if (!officers)
            throw std::runtime_error("[client." + name + "] actor_key: " + officers.error().what);
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

api::PaymentSettings payment_settings(const Config& config) {
    api::PaymentSettings o;
    o.preference = config.texts("payments.preference");
    o.national = config.text("payments.national_partner");
    o.page_life = config.duration("payments.page_life");
    o.qr_life = config.duration("payments.qr_life");
    for (const auto& name : config.names("payment_channel")) {
        const std::string at = "payment_channel." + name + ".";
        api::PaymentChannel channel;
        channel.units = config.texts(at + "units");
        channel.procedures = config.texts(at + "procedures");
        channel.methods = config.texts(at + "methods");
        channel.amount_max = config.integer(at + "amount_max");
        o.channels.emplace(name, std::move(channel));
    }
    return o;
}

api::RetentionOptions retention_settings(
    const Config& config, const std::vector<core::Route>& routes
) {
    api::RetentionOptions o;
    o.hot = std::chrono::hours(24) * config.integer("store.hot_days");
    o.online = std::chrono::hours(24) * config.integer("store.online_days");
    o.every = config.duration("store.rotate_every");
    if (o.hot >= o.online)
        throw std::runtime_error("store.hot_days must be less than store.online_days");
    for (const core::Route& route : routes)
        if (route.event.starts_with("payment.")) o.payment_partners.push_back(route.partner);
    return o;
}

std::string webhook_key(const Config& config) {
    const auto own = config.text("webhooks.key");
    const auto key = own.empty() ? config.text("attachments.token_secret") : own;
    if (key.size() < 16)
        throw std::runtime_error(
            "webhooks.key and attachments.token_secret need at least 16 random bytes: "
            "openssl rand -base64 32 > SECRET"
        );
    // Its own key even when it comes from the same secret.
    return crypto::hmac_sha256(key, "lienthong webhooks");
}

std::string identity_key(const Config& config) {
    return crypto::hmac_sha256(config.text("attachments.token_secret"), "lienthong identity audit");
}

core::Licences read_licences(const Config& config) {
    const std::string file = config.text("identity.licences");
    if (file.empty()) return {};
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("identity.licences: cannot read " + file);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::vector<mapping::Problem> problems;
    auto licences = mapping::load_licences(text, file, &problems);
    if (licences) return std::move(*licences);
    std::string all;
    for (const auto& p : problems)
        all += p.file + ":" + std::to_string(p.line) + ": " + p.what + "\n";
    throw std::runtime_error(all);
}

bool webhook_allowed(const std::string& url, const Config& config) {
    return core::callback_allowed(
        url, config.texts("webhooks.allowed_networks"), config.boolean("webhooks.plain_http")
    );
}

net::ServerOptions server_options(const Config& config) {
    net::ServerOptions open;
    open.listen = config.text("server.listen");
    open.certificate_pem = config.text("server.certificate");
    open.private_key_pem = config.text("server.private_key");
    open.client_authorities_pem = config.text("server.client_authorities");
    open.connections_max = static_cast<int>(config.integer("server.connections_max"));
    open.connections_per_client_max =
        static_cast<int>(config.integer("server.connections_per_client_max"));
    return open;
}

net::ServerOptions admin_options(const Config& config) {
    net::ServerOptions local;
    local.listen = "unix:" + config.text("server.admin_socket");
    return local;
}

net::ClientTls webhook_client(const Config& config) {
    net::ClientTls tls;
    tls.authorities_pem = config.text("webhooks.authorities");
    tls.networks = config.texts("webhooks.allowed_networks");
    return tls;
}

net::ClientTls download_client(const Config& config) {
    const auto partners = config.names("partner");
    auto tls = partners.empty() ? net::ClientTls() : partner_tls(config, partners[0]);
    tls.networks = config.texts("attachments.allowed_networks");
    const auto ours = config.text("server.public_url");
    for (const auto& partner : partners)
        for (const auto& [name, value] : config.section("partner." + partner)) {
            const auto address = core::read_http_address(value);
            if (address && !value.starts_with(ours)) tls.trusted_hosts.push_back(address->host);
        }
    return tls;
}

}  // namespace gw::app
