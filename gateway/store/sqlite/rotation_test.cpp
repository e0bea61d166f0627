// What only the SQLite store promises of retention: what leaves the tables, segments that are
// missing, damaged or old, and segments in backups.
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/segment.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace gw::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using store::sqlite::Database;

const core::Instant later = day_one + hours(24 * 9);
const core::Instant much_later = day_one + hours(24 * 200);

struct RotationHarness {
    TempFolder folder;
    store::SqliteOptions options;
    RotationHarness() {
        options.folder = folder.path() + "/data";
        options.ballast_bytes = 0;
        options.disk_free_min = 0;
        options.disk_refuse_share = 1;
    }
    std::unique_ptr<ports::Store> open(boost::asio::io_context& io, core::Instant now) {
        return store::open_sqlite_store(io.get_executor(), options, now);
    }
    std::string hot() const { return options.folder + "/lienthong.db"; }
    std::string segment(core::Instant at) const {
        return store::sqlite::segment_path(options.folder, store::sqlite::day_of(at));
    }
    /// Of a file no store has open for writing.
    static void tamper(const std::string& file, const char* sql) {
        Database db(file, Database::Mode::write);
        db.exec(sql);
    }
    static std::int64_t number(const std::string& file, const std::string& sql) {
        Database db(file, Database::Mode::read);
        return db.number(sql);
    }
    std::int64_t hot_rows() const {
        std::int64_t sum = 0;
        for (const char* table : store::sqlite::segment_tables)
            sum += number(hot(), std::string("SELECT count(*) FROM ") + table);
        return sum;
    }
};
using Bench = StoreBench<RotationHarness>;

ports::Acceptance answered(const std::string& key, const std::string& dossier, core::Instant at) {
    ports::Acceptance a = acceptance(key, "{}", at);
    with_leg(a, dossier);
    a.answer.emplace();
    a.answer->body = "first answer";
    return a;
}

void deliver(Bench& b, const std::string& key, const std::string& dossier, core::Instant at) {
    b.accept(answered(key, dossier, at));
    b.send(LegState::delivered, Outcome::delivered, at);
}

template <class T>
std::string code_of(const core::Result<T>& result) {
    return result ? "" : result.error().code;
}

}  // namespace

TEST_CASE("rotation: what is done leaves the tables, by the day it came") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    deliver(b, "k2", "D1", day_two);
    deliver(b, "k3", "", day_two);
    CHECK(b.rotate(later) == 3);
    CHECK(b.harness.hot_rows() == 1);  // the lane of D1, for what comes
    CHECK(b.harness.number(b.harness.segment(day_one), "SELECT count(*) FROM message") == 1);
    CHECK(b.harness.number(b.harness.segment(day_two), "SELECT count(*) FROM leg") == 2);
    CHECK(b.harness.number(b.harness.segment(day_two), "SELECT count(*) FROM lane") == 1);
    const auto segments = b.await(b.store->segments({})).value();
    REQUIRE(segments.size() == 2);
    CHECK(segments[0].day == "2026-01-01");
    CHECK(segments[0].ended == day_one + hours(24));
    CHECK(segments[1].messages == 2);
    CHECK(segments[1].rows == 13);
    CHECK(segments[1].bytes > 0);
    CHECK(b.leg(core::LegId{3}).state == LegState::delivered);
}

TEST_CASE("rotation: many messages move in small steps") {
    Bench b;
    for (int i = 0; i < 300; ++i) {
        ports::Acceptance a = acceptance("k" + std::to_string(i));
        with_leg(a, "D" + std::to_string(i / 3));
        a.legs.clear();
        b.accept(a);
    }
    ports::RotationWish wish;
    wish.now = later;
    wish.online = hours(24 * 180);
    const auto first = b.await(b.store->rotate(wish)).value();
    CHECK(first.rows <= 500);
    CHECK(first.messages > 50);
    CHECK(first.more);
    CHECK(b.rotate(later) + first.messages == 300);
    CHECK(b.await(b.store->events_of("H56", "D99", "")).value().size() == 3);
}

