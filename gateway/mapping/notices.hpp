// templates.toml: texts to citizens. Kept by the province.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/notice_template.hpp"
#include "gateway/mapping/problem.hpp"

#include <string_view>
#include <vector>

namespace gw::mapping {

/// Also checks the texts (see core::check_templates). Errors: give_up "templates.invalid" with all
/// problems in `problems`.
core::Result<core::NoticeTemplates> load_notice_templates(
    std::string_view toml, std::string_view file, int parts_max, std::vector<Problem>* problems
);

}  // namespace gw::mapping
