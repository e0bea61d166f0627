// Reads from the configuration what each part of the gateway wants to know.
#pragma once

#include "gateway/access/clients.hpp"
#include "gateway/access/tokens.hpp"
#include "gateway/api/limits.hpp"
#include "gateway/api/payment_settings.hpp"
#include "gateway/api/retention.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/tables.hpp"
#include "gateway/core/identity_check.hpp"
#include "gateway/net/curl_client.hpp"
#include "gateway/net/http_server.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <string>

namespace gw::app {

/// Makes the folder.
store::SqliteOptions store_options(const Config& config);
/// Throws std::runtime_error with every mistake in the files.
Tables read_tables(const Config& config);
/// Throws std::runtime_error with the section and what is wrong in it.
access::Clients read_clients(const Config& config);
access::TokenOptions token_options(const Config& config);
api::LimitOptions limit_options(const Config& config);
api::PaymentSettings payment_settings(const Config& config);
/// Partners that take payment orders are those with a route for them.
api::RetentionOptions retention_settings(
    const Config& config, const std::vector<core::Route>& routes
);
/// Key of everything derived for webhooks. Throws when there is no good one.
std::string webhook_key(const Config& config);
/// Key of the marks that say in the audit whom a look-up was about.
std::string identity_key(const Config& config);
/// Who may look persons up; nobody when no file is configured. Throws with every mistake in it.
core::Licences read_licences(const Config& config);
/// What the port of the one-stops and partners is opened with, and the administration's socket.
net::ServerOptions server_options(const Config& config);
net::ServerOptions admin_options(const Config& config);
/// By its text; the address behind a name is judged by webhook_client() at the dial.
bool webhook_allowed(const std::string& url, const Config& config);
/// For webhooks: public addresses and `webhooks.allowed_networks`.
net::ClientTls webhook_client(const Config& config);
/// For files that partners name by address: the hosts of the configured partners, public addresses
/// and `attachments.allowed_networks`.
net::ClientTls download_client(const Config& config);

}  // namespace gw::app