TEST_CASE("rotation: only what is not done stays, and is looked at again without a walk") {
    Bench b;
    b.accept(answered("k1", "D1", day_one));
    for (int i = 0; i < 20; ++i)
        deliver(b, "a" + std::to_string(i), "E" + std::to_string(i), day_two);
    const auto blocked = b.claim(1, day_two).at(0);
    b.settle(blocked.lane, b.intend(blocked), settlement(LegState::blocked, Outcome::refused));
    CHECK(b.rotate(later) == 20);
    CHECK(b.harness.number(b.harness.hot(), "SELECT count(*) FROM straggler") == 1);
    b.act(blocked.leg.id, ports::LegAction::record_done);
    CHECK(b.rotate(later + hours(23)) == 0);
    CHECK(b.rotate(later + hours(24 * 8)) == 1);
    CHECK(b.harness.number(b.harness.hot(), "SELECT count(*) FROM straggler") == 0);
}

TEST_CASE("rotation: the questions of a step read no table and no index from end to end") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    Database db(b.harness.hot(), Database::Mode::read);
    const auto plan = [&](const std::string& sql) {
        store::sqlite::Statement s(db, "EXPLAIN QUERY PLAN " + sql);
        auto rows = s.query();
        std::string text;
        while (rows.next()) text += rows.text(3) + ";";
        return text;
    };
    CHECK(plan(store::sqlite::dossiers_of_events)
              .starts_with("SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
    CHECK(
        plan("SELECT id FROM message WHERE id > 1 ORDER BY id LIMIT 9") ==
        "SEARCH message USING INTEGER PRIMARY KEY (rowid>?);"
    );
    CHECK(
        plan("SELECT id, event_id FROM leg WHERE id > 1 ORDER BY id") ==
        "SEARCH leg USING INTEGER PRIMARY KEY (rowid>?);"
    );
    CHECK(
        plan("SELECT 1 FROM leg WHERE lane_id = 1 AND id < 9 AND (state < 5 OR state = 8) LIMIT 1")
            .find("USING INDEX leg_lane (lane_id=? AND id<?)") != std::string::npos
    );
    CHECK(
        plan("SELECT leg.note FROM (SELECT leg.*, lane.note FROM leg CROSS JOIN lane ON lane.id = "
             "leg.lane_id) AS leg WHERE leg.id >= 1 AND leg.id < 9 ORDER BY leg.id")
            .starts_with("SEARCH leg USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
    );
    CHECK(
        plan("SELECT message.kind FROM straggler CROSS JOIN message ON message.id = "
             "straggler.message_id WHERE look_at <= 1 ORDER BY look_at LIMIT 9") ==
        "SEARCH straggler USING COVERING INDEX straggler_look (look_at<?);SEARCH message USING "
        "INTEGER PRIMARY KEY (rowid=?);"
    );
}

TEST_CASE("rotation: what took more than a month counts from the day it ended") {
    Bench b;
    b.accept(answered("k1", "D1", day_one));
    const auto ended = day_one + hours(24 * 40);
    b.send(LegState::delivered, Outcome::delivered, ended);
    CHECK(b.rotate(ended + hours(24 * 8)) == 1);
    CHECK(fs::exists(b.harness.segment(ended)));
    CHECK(b.leg(core::LegId{1}).state == LegState::delivered);
    b.rotate(day_one + hours(24 * 190));
    CHECK(b.leg(core::LegId{1}).state == LegState::delivered);
}

TEST_CASE("rotation: what a lane has left behind keeps what went after it") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    core::Settlement skipped = settlement(LegState::dead, Outcome::refused);
    skipped.flag = "skipped";
    const auto c = b.claim(1).at(0);
    b.settle(c.lane, b.intend(c), skipped);
    deliver(b, "k2", "D1", day_one);
    CHECK(b.rotate(later) == 0);
    CHECK(b.act(c.leg.id, ports::LegAction::redrive) == "lane.passed");
    b.act(c.leg.id, ports::LegAction::cancel);
    CHECK(b.rotate(later + hours(24 * 30)) == 2);
}

TEST_CASE("rotation: numbers go on when everything has moved; keys that were in memory are known") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    deliver(b, "k2", "", day_one);
    b.rotate(later);
    CHECK(b.harness.number(b.harness.hot(), "SELECT count(*) FROM message") == 0);
    b.restart(later);
    const auto again = b.accept(answered("k1", "D1", later));
    CHECK(again.repeated);
    CHECK(again.answer->body == "first answer");
    const auto fresh = b.accept(answered("k3", "D1", later));
    CHECK(core::raw(fresh.message) == 3);
    CHECK(core::raw(b.claim(1, later).at(0).leg.id) == 3);
}

