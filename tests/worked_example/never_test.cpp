// What must never be possible in the life of the example: each is tried, through the API or by a
// partner.
#include "tests/worked_example/example.hpp"

#include <doctest/doctest.h>

namespace gw::worked_example {

TEST_CASE("never: status 9 while the dossier waits for a supplement") {
    Example life;
    life.live_until(&Example::hand_supplement);
    const auto tried = life.progress("finished");
    CHECK(tried.status == 422);
    CHECK(tried.text("/code") == "status.transition_not_allowed");
    life.wait(std::chrono::minutes(10));
    CHECK(life.portal_never_saw(9));
    CHECK(life.at_portal().status() == 5);
}

}  // namespace gw::worked_example
