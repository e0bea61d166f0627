// Opening of the database file.
#include "gateway/store/sqlite/opening.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/files.hpp"
#include "gateway/store/sqlite/migrations.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace gw::store::sqlite {
namespace {

/// Larger files are left to the proof of the next backup: the start must not wait for seconds.
constexpr std::int64_t quick_check_bytes_max = 256LL << 20;
/// More starts than the time after the backup can have seen: none of its fences lives.
constexpr std::int64_t epochs_of_a_restore = 1'000'000;

void must(bool good, const std::string& what) {
    if (!good) throw std::runtime_error(what);
}

void apply_settings(Database& db, const SqliteOptions& options) {
    if (db.number("PRAGMA page_count") == 0) {
        db.exec("PRAGMA page_size=8192");
        db.exec("PRAGMA auto_vacuum=INCREMENTAL");
    }
    must(
        db.word("PRAGMA journal_mode=WAL") == "wal",
        "the file system of " + options.folder +
            " cannot hold a write-ahead log; use a local disk, not a network folder"
    );
    db.exec("PRAGMA synchronous=FULL");
    must(
        db.number("PRAGMA synchronous") == 2,
        "SQLite does not flush every commit; reinstall libsqlite3-0"
    );
    db.word("PRAGMA wal_autocheckpoint=0");
    must(
        db.number("PRAGMA wal_autocheckpoint") == 0,
        "SQLite insists on its own checkpoints; reinstall libsqlite3-0"
    );
    db.exec("PRAGMA cache_size=-65536");
    db.word("PRAGMA journal_size_limit=67108864");
    if (options.pages_max > 0)
        db.word("PRAGMA max_page_count=" + std::to_string(options.pages_max));
    int persist = 1;
    sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
}

void migrate(Database& db) {
    const std::int64_t have = db.number("PRAGMA user_version");
    const auto known = static_cast<std::int64_t>(migrations().size());
    must(
        have <= known,
        "the store was written by a newer version (" + std::to_string(have) +
            "); install that version again"
    );
    for (const Migration& migration : migrations()) {
        if (migration.number <= have) continue;
        db.exec("BEGIN IMMEDIATE");
        db.exec(migration.sql);
        db.exec(("PRAGMA user_version=" + std::to_string(migration.number)).c_str());
        db.exec("COMMIT");
    }
}

std::int64_t meta_number(Database& db, const char* name) {
    Statement statement(db, "SELECT value FROM meta WHERE name = ?1");
    const std::string key = name;
    Rows rows = statement.query(key);
    return rows.next() ? rows.integer(0) : 0;
}

void set_meta(Database& db, const std::string& name, std::int64_t value) {
    Statement statement(db, "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)");
    statement.run(name, value);
}

/// After a stop that nobody prepared, the file is read once before anything is written to it.
void check_after_crash(Database& db, const std::string& folder) {
    const bool clean = meta_number(db, "epoch") == 0 || meta_number(db, "clean") == 1;
    const std::int64_t bytes = db.number("PRAGMA page_count") * db.number("PRAGMA page_size");
    if (clean || bytes >= quick_check_bytes_max) return;
    const std::string found = db.word("PRAGMA quick_check(1)");
    must(
        found == "ok",
        "the store in " + folder + " is damaged (" + found +
            "); keep the file and restore the newest proven backup"
    );
}

}  // namespace

Opened open_database(const SqliteOptions& options) {
    Opened opened;
    const std::string path = database_path(options.folder);
    try {
        opened.writer = std::make_unique<Database>(path, Database::Mode::write);
        Database& db = *opened.writer;
        apply_settings(db, options);
        migrate(db);
        // SQLite does not check this flush; the file and its log must keep their names.
        must(flush_folder(options.folder), "cannot flush the folder " + options.folder);
        check_after_crash(db, options.folder);
        db.exec("BEGIN IMMEDIATE");
        opened.restored = meta_number(db, "restored") == 1;
        opened.epoch = meta_number(db, "epoch") + (opened.restored ? epochs_of_a_restore : 1);
        set_meta(db, "epoch", opened.epoch);
        set_meta(db, "clean", 0);
        if (opened.epoch == 1) {
            Statement add(db, "INSERT OR IGNORE INTO meta (name, value) VALUES ('sum_key', ?1)");
            const std::string key = crypto::random_bytes(sizeof(SumKey));
            add.run(Blob(key));
        }
        db.exec("COMMIT");
        opened.key = sum_key_of(db);
    } catch (const Broken& broken) {
        throw std::runtime_error(
            "cannot open the store " + path + ": " + broken.error.what +
            "; check the disk, or restore the newest proven backup"
        );
    }
    ports::log::info(
        "store.opened",
        {{"sqlite", ports::log::Word(sqlite3_libversion())}, {"epoch", opened.epoch}}
    );
    return opened;
}

void note_clean_stop(Database& writer) noexcept {
    try {
        set_meta(writer, "clean", 1);
    } catch (const Broken&) {
        // Then the next start looks.
    }
}

}  // namespace gw::store::sqlite

namespace gw::store {

void mark_restored(const std::string& path) {
    try {
        sqlite::Database db(path, sqlite::Database::Mode::write);
        sqlite::set_meta(db, "restored", 1);
    } catch (const Broken& broken) {
        throw std::runtime_error("cannot write to " + path + ": " + broken.error.what);
    }
}

}  // namespace gw::store
