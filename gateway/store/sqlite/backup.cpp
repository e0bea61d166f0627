// Backups and their proof.
#include "gateway/store/sqlite/backup.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/store/sqlite/files.hpp"
#include "gateway/store/sqlite/tables.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

namespace gw::store::sqlite {
namespace {

constexpr int pages_per_step = 256;  // 1 MiB, a few milliseconds

core::Error broken(std::string what) {
    return core::give_up("backup.broken", std::move(what));
}

/// Ids are given without gaps; what has moved is no longer there.
std::int64_t rows_of(Database& db, const std::string& table) {
    const std::string name = "moved WHERE name = '" + table + "'";
    const std::int64_t last = db.number("SELECT last_id FROM " + name);
    return std::max(last, db.number("SELECT max(id) FROM " + table)) -
           db.number("SELECT n FROM " + name);
}

StoreFacts facts_of(Database& db) {
    StoreFacts facts;
    facts.messages = rows_of(db, "message");
    facts.events = rows_of(db, "event");
    facts.lanes = rows_of(db, "lane");
    facts.legs = rows_of(db, "leg");
    facts.feed = db.number("SELECT max(seq) FROM feed");
    facts.audit = db.number("SELECT max(id) FROM audit");
    Statement last(db, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1");
    Rows rows = last.query();
    if (rows.next()) facts.audit_head = rows.digest(0);
    return facts;
}

/// Reads all rows of a table with their sums; returns how many.
template <class Read>
std::int64_t count_whole(Database& db, const char* columns, const char* table, Read read) {
    Statement all(db, std::string("SELECT ") + columns + " FROM " + table);
    Rows rows = all.query();
    std::int64_t n = 0;
    for (; rows.next(); ++n) read(rows);
    return n;
}

void check_rows(Database& db, const SumKey& key, StoreFacts& facts) {
    facts.messages =
        count_whole(db, message_columns, "message", [&](Rows& r) { read_message(r, 0, key); });
    facts.events = count_whole(db, event_columns, "event", [&](Rows& r) { read_event(r, 0, key); });
    facts.lanes = count_whole(db, lane_columns, "lane", [&](Rows& r) { read_lane(r, 0, key); });
    const LaneRow nowhere;
    facts.legs =
        count_whole(db, leg_columns, "leg", [&](Rows& r) { read_leg(r, 0, nowhere, key); });
    count_whole(db, object_columns, "object", [&](Rows& r) { read_object(r, 0, key); });
    count_whole(db, answer_columns, "answer", [&](Rows& r) { read_answer(r, 0, key); });
    facts.feed = db.number("SELECT max(seq) FROM feed");
}

core::Result<void> check_chain(Database& db, StoreFacts& facts) {
    Statement all(
        db, "SELECT id, at, agency, actor, action, subject, detail, hash FROM audit ORDER BY id"
    );
    Rows rows = all.query();
    while (rows.next()) {
        core::AuditRow row;
        row.id = rows.integer(0);
        row.at = rows.instant(1);
        row.agency = rows.view(2);
        row.actor = rows.view(3);
        row.action = rows.view(4);
        row.subject = rows.view(5);
        row.detail = rows.view(6);
        facts.audit_head = chain(facts.audit_head, row);
        if (row.id != ++facts.audit || rows.digest(7) != facts.audit_head)
            return broken("the audit chain breaks at row " + std::to_string(row.id));
    }
    return {};
}

core::Result<void> check_counts(Database& db) {
    const bool can_move = db.number("PRAGMA user_version") >= 4;
    const std::string moved = can_move ? " UNION ALL SELECT partner, state, n FROM moved_leg" : "";
    Statement differing(
        db,
        "SELECT count(*) FROM (SELECT partner, state, n FROM leg_count WHERE n <> 0 EXCEPT "
        "SELECT partner, state, sum(n) FROM (SELECT partner, state, count(*) AS n FROM leg GROUP "
        "BY partner, state" +
            moved + ") GROUP BY partner, state)"
    );
    Rows rows = differing.query();
    if (rows.next() && rows.integer(0) != 0)
        return broken("the counts of legs per state differ from the legs");
    return {};
}

/// "" when it cannot be read.
std::string digest_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    crypto::Sha256 sum;
    std::string part(1 << 18, '\0');
    while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0)
        sum.update(std::string_view(part).substr(0, static_cast<std::size_t>(file.gcount())));
    return file.eof() ? crypto::to_hex(sum.finish()) : "";
}

}  // namespace

