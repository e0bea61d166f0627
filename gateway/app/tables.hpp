// The data the gateway starts from: code lists, status steps, calendar, mappings, routes.
#pragma once

#include "gateway/api/tables.hpp"
#include "gateway/core/calendar.hpp"
#include "gateway/core/plan.hpp"
#include "gateway/core/status.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/mapping/routes.hpp"

#include <map>
#include <string>
#include <vector>

namespace gw::app {

struct Tables {
    api::CodeTables codes;
    core::Transitions transitions;
    core::Calendar calendar;
    std::vector<std::string> known_places;  // place codes of citizen numbers
    std::vector<std::string>
        reused_province_codes;  // codes that named another province before 1 July 2025
    mapping::Library library;
    std::map<std::string, mapping::Answers, std::less<>> answers;  // by connector
    struct RouteFile {
        std::string file, toml;
    };
    std::map<std::string, RouteFile, std::less<>>
        routes;  // by connector; read with a partner's settings
};

/// Reads everything below `folder`. Problems come all at once, each with file, line and remedy.
Tables load_tables(const std::string& folder, std::vector<mapping::Problem>& problems);

}  // namespace gw::app
