// What is wrong with a configuration beyond its single values.
#pragma once

#include "gateway/app/config.hpp"

#include <string>
#include <vector>

namespace gw::app {

/// Everything a start would refuse, without starting: certificates, addresses, tables, mappings,
/// routes, partners, clients. Each with its place and remedy.
std::vector<std::string> check_everything(const Config& config);

/// Partners whose own messages go to a tenant that no client reads. A sentence each.
std::vector<std::string> unread_tenants(const Config& config);
/// Partners that call this server at one path; part of check_everything().
std::vector<std::string> shared_paths(const Config& config);

}  // namespace gw::app
