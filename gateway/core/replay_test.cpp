// The pace of bulk replays.
#include "gateway/core/replay.hpp"

#include <doctest/doctest.h>

namespace gw::core {

TEST_CASE("replay rate: a fifth of what the partner takes, 20 a second when nobody knows") {
    const ReplayPolicy policy;
    const Duration later(600'000);
    CHECK(replay_rate(policy, 100.0, later) == doctest::Approx(20));
    CHECK(replay_rate(policy, 10.0, later) == doctest::Approx(2));
    CHECK(replay_rate(policy, std::nullopt, later) == doctest::Approx(20));
    CHECK(replay_rate(policy, 0.0, later) == doctest::Approx(20));
}

TEST_CASE("replay rate: grows by a tenth every ten seconds and never beyond the whole") {
    const ReplayPolicy policy;
    CHECK(replay_rate(policy, std::nullopt, Duration(0)) == doctest::Approx(2));
    CHECK(replay_rate(policy, std::nullopt, Duration(9'999)) == doctest::Approx(2));
    CHECK(replay_rate(policy, std::nullopt, Duration(10'000)) == doctest::Approx(4));
    CHECK(replay_rate(policy, std::nullopt, Duration(89'999)) == doctest::Approx(18));
    CHECK(replay_rate(policy, std::nullopt, Duration(90'000)) == doctest::Approx(20));
    CHECK(replay_rate(policy, std::nullopt, Duration(-5)) == doctest::Approx(2));
    double before = 0;
    for (int s = 0; s < 200; ++s) {
        const double rate = replay_rate(policy, 50.0, Duration(1'000 * s));
        CHECK(rate >= before);
        CHECK(rate <= 10.0 + 1e-9);
        before = rate;
    }
}

TEST_CASE("replay verdicts: more than a tenth of the last fifty is too many") {
    const ReplayPolicy policy;
    std::string verdicts(45, 'd');
    for (int i = 0; i < 5; ++i) add_verdict(policy, verdicts, false);
    CHECK_FALSE(too_many_failed(policy, verdicts));
    add_verdict(policy, verdicts, false);
    CHECK(verdicts.size() == 50);
    CHECK(too_many_failed(policy, verdicts));
    for (int i = 0; i < 45; ++i) add_verdict(policy, verdicts, true);
    CHECK_FALSE(too_many_failed(policy, verdicts));
}

TEST_CASE("replay verdicts: two failures of the canary are too many, one is not") {
    const ReplayPolicy policy;
    CHECK_FALSE(too_many_failed(policy, ""));
    CHECK_FALSE(too_many_failed(policy, "f"));
    CHECK(too_many_failed(policy, "ff"));
    CHECK_FALSE(too_many_failed(policy, "dddfdddddd"));
    CHECK(too_many_failed(policy, "dddfddddfd"));
}

}  // namespace gw::core
