// Reads from the configuration what each part of the gateway wants to know.
#pragma once

#include "gateway/access/clients.hpp"
#include "gateway/access/tokens.hpp"
#include "gateway/api/limits.hpp"
#include "gateway/app/config.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <string>

namespace gw::app {

/// Makes the folder.
store::SqliteOptions store_options(const Config& config);
/// Throws std::runtime_error with the section and what is wrong in it.
access::Clients read_clients(const Config& config);
access::TokenOptions token_options(const Config& config);
api::LimitOptions limit_options(const Config& config);
/// https anywhere but to this host; plain http only to loopback in tests.
bool webhook_allowed(const std::string& url, const Config& config);

}  // namespace gw::app
