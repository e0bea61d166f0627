// Whole lives in virtual time: gw_town_seeds [--seeds N] [--seed S] [--plant NAME|all].
#include "tests/kit/seed_runs.hpp"
#include "tests/town/world.hpp"

namespace {

struct WholeLives {
    using Outcome = gw::town_test::Outcome;
    using Plant = gw::town_test::Plant;

    static std::vector<Plant> plants() {
        std::vector<Plant> all;
        for (int i = 1; i <= static_cast<int>(Plant::hidden_chance); ++i)
            all.push_back(static_cast<Plant>(i));
        return all;
    }
    static std::string name_of(Plant plant) { return std::string(gw::town_test::to_word(plant)); }
    static Outcome run(std::uint64_t seed, Plant plant) {
        return gw::town_test::run_seed(seed, plant);
    }
    static void add(Outcome& sum, const Outcome& one) {
        sum.lives += one.lives;
        sum.crashes += one.crashes;
        sum.legs += one.legs;
        sum.payments += one.payments;
        sum.paid += one.paid;
        sum.refunds += one.refunds;
        sum.parcels += one.parcels;
        sum.notices += one.notices;
        sum.texted += one.texted;
        sum.for_persons += one.for_persons;
    }
    static void print(const Outcome& sum) {
        std::printf(
            "%d lives, %d crashes, %d legs, %d payments (%d paid, %d refunds, %d for a person), %d "
            "parcels, %d notices (%d messages)",
            sum.lives,
            sum.crashes,
            sum.legs,
            sum.payments,
            sum.paid,
            sum.refunds,
            sum.for_persons,
            sum.parcels,
            sum.notices,
            sum.texted
        );
    }
};

}  // namespace

int main(int argc, char** argv) {
    auto arguments = gw::test::read_seed_arguments(argc, argv, {"town"});
    if (!arguments.good) {
        std::fprintf(
            stderr, "gw_town_seeds [--seeds N] [--seed S] [--kept FILE] [--plant NAME|all]\n"
        );
        return 2;
    }
    return gw::test::SeedRuns(WholeLives(), std::move(arguments)).run();
}
