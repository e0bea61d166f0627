// Names of segments and reading them.
#include "gateway/store/sqlite/segment.hpp"

#include "gateway/ports/log.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace gw::store::sqlite {
namespace {

constexpr std::size_t open_max = 8;

std::vector<SegmentRef> refs(Rows rows) {
    std::vector<SegmentRef> found;
    while (rows.next()) found.emplace_back(rows.integer(0), rows.integer(1));
    return found;
}

Broken unfit(const std::string& what) {
    return Broken(
        Broken::Kind::fatal,
        core::Error(core::Advice::hold, core::Blame::ours, std::string(segment_damaged_code), what)
    );
}

}  // namespace

std::int64_t day_of(core::Instant t) {
    return std::chrono::floor<std::chrono::days>(t).time_since_epoch().count();
}
core::Instant end_of_day(std::int64_t day) {
    return core::Instant(std::chrono::days(day + 1));
}
std::string name_of_day(std::int64_t day) {
    return core::to_iso_day(core::Day(std::chrono::sys_days(std::chrono::days(day))));
}
std::string segment_path(const std::string& folder, std::int64_t day) {
    return folder + "/segments/" + name_of_day(day) + ".db";
}

bool file_is_there(const std::string& path) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    int yes = 0;
    return vfs->xAccess(vfs, path.c_str(), SQLITE_ACCESS_EXISTS, &yes) == SQLITE_OK && yes != 0;
}

Broken segment_fault(const Broken& broken, std::int64_t day, bool is_there) {
    const std::string name = "segments/" + name_of_day(day) + ".db";
    const std::string code(is_there ? segment_damaged_code : segment_missing_code);
    ports::log::error(
        code, {{"segment", ports::log::Word(name)}, {"text", ports::log::Word(broken.error.what)}}
    );
    const std::string what =
        is_there ? "the file " + name + " cannot be read (" + broken.error.what + ")"
                 : "the file " + name + " is missing";
    return Broken(
        Broken::Kind::request,
        core::Error(
            core::Advice::hold, core::Blame::ours, code, what + ": restore it from a backup"
        )
    );
}

SegmentReader::File::File(const std::string& path, std::int64_t messages)
    : db_(path, Database::Mode::read) {
    db_.exec("PRAGMA query_only=ON");
    db_.exec("PRAGMA cache_size=-2048");
    const auto version = db_.number("PRAGMA user_version");
    if (version != segment_version)
        throw unfit("its tables are of version " + std::to_string(version));
    if (db_.number("SELECT value FROM meta WHERE name = 'messages'") < messages)
        throw unfit("it is a copy from before the last messages moved there");
}

Statement& SegmentReader::File::statement(const std::string& sql) {
    std::unique_ptr<Statement>& kept = statements_[sql];
    if (!kept) kept = std::make_unique<Statement>(db_, sql);
    return *kept;
}

SegmentReader::SegmentReader(std::string folder, SumKey key, OnOpen on_open)
    : folder_(std::move(folder)), key_(key), on_open_(std::move(on_open)) {}

SegmentReader::File& SegmentReader::open(const SegmentRef& wanted) {
    const std::int64_t day = wanted.day;
    const auto at =
        std::find_if(open_.begin(), open_.end(), [&](const auto& o) { return o.first == day; });
    if (at != open_.end()) {
        open_.splice(open_.begin(), open_, at);
        return *open_.front().second;
    }
    auto file = std::make_unique<File>(segment_path(folder_, day), wanted.messages);
    if (on_open_) on_open_(file->db());
    open_.emplace_front(day, std::move(file));
    if (open_.size() > open_max) open_.pop_back();
    return *open_.front().second;
}

void SegmentReader::forget(std::int64_t day) {
    open_.remove_if([&](const auto& o) { return o.first == day; });
}

SegmentIndex::SegmentIndex(Database& db)
    : of_message_(
          db,
          "SELECT day, messages FROM segment WHERE removing = 0 AND first_message <= ?1 AND "
          "last_message >= ?1 ORDER BY day"
      ),
      of_leg_(
          db,
          "SELECT day, messages FROM segment WHERE removing = 0 AND first_leg > 0 AND first_leg <= "
          "?1 AND "
          "last_leg >= ?1 ORDER BY day"
      ),
      of_dossier_(
          db,
          "SELECT segment.day, messages FROM segment_dossier JOIN segment USING (day) WHERE "
          "dossier_id = "
          "(SELECT id FROM dossier WHERE agency = ?1 AND code = ?2) AND removing = 0 ORDER BY 1"
      ) {}

std::vector<SegmentRef> SegmentIndex::of_message(std::int64_t message) {
    return refs(of_message_.query(message));
}
std::vector<SegmentRef> SegmentIndex::of_leg(std::int64_t leg) {
    return refs(of_leg_.query(leg));
}
std::vector<SegmentRef> SegmentIndex::of_dossier(
    const std::string& agency, const std::string& code
) {
    return refs(of_dossier_.query(agency, code));
}

std::optional<core::StoredAnswer> moved_answer(
    SegmentIndex& index, SegmentReader& segments, std::int64_t message
) {
    static const std::string sql =
        std::string("SELECT ") + answer_columns + " FROM answer WHERE message_id = ?1";
    std::optional<core::StoredAnswer> found;
    for (const SegmentRef& at : index.of_message(message)) {
        segments.in(at, [&](SegmentReader::File& file) {
            Rows rows = file.statement(sql).query(message);
            if (rows.next()) found = read_answer(rows, 0, segments.key());
        });
        if (found) break;
    }
    return found;
}

std::optional<core::LegState> moved_state(
    SegmentIndex& index, SegmentReader& segments, std::int64_t leg
) {
    std::optional<core::LegState> found;
    for (const SegmentRef& at : index.of_leg(leg))
        segments.in(at, [&](SegmentReader::File& file) {
            Rows rows = file.statement("SELECT state FROM leg WHERE id = ?1").query(leg);
            if (rows.next()) found = static_cast<core::LegState>(rows.integer(0));
        });
    return found;
}

}  // namespace gw::store::sqlite
