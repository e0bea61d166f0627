// Crashes one script at every step and says what no crash may do.
#pragma once

#include "tests/crash/play.hpp"

#include <set>
#include <unordered_map>

namespace gw::test {

struct JudgeOptions {
    JudgeOptions() = default;
    std::uint64_t seed = 1;
    std::size_t points_max = SIZE_MAX;  // more than there are: a part of them, drawn by seed
    std::size_t recoveries_max = 3;     // of them, crashed again at every step
    bool flushes_count = true;          // false: the control
    std::size_t wrong_max = 20;
};

struct Report {
    Report() = default;
    std::size_t steps = 0, possible = 0, points = 0, disks = 0, in_recovery = 0;
    std::vector<std::string> wrong;
};

class Judge {
public:
    Judge(const Script& script, JudgeOptions options);
    Report run();

private:
    /// How the store was after one flush of the script.
    struct State {
        std::set<std::size_t> facts;  // those that hold
    };
    struct Range {
        std::size_t first = 0, last = 0;  // flushes after which the contents were so
    };
    /// What a disk turned out to hold; the same bytes give the same again.
    struct Finding {
        std::string wrong;
        std::uint64_t contents = 0;
    };
    const Script& script_;
    JudgeOptions options_;
    std::mt19937_64 random_;
    Play play_;
    std::string folder_;
    std::vector<DiskOp> log_;
    std::vector<std::string> facts_;
    std::vector<State> states_;
    std::unordered_map<std::uint64_t, Range> ranges_;
    std::unordered_map<std::uint64_t, Finding> known_;
    Report report_;
    bool opened_well_ = true;

    void record();
    void learn(const Image& image);
    void crash(const Crashes& at, Crashes::Variant variant, std::size_t flushed);
    const Finding& look(const Image& image);
    std::string recover(const Image& image, bool crash_again);
    std::string crash_recovery(
        const Image& image, const std::vector<DiskOp>& log, std::uint64_t wanted
    );
    void blame(const Crashes& at, Crashes::Variant variant, const std::string& what);
};

std::string_view word(Crashes::Variant variant);

}  // namespace gw::test
