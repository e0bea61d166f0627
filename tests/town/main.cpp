// Whole lives in virtual time: gw_town_seeds [--seeds N] [--seed S] [--plant NAME|all].
#include "gateway/ports/log.hpp"
#include "tests/town/world.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using gw::town_test::Outcome;
using gw::town_test::Plant;
using gw::town_test::run_seed;

struct Arguments {
    std::uint64_t seeds = 200, first = 1;
    std::string plant;
    bool good = true;
};

Arguments read(int argc, char** argv) {
    Arguments a;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
        if (value.empty()) a.good = false;
        if (name == "--seeds")
            a.seeds = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--seed")
            a.first = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--plant")
            a.plant = value;
        else
            a.good = false;
    }
    return a;
}

void add(Outcome& sum, const Outcome& one) {
    sum.hash = sum.hash * 31 + one.hash;
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

/// Every seed once, every twentieth twice with the same trace.
int run_all(const Arguments& a) {
    Outcome sum;
    long passed = 0, failed = 0, twice = 0;
    for (std::uint64_t seed = a.first; seed < a.first + a.seeds; ++seed) {
        Outcome o = run_seed(seed, Plant::none);
        if (seed % 20 == 0) {
            ++twice;
            if (run_seed(seed, Plant::none).hash != o.hash)
                o.faults.push_back("I10 another trace with the same seed");
        }
        add(sum, o);
        ++(o.faults.empty() ? passed : failed);
        for (const std::string& fault : o.faults)
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), fault.c_str());
    }
    std::printf(
        "seed %llu, %ld seeds (%ld twice): %d lives, %d crashes, %d legs, %d payments (%d paid, %d "
        "refunds, %d for a person), %d parcels, %d notices (%d messages)\n",
        static_cast<unsigned long long>(a.first),
        passed + failed,
        twice,
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
    std::printf("trace hash %016llx\n", static_cast<unsigned long long>(sum.hash));
    std::printf("%ld passed, %ld failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

/// The first seed that finds the defect; 0 = none.
std::uint64_t found_by(Plant plant, const Arguments& a, std::string& how) {
    for (std::uint64_t seed = a.first; seed < a.first + a.seeds; ++seed) {
        const Outcome o = run_seed(seed, plant);
        if (plant == Plant::hidden_chance) {
            if (run_seed(seed, plant).hash == o.hash) continue;
            how = "I10 another trace with the same seed";
            return seed;
        }
        if (o.faults.empty()) continue;
        how = o.faults.front();
        return seed;
    }
    return 0;
}

int run_plants(const Arguments& a) {
    int passed = 0, failed = 0;
    for (int i = 1; i <= static_cast<int>(Plant::hidden_chance); ++i) {
        const auto plant = static_cast<Plant>(i);
        const std::string name(gw::town_test::to_word(plant));
        if (a.plant != "all" && a.plant != name) continue;
        std::string how;
        const std::uint64_t seed = found_by(plant, a, how);
        ++(seed != 0 ? passed : failed);
        if (seed != 0)
            std::printf(
                "%s: found by seed %llu: %s\n",
                name.c_str(),
                static_cast<unsigned long long>(seed),
                how.c_str()
            );
        else
            std::printf("%s: NOT FOUND\n", name.c_str());
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments a = read(argc, argv);
    if (!a.good) {
        std::fprintf(stderr, "gw_town_seeds [--seeds N] [--seed S] [--plant NAME|all]\n");
        return 2;
    }
    gw::ports::log::set_level(gw::ports::log::Level::error);
    return a.plant.empty() ? run_all(a) : run_plants(a);
}
