// The writing session: transactions, counters, rows, checkpoints.
#include "gateway/store/sqlite/writer.hpp"

#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <map>
#include <thread>

namespace gw::store::sqlite {
namespace {

constexpr int checkpoint_pages = 4'000;  // 32 MiB
constexpr int restart_pages = 16'000;    // 128 MiB: a reader has kept the WAL from being used again
constexpr std::int64_t wal_bytes_max = 1LL << 30;

int remember_wal_pages(void* pages, sqlite3*, const char*, int now) {
    *static_cast<int*>(pages) = now;
    return SQLITE_OK;
}

std::int64_t size_of(const std::string& path) {
    struct stat s {};
    return ::stat(path.c_str(), &s) == 0 ? s.st_size : 0;
}

}  // namespace

Writer::Writer(Database& db, Space& space, WriterOptions options, SumKey key, std::int64_t epoch)
    : db_(db),
      sql_(db),
      keys_(db, options.keys_in_memory),
      ledger_(db, keys_),
      moved_(db),
      segments_(options.folder, key),
      space_(space),
      options_(std::move(options)),
      key_(key),
      epoch_(epoch) {
    ids_.message = last_id(db, "message");
    ids_.event = last_id(db, "event");
    ids_.leg = last_id(db, "leg");
    ids_.lane = last_id(db, "lane");
    ids_.dossier = db.number("SELECT max(id) FROM dossier");
    ids_.feed = std::max(
        db.number("SELECT max(seq) FROM feed"),
        db.number("SELECT value FROM meta WHERE name = 'feed_from'")
    );
    ids_.audit = db.number("SELECT max(id) FROM audit");
    Statement last(db, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1");
    Rows rows = last.query();
    if (rows.next()) audit_head_ = rows.digest(0);
    sqlite3_wal_hook(db_.handle(), remember_wal_pages, &wal_pages_);
    health_.database_bytes = db.number("PRAGMA page_count") * db.number("PRAGMA page_size");
    health_.wal_bytes = size_of(options_.wal_path);
}

Writer::~Writer() {
    sqlite3_wal_hook(db_.handle(), nullptr, nullptr);
}

Writer::Mark Writer::mark() const {
    Mark m;
    m.ids = ids_;
    m.audit_head = audit_head_;
    m.counts = counts_.size();
    m.held = held_undo_.size();
    m.keys = keys_.added();
    return m;
}

void Writer::restore(const Mark& m) {
    ids_ = m.ids;
    audit_head_ = m.audit_head;
    keys_.undo(m.keys);
    counts_.erase(counts_.begin() + static_cast<std::ptrdiff_t>(m.counts), counts_.end());
    while (held_undo_.size() > m.held) {
        const auto& [lane, before] = held_undo_.back();
        if (before)
            held_[lane] = *before;
        else
            held_.erase(lane);
        held_undo_.pop_back();
    }
}

void Writer::begin() {
    level_ = health_.wal_bytes < wal_bytes_max ? space_.level() : DiskLevel::full;
    sql_.begin.run();
    changes_before_ = sqlite3_total_changes64(db_.handle());
    batch_ = request_ = mark();
}
void Writer::open_request(bool alone) {
    request_alone_ = alone;
    if (alone) sql_.savepoint.run();
    dossier_ = OpenDossier();
    request_ = mark();
    changes_at_request_ = sqlite3_total_changes64(db_.handle());
}
bool Writer::close_request(bool keep) {
    if (!keep) {
        const bool wrote = sqlite3_total_changes64(db_.handle()) != changes_at_request_;
        if (wrote && !request_alone_) return false;
        if (request_alone_) sql_.rollback_to.run();
        restore(request_);
    }
    if (request_alone_) sql_.release.run();
    return true;
}

void Writer::commit() {
    flush_counts();
    keys_.write_out();
    const bool wrote = sqlite3_total_changes64(db_.handle()) != changes_before_;
    if (wrote && options_.flush_delay.count() > 0)
        std::this_thread::sleep_for(options_.flush_delay);
    sql_.commit.run();
    keys_.committed();
    held_undo_.clear();
    if (!wrote) return;
    health_.commits += 1;
    health_.wal_bytes = size_of(options_.wal_path);
}

void Writer::rollback() {
    db_.rollback();
    restore(batch_);
}

void Writer::make_room() {
    health_.full = true;
    space_.release_ballast();
}

bool Writer::between_batches() {
    checkpoint();
    if (!health_.full) space_.keep_ballast();
    if (!backup_) return false;
    if (backup_->step(db_)) return true;
    backup_.reset();
    return false;
}

void Writer::checkpoint() {
    if (wal_pages_ < wal_pages_done_) wal_pages_done_ = 0;  // the WAL began anew
    if (wal_pages_ - wal_pages_done_ < checkpoint_pages) return;
    const bool restart = wal_pages_ >= restart_pages;
    const int code = sqlite3_wal_checkpoint_v2(
        db_.handle(),
        nullptr,
        restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
        nullptr,
        nullptr
    );
    wal_pages_done_ = wal_pages_;
    if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED)
        fail(db_.handle(), code, "checkpoint");
    health_.database_bytes = size_of(options_.wal_path.substr(0, options_.wal_path.size() - 4));
}

void Writer::hold(core::LaneId lane, std::optional<Held> held) {
    const std::int64_t id = core::raw(lane);
    const auto it = held_.find(id);
    std::optional<Held> before;
    if (it != held_.end()) before = it->second;
    held_undo_.emplace_back(id, before);
    if (held)
        held_[id] = *held;
    else if (it != held_.end())
        held_.erase(it);
}

const Held* Writer::held_by(core::LaneId lane, std::int64_t fence) const {
    const auto it = held_.find(core::raw(lane));
    return it == held_.end() || it->second.fence != fence ? nullptr : &it->second;
}

void Writer::count(const LegRow& leg, int by) {
    counts_.emplace_back(leg.leg.partner, leg.state, by, leg.ended_at.value_or(core::Instant{}));
}

void Writer::flush_counts() {
    std::map<std::pair<std::string, core::LegState>, std::pair<std::int64_t, core::Instant>> sums;
    for (CountChange& change : counts_) {
        auto& [n, at] = sums[{std::move(change.partner), change.state}];
        n += change.by;
        if (change.by > 0) at = std::max(at, change.at);
    }
    counts_.clear();
    for (const auto& [place, sum] : sums)
        if (sum.first != 0 || sum.second != core::Instant{})
            sql_.count.run(place.first, place.second, sum.first, sum.second);
}

void Writer::add_audit(core::AuditRow row) {
    row.id = ++ids_.audit;
    audit_head_ = chain(audit_head_, row);
    sql_.add_audit.run(
        row.id,
        row.at,
        row.agency,
        row.actor,
        row.action,
        row.subject,
        row.detail,
        Blob(audit_head_)
    );
}

core::Result<int> Writer::forget_feed(core::Instant before, int max) {
    const auto changes = sqlite3_total_changes64(db_.handle());
    sql_.forget_feed.run(before, max);
    return static_cast<int>(sqlite3_total_changes64(db_.handle()) - changes);
}

core::Duration Writer::service_time(const std::string& partner) const {
    const auto it = service_times_.find(partner);
    return it == service_times_.end() ? core::Duration(0) : it->second;
}

std::int64_t Writer::add_feed(const std::vector<core::FeedItem>& items) {
    for (const core::FeedItem& item : items) {
        const std::int64_t seq = ++ids_.feed;
        std::int64_t dossier_seq = 0;
        if (dossier_id(item.agency, item.dossier)) {
            dossier_seq = ++dossier_.feed_seq;
            dossier_.changed = true;
        }
        const std::string id = item.id.empty() ? feed_id(item.timestamp, seq) : item.id;
        sql_.add_feed.run(
            seq,
            id,
            item.agency,
            item.type,
            item.dossier,
            item.actor,
            dossier_seq,
            item.timestamp,
            item.data
        );
    }
    return items.empty() ? 0 : ids_.feed;
}

void Writer::add_lane(const LaneRow& r, std::optional<std::int64_t> dossier) {
    sql_.add_lane.run(
        core::raw(r.id),
        dossier,
        r.partner,
        r.agency,
        r.dossier,
        r.note,
        r.state,
        core::raw(r.head),
        r.depth,
        r.due,
        r.effective,
        r.epoch,
        r.fence,
        r.urgency,
        r.look,
        sum_of(r, key_)
    );
}

void Writer::save(const LaneRow& r) {
    const auto write = [&](Statement& statement, const auto&... more) {
        statement.run(
            core::raw(r.id),
            r.note,
            r.state,
            core::raw(r.head),
            r.depth,
            r.due,
            r.effective,
            r.epoch,
            r.fence,
            sum_of(r, key_),
            r.urgency,
            more...
        );
    };
    if (r.look == r.look_stored)
        write(sql_.set_lane);
    else
        write(sql_.set_lane_and_look, r.look);
}

void Writer::save(const LegRow& r) {
    sql_.set_leg.run(
        core::raw(r.leg.id),
        r.state,
        r.reason,
        r.what,
        r.flag,
        r.reference,
        r.attempts,
        r.attempts_message,
        r.attempts_partner,
        r.enquiries,
        r.not_found,
        r.sends_unknown,
        r.unknown_since,
        r.suspects,
        r.next_attempt_at,
        r.ended_at,
        r.told,
        sum_of(r, key_)
    );
}

namespace {

/// A row that another row names: its absence is damage.
void must(bool found, std::string_view what) {
    if (found) return;
    ports::log::error("store.row_missing", {{"table", ports::log::Word(what)}});
    throw Broken(
        Broken::Kind::request,
        core::Error(
            core::Advice::hold,
            core::Blame::ours,
            std::string(damaged_code),
            "a row of table " + std::string(what) + " is missing: restore it from a backup"
        )
    );
}

}  // namespace

LaneRow Writer::lane(core::LaneId id) {
    Rows rows = sql_.get_lane.query(core::raw(id));
    must(rows.next(), "lane");
    return read_lane(rows, 0, key_);
}

LegRow Writer::leg(core::LegId id, const LaneRow& lane) {
    Rows rows = sql_.get_leg.query(core::raw(id));
    must(rows.next(), "leg");
    return read_leg(rows, 0, lane, key_);
}

core::Event Writer::event(core::EventId id) {
    Rows rows = sql_.get_event.query(core::raw(id));
    must(rows.next(), "event");
    return read_event(rows, 0, key_);
}

core::Result<void> Writer::start_backup(std::unique_ptr<BackupRun> run) {
    if (backup_)
        return core::Error(
            core::Advice::retry,
            core::Blame::ours,
            "store.backup_running",
            "a backup is running: wait until it has ended"
        );
    backup_ = std::move(run);
    return {};
}

}  // namespace gw::store::sqlite
