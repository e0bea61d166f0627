// The page docs/errors.md: every problem code, written from the tables that answer with it.
#include "gateway/api/errors_page.hpp"

#include "gateway/core/problem.hpp"

namespace gw::api {

std::string errors_page() {
    std::string page =
        R"(For those who call the one-stop API, and for those who read its answers: every problem code.

# Problem codes

Written by `lienthong errors` from the tables in `gateway/core/problem_*.cpp`; a test compares. A code keeps its meaning for
ever. «…» is filled with what the problem is about. Codes of single fields stand in `errors[]` of a 422
`validation.failed`; codes with 202 are no answers: they stand in `last_error` or `state_reason` of something under way.

| code | HTTP | English | Vietnamese (`message_vi`, for the clerk) | remedy (for the program and its operator) |
|---|---|---|---|---|
)";
    for (const auto& row : core::problem_catalogue()) {
        page.append("| `").append(row.code).append("` | ").append(std::to_string(row.http));
        page.append(" | ").append(row.title).append(" | ").append(row.message_vi);
        page.append(" | ").append(remedy(row.code)).append(" |\n");
    }
    return page;
}

}  // namespace gw::api
