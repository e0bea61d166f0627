// What only the SQLite store promises: settings, one writer, full disks, damaged rows, backups.
#include "gateway/store/sqlite/sqlite_store.hpp"

#include "gateway/store/sqlite/opening.hpp"
#include "gateway/store/sqlite/writer_sql.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <fstream>

namespace gw::test {
namespace {

using ports::LegAction;

struct SqliteHarness {
    TempFolder folder;
    store::SqliteOptions options;
    SqliteHarness() {
        options.folder = folder.path();
        options.ballast_bytes = 1 << 20;
        options.disk_free_min = 0;
        options.disk_refuse_share = 1;
    }
    std::unique_ptr<ports::Store> open(boost::asio::io_context& io, core::Instant now) {
        return store::open_sqlite_store(io.get_executor(), options, now);
    }
    std::string database() const { return folder.path() + "/lienthong.db"; }
    /// Changes the file behind the store's back; no store may be open.
    void tamper(const std::string& sql) {
        store::sqlite::Database db(database(), store::sqlite::Database::Mode::write);
        db.exec(sql.c_str());
    }
};
using Bench = StoreBench<SqliteHarness>;

int setting(store::sqlite::Database& db, int option) {
    int value = -1;
    sqlite3_db_config(db.handle(), option, -1, &value);
    return value;
}

}  // namespace

TEST_CASE("sqlite store: every switch of the writing connection is set") {
    TempFolder folder;
    store::SqliteOptions options;
    options.folder = folder.path();
    auto opened = store::sqlite::open_database(options);
    auto& db = *opened.writer;
    CHECK(db.word("PRAGMA journal_mode") == "wal");
    CHECK(db.number("PRAGMA synchronous") == 2);
    CHECK(db.number("PRAGMA wal_autocheckpoint") == 0);
    CHECK(db.number("PRAGMA auto_vacuum") == 2);
    CHECK(db.number("PRAGMA page_size") == 8'192);
    CHECK(db.number("PRAGMA busy_timeout") == 5'000);
    CHECK(db.number("PRAGMA foreign_keys") == 1);
    CHECK(db.number("PRAGMA trusted_schema") == 0);
    CHECK(db.number("PRAGMA cell_size_check") == 1);
    CHECK(db.number("PRAGMA mmap_size") == 0);
    CHECK(db.number("PRAGMA cache_size") == -65'536);
    CHECK(db.number("PRAGMA temp_store") == 2);
    CHECK(db.number("PRAGMA journal_size_limit") == 67'108'864);
    CHECK(setting(db, SQLITE_DBCONFIG_DQS_DML) == 0);
    CHECK(setting(db, SQLITE_DBCONFIG_DQS_DDL) == 0);
    CHECK(setting(db, SQLITE_DBCONFIG_DEFENSIVE) == 1);
    CHECK(setting(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION) == 0);
    CHECK(setting(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE) == 0);
    store::sqlite::Database reader(
        options.folder + "/lienthong.db", store::sqlite::Database::Mode::read
    );
    CHECK(setting(reader, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE) == 1);
    CHECK(
        db.number("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                  "AND name NOT LIKE 'sqlite_%' AND NOT strict") == 0
    );
    CHECK(opened.epoch == 1);
}

TEST_CASE("sqlite store: rows from before migration 3 are whole and go out after it") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    with_leg(a, "D1");
    with_leg(a, "D2");
    b.accept(a);
    b.store.reset();
    b.harness.tamper(
        "DROP TABLE segment; DROP TABLE segment_dossier; DROP TABLE straggler; DROP TABLE moved; "
        "DROP TABLE moved_leg; DELETE FROM meta WHERE name LIKE 'walked_%'; "
        "DROP INDEX lane_ready; DROP INDEX lane_look; ALTER TABLE lane DROP COLUMN urgency; "
        "ALTER TABLE lane DROP COLUMN look_at; ALTER TABLE leg DROP COLUMN told; "
        "ALTER TABLE leg DROP COLUMN replaceable; ALTER TABLE event DROP COLUMN trace; "
        "CREATE INDEX lane_ready ON lane (partner, effective, head) WHERE state = 0; "
        "PRAGMA user_version = 2"
    );
    b.restart(day_two);
    CHECK(b.send(LegState::delivered, Outcome::delivered, day_two).leg.dossier == "D1");
    CHECK(b.claim(9, day_two).size() == 1);
}

TEST_CASE("sqlite store: claims search the partial indexes only") {
    TempFolder folder;
    store::SqliteOptions options;
    options.folder = folder.path();
    auto opened = store::sqlite::open_database(options);
    const auto plan = [&](const std::string& sql) {
        store::sqlite::Statement s(*opened.writer, "EXPLAIN QUERY PLAN " + sql);
        auto rows = s.query();
        std::string text;
        while (rows.next()) text += rows.text(3) + ";";
        return text;
    };
    CHECK(
        plan("SELECT id FROM lane WHERE partner = 'p' AND state = 0 AND urgency = 2 AND "
             "agency >= 'a' ORDER BY agency, effective, head LIMIT 1"
        ) == "SEARCH lane USING INDEX lane_ready (partner=? AND urgency=? AND agency>?);"
    );
    CHECK(
        plan("SELECT id FROM lane WHERE partner = 'p' AND state = 0 AND urgency = 2 AND "
             "agency = 'a' AND (effective, head) > (1, 2) ORDER BY effective, head LIMIT 1") ==
        "SEARCH lane USING INDEX lane_ready (partner=? AND urgency=? AND agency=? AND "
        "(effective,head)>(?,?));"
    );
    CHECK(
        plan("SELECT id FROM lane WHERE look_at > 0 AND look_at <= 9 ORDER BY look_at LIMIT 5") ==
        "SEARCH lane USING COVERING INDEX lane_look (look_at>? AND look_at<?);"
    );
    CHECK(
        plan("SELECT min(due_at) FROM lane WHERE partner = 'p' AND state = 1")
            .find("USING INDEX lane_due (partner=?)") != std::string::npos
    );
    CHECK(
        plan("SELECT note FROM lane WHERE partner = 'p' AND state = 1 AND due_at <= 5 LIMIT 10") ==
        "SEARCH lane USING INDEX lane_due (partner=? AND due_at<?);"
    );
    CHECK(
        plan("SELECT note FROM lane WHERE state = 2 ORDER BY id").find("lane_sending") !=
        std::string::npos
    );
}

TEST_CASE("sqlite store: a second store on the same folder is refused with a remedy") {
    Bench b;
    CHECK_THROWS_WITH_AS(
        b.harness.open(b.io, day_two), doctest::Contains("another process uses"), std::runtime_error
    );
}

TEST_CASE("sqlite store: a file of a newer version is refused") {
    Bench b;
    b.store.reset();
    b.harness.tamper("PRAGMA user_version=99");
    CHECK_THROWS_WITH_AS(
        b.harness.open(b.io, day_two), doctest::Contains("newer version"), std::runtime_error
    );
}

TEST_CASE("sqlite store: a file that is no database is refused") {
    Bench b;
    b.store.reset();
    std::ofstream(b.harness.database()) << std::string(8'192, 'x');
    CHECK_THROWS_AS(b.harness.open(b.io, day_two), std::runtime_error);
}

TEST_CASE(
    "sqlite store: on a nearly full disk new work is refused, work is finished, and it resumes by "
    "itself"
) {
    auto share = std::make_shared<std::atomic<double>>(0.5);
    SqliteHarness harness;
    harness.options.disk_refuse_share = 0.9;
    harness.options.disk_probe = [share] {
        store::DiskSpace space;
        space.used_share = *share;
        space.free = 1 << 30;
        return space;
    };
    boost::asio::io_context io;
    auto store = harness.open(io, day_one);
    ports::Acceptance a = acceptance("k1");
    a.answer.emplace();
    with_leg(a, "D1");
    REQUIRE(run(io, store->accept(a)).has_value());
    *share = 0.95;
    const auto refused = run(io, store->accept(acceptance("k2")));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "store.disk_nearly_full");
    CHECK(refused.error().advice == core::Advice::retry);
    CHECK(run(io, store->accept(a)).value().repeated);
    CHECK_FALSE(store->health().writable);
    CHECK(store->health().reason == "store.disk_nearly_full");
    auto reading = acceptance("k3");
    reading.needed = true;
    CHECK(run(io, store->accept(reading)).has_value());
    CHECK_FALSE(store->health().writable);
    const auto claims = run(io, store->claim("national_portal", 1, day_one)).value();
    const auto fence = run(io, store->intend(claims.claims.at(0), digest_of("b"), day_one)).value();
    CHECK(run(io,
              store->settle(
                  claims.claims[0].lane,
                  fence,
                  settlement(LegState::delivered, Outcome::delivered),
                  {}
              ))
              .has_value());
    *share = 0.5;
    CHECK(run(io, store->accept(acceptance("k2"))).has_value());
    CHECK(store->health().writable);
}

TEST_CASE("sqlite store: a start on a full disk gives the ballast up before it opens the store") {
    SqliteHarness harness;
    harness.options.disk_probe = [] {
        store::DiskSpace space;
        space.free = 0;
        return space;
    };
    const auto ballast = std::filesystem::path(harness.options.folder) / "ballast";
    std::filesystem::create_directories(harness.options.folder);
    std::ofstream(ballast) << "room";
    boost::asio::io_context io;
    const auto store = harness.open(io, day_one);
    CHECK_FALSE(std::filesystem::exists(ballast));
}

TEST_CASE(
    "sqlite store: when SQLite finds no room the batch is undone, work is finished, nothing is lost"
) {
    Bench b;
    b.store.reset();
    b.harness.options.pages_max = 120;
    b.store = b.harness.open(b.io, day_one);
    int taken = 0;
    std::string code;
    while (code.empty() && taken < 1'000) {
        ports::Acceptance a = acceptance("k" + std::to_string(taken), std::string(3'000, 'x'));
        code = b.refused(with_leg(a, "D" + std::to_string(taken)));
        if (code.empty()) ++taken;
    }
    CHECK(code == "store.disk_nearly_full");
    CHECK(taken > 10);
    CHECK_FALSE(b.store->health().writable);
    const core::Claim c = b.send(LegState::delivered, Outcome::delivered);
    CHECK(b.leg(c.leg.id).state == LegState::delivered);
    CHECK(b.stats().ready == taken - 1);
    b.store.reset();
    b.harness.options.pages_max = 100'000;
    b.store = b.harness.open(b.io, day_two);
    CHECK(b.refused(acceptance("more", std::string(3'000, 'x'))).empty());
    CHECK(b.store->health().writable);
    CHECK(b.stats().ready == taken - 1);
}

TEST_CASE("sqlite store: a bit that turned over in a lane or leg stops that lane and no other") {
    for (const char* sql :
         {"UPDATE leg SET attempts_partner = 8 WHERE id = 1",
          "UPDATE lane SET fence = 1 WHERE id = 1",
          "UPDATE event SET snapshot = x'7b7d' WHERE id = 1",
          "UPDATE leg SET effect_key = 'x' WHERE id = 1"}) {
        Bench b;
        for (const char* dossier : {"D1", "D2"}) {
            ports::Acceptance a = acceptance(dossier);
            b.accept(with_leg(a, dossier));
        }
        b.store.reset();
        b.harness.tamper(sql);
        b.store = b.harness.open(b.io, day_two);
        const auto claims = b.claim();
        REQUIRE(claims.size() == 1);
        CHECK(claims[0].leg.dossier == "D2");
        const auto view = b.await(b.store->claim_view(core::LegId{1}));
        REQUIRE_FALSE(view.has_value());
        CHECK(view.error().code == "store.row_damaged");
        CHECK(view.error().advice == core::Advice::hold);
    }
}

TEST_CASE("sqlite store: damaged messages, answers and objects are noticed when read") {
    Bench b;
    ports::Acceptance a = acceptance("k1", "body");
    a.objects.push_back(object_write("D1", 0));
    a.answer.emplace();
    a.answer->body = "answer";
    b.accept(a);
    b.store.reset();
    b.harness.tamper(
        "UPDATE message SET body = x'62'; UPDATE object SET state = 'done'; "
        "UPDATE answer SET status = 500"
    );
    b.store = b.harness.open(b.io, day_two);
    CHECK_FALSE(b.await(b.store->message(core::MessageId{1})).has_value());
    CHECK_FALSE(b.await(b.store->object("dossier", "H56", "D1")).has_value());
    CHECK_FALSE(b.await(b.store->answer_of("onestop", "k1", a.message.digest)).has_value());
    CHECK(b.refused(a) == "store.row_damaged");
}

TEST_CASE("sqlite store: a dossier is written once for a message and read whole everywhere") {
    Bench b;
    const std::string dossier = R"({"code":"D1","note":")" + std::string(3'000, 'x') + "\"}";
    ports::Acceptance a = acceptance("k1", "body");
    a.objects.push_back(object_write("D1", 0));
    a.objects[0].object.body = dossier;
    a.answer.emplace();
    a.answer->body = dossier;
    std::vector<std::string> snapshots = {
        R"({"key":"1","dossier":)" + dossier + "}",
        R"({"key":"22","dossier":)" + dossier + R"(,"progress":{"seq":1}})",
        R"({"key":"other"})",
        dossier};
    for (const std::string& snapshot : snapshots) {
        with_leg(a, "D1");
        a.events.back().snapshot = std::make_shared<const std::string>(snapshot);
    }
    b.accept(a);
    const auto events = b.await(b.store->events_of("H56", "D1", "")).value();
    REQUIRE(events.size() == snapshots.size());
    for (std::size_t i = 0; i < events.size(); ++i) CHECK(*events[i].snapshot == snapshots[i]);
    const auto seen = b.await(b.store->answer_of("onestop", "k1", a.message.digest)).value();
    CHECK(seen.answer->body == dossier);
    CHECK(b.accept(a).answer->body == dossier);
    b.send(LegState::delivered, Outcome::delivered);
    CHECK(*b.claim().at(0).snapshot == snapshots[1]);
    const auto copy = b.harness.folder.path() + "/copy.db";
    CHECK(b.await(b.store->backup(copy)).has_value());
    b.store.reset();
    b.harness.tamper(
        "UPDATE event SET snapshot = CAST(replace(snapshot, 'x', 'y') AS BLOB) WHERE id = 1"
    );
    b.store = b.harness.open(b.io, day_two);
    CHECK_FALSE(b.await(b.store->answer_of("onestop", "k1", a.message.digest)).has_value());
    CHECK(b.claim().empty());
}

TEST_CASE("sqlite store: an answer that says more than the dossier is kept beside what it adds") {
    Bench b;
    const std::string dossier = R"({"text":")" + std::string(300, 'x') + R"("})";
    const std::string more = R"(,"warnings":[{"code":"index.loss"}]})";
    const std::string answers[] = {
        dossier.substr(0, dossier.size() - 1) + more, dossier + " ", R"({"other":1})", dossier};
    int n = 0;
    for (const std::string& body : answers) {
        const std::string key = "k" + std::to_string(++n);
        ports::Acceptance a = acceptance(key);
        a.objects.push_back(object_write("D" + key, 0));
        a.objects[0].object.body = dossier;
        a.answer.emplace();
        a.answer->body = body;
        with_leg(a, "D" + key);
        a.events.back().snapshot =
            std::make_shared<const std::string>(R"({"dossier":)" + dossier + "}");
        b.accept(a);
        CHECK(b.accept(a).answer->body == body);
        CHECK(b.await(b.store->answer_of("onestop", key, a.message.digest))->answer->body == body);
    }
}

TEST_CASE("sqlite store: a question that computes too long is ended") {
    Bench b;
    b.store.reset();
    b.harness.options.read_max = core::Duration(0);
    b.store = b.harness.open(b.io, day_one);
    ports::Acceptance a = acceptance("k1");
    a.audit.assign(5'000, audit_row("D1"));
    b.accept(a);
    const auto rows = b.await(b.store->audit_of("", ""));
    REQUIRE_FALSE(rows.has_value());
    CHECK(rows.error().code == "store.read_too_long");
    CHECK(b.refused(acceptance("k2")).empty());
}

TEST_CASE("sqlite store: the ballast lies ready") {
    Bench b;
    CHECK(std::filesystem::file_size(b.harness.folder.path() + "/ballast") == 1 << 20);
}

}  // namespace gw::test
