// Reading of a database file without the store.
#include "tests/crash/probe.hpp"

#include "gateway/store/sqlite/segment.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace gw::test {
namespace {

using Row = std::function<void(sqlite3_stmt*)>;

void each(sqlite3* db, const std::string& sql, const Row& row) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) row(statement);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE)
        throw std::runtime_error(
            std::string("SQLite says: ") + sqlite3_errmsg(db) + " about " + sql
        );
}

std::string_view text(sqlite3_stmt* s, int column) {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(s, column));
    if (data == nullptr) return {};
    return std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    a = (a ^ b) * 0x9E3779B97F4A7C15U;
    return a ^ (a >> 29);
}

bool changes_at_start(std::string_view column) {
    return column == "epoch" || column == "fence" || column == "sum";
}

/// Rows of table meta; the key of the sums is drawn at the first start.
bool is_of_one_start(std::string_view name) {
    return name == "epoch" || name == "clean" || name == "sum_key";
}

}  // namespace

Probe::Probe(const std::string& path) {
    const int code = sqlite3_open_v2(
        path.c_str(),
        &db_,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        nullptr
    );
    if (code != SQLITE_OK) {
        sqlite3_close_v2(db_);
        throw std::runtime_error("cannot open " + path);
    }
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_busy_timeout(db_, 1'000);
    try {
        add_segments(path);
    } catch (...) {
        sqlite3_close_v2(db_);
        throw;
    }
}

void Probe::add_segments(const std::string& path) {
    if (number("SELECT count(*) FROM sqlite_schema WHERE name = 'segment'") == 0) return;
    std::vector<std::int64_t> days;
    each(db_, "SELECT day FROM segment WHERE removing = 0", [&](sqlite3_stmt* s) {
        days.push_back(sqlite3_column_int64(s, 0));
    });
    for (const std::int64_t day : days) {
        const std::string file = store::sqlite::segment_path(path.substr(0, path.rfind('/')), day);
        segments_.push_back("day" + std::to_string(day));
        each(db_, "ATTACH '" + file + "' AS " + segments_.back(), [](sqlite3_stmt*) {});
    }
    if (segments_.empty()) return;
    for (const char* table : store::sqlite::segment_tables)
        each(
            db_,
            std::string("CREATE TEMP VIEW ") + table + " AS " + all_of(table),
            [](sqlite3_stmt*) {}
        );
}

/// A row that a crash has left in both is one row.
std::string Probe::all_of(const std::string& table) const {
    std::string sql = "SELECT * FROM main." + table;
    const auto& moving = store::sqlite::segment_tables;
    if (std::find(std::begin(moving), std::end(moving), table) == std::end(moving)) return sql;
    for (const std::string& segment : segments_)
        sql += " UNION SELECT * FROM " + segment + "." + table;
    return sql;
}

Probe::~Probe() {
    sqlite3_close_v2(db_);
}

std::uint64_t Probe::contents(bool without_epochs) {
    std::vector<std::string> tables;
    each(
        db_,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name",
        [&](auto* s) { tables.emplace_back(text(s, 0)); }
    );
    std::uint64_t sum = tables.size();
    for (const std::string& table : tables) {
        const bool is_meta = table == "meta";
        sum = mix(sum, std::hash<std::string>()(table));
        each(db_, all_of(table), [&](sqlite3_stmt* s) {
            if (without_epochs && is_meta && is_of_one_start(text(s, 0))) return;
            for (int i = 0; i < sqlite3_column_count(s); ++i) {
                if (without_epochs && changes_at_start(sqlite3_column_name(s, i))) continue;
                sum = mix(sum, static_cast<std::uint64_t>(sqlite3_column_type(s, i)));
                if (sqlite3_column_type(s, i) == SQLITE_INTEGER)
                    sum = mix(sum, static_cast<std::uint64_t>(sqlite3_column_int64(s, i)));
                else
                    sum = mix(sum, std::hash<std::string_view>()(text(s, i)));
            }
        });
    }
    return sum;
}

std::string Probe::integrity() {
    std::string said;
    each(db_, "PRAGMA integrity_check(1)", [&](sqlite3_stmt* s) { said = text(s, 0); });
    return said;
}

std::int64_t Probe::number(const std::string& sql) {
    std::int64_t n = 0;
    try {
        each(db_, sql, [&](sqlite3_stmt* s) { n = sqlite3_column_int64(s, 0); });
    } catch (const std::runtime_error&) {
        return 0;
    }
    return n;
}

}  // namespace gw::test
