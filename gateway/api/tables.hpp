// Code lists as the catalogue shows them: CSV tables by name.
#pragma once

#include "gateway/formats/csv.hpp"

#include <map>
#include <string>

namespace gw::api {

/// By name without ".csv": "provinces-2025".
using CodeTables = std::map<std::string, formats::CsvTable, std::less<>>;

}  // namespace gw::api
