// A thin layer over SQLite: connections with every switch set, prepared statements that live as
// long as they.
#pragma once

#include "gateway/core/time.hpp"
#include "gateway/store/worker.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gw::store::sqlite {

/// Bytes, where a plain string_view would be text.
struct Blob {
    explicit Blob(std::string_view b) : bytes(b) {}
    explicit Blob(const core::Digest& d)
        : bytes(reinterpret_cast<const char*>(d.data()), d.size()) {}
    std::string_view bytes;
};

/// Throws Broken: full, fatal, or of this request only, by the result code. doing: a word for the
/// log.
[[noreturn]] void fail(sqlite3* db, int code, std::string_view doing);

class Database {
public:
    enum class Mode { write, read };
    /// Opens with one thread a connection and the switches of a hostile file. Throws Broken.
    Database(const std::string& path, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void exec(const char* sql);
    /// First column of the first row as text; "" when there is none.
    std::string word(const std::string& sql);
    std::int64_t number(const std::string& sql);
    /// Ends a transaction that may or may not be open. Never throws.
    void rollback() noexcept;
    sqlite3* handle() { return db_; }

private:
    sqlite3* db_ = nullptr;
};

class Statement;

/// The rows of one run; ends the run when it leaves its scope.
class Rows {
public:
    explicit Rows(Statement& statement) : statement_(statement) {}
    ~Rows();
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    bool next();
    std::int64_t integer(int column) const;
    int small(int column) const { return static_cast<int>(integer(column)); }
    bool is_null(int column) const;
    /// Text or bytes; valid until next().
    std::string_view view(int column) const;
    std::string text(int column) const { return std::string(view(column)); }
    core::Instant instant(int column) const { return core::from_ms(integer(column)); }
    std::optional<core::Instant> maybe_instant(int column) const;
    /// 32 bytes; zeros when the column holds anything else.
    core::Digest digest(int column) const;

private:
    friend class Statement;
    Statement& statement_;
};

class Statement {
public:
    Statement(Database& db, const std::string& sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Runs to the end; the arguments are bound in order and need to live only as long as this
    /// call.
    template <class... Args>
    void run(const Args&... args) {
        int i = 0;
        (bind(++i, args), ...);
        step_to_end();
    }
    /// As run, but gives its rows. Text and bytes must outlive them.
    template <class... Args>
    Rows query(const Args&... args) {
        int i = 0;
        (bind(++i, args), ...);
        return Rows(*this);
    }
    /// Runs with the columns of another statement's row, whatever they hold.
    void run_row(const Rows& row);
    int columns() const;
    /// As query, for statements that use only some of their numbered parameters.
    template <class... Args>
    Rows query_some(const Args&... args) {
        const int used = parameters();
        int i = 0;
        ((++i <= used ? bind(i, args) : void()), ...);
        return Rows(*this);
    }

private:
    friend class Rows;
    int parameters() const;
    void bind(int i, std::int64_t n);
    void bind(int i, std::integral auto n) { bind(i, static_cast<std::int64_t>(n)); }
    void bind(int i, std::string_view text);
    void bind(int i, const std::string& text) { bind(i, std::string_view(text)); }
    void bind(int i, Blob bytes);
    void bind(int i, std::nullptr_t);
    void bind(int i, core::Instant t) { bind(i, core::to_ms(t)); }
    template <class E>
    requires std::is_enum_v<E>
    void bind(int i, E e) { bind(i, static_cast<std::int64_t>(e)); }
    template <class T>
    void bind(int i, const std::optional<T>& value) {
        if (value)
            bind(i, *value);
        else
            bind(i, nullptr);
    }
    bool step();
    void step_to_end();
    void reset() noexcept;
    void check(int code, std::string_view doing);

    sqlite3* db_;
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace gw::store::sqlite
