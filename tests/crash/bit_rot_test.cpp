// One bit turned over anywhere in the database, its log or a backup: noticed, or never served.
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"
#include "tests/crash/probe.hpp"
#include "tests/crash/reading.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <map>
#include <set>

namespace gw::test {
namespace {

std::uint64_t contents_of(const std::string& folder, const Image& image) {
    Disk disk(image);
    const DiskInUse in_use(folder, disk);
    return Probe(database_of(folder)).contents(false);
}

/// A store with work of every kind, and what it ever served.
struct Base {
    Base() {
        Play play;
        play.start();
        for (int i = 0; i < 12; ++i) day(play, i);
        served = read_all(play.io(), play.store());
        image = play.disk().image();  // as after a crash: everything is in the log
        const auto log = play.disk().log();
        play.stop();
        folder = play.folder();
        closed = play.disk().image();
        closed.erase(database_of(folder) + "-wal");  // as after a checkpoint
        learn(folder, log);
    }
    void learn(const std::string& where, const std::vector<DiskOp>& log) {
        ever.insert(contents_of(where, Image()));
        Crashes crashes(Image(), log, true);
        while (crashes.next())
            if (crashes.op().kind == DiskOp::Kind::sync)
                ever.insert(contents_of(where, crashes.everything()));
    }
    static void day(Play& play, int i) {
        const std::string n = std::to_string(i);
        ports::Acceptance a = full("k" + n, "D" + n, 600);
        a.objects.push_back(object_write("D" + n, 0));
        a.objects.back().object.body = std::string(500, 'o');
        play.accept(std::move(a));
        if (i % 2 == 0) play.send_all(LegState::delivered);
    }
    std::string folder;
    Image image, closed;
    std::vector<std::string> served;
    std::set<std::uint64_t> ever;
};
const Base& base() {
    static const Base one;
    return one;
}

struct Sum {
    int flips = 0, noticed = 0, unused = 0, hidden = 0, without_sum = 0;
    std::map<std::string, int> served_wrong;
};

/// Whether SQLite itself gives another body, without a sum to look at: the control.
bool plain_sql_differs(const std::string& path) {
    sqlite3* db = nullptr;
    std::string all;
    if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
        sqlite3_stmt* s = nullptr;
        sqlite3_prepare_v2(db, "SELECT body FROM message ORDER BY id", -1, &s, nullptr);
        while (s != nullptr && sqlite3_step(s) == SQLITE_ROW)
            all.append(static_cast<const char*>(sqlite3_column_blob(s, 0)), 600);
        sqlite3_finalize(s);
    }
    sqlite3_close_v2(db);
    return all.size() == 600U * 12 && all != std::string(600U * 12, 'x');
}

/// Attempts, the feed and the audit rows of an officer's page carry no sum of their own: their
/// proof is the chain of the audit and the proof of each backup.
bool has_sum(const std::string& line) {
    for (const char* without : {"attempts", "feed", "audit"})
        if (line.starts_with(without)) return false;
    return true;
}

/// A damaged index may hide a row; it may never show another.
bool shows_less(const std::string& line, const std::string& whole) {
    const bool no_answer = line.ends_with(" again ") || line.find(" new ") != std::string::npos;
    if (no_answer || line.find("nothing") != std::string::npos) return true;
    std::size_t from = line.find(": ") + 2;
    for (std::size_t to = 0; (to = line.find(" | ", from)) != std::string::npos; from = to + 3)
        if (whole.find(line.substr(from, to - from)) == std::string::npos) return false;
    return from == line.size();
}

/// Answers that the whole store never gave and that are no error.
std::vector<std::string> wrong_answers(const std::vector<std::string>& served, Sum& sum) {
    std::vector<std::string> wrong;
    for (std::size_t i = 0; i < served.size(); ++i) {
        const std::string &line = served[i], &whole = base().served[i];
        if (line == whole || line.find("error ") != std::string::npos) continue;
        if (shows_less(line, whole)) {
            ++sum.hidden;
            continue;
        }
        if (!has_sum(line)) {
            ++sum.without_sum;
            continue;
        }
        wrong.push_back(line.substr(0, line.find(' ')) + "\n   was " + whole + "\n   now " + line);
    }
    return wrong;
}

std::vector<std::string> look(const Play& play, const Image& image, Sum& sum) {
    Disk disk(image);
    const DiskInUse in_use(play.folder(), disk);
    boost::asio::io_context io;
    try {
        auto store = open_store(io, play.folder(), day_one);
        const auto served = read_all(io, *store);
        const auto wrong = wrong_answers(served, sum);
        if (wrong.empty()) ++(served == base().served ? sum.unused : sum.noticed);
        return wrong;
    } catch (const std::exception&) {
        ++sum.noticed;
        return {};
    }
}

Image laid(const Play& play, const Image& image) {
    Image ours;
    for (const auto& [path, content] : image)
        ours[play.folder() + path.substr(base().folder.size())] = content;
    return ours;
}

std::uint64_t seed() {
    const char* given = std::getenv("BIT_ROT_SEED");
    return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

Image with_one_bit(Image image, const std::string& path, std::mt19937_64& random) {
    std::string& content = image[path];
    char& byte = content[random() % content.size()];
    byte = static_cast<char>(byte ^ (1 << random() % 8));
    return image;
}

void check(const Sum& sum) {
    MESSAGE(
        sum.flips << " bits: " << sum.noticed << " noticed, " << sum.unused << " unused, "
                  << sum.hidden << " rows hidden, " << sum.without_sum
                  << " answers changed in rows without a sum"
    );
    CHECK(sum.noticed > 0);
    int shown = 0;
    for (const auto& [what, count] : sum.served_wrong)
        if (++shown < 6) MESSAGE("served wrong: " << what);
    CHECK(sum.served_wrong.empty());
}

}  // namespace

TEST_CASE("bit rot: a bit turned over in the database is noticed or never served") {
    ports::log::set_level(ports::log::Level(4));
    const Play play;
    Sum sum;
    std::mt19937_64 random(seed());
    const Image whole = laid(play, base().closed);
    for (; sum.flips < 400; ++sum.flips) {
        const Image image = with_one_bit(whole, database_of(play.folder()), random);
        for (const std::string& wrong : look(play, image, sum)) ++sum.served_wrong[wrong];
    }
    ports::log::set_level(ports::log::Level::info);
    check(sum);
}

TEST_CASE("bit rot: a bit turned over in the log shows nothing that never was") {
    // SQLite ends a log at the first frame that is not whole: then the store is an older one.
    const Play play;
    std::mt19937_64 random(seed());
    const Image whole = laid(play, base().image);
    std::set<std::uint64_t> found;
    for (int flips = 0; flips < 200; ++flips) {
        const Image image = with_one_bit(whole, database_of(play.folder()) + "-wal", random);
        found.insert(contents_of(play.folder(), image));
        CHECK(base().ever.contains(contents_of(play.folder(), image)));
    }
    CHECK(found.size() > 3);
}

TEST_CASE("bit rot: a backup with one bit turned over is refused, or holds what it held") {
    ports::log::set_level(ports::log::Level(4));
    const Play play;
    Sum sum;
    std::mt19937_64 random(seed());
    const Image whole = laid(play, base().closed);
    const std::string path = database_of(play.folder());
    for (; sum.flips < 200; ++sum.flips) {
        const Image image = with_one_bit(whole, path, random);
        Disk disk(image);
        const DiskInUse in_use(play.folder(), disk);
        if (!store::check_backup(path)) {
            ++sum.noticed;
            continue;
        }
        for (const std::string& wrong : look(play, image, sum)) ++sum.served_wrong[wrong];
    }
    check(sum);
    Image cut = whole;
    cut[path].resize(cut[path].size() / 100 * 99);
    Disk disk(cut);
    const DiskInUse in_use(play.folder(), disk);
    CHECK_FALSE(store::check_backup(path).has_value());
    ports::log::set_level(ports::log::Level::info);
}

TEST_CASE("bit rot: without the sums of rows a turned bit passes unseen") {
    std::mt19937_64 random(seed());
    const Play play;
    const Image whole = laid(play, base().closed);
    int passed = 0;
    for (int i = 0; i < 400 && passed == 0; ++i) {
        Disk rotten(with_one_bit(whole, database_of(play.folder()), random));
        const DiskInUse in_use(play.folder(), rotten);
        if (plain_sql_differs(database_of(play.folder()))) ++passed;
    }
    CHECK(passed > 0);
}

}  // namespace gw::test