TEST_CASE("rotation: rows that lie in both count as they are in the tables, and move again") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    b.store.reset();
    fs::copy(b.harness.options.folder, b.harness.folder.path() + "/before");
    b.restart(later);
    b.rotate(later);
    b.store.reset();
    for (const char* name : {"/lienthong.db", "/lienthong.db-wal", "/lienthong.db-shm"}) {
        fs::remove(b.harness.options.folder + name);
        const std::string old = b.harness.folder.path() + "/before" + name;
        if (fs::exists(old)) fs::copy_file(old, b.harness.options.folder + name);
    }
    b.restart(later);
    CHECK(b.await(b.store->legs_of("H56", "D1")).value().size() == 1);
    CHECK(b.rotate(later) == 1);
    CHECK(b.await(b.store->legs_of("H56", "D1")).value().size() == 1);
    CHECK(b.await(b.store->attempts_of(core::LegId{1})).value().size() == 1);
}

TEST_CASE("rotation: a damaged row of a segment is never served") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    deliver(b, "k2", "D2", day_one);
    b.rotate(later);
    b.store.reset();
    b.harness.tamper(
        b.harness.segment(day_one),
        "UPDATE leg SET reference = 'x' WHERE id = 1; UPDATE event SET snapshot = x'7b7d' WHERE "
        "id = 1; UPDATE message SET body = x'62' WHERE id = 1; UPDATE answer SET status = 500 "
        "WHERE message_id = 1"
    );
    b.restart(later);
    const std::string damaged = "store.row_damaged";
    CHECK(code_of(b.await(b.store->leg(core::LegId{1}))) == damaged);
    CHECK(code_of(b.await(b.store->legs_of("H56", "D1"))) == damaged);
    CHECK(code_of(b.await(b.store->events_of("H56", "D1", ""))) == damaged);
    CHECK(code_of(b.await(b.store->message(core::MessageId{1}))) == damaged);
    CHECK(b.refused(answered("k1", "D1", later)) == damaged);
    CHECK(b.leg(core::LegId{2}).state == LegState::delivered);
    CHECK(b.accept(answered("k2", "D2", later)).repeated);
}

TEST_CASE("rotation: a segment that is missing or no database fails its own reads only") {
    for (const bool is_missing : {true, false}) {
        Bench b;
        deliver(b, "k1", "D1", day_one);
        deliver(b, "k2", "D2", day_two);
        b.rotate(later);
        b.store.reset();
        const std::string file = b.harness.segment(day_one);
        fs::remove(file);
        if (!is_missing) fs::copy_file("/proc/self/exe", file);
        b.restart(later);
        const std::string code = is_missing ? "store.segment_missing" : "store.segment_damaged";
        const auto leg = b.await(b.store->leg(core::LegId{1}));
        REQUIRE_FALSE(leg.has_value());
        CHECK(leg.error().code == code);
        CHECK(leg.error().what.find("segments/2026-01-01.db") != std::string::npos);
        CHECK(b.refused(answered("k1", "D1", later)) == code);
        CHECK(b.act(core::LegId{1}, ports::LegAction::redrive) == code);
        CHECK(b.leg(core::LegId{2}).state == LegState::delivered);
        // Nothing new is written in its place: that would answer for what is lost.
        deliver(b, "late", "D3", day_one);
        ports::RotationWish wish;
        wish.now = later;
        wish.online = hours(24 * 180);
        deliver(b, "other", "D4", day_two);
        CHECK(code_of(b.await(b.store->rotate(wish))) == code);
        // Other days went on, and the next step is not held up by this one.
        CHECK(b.await(b.store->rotate(wish)).has_value());
        CHECK(b.await(b.store->segments({})).value().back().messages == 2);
        CHECK(b.refused(answered("k3", "D1", later)).empty());
        CHECK(b.send(LegState::delivered, Outcome::delivered, later).leg.dossier == "D1");
        CHECK(b.store->health().writable);
    }
}

TEST_CASE("rotation: an older copy of a segment is not taken for the segment") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    b.rotate(later);
    const std::string file = b.harness.segment(day_one), old = file + ".old";
    fs::copy_file(file, old);
    deliver(b, "k2", "D2", day_one);
    b.rotate(later);
    b.store.reset();
    fs::copy_file(old, file, fs::copy_options::overwrite_existing);
    b.restart(later);
    CHECK(code_of(b.await(b.store->leg(core::LegId{1}))) == "store.segment_damaged");
}

