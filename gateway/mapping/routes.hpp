// routes.toml: which operations an event causes at a partner. Data, dated, with conditions on the
// snapshot.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/plan.hpp"
#include "gateway/mapping/mapping.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

/// Options of the partner that rows may depend on: "sync_portal_origin" -> "all".
using Settings = std::map<std::string, std::string, std::less<>>;

/// `settings` completes the file's [defaults].
/// The routes of one partner, in the order of the file: legs go out in this order. Rows whose `if`
/// does not meet `settings` are left out; a row with several values for one pointer becomes one
/// route for each. Errors: give_up "routes.invalid" with all problems in `problems` (file, line,
/// remedy); a setting that a row asks for and that `settings` lacks is such a problem.
core::Result<std::vector<core::Route>> load_routes(
    std::string_view toml,
    std::string_view file,
    const Settings& settings,
    std::vector<Problem>* problems
);

}  // namespace gw::mapping
