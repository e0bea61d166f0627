// The whole engine in virtual time: gw_sim_test [--seeds N] [--seed S] [--plant NAME|all]
// [--partner toy|portal].
#include "tests/kit/seed_runs.hpp"
#include "tests/sim/portal_world.hpp"
#include "tests/sim/world.hpp"

namespace {

struct EngineLives {
    using Outcome = gw::sim_test::Outcome;
    using Plant = gw::sim_test::Plant;

    static std::vector<Plant> plants() {
        std::vector<Plant> all;
        for (int i = 1; i < static_cast<int>(Plant::all); ++i) all.push_back(static_cast<Plant>(i));
        return all;
    }
    static std::string name_of(Plant plant) { return std::string(gw::sim_test::to_word(plant)); }
    Outcome run(std::uint64_t seed, Plant plant) const {
        return portal ? gw::sim_test::run_portal_seed(seed, plant)
                      : gw::sim_test::run_seed(seed, plant);
    }
    static void add(Outcome& sum, const Outcome& one) {
        sum.effects += one.effects;
        sum.crashes += one.crashes;
        sum.zombies += one.zombies;
        sum.legs += one.legs;
        sum.enquiries += one.enquiries;
    }
    static void print(const Outcome& sum) {
        std::printf(
            "%d legs, %d effects, %d enquiries, %d crashes, %d zombies",
            sum.legs,
            sum.effects,
            sum.enquiries,
            sum.crashes,
            sum.zombies
        );
    }

    bool portal = false;
};

}  // namespace

int main(int argc, char** argv) {
    auto arguments = gw::test::read_seed_arguments(argc, argv, {"toy", "portal"});
    if (!arguments.good) {
        std::fprintf(
            stderr, "gw_sim_test [--seeds N] [--seed S] [--plant NAME|all] [--partner toy|portal]\n"
        );
        return 2;
    }
    EngineLives lives;
    lives.portal = arguments.partner == "portal";
    return gw::test::SeedRuns(lives, std::move(arguments)).run();
}
