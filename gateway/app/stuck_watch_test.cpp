// Tests of the count of what is stuck.
#include "gateway/app/stuck_watch.hpp"

#include <doctest/doctest.h>

using namespace gw;

TEST_CASE("stuck: legs are counted by reason, and the number of reasons is limited") {
    std::vector<ports::LegView> legs(50);
    for (std::size_t i = 0; i < legs.size(); ++i)
        legs[i].reason = i < 25 ? "code_unmapped" : "reason." + std::to_string(i);
    const auto counts = app::count_by_reason(legs);
    CHECK(counts.at("code_unmapped") == 25);
    CHECK(counts.at("other") == 6);
    CHECK(counts.size() == 21);
}
