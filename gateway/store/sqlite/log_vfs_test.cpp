// The gathered log is what everybody else reads.
#include "gateway/store/sqlite/database.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace gw::test {

using store::sqlite::Blob;
using store::sqlite::Database;
using store::sqlite::Statement;

namespace {

struct Pair {
    Pair() : writer(folder.path() + "/a.db", Database::Mode::write) {
        writer.word("PRAGMA journal_mode=WAL");
        writer.exec("PRAGMA synchronous=FULL");
        writer.word("PRAGMA wal_autocheckpoint=0");
        writer.exec("PRAGMA cache_size=4");  // pages leave before the commit
        writer.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)");
    }
    void add(int rows) {
        writer.exec("BEGIN IMMEDIATE");
        Statement insert(writer, "INSERT INTO t (b) VALUES (?1)");
        for (int i = 0; i < rows; ++i) insert.run(Blob(body));
    }
    TempFolder folder;
    Database writer;
    const std::string body = std::string(9'000, 'x');
};

std::int64_t rows_of(Database& db) {
    return db.number("SELECT count(*) FROM t WHERE length(b) = 9000");
}

}  // namespace

TEST_CASE("log VFS: what is committed is there for other connections and after a copy") {
    Pair p;
    p.add(200);
    CHECK(rows_of(p.writer) == 200);  // its own pages, read back before the commit
    {
        Database other(p.folder.path() + "/a.db", Database::Mode::read);
        CHECK(rows_of(other) == 0);
        p.writer.exec("COMMIT");
        CHECK(rows_of(other) == 200);
        CHECK(other.word("PRAGMA integrity_check") == "ok");
    }
    const std::string copy = p.folder.path() + "/copy.db";
    std::filesystem::copy_file(p.folder.path() + "/a.db", copy);
    std::filesystem::copy_file(p.folder.path() + "/a.db-wal", copy + "-wal");
    Database again(copy, Database::Mode::write);
    CHECK(rows_of(again) == 200);
}

TEST_CASE("log VFS: what is rolled back is nowhere, and the log goes on") {
    Pair p;
    p.add(200);
    p.writer.exec("ROLLBACK");
    p.add(3);
    p.writer.exec("COMMIT");
    p.writer.word("PRAGMA wal_checkpoint(TRUNCATE)");
    p.add(2);
    p.writer.exec("COMMIT");
    Database other(p.folder.path() + "/a.db", Database::Mode::read);
    CHECK(rows_of(other) == 5);
    CHECK(other.word("PRAGMA integrity_check") == "ok");
}

}  // namespace gw::test
