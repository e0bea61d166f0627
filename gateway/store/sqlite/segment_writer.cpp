// Writing of segments.
#include "gateway/store/sqlite/segment_writer.hpp"

#include "gateway/store/sqlite/files.hpp"

namespace gw::store::sqlite {
namespace {

/// The same tables as the store's, with what finds the rows of a dossier and of a lane.
constexpr char schema[] =
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND (type = 'table' AND name IN "
    "('message', 'event', 'answer', 'lane', 'leg', 'attempt', 'effect', 'meta') OR name IN "
    "('event_dossier', 'leg_lane')) ORDER BY type DESC, name";

std::string places(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text;
}

void must(bool good, const std::string& what) {
    if (good) return;
    throw Broken(
        Broken::Kind::fatal,
        core::Error(core::Advice::stop, core::Blame::ours, "store.failed", what)
    );
}

}  // namespace

SegmentWriter::Copier::Copier(
    Database& from, Database& to, const std::string& table, const std::string& where
)
    : select_(from, "SELECT * FROM " + table + " WHERE " + where),
      insert_(
          to, "INSERT OR REPLACE INTO " + table + " VALUES (" + places(select_.columns()) + ")"
      ) {}

SegmentWriter::SegmentWriter(
    Database& hot, std::unique_ptr<Database> file, std::string folder, std::int64_t day
)
    : day_(day), folder_(std::move(folder)), db_(std::move(file)) {
    if (db_->number("PRAGMA page_count") == 0) db_->exec("PRAGMA page_size=8192");
    // One plain file: it is copied and unlinked as one. EXTRA: the end of the journal is flushed
    // too, else a power cut takes back what the store has given away.
    must(db_->word("PRAGMA journal_mode=DELETE") == "delete", "a segment will not keep a journal");
    db_->exec("PRAGMA synchronous=EXTRA");
    must(db_->number("PRAGMA synchronous") == 3, "a segment is not flushed at every commit");
    db_->exec("PRAGMA cache_size=-4096");
    make_tables(hot);
    const auto copier = [&](const std::string& table, const std::string& where) {
        return std::make_unique<Copier>(hot, *db_, table, where);
    };
    message_ = copier("message", "id = ?1");
    event_ = copier("event", "id >= ?1 AND id < ?1 + ?2");
    answer_ = copier("answer", "message_id = ?1");
    leg_ = copier("leg", "id = ?1");
    attempt_ = copier("attempt", "leg_id = ?1");
    effect_ = copier("effect", "partner = ?1 AND effect_key = ?2 AND leg_id = ?3");
    lane_ = copier("lane", "id = ?1");
}

void SegmentWriter::make_tables(Database& hot) {
    const std::int64_t have = db_->number("PRAGMA user_version");
    must(have == 0 || have == segment_version, "a segment has tables of another version");
    if (have == segment_version) return;
    db_->exec("BEGIN IMMEDIATE");
    Statement tables(hot, schema);
    Rows rows = tables.query();
    while (rows.next()) db_->exec(rows.text(0).c_str());
    Copier key(hot, *db_, "meta", "name = 'sum_key'");  // so that a copy can be proven by itself
    key.run();
    db_->exec(("PRAGMA user_version=" + std::to_string(segment_version)).c_str());
    db_->exec("COMMIT");
}

void SegmentWriter::begin() {
    db_->exec("BEGIN IMMEDIATE");
}

std::int64_t SegmentWriter::add(const MovedMessage& m) {
    std::int64_t rows = message_->run(m.id) + answer_->run(m.id);
    rows += event_->run(m.first_event, m.events);
    for (const MovedLeg& leg : m.legs) {
        rows += leg_->run(leg.id) + attempt_->run(leg.id);
        rows += effect_->run(leg.partner, leg.effect_key, leg.id);
        if (leg.lane != 0) rows += lane_->run(leg.lane);
    }
    return rows;
}

void SegmentWriter::commit(std::int64_t messages) {
    db_->exec(("INSERT OR REPLACE INTO meta (name, value) VALUES ('messages', " +
               std::to_string(messages) + ")")
                  .c_str());
    db_->exec("COMMIT");
    must(flush_folder(folder_ + "/segments"), "the folder of the segments cannot be flushed");
}

std::int64_t SegmentWriter::bytes() {
    return db_->number("PRAGMA page_count") * db_->number("PRAGMA page_size");
}

}  // namespace gw::store::sqlite
