// The oracle of the crashes: what was flushed is there, nothing is there by half, all rows are
// whole.
#include "tests/crash/judge.hpp"

#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/segment.hpp"
#include "tests/crash/probe.hpp"

#include <algorithm>

namespace gw::test {
namespace {

std::uint64_t digest(const Image& image) {
    std::uint64_t sum = image.size();
    for (const auto& [path, content] : image)
        sum = sum * 0x9E3779B97F4A7C15U ^ std::hash<std::string>()(path) ^
              (std::hash<std::string>()(content) << 1);
    return sum;
}

std::string look_at_segments(const std::string& folder) {
    for (const auto& [day, count] : store::sqlite::segments_named_in(database_of(folder))) {
        const auto found = store::sqlite::examine_segment(store::sqlite::segment_path(folder, day));
        if (!found) return "of a segment: " + found.error().what;
        if (*found < count) return "a segment lacks messages";
    }
    return "";
}

}  // namespace

std::string_view word(Crashes::Variant variant) {
    constexpr std::array<std::string_view, 4> words{"dropped", "kept", "torn", "reordered"};
    return words[static_cast<std::size_t>(variant)];
}

Judge::Judge(const Script& script, JudgeOptions options)
    : script_(script), options_(options), random_(options.seed) {}

Report Judge::run() {
    record();
    Crashes crashes(Image(), log_, options_.flushes_count);
    report_.steps = log_.size();
    report_.possible = log_.size() * Crashes::draws.size();
    const double share =
        static_cast<double>(options_.points_max) / static_cast<double>(report_.possible);
    std::uniform_real_distribution<double> draw(0, 1);
    std::size_t flushed = 0;
    while (crashes.next() && report_.wrong.size() < options_.wrong_max) {
        for (const auto variant : Crashes::draws)
            if (draw(random_) < share) crash(crashes, variant, flushed);
        if (crashes.op().kind == DiskOp::Kind::sync) ++flushed;
    }
    report_.disks = known_.size();
    return report_;
}

/// Plays the script once and learns how the store was after each flush.
void Judge::record() {
    folder_ = play_.folder();
    script_.play(play_);
    play_.stop();
    log_ = play_.disk().log();
    facts_ = play_.facts();
    Crashes crashes(Image(), log_, true);
    learn(Image());
    while (crashes.next())
        if (crashes.op().kind == DiskOp::Kind::sync) learn(crashes.everything());
}

void Judge::learn(const Image& image) {
    Disk disk(image);
    const DiskInUse in_use(folder_, disk);
    Probe probe(database_of(folder_));
    const std::size_t number = states_.size();
    const auto [at, fresh] = ranges_.try_emplace(probe.contents(false));
    if (fresh) at->second.first = number;
    at->second.last = number;
    State& state = states_.emplace_back();
    for (std::size_t i = 0; i < facts_.size(); ++i)
        if (probe.number(facts_[i]) != 0) state.facts.insert(i);
}

void Judge::blame(const Crashes& at, Crashes::Variant variant, const std::string& what) {
    report_.wrong.push_back(
        script_.name + " crashed at step " + std::to_string(at.step()) + " with unflushed writes " +
        std::string(word(variant)) + ": " + what
    );
}

/// `flushed`: how many flushes had returned.
void Judge::crash(const Crashes& at, Crashes::Variant variant, std::size_t flushed) {
    ++report_.points;
    const Finding& found = look(at.left(variant, random_));
    if (!found.wrong.empty()) return blame(at, variant, found.wrong);
    const auto range = ranges_.find(found.contents);
    if (range == ranges_.end()) return blame(at, variant, "it holds what never was");
    for (std::size_t i = 0; i < at.step(); ++i) {
        if (log_[i].kind != DiskOp::Kind::ack) continue;
        const auto fact = static_cast<std::size_t>(log_[i].at);
        if (!states_[range->second.last].facts.contains(fact))
            return blame(at, variant, "acknowledged and lost: " + facts_[fact]);
    }
    if (range->second.last < flushed) return blame(at, variant, "what was flushed is lost");
    if (range->second.first > flushed + 1) return blame(at, variant, "it holds what came later");
}

const Judge::Finding& Judge::look(const Image& image) {
    const std::uint64_t key = digest(image);
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
    Finding& found = known_[key];
    try {
        {
            Disk disk(image);
            const DiskInUse in_use(folder_, disk);
            Probe probe(database_of(folder_));
            found.contents = probe.contents(false);
            const std::string said = probe.integrity();
            if (said != "ok") found.wrong = "integrity_check says: " + said;
        }
        const bool again =
            report_.in_recovery == 0 ||
            known_.size() % std::max<std::size_t>(1, log_.size() * 3 / options_.recoveries_max) ==
                0;
        if (found.wrong.empty()) found.wrong = recover(image, again && options_.recoveries_max > 0);
    } catch (const std::exception& e) {
        found.wrong = e.what();
    }
    return found;
}

/// Starts the store as after a crash; `crash_again`: and crashes this start at each of its steps.
std::string Judge::recover(const Image& image, bool crash_again) {
    std::vector<DiskOp> log;
    std::uint64_t contents = 0;
    {
        Disk disk(image);
        const DiskInUse in_use(folder_, disk);
        boost::asio::io_context io;
        auto store = open_store(io, folder_, day_two);
        if (crash_again) log = disk.log();
        const auto whole = store::sqlite::examine(database_of(folder_));
        if (!whole) return whole.error().what;
        for (const auto& queue : gw::test::run(io, store->stats()).value())
            if (queue.sending != 0) return "a leg is still being sent after the start";
        if (crash_again) contents = Probe(database_of(folder_)).contents(true);
        const auto after = gw::test::run(io, store->accept(acceptance("after-the-crash")));
        if (!after) return "nothing new is accepted: " + after.error().code;
        if (script_.name == "rotation") {
            const std::string code = rotate_all(io, *store, day_two);
            if (!code.empty()) return "nothing moves any more: " + code;
        }
        if (const std::string wrong = look_at_segments(folder_); !wrong.empty()) return wrong;
    }
    return crash_again ? crash_recovery(image, log, contents) : "";
}

/// However often a start is cut off, the next comes to the same.
std::string Judge::crash_recovery(
    const Image& image, const std::vector<DiskOp>& log, std::uint64_t wanted
) {
    Crashes crashes(image, log, options_.flushes_count);
    while (crashes.next()) {
        for (const auto variant : Crashes::all) {
            ++report_.in_recovery;
            Disk disk(crashes.left(variant, random_));
            const DiskInUse in_use(folder_, disk);
            boost::asio::io_context io;
            auto store = open_store(io, folder_, day_two);
            const auto whole = store::sqlite::examine(database_of(folder_));
            const std::string where =
                "in the recovery, crashed at its step " + std::to_string(crashes.step()) + ": ";
            if (!whole) return where + whole.error().what;
            if (Probe(database_of(folder_)).contents(true) != wanted)
                return where + "the next one ends otherwise";
        }
    }
    return "";
}

}  // namespace gw::test
