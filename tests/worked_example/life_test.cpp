// The worked example of the contract, message by message, and what everybody holds at its end.
#include "tests/worked_example/example.hpp"

#include <doctest/doctest.h>

namespace gw::worked_example {

TEST_CASE("worked example: the life is played, message by message") {
    Example life;
    life.live_until(nullptr);
    CHECK(life.at_portal().statuses == std::vector<int>{2, 5, 2, 6, 4, 9, 10});
}

}  // namespace gw::worked_example