TEST_CASE("rotation: an old segment goes with its traces; keys of payments stay for ever") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    ports::Acceptance paid = acceptance("p1");
    paid.message.partner = "vnpay";
    b.accept(paid);
    b.rotate(later);
    CHECK(fs::exists(b.harness.segment(day_one)));
    b.rotate(day_one + hours(24 * 181) - core::Duration(1));
    CHECK(fs::exists(b.harness.segment(day_one)));
    b.rotate(day_one + hours(24 * 181));
    CHECK_FALSE(fs::exists(b.harness.segment(day_one)));
    CHECK(b.await(b.store->segments({})).value().empty());
    CHECK(b.await(b.store->legs_of("H56", "D1")).value().empty());
    CHECK_FALSE(b.await(b.store->message(core::MessageId{1})).value());
    const std::string traces =
        "SELECT (SELECT count(*) FROM segment_dossier) + (SELECT count(*) "
        "FROM inbox)";
    CHECK(b.harness.number(b.harness.hot(), traces) == 1);
    b.restart(much_later);
    CHECK_FALSE(b.accept(answered("k1", "D1", much_later)).repeated);
    CHECK(b.accept(paid).repeated);
}

TEST_CASE("rotation: a segment that holds a kept dossier stays and says why") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    deliver(b, "k2", "D2", day_one);
    deliver(b, "k3", "D3", day_two);
    std::vector<ports::KeptDossier> kept;
    kept.emplace_back("H56", "D1", "legal_hold");
    kept.emplace_back("H56", "D9", "legal_hold");
    b.rotate(much_later, hours(24 * 7), kept);
    // After an upgrade there are thirty days to put dossiers of old days on hold.
    CHECK(b.await(b.store->segments(kept)).value().size() == 2);
    const auto in_thirty_days = much_later + hours(24 * 30);
    b.rotate(in_thirty_days, hours(24 * 7), kept);
    const auto segments = b.await(b.store->segments(kept)).value();
    REQUIRE(segments.size() == 1);
    CHECK(segments[0].kept_by == std::vector<std::string>{"legal_hold"});
    CHECK(b.leg(core::LegId{1}).state == LegState::delivered);
    CHECK_FALSE(b.await(b.store->leg(core::LegId{3})).value());
    b.rotate(in_thirty_days);
    CHECK(b.await(b.store->segments({})).value().empty());
}

TEST_CASE("rotation: a full disk moves nothing and takes nothing from accepting") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    ports::RotationWish wish;
    wish.now = later;
    wish.may_move = false;
    CHECK(b.await(b.store->rotate(wish)).value().messages == 0);
    CHECK_FALSE(fs::exists(b.harness.segment(day_one)));
}

TEST_CASE("rotation: a backup takes its segments along, each once, and is whole only with them") {
    Bench b;
    deliver(b, "k1", "D1", day_one);
    deliver(b, "k2", "D2", day_two);
    b.rotate(later);
    b.accept(answered("k3", "D3", later));
    const std::string folder = b.harness.folder.path() + "/backups";
    fs::create_directory(folder);
    REQUIRE(b.await(b.store->backup(folder + "/a.db")).has_value());
    const auto copy = store::sqlite::segment_path(folder, store::sqlite::day_of(day_one));
    CHECK(fs::exists(copy + ".sha256"));
    CHECK(store::check_backup(folder + "/a.db").value() == 3);
    CHECK(store::segments_of_backup(folder + "/a.db").size() == 2);
    const auto written = fs::last_write_time(copy);
    deliver(b, "k4", "D4", day_two);
    b.rotate(later);
    REQUIRE(b.await(b.store->backup(folder + "/b.db")).has_value());
    CHECK(fs::last_write_time(copy) == written);
    CHECK(store::check_backup(folder + "/b.db").value() == 4);
    CHECK(store::check_backup(folder + "/a.db").value() == 3);
    b.harness.tamper(copy, "UPDATE leg SET reference = 'x'");
    CHECK_FALSE(store::check_backup(folder + "/a.db").has_value());
    fs::remove(copy);
    const auto without = store::check_backup(folder + "/a.db");
    REQUIRE_FALSE(without.has_value());
    CHECK(without.error().what.find("2026-01-01.db is missing") != std::string::npos);
}

TEST_CASE("backup: is proven also when the feed has forgotten its oldest items") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    for (int i = 0; i < 6; ++i) a.feed.push_back(feed_item("D1"));
    b.accept(a);
    CHECK(b.await(b.store->forget_feed(day_two, 3)).value() == 3);
    CHECK(b.await(b.store->backup(b.harness.folder.path() + "/copy.db")).has_value());
}

}  // namespace gw::test
