// Reads from the configuration what each part of the gateway wants to know.
#pragma once

#include "gateway/access/clients.hpp"
#include "gateway/access/tokens.hpp"
#include "gateway/api/limits.hpp"
#include "gateway/app/config.hpp"
#include "gateway/core/identity_check.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <string>

namespace gw::app {

/// Makes the folder.
store::SqliteOptions store_options(const Config& config);
/// Throws std::runtime_error with the section and what is wrong in it.
access::Clients read_clients(const Config& config);
access::TokenOptions token_options(const Config& config);
api::LimitOptions limit_options(const Config& config);
/// Key of everything derived for webhooks. Throws when there is no good one.
std::string webhook_key(const Config& config);
/// Key of the marks that say in the audit whom a look-up was about.
std::string identity_key(const Config& config);
/// Who may look persons up; nobody when no file is configured. Throws with every mistake in it.
core::Licences read_licences(const Config& config);
/// https anywhere but to this host; plain http only to loopback in tests.
bool webhook_allowed(const std::string& url, const Config& config);

}  // namespace gw::app
