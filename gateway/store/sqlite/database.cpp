// Connections and statements.
#include "gateway/store/sqlite/database.hpp"

#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/log_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace gw::store::sqlite {
namespace {

namespace log = ports::log;
using core::Advice;
using core::Blame;

Broken::Kind kind_of(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return Broken::Kind::full;
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return Broken::Kind::fatal;
        default:
            return Broken::Kind::request;
    }
}

core::Error error_of(int code) {
    const std::string text = std::string("SQLite says: ") + sqlite3_errstr(code);
    switch (code & 0xff) {
        case SQLITE_FULL:
            return core::Error(Advice::retry, Blame::ours, "store.disk_nearly_full", text);
        case SQLITE_INTERRUPT:
            return core::Error(
                Advice::retry,
                Blame::ours,
                "store.read_too_long",
                "the question takes too long: narrow it"
            );
        case SQLITE_BUSY:
            return core::Error(Advice::retry, Blame::ours, "store.busy", text);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return core::Error(Advice::stop, Blame::ours, "store.corrupt", text);
        case SQLITE_CONSTRAINT:
        case SQLITE_TOOBIG:
            return core::Error(Advice::give_up, Blame::ours, "store.refused", text);
        default:
            return core::Error(
                kind_of(code) == Broken::Kind::fatal ? Advice::stop : Advice::retry,
                Blame::ours,
                "store.failed",
                text
            );
    }
}

void set(sqlite3* db, int option, int value) {
    int now = -1;
    const int code = sqlite3_db_config(db, option, value, &now);
    if (code != SQLITE_OK || now != value) fail(db, code, "db_config");
}

/// Nobody reads SQLite's statistics of memory; keeping them costs a lock on every allocation.
void configure_once() {
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(done);  // refused when SQLite was used before: then it is only slower
}

}  // namespace

void fail(sqlite3* db, int code, std::string_view doing) {
    const int extended = db == nullptr ? code : std::max(code, sqlite3_extended_errcode(db));
    const auto kind = kind_of(code);
    if (kind != Broken::Kind::request || (code & 0xff) == SQLITE_CONSTRAINT)
        log::error(
            "store.call_failed",
            {{"doing", log::Word(doing)},
             {"code", extended},
             {"text", log::Word(sqlite3_errstr(extended))}}
        );
    throw Broken(kind, error_of(code));
}

Database::Database(const std::string& path, Mode mode) {
    configure_once();
    const int how =
        mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const char* vfs = mode == Mode::write ? log_vfs() : nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &db_, how | SQLITE_OPEN_NOMUTEX, vfs);
    try {
        if (code != SQLITE_OK) fail(db_, code, "open");
        sqlite3_extended_result_codes(db_, 1);
        set(db_, SQLITE_DBCONFIG_DQS_DML, 0);
        set(db_, SQLITE_DBCONFIG_DQS_DDL, 0);
        set(db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
        set(db_, SQLITE_DBCONFIG_DEFENSIVE, 1);
        // Only the writer may move frames from the WAL into the file.
        set(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == Mode::write ? 0 : 1);
        for (const char* pragma :
             {"PRAGMA busy_timeout=5000",
              "PRAGMA foreign_keys=ON",
              "PRAGMA trusted_schema=OFF",
              "PRAGMA cell_size_check=ON",
              "PRAGMA mmap_size=0",
              "PRAGMA temp_store=MEMORY"})
            exec(pragma);
    } catch (...) {
        sqlite3_close_v2(db_);
        throw;
    }
}

Database::~Database() {
    sqlite3_close_v2(db_);
}

void Database::exec(const char* sql) {
    const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(db_, code, "exec");
}

std::string Database::word(const std::string& sql) {
    Statement statement(*this, sql);
    Rows rows = statement.query();
    return rows.next() ? rows.text(0) : "";
}

std::int64_t Database::number(const std::string& sql) {
    Statement statement(*this, sql);
    Rows rows = statement.query();
    return rows.next() ? rows.integer(0) : 0;
}

void Database::rollback() noexcept {
    if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement::Statement(Database& db, const std::string& sql) : db_(db.handle()) {
    const int code = sqlite3_prepare_v3(
        db_,
        sql.c_str(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &statement_,
        nullptr
    );
    if (code != SQLITE_OK) {
        log::error("store.statement_bad", {{"text", log::Word(sqlite3_errmsg(db_))}});
        fail(db_, code, "prepare");
    }
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

int Statement::parameters() const {
    return sqlite3_bind_parameter_count(statement_);
}

int Statement::columns() const {
    return sqlite3_column_count(statement_);
}

void Statement::run_row(const Rows& row) {
    for (int i = 0; i < row.statement_.columns(); ++i)
        check(
            sqlite3_bind_value(
                statement_, i + 1, sqlite3_column_value(row.statement_.statement_, i)
            ),
            "bind"
        );
    step_to_end();
}

void Statement::check(int code, std::string_view doing) {
    if (code == SQLITE_OK) return;
    reset();
    fail(db_, code, doing);
}

void Statement::bind(int i, std::int64_t n) {
    check(sqlite3_bind_int64(statement_, i, n), "bind");
}

// SQLITE_STATIC: the caller's bytes outlive the run, so nothing is copied.
void Statement::bind(int i, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    check(
        sqlite3_bind_text64(statement_, i, data, text.size(), SQLITE_STATIC, SQLITE_UTF8), "bind"
    );
}

void Statement::bind(int i, Blob blob) {
    const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    check(sqlite3_bind_blob64(statement_, i, data, blob.bytes.size(), SQLITE_STATIC), "bind");
}

void Statement::bind(int i, std::nullptr_t) {
    check(sqlite3_bind_null(statement_, i), "bind");
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    reset();
    fail(db_, code, "step");
}

void Statement::step_to_end() {
    while (step()) {
    }
    reset();
}

void Statement::reset() noexcept {
    sqlite3_reset(statement_);
}

Rows::~Rows() {
    statement_.reset();
}
bool Rows::next() {
    return statement_.step();
}
std::int64_t Rows::integer(int column) const {
    return sqlite3_column_int64(statement_.statement_, column);
}
bool Rows::is_null(int column) const {
    return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}
std::string_view Rows::view(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.statement_, column));
    if (data == nullptr) return {};
    return std::string_view(
        data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column))
    );
}
std::optional<core::Instant> Rows::maybe_instant(int column) const {
    if (is_null(column)) return std::nullopt;
    return instant(column);
}
core::Digest Rows::digest(int column) const {
    core::Digest digest{};
    const std::string_view bytes = view(column);
    if (bytes.size() == digest.size()) std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

}  // namespace gw::store::sqlite