/// As `sha256sum` writes it, beside the copy: the sums of rows do not cover indexes and the feed.
bool note_digest(const std::string& path) {
    const std::string beside = digest_path(path), fresh = beside + ".new";
    const std::string name = path.substr(path.rfind('/') + 1);
    {
        std::ofstream file(fresh, std::ios::trunc);
        file << digest_of_file(path) << "  " << name << '\n';
        if (!file.flush()) return false;
    }
    return rename_durably(fresh, beside);
}

core::Result<void> check_digest(const std::string& path) {
    std::ifstream beside(digest_path(path));
    std::string noted;
    if (!(beside >> noted))
        return {};  // carried here without it: the rows are checked all the same
    if (noted != digest_of_file(path))
        return broken("the file is not as it was written: its SHA-256 is not that beside it");
    return {};
}

BackupRun::BackupRun(std::string path, OnCopied on_copied)
    : path_(std::move(path)), on_copied_(std::move(on_copied)) {}

BackupRun::~BackupRun() {
    sqlite3_backup_finish(backup_);
    if (on_copied_)
        end(core::Error(
            core::Advice::retry,
            core::Blame::ours,
            "store.stopped",
            "the store was closed before the backup was complete"
        ));
}

void BackupRun::end(core::Result<StoreFacts> result) {
    const OnCopied told = std::move(on_copied_);
    on_copied_ = nullptr;
    told(std::move(result));
}

void BackupRun::start(Database& source) {
    std::remove(unproven(path_).c_str());
    copy_ = std::make_unique<Database>(unproven(path_), Database::Mode::write);
    backup_ = sqlite3_backup_init(copy_->handle(), "main", source.handle(), "main");
    if (backup_ == nullptr) fail(copy_->handle(), sqlite3_errcode(copy_->handle()), "backup_init");
}

bool BackupRun::step(Database& source) {
    try {
        if (backup_ == nullptr) start(source);
        const int code = sqlite3_backup_step(backup_, pages_per_step);
        if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) return true;
        if (code != SQLITE_DONE) fail(copy_->handle(), code, "backup_step");
        const StoreFacts facts = facts_of(source);
        sqlite3_backup_finish(std::exchange(backup_, nullptr));
        // One plain file, so that it can be read without a log beside it.
        copy_->word("PRAGMA journal_mode=DELETE");
        copy_.reset();
        end(facts);
    } catch (const Broken& b) {
        // The copy failed, not the store: whatever it was, the writer goes on.
        core::Error error = b.error;
        error.advice = core::Advice::retry;
        end(error);
    }
    return false;
}

core::Result<StoreFacts> examine(const std::string& path) {
    try {
        Database db(path, Database::Mode::read);
        const std::string quick = db.word("PRAGMA quick_check(1)");
        if (quick != "ok") return broken("quick_check says: " + quick);
        StoreFacts facts;
        check_rows(db, sum_key_of(db), facts);
        if (auto ok = check_chain(db, facts); !ok) return ok.error();
        if (auto ok = check_counts(db); !ok) return ok.error();
        return facts;
    } catch (const Broken& b) {
        return broken(b.error.what);
    }
}

core::Result<void> prove(const std::string& path, const StoreFacts& facts) {
    const auto found = examine(unproven(path));
    if (!found) return found.error();
    if (!(*found == facts)) return broken("the copy does not hold as many rows as the store had");
    std::remove(digest_path(path).c_str());  // of an older copy of that name
    if (!rename_durably(unproven(path), path))
        return broken("the copy could not be given its name");
    if (!note_digest(path)) return broken("the digest could not be written beside the copy");
    return {};
}

}  // namespace gw::store::sqlite

namespace gw::store {

core::Result<std::int64_t> check_backup(const std::string& path) {
    if (const auto same = sqlite::check_digest(path); !same) return same.error();
    const auto facts = sqlite::examine(path);
    if (!facts) return facts.error();
    const auto beside = sqlite::check_segments_beside(path);
    if (!beside) return beside.error();
    return facts->messages + *beside;
}

}  // namespace gw::store
