// The command line of a program that runs lives by seed: all of them, or those that must find
// planted defects.
#pragma once

#include "gateway/ports/log.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {

struct SeedArguments {
    std::uint64_t seeds = 2'000, first = 1;
    std::string plant, partner;
    std::vector<std::uint64_t> kept;
    bool good = true;
};

/// "17", or "fresh" and "fresh+1000": counted from LIENTHONG_FRESH_SEEDS (1 when it is not set).
inline std::uint64_t read_first_seed(const std::string& text) {
    if (!text.starts_with("fresh")) return std::strtoull(text.c_str(), nullptr, 10);
    const char* base = std::getenv("LIENTHONG_FRESH_SEEDS");
    return (base == nullptr ? 1 : std::strtoull(base, nullptr, 10)) +
           std::strtoull(text.c_str() + std::string_view("fresh").size(), nullptr, 10);
}

/// Seeds that failed once, from a file of `partner,seed,why`.
inline std::vector<std::uint64_t> read_kept(const std::string& file, const std::string& partner) {
    std::vector<std::uint64_t> kept;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(partner + ","))
            kept.push_back(std::strtoull(line.c_str() + partner.size() + 1, nullptr, 10));
    return kept;
}

/// partners: what --partner may say; the first is meant when nothing is said.
inline SeedArguments read_seed_arguments(
    int argc, char** argv, const std::vector<std::string>& partners
) {
    SeedArguments a;
    if (!partners.empty()) a.partner = partners.front();
    std::string kept;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
        if (value.empty()) a.good = false;
        if (name == "--seeds")
            a.seeds = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--seed")
            a.first = read_first_seed(value);
        else if (name == "--kept")
            kept = value;
        else if (name == "--plant")
            a.plant = value;
        else if (name == "--partner" && std::find(partners.begin(), partners.end(), value) != partners.end())
            a.partner = value;
        else
            a.good = false;
    }
    if (!kept.empty()) a.kept = read_kept(kept, a.partner);
    if (!kept.empty() && a.kept.empty()) a.good = false;
    return a;
}

/// World: Outcome (hash, faults), Plant (none, hidden_chance, …), plants(), name_of(plant),
/// run(seed, plant), add(sum, one), print(sum).
template <class World>
class SeedRuns {
public:
    SeedRuns(World world, SeedArguments arguments)
        : world_(std::move(world)), a_(std::move(arguments)) {}
    /// The program's exit code.
    int run() {
        ports::log::set_level(ports::log::Level::error);
        return a_.plant.empty() ? run_all() : run_plants();
    }

private:
    using Outcome = typename World::Outcome;
    using Plant = typename World::Plant;
    static constexpr const char* same_seed = "I10 another trace with the same seed";

    /// Kept seeds first, then every seed once, every twentieth twice with the same trace.
    int run_all() {
        Outcome sum;
        long passed = 0, failed = 0, twice = 0;
        std::vector<std::uint64_t> seeds = a_.kept;
        for (std::uint64_t i = 0; i < a_.seeds; ++i) seeds.push_back(a_.first + i);
        for (const std::uint64_t seed : seeds) {
            Outcome o = world_.run(seed, Plant::none);
            if (seed % 20 == 0) {
                ++twice;
                if (world_.run(seed, Plant::none).hash != o.hash) o.faults.push_back(same_seed);
            }
            sum.hash = sum.hash * 31 + o.hash;
            world_.add(sum, o);
            ++(o.faults.empty() ? passed : failed);
            for (const std::string& fault : o.faults)
                std::printf(
                    "seed %llu: %s\n", static_cast<unsigned long long>(seed), fault.c_str()
                );
        }
        std::printf(
            "seed %llu, %ld seeds (%zu kept, %ld twice): ",
            static_cast<unsigned long long>(a_.first),
            passed + failed,
            a_.kept.size(),
            twice
        );
        world_.print(sum);
        std::printf("\ntrace hash %016llx\n", static_cast<unsigned long long>(sum.hash));
        std::printf("%ld passed, %ld failed\n", passed, failed);
        return failed == 0 ? 0 : 1;
    }
    /// The first seed that finds the defect; 0 = none.
    std::uint64_t found_by(Plant plant, std::string& how) {
        for (std::uint64_t seed = a_.first; seed < a_.first + a_.seeds; ++seed) {
            const Outcome o = world_.run(seed, plant);
            const bool by_chance = plant == Plant::hidden_chance;
            if (by_chance ? world_.run(seed, plant).hash == o.hash : o.faults.empty()) continue;
            how = by_chance ? same_seed : o.faults.front();
            return seed;
        }
        return 0;
    }
    int run_plants() {
        int passed = 0, failed = 0;
        for (const Plant plant : World::plants()) {
            const std::string name = World::name_of(plant);
            if (a_.plant != "all" && a_.plant != name) continue;
            std::string how;
            const std::uint64_t seed = found_by(plant, how);
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
                    static_cast<unsigned long long>(a_.seeds)
                );
        }
        std::printf("%d passed, %d failed\n", passed, failed);
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    World world_;
    SeedArguments a_;
};

}  // namespace gw::test
