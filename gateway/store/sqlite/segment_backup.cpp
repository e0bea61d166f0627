// Segments in backups: copied when they have changed, proven like the store's copy.
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/files.hpp"
#include "gateway/store/sqlite/segment.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <filesystem>
#include <fstream>

namespace gw::store::sqlite {
namespace {

namespace fs = std::filesystem;

core::Error broken(std::string what) {
    return core::give_up("backup.broken", std::move(what));
}

/// SQLite counts every change of a file in its first hundred bytes; "" when there is no such file.
std::string state_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(100, '\0');
    if (!file.read(head.data(), static_cast<std::streamsize>(head.size()))) return "";
    std::error_code none;
    return head + std::to_string(fs::file_size(path, none));
}

void check_rows(Database& db) {
    const SumKey key = sum_key_of(db);
    const auto each = [&](const char* columns, const char* table, auto read) {
        Statement all(db, std::string("SELECT ") + columns + " FROM " + table);
        Rows rows = all.query();
        while (rows.next()) read(rows);
    };
    const LaneRow nowhere;
    each(message_columns, "message", [&](Rows& r) { read_message(r, 0, key); });
    each(event_columns, "event", [&](Rows& r) { read_event(r, 0, key); });
    each(lane_columns, "lane", [&](Rows& r) { read_lane(r, 0, key); });
    each(leg_columns, "leg", [&](Rows& r) { read_leg(r, 0, nowhere, key); });
    each(answer_columns, "answer", [&](Rows& r) { read_answer(r, 0, key); });
}

core::Result<void> copy_file(const std::string& from, const std::string& to) {
    std::error_code failed;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed);
    if (failed) return broken("a segment cannot be copied: " + failed.message());
    return {};
}

}  // namespace

core::Result<std::int64_t> examine_segment(const std::string& path) {
    try {
        Database db(path, Database::Mode::read);
        const std::string quick = db.word("PRAGMA quick_check(1)");
        if (quick != "ok") return broken("quick_check says of a segment: " + quick);
        check_rows(db);
        return db.number("SELECT count(*) FROM message");
    } catch (const Broken& b) {
        return broken(b.error.what);
    }
}

core::Result<void> back_up_segment(
    const std::string& from, const std::string& to, std::int64_t day
) {
    const std::string source = segment_path(from, day), target = segment_path(to, day);
    if (source == target) return {};
    const std::string state = state_of(source);
    if (state.empty()) return broken("the segment " + name_of_day(day) + " is missing");
    if (state == state_of(target) && fs::exists(digest_path(target))) return {};
    if (!make_folders(to + "/segments")) return broken("cannot make the folder of the segments");
    if (auto ok = copy_file(source, unproven(target)); !ok) return ok;
    if (const auto whole = examine_segment(unproven(target)); !whole) return whole.error();
    std::remove(digest_path(target).c_str());
    if (!rename_durably(unproven(target), target) || !note_digest(target))
        return broken("the copy of a segment could not be given its name");
    return {};
}

std::map<std::int64_t, std::int64_t> segments_named_in(const std::string& path) {
    std::map<std::int64_t, std::int64_t> found;
    Database db(path, Database::Mode::read);
    if (db.number("PRAGMA user_version") < 4) return found;  // from before there were any
    Statement all(db, "SELECT day, messages FROM segment WHERE removing = 0");
    Rows rows = all.query();
    while (rows.next()) found[rows.integer(0)] = rows.integer(1);
    return found;
}

core::Result<std::int64_t> check_segments_beside(const std::string& path) {
    std::int64_t messages = 0;
    try {
        for (const auto& [day, count] : segments_named_in(path)) {
            const std::string file = segment_path(folder_of(path), day);
            const std::string name = "segments/" + name_of_day(day) + ".db";
            if (!fs::exists(file))
                return broken(name + " is missing beside the backup: copy the folder segments too");
            if (auto same = check_digest(file); !same) return same.error();
            const auto found = examine_segment(file);
            if (!found) return broken(name + ": " + found.error().what);
            if (*found < count) return broken(name + " holds fewer messages than moved there");
            messages += count;
        }
    } catch (const Broken& b) {
        return broken(b.error.what);
    }
    return messages;
}

}  // namespace gw::store::sqlite

namespace gw::store {

std::vector<std::string> segments_of_backup(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& [day, count] : sqlite::segments_named_in(path))
        names.push_back(sqlite::name_of_day(day) + ".db");
    return names;
}

}  // namespace gw::store
