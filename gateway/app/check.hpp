// What is wrong with a configuration beyond its single values.
#pragma once

#include "gateway/app/config.hpp"

#include <string>
#include <vector>

namespace gw::app {

/// Everything a start would refuse, without starting: certificates, addresses, tables, mappings,
/// routes, partners, clients. Each with its place and remedy.
std::vector<std::string> check_everything(const Config& config);

}  // namespace gw::app
