// docs/errors.md says what the tables say.
#include "gateway/api/errors_page.hpp"

#include "gateway/core/problem.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace gw::test {

TEST_CASE("errors page: docs/errors.md is what `lienthong errors` prints") {
    std::ifstream in("docs/errors.md");
    const std::string file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    CHECK_MESSAGE(
        file == api::errors_page(), "write it anew: build/release/lienthong errors > docs/errors.md"
    );
}

TEST_CASE("errors page: every code has a remedy and breaks no table") {
    for (const auto& row : core::problem_catalogue()) {
        CAPTURE(row.code);
        CHECK_FALSE(api::remedy(row.code).empty());
        for (const auto text : {row.title, row.message_vi, api::remedy(row.code)})
            CHECK(text.find_first_of("|\n") == std::string_view::npos);
    }
}

}  // namespace gw::test
