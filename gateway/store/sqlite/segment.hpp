// Segments: the messages of one day that are done, in a database file of their own beside the
// store's. Here: their names, and reading them.
#pragma once

#include "gateway/store/sqlite/tables.hpp"

#include <functional>
#include <list>
#include <map>
#include <memory>

namespace gw::store::sqlite {

/// UTC days since 1970.
std::int64_t day_of(core::Instant t);
core::Instant end_of_day(std::int64_t day);
/// "2026-11-22".
std::string name_of_day(std::int64_t day);
/// folder: of the store, or of a backup.
std::string segment_path(const std::string& folder, std::int64_t day);
/// The last migration that changed a table of segments. One that does so again raises this, and
/// brings along what becomes of the files there are.
inline constexpr std::int64_t segment_version = 4;
/// The tables that go there; what else a message has stays.
inline constexpr const char* segment_tables[] = {
    "message", "event", "answer", "lane", "leg", "attempt", "effect"};

/// By the numbers of events: the index by dossier would be read from end to end.
inline constexpr char dossiers_of_events[] =
    "SELECT DISTINCT dossier_id FROM event NOT INDEXED WHERE id >= ?1 AND id < ?1 + ?2 AND "
    "dossier_id IS NOT NULL";
inline constexpr std::string_view segment_missing_code = "store.segment_missing";
inline constexpr std::string_view segment_damaged_code = "store.segment_damaged";
/// What a fault of a segment's file means: this request fails, the store goes on.
Broken segment_fault(const Broken& broken, std::int64_t day, bool is_there);
/// The file is there and not empty, as SQLite sees it.
bool file_is_there(const std::string& path);

/// A segment that may hold what is asked for, and how many messages have moved there.
struct SegmentRef {
    SegmentRef() = default;
    SegmentRef(std::int64_t d, std::int64_t m) : day(d), messages(m) {}
    std::int64_t day = 0, messages = 0;
};

/// The segments one thread reads; the last ones used stay open.
class SegmentReader {
public:
    using OnOpen = std::function<void(Database&)>;
    SegmentReader(std::string folder, SumKey key, OnOpen on_open = nullptr);

    class File {
    public:
        /// An older copy, with fewer messages, is damage.
        File(const std::string& path, std::int64_t messages);
        Database& db() { return db_; }
        Statement& statement(const std::string& sql);

    private:
        Database db_;
        std::map<std::string, std::unique_ptr<Statement>> statements_;
    };
    /// What `ask(File&)` gives. Throws Broken(request): "store.segment_missing",
    /// "store.segment_damaged", "store.row_damaged" or what the question itself is refused for.
    template <class Ask>
    auto in(const SegmentRef& at, Ask ask) -> decltype(ask(std::declval<File&>())) {
        try {
            return ask(open(at));
        } catch (const Broken& broken) {
            if (broken.kind == Broken::Kind::request) throw;
            forget(at.day);
            throw segment_fault(broken, at.day, file_is_there(segment_path(folder_, at.day)));
        }
    }
    /// Closes it.
    void forget(std::int64_t day);
    const SumKey& key() const { return key_; }

private:
    std::string folder_;
    SumKey key_;
    OnOpen on_open_;
    std::list<std::pair<std::int64_t, std::unique_ptr<File>>> open_;  // the last used first

    File& open(const SegmentRef& at);
};

/// Which segments may hold something, from the tables of the store. Ascending, mostly one.
class SegmentIndex {
public:
    explicit SegmentIndex(Database& db);
    std::vector<SegmentRef> of_message(std::int64_t message);
    std::vector<SegmentRef> of_leg(std::int64_t leg);
    std::vector<SegmentRef> of_dossier(const std::string& agency, const std::string& code);

private:
    Statement of_message_, of_leg_, of_dossier_;
};

/// The answer that a message which has moved was given.
std::optional<core::StoredAnswer> moved_answer(
    SegmentIndex& index, SegmentReader& segments, std::int64_t message
);
/// The state of a leg that has moved.
std::optional<core::LegState> moved_state(
    SegmentIndex& index, SegmentReader& segments, std::int64_t leg
);

}  // namespace gw::store::sqlite
