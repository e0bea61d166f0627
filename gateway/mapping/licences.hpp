// licences.toml: which procedures and which officers may look persons up. Kept by the province.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/identity_check.hpp"
#include "gateway/mapping/problem.hpp"

#include <string_view>
#include <vector>

namespace gw::mapping {

/// Errors: give_up "licences.invalid" with all problems in `problems` (file, line, remedy).
core::Result<core::Licences> load_licences(
    std::string_view toml, std::string_view file, std::vector<Problem>* problems
);

}  // namespace gw::mapping
