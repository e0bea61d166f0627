// Crashes every script of the store at every write and flush; `--plant no_flush` must be found.
#include "gateway/ports/log.hpp"
#include "tests/crash/judge.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace {

using namespace gw::test;

struct Line {
    std::size_t points = SIZE_MAX, shard = 0, shards = 1;
    std::uint64_t seed = 1;
    std::string script;
    bool plant = false;
};

Line parse(int count, char** words) {
    Line line;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = words[i], value = words[i + 1];
        if (name == "--points")
            line.points = std::stoul(value);
        else if (name == "--seed")
            line.seed = std::stoul(value);
        else if (name == "--script")
            line.script = value;
        else if (name == "--half")
            line.shard = std::stoul(value) - 1, line.shards = 2;
        else if (name == "--plant")
            line.plant = value == "no_flush";
    }
    return line;
}

bool tells_of_loss(const Report& report) {
    return std::any_of(report.wrong.begin(), report.wrong.end(), [](const std::string& wrong) {
        return wrong.find("acknowledged and lost") != std::string::npos;
    });
}

}  // namespace

int main(int count, char** words) {
    const Line line = parse(count, words);
    gw::ports::log::set_level(gw::ports::log::Level::error);
    Report sum;
    int passed = 0, failed = 0;
    for (std::size_t i = 0; i < scripts().size(); ++i) {
        const Script& script = scripts()[i];
        if (i % line.shards != line.shard) continue;
        if (!line.script.empty() && line.script != script.name) continue;
        JudgeOptions options;
        options.seed = line.seed * 1'000 + i;
        options.points_max = line.points;
        options.flushes_count = !line.plant;
        if (line.plant) options.recoveries_max = 0, options.wrong_max = 2'000;
        const auto began = std::chrono::steady_clock::now();
        const Report report = Judge(script, options).run();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        const bool good = line.plant ? tells_of_loss(report) : report.wrong.empty();
        ++(good ? passed : failed);
        std::cout << (good ? "ok     " : "FAILED ") << script.name << ": " << report.steps
                  << " steps, " << report.points << " of " << report.possible << " crashes, "
                  << report.disks << " different disks, " << report.in_recovery
                  << " crashes of a recovery, " << took.count() << " s\n";
        if (line.plant && !good) std::cout << "  the planted defect was not seen\n";
        if (!line.plant)
            for (const auto& wrong : report.wrong) std::cout << "  " << wrong << '\n';
        sum.points += report.points;
        sum.disks += report.disks;
        sum.in_recovery += report.in_recovery;
    }
    std::cout << "seed " << line.seed << ": " << sum.points << " crashes on " << sum.disks
              << " different disks, " << sum.in_recovery << " crashes of a recovery\n"
              << passed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}
