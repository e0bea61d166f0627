// The whole engine in virtual time: gw_sim_test [--seeds N] [--seed S] [--plant NAME|all]
// [--partner toy|portal].
#include "gateway/ports/log.hpp"
#include "tests/sim/portal_world.hpp"
#include "tests/sim/world.hpp"

#include <cstdio>
#include <cstring>
#include <string>

namespace {

using gw::sim_test::Outcome;
using gw::sim_test::Plant;
using gw::sim_test::run_seed;

struct Arguments {
    std::uint64_t seeds = 2'000, first = 1;
    std::string plant, partner = "toy";
    bool good = true;
};

Arguments read(int argc, char** argv) {
    Arguments a;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        if (value.empty()) a.good = false;
        if (name == "--seeds")
            a.seeds = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--seed")
            a.first = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--plant")
            a.plant = value;
        else if (name == "--partner" && (value == "toy" || value == "portal"))
            a.partner = value;
        else
            a.good = false;
    }
    return a;
}

Outcome run_one(const Arguments& a, std::uint64_t seed, Plant plant) {
    if (a.partner == "portal") return gw::sim_test::run_portal_seed(seed, plant);
    return run_seed(seed, plant);
}

/// Every seed once, every twentieth twice with the same trace.
int run_all(const Arguments& a) {
    std::uint64_t hash = 0;
    long passed = 0, failed = 0, effects = 0, crashes = 0, legs = 0, enquiries = 0, twice = 0,
         zombies = 0;
    for (std::uint64_t seed = a.first; seed < a.first + a.seeds; ++seed) {
        Outcome o = run_one(a, seed, Plant::none);
        if (seed % 20 == 0) {
            ++twice;
            if (run_one(a, seed, Plant::none).hash != o.hash)
                o.faults.push_back("I10 another trace with the same seed");
        }
        hash = hash * 31 + o.hash;
        effects += o.effects;
        crashes += o.crashes;
        zombies += o.zombies;
        legs += o.legs;
        enquiries += o.enquiries;
        ++(o.faults.empty() ? passed : failed);
        for (const std::string& fault : o.faults)
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), fault.c_str());
    }
    std::printf(
        "seed %llu, %llu seeds (%ld twice): %ld legs, %ld effects, %ld enquiries, %ld crashes, %ld "
        "zombies\n",
        static_cast<unsigned long long>(a.first),
        static_cast<unsigned long long>(a.seeds),
        twice,
        legs,
        effects,
        enquiries,
        crashes,
        zombies
    );
    std::printf("trace hash %016llx\n", static_cast<unsigned long long>(hash));
    std::printf("%ld passed, %ld failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

/// The first seed that finds the defect; 0 = none.
std::uint64_t found_by(Plant plant, const Arguments& a, std::string& how) {
    for (std::uint64_t seed = a.first; seed < a.first + a.seeds; ++seed) {
        const Outcome o = run_one(a, seed, plant);
        if (plant == Plant::hidden_chance) {
            if (run_one(a, seed, plant).hash == o.hash) continue;
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
    for (int i = 1; i < static_cast<int>(Plant::all); ++i) {
        const auto plant = static_cast<Plant>(i);
        const std::string name(gw::sim_test::to_word(plant));
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
            std::printf(
                "%s: NOT FOUND in %llu seeds\n",
                name.c_str(),
                static_cast<unsigned long long>(a.seeds)
            );
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments a = read(argc, argv);
    if (!a.good) {
        std::fprintf(
            stderr, "gw_sim_test [--seeds N] [--seed S] [--plant NAME|all] [--partner toy|portal]\n"
        );
        return 2;
    }
    gw::ports::log::set_level(gw::ports::log::Level::error);
    return a.plant.empty() ? run_all(a) : run_plants(a);
}
