// What may move, and moving it to its segment.
#include "gateway/store/sqlite/rotator.hpp"

#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/segment_writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <set>

namespace gw::store::sqlite {
namespace {

constexpr int visits_max = 250;
constexpr std::int64_t rows_max = 500, bytes_max = 4 << 20;
constexpr core::Duration stay_least{30 * 86'400'000LL};
constexpr core::Duration a_day{86'400'000}, a_minute{60'000}, took_long = 30 * a_day;

constexpr char visit_columns[] =
    "message.id, message.partner, message.message_key, message.digest, message.received_at, "
    "message.first_event, message.event_count, length(message.body)";

std::string columns(const char* what, const std::string& rest) {
    return std::string("SELECT ") + what + " FROM " + rest;
}

bool rests(core::LegState state) {
    return state == core::LegState::delivered || state == core::LegState::superseded ||
           state == core::LegState::expired || state == core::LegState::cancelled;
}

void end_journal(const std::string& folder, std::int64_t day) {
    const std::string path = segment_path(folder, day);
    if (!file_is_there(path + "-journal")) return;
    try {
        Database db(path, Database::Mode::write);  // SQLite takes back what was not committed
        db.number("SELECT count(*) FROM sqlite_schema");
    } catch (const Broken& broken) {
        segment_fault(broken, day, file_is_there(path));  // told; its readers will hear it too
    }
}

}  // namespace

Rotator::Rotator(const std::string& folder, SumKey key)
    : folder_(folder),
      key_(key),
      db_(folder + "/lienthong.db", Database::Mode::read),
      begin_(db_, "BEGIN"),
      commit_(db_, "COMMIT"),
      late_(
          db_,
          columns(
              visit_columns, "straggler CROSS JOIN message ON message.id = straggler.message_id "
          ) + "WHERE look_at <= ?1 ORDER BY look_at LIMIT ?2"
      ),
      next_(db_, columns(visit_columns, "message WHERE id > ?1 ORDER BY id LIMIT ?2")),
      ids_of_legs_(db_, "SELECT id, event_id FROM leg WHERE id > ?1 ORDER BY id"),
      legs_(
          db_,
          std::string("SELECT ") + lane_columns + ", " + leg_columns +
              " FROM leg CROSS JOIN lane ON lane.id = leg.lane_id WHERE leg.id >= ?1 AND "
              "leg.id < ?1 + ?2 ORDER BY leg.id"
      ),
      older_(
          db_,
          "SELECT 1 FROM leg WHERE lane_id = ?1 AND id < ?2 AND (state < 5 OR state = 8) LIMIT 1"
      ),
      lane_dossier_(db_, "SELECT dossier_id FROM lane WHERE id = ?1"),
      dossiers_(db_, dossiers_of_events),
      going_(db_, "SELECT 1 FROM segment WHERE day = ?1 AND removing = 1"),
      message_(db_, columns(message_columns, "message WHERE id = ?1")),
      events_(db_, columns(event_columns, "event WHERE id >= ?1 AND id < ?1 + ?2")),
      answer_(db_, columns(answer_columns, "answer WHERE message_id = ?1")),
      index_(db_),
      segments_(folder, key) {
    db_.exec("PRAGMA query_only=ON");
    db_.exec("PRAGMA cache_size=-2048");
    Statement all(db_, "SELECT day FROM segment");
    Rows rows = all.query();
    while (rows.next()) end_journal(folder, rows.integer(0));
}

Rotator::~Rotator() = default;

void Rotator::rollback() {
    writing_.reset();
    db_.rollback();
}

core::Result<Move> Rotator::copy(const ports::RotationWish& wish) {
    Course course(wish);
    course.move.now = wish.now;
    course.move.walked_message = db_.number("SELECT value FROM meta WHERE name = 'walked_message'");
    course.move.walked_leg = db_.number("SELECT value FROM meta WHERE name = 'walked_leg'");
    revisit(course);
    walk(course);
    write(course.move);
    return std::move(course.move);
}

bool Rotator::Course::take(Visit visit) {
    ++visits;
    if (!visit.may_move) {
        Straggler& later = move.stragglers.emplace_back();
        later.message = visit.message.id;
        later.first_leg = visit.first_leg;
        later.legs = visit.legs;
        later.look_at = visit.look_at;
        return true;
    }
    const std::int64_t size = 2 + visit.message.events + 3 * visit.legs;
    const bool fits = rows + size <= rows_max && bytes + visit.bytes <= bytes_max;
    if (!fits && !move.messages.empty()) return false;
    rows += size;
    bytes += visit.bytes;
    move.messages.push_back(std::move(visit.message));
    return true;
}

/// At most half of a step: neither the old ones nor the new ones wait for the others.
void Rotator::revisit(Course& course) {
    Rows rows = late_.query(course.wish.now, visits_max / 2);
    while (rows.next()) {
        Visit one = visit(rows);
        Statement known(db_, "SELECT first_leg, leg_count FROM straggler WHERE message_id = ?1");
        Rows legs = known.query(one.message.id);
        if (!legs.next()) continue;
        one.first_leg = legs.integer(0);
        one.legs = legs.integer(1);
        judge(one, course.wish);
        if (course.take(std::move(one))) continue;
        course.move.more = true;
        break;
    }
    course.move.more = course.move.more || course.visits >= visits_max / 2;
}

/// Ids ascend with time, those of legs with those of their messages: so a mark in both tables says
/// what was looked at, and no index is needed.
void Rotator::walk(Course& course) {
    Rows rows = next_.query(course.move.walked_message, visits_max);
    while (rows.next()) {
        Visit one = visit(rows);
        // A clock that was wrong must not hold everything behind it.
        const bool is_young = one.received + course.wish.hot > course.wish.now;
        if (is_young && one.received <= course.wish.now) return;
        find_legs(one, course.move.walked_leg);
        judge(one, course.wish);
        const std::int64_t message = one.message.id;
        const std::int64_t last_leg = one.first_leg + one.legs - 1;
        const bool has_legs = one.legs > 0;
        const bool taken = course.visits < visits_max && course.take(std::move(one));
        if (!taken) course.move.more = true;
        if (!taken) return;
        course.move.walked_message = message;
        if (has_legs) course.move.walked_leg = last_leg;
    }
    course.move.more = course.move.more || course.visits >= visits_max;
}

Rotator::Visit Rotator::visit(const Rows& row) const {
    Visit v;
    v.message.id = row.integer(0);
    if (!row.view(2).empty()) v.message.key = key_of({row.view(1), row.view(2)});
    v.message.digest = row.digest(3);
    v.received = row.instant(4);
    v.message.first_event = row.integer(5);
    v.message.events = row.integer(6);
    v.bytes = row.integer(7);
    return v;
}

void Rotator::find_legs(Visit& v, std::int64_t after) {
    if (v.message.events == 0) return;
    Rows rows = ids_of_legs_.query(after);
    while (rows.next() && rows.integer(1) < v.message.first_event + v.message.events) {
        if (v.legs == 0) v.first_leg = rows.integer(0);
        ++v.legs;
    }
}

void Rotator::judge(Visit& v, const ports::RotationWish& wish) {
    const core::Duration again = std::clamp(wish.hot / 7, a_minute, a_day);
    try {
        const auto last = ended(v);
        v.look_at = last ? *last + wish.hot : wish.now + again;
        v.may_move = last && v.look_at <= wish.now;
        if (!v.may_move) return;
        // What took long counts from its end, so that it is not gone as soon as it is done.
        v.message.day = day_of(*last - v.received > took_long ? *last : v.received);
        Rows going = going_.query(v.message.day);
        v.may_move = !going.next();
        if (v.may_move)
            check_rows(v);
        else
            v.look_at = wish.now + again;
    } catch (const Broken& broken) {
        // What is damaged stays where the backup it must come from puts it. Nobody had asked for
        // it, so that a bad page under old rows stops nothing either.
        const bool row = broken.kind == Broken::Kind::request && broken.error.code == damaged_code;
        const bool page = broken.error.code == "store.corrupt";
        if (!row && !page) throw;
        if (page)
            ports::log::error(
                "store.old_rows_damaged",
                {{"message", ports::log::Word(std::to_string(v.message.id))}}
            );
        v.may_move = false;
        v.look_at = wish.now + a_day;
    }
}

std::optional<core::Instant> Rotator::ended(Visit& v) {
    core::Instant last = v.received;
    std::set<std::int64_t> dossiers;
    Rows rows = legs_.query(v.first_leg, v.legs);
    while (rows.next()) {
        const LaneRow lane = read_lane(rows, 0, key_);
        const LegRow row = read_leg(rows, lane_column_count, lane, key_);
        if (!rests(row.state)) return std::nullopt;
        last = std::max(last, row.ended_at.value_or(last));
        MovedLeg& leg = v.message.legs.emplace_back();
        leg.id = core::raw(row.leg.id);
        leg.state = row.state;
        leg.partner = row.leg.partner;
        leg.effect_key = row.leg.effect_key;
        Rows dossier = lane_dossier_.query(core::raw(lane.id));
        if (dossier.next() && !dossier.is_null(0)) {
            // What a lane has left behind may still be sent, and asks what went after it.
            Rows older = older_.query(core::raw(lane.id), leg.id);
            if (older.next()) return std::nullopt;
            dossiers.insert(dossier.integer(0));
        } else {
            leg.lane = core::raw(lane.id);
        }
    }
    check_is_about(static_cast<std::int64_t>(v.message.legs.size()) == v.legs, "leg", v.first_leg);
    Rows of_events = dossiers_.query(v.message.first_event, v.message.events);
    while (of_events.next()) dossiers.insert(of_events.integer(0));
    v.message.dossiers.assign(dossiers.begin(), dossiers.end());
    return last;
}

/// Only whole rows go to a segment.
void Rotator::check_rows(Visit& v) {
    Rows message = message_.query(v.message.id);
    if (message.next()) read_message(message, 0, key_);
    Rows answer = answer_.query(v.message.id);
    if (answer.next()) read_answer(answer, 0, key_);
    Rows events = events_.query(v.message.first_event, v.message.events);
    std::int64_t n = 0;
    for (; events.next(); ++n)
        v.bytes += static_cast<std::int64_t>(read_event(events, 0, key_).snapshot->size());
    check_is_about(n == v.message.events, "event", v.message.first_event);
}

void Rotator::write(Move& move) {
    std::set<std::int64_t> days;
    for (const MovedMessage& m : move.messages) days.insert(m.day);
    for (const std::int64_t day : days) {
        try {
            write_day(day, move);
        } catch (const Broken& broken) {
            writing_.reset();
            // A file that is no database stops its day; a disk that fails stops everything.
            const bool is_file =
                broken.kind == Broken::Kind::request || broken.error.code == "store.corrupt";
            if (!is_file) throw;
            move.put_off(day, move.now + a_day);
            move.fault = broken.kind == Broken::Kind::request
                             ? broken.error
                             : segment_fault(broken, day, true).error;
        }
    }
}

void Rotator::open_for_writing(std::int64_t day, std::int64_t messages) {
    if (writing_ && writing_->day() == day) return;
    writing_.reset();
    const std::string path = segment_path(folder_, day);
    std::unique_ptr<Database> file;
    try {
        // An empty one in its place would answer for what is lost.
        if (messages == 0 || file_is_there(path))
            file = std::make_unique<Database>(path, Database::Mode::write);
    } catch (const Broken& broken) {
        throw segment_fault(broken, day, true);
    }
    if (!file) throw segment_fault(Broken(Broken::Kind::request, core::Error()), day, false);
    writing_ = std::make_unique<SegmentWriter>(db_, std::move(file), folder_, day);
}

void Rotator::write_day(std::int64_t day, Move& move) {
    std::int64_t messages =
        db_.number("SELECT messages FROM segment WHERE day = " + std::to_string(day));
    open_for_writing(day, messages);
    writing_->begin();
    for (MovedMessage& m : move.messages) {
        if (m.day != day) continue;
        m.rows = writing_->add(m);
        ++messages;
    }
    writing_->commit(messages);
    move.bytes[day] = writing_->bytes();
}

core::Result<Removal> Rotator::next_removal(const ports::RotationWish& wish) {
    std::set<std::int64_t> kept;
    for (const ports::KeptDossier& one : wish.kept)
        for (const SegmentRef& at : index_.of_dossier(one.agency, one.dossier)) kept.insert(at.day);
    Statement oldest(
        db_, "SELECT day, removing, removed_to, began_at FROM segment ORDER BY removing DESC, day"
    );
    Rows rows = oldest.query();
    Removal found;
    while (rows.next()) {
        const std::int64_t day = rows.integer(0);
        found.begun = rows.integer(1) != 0;
        // After an upgrade old days become segments at once: time is left to put them on hold.
        const core::Instant began = rows.instant(3);
        const bool over = end_of_day(day) + wish.online <= wish.now &&
                          began + std::min(wish.online, stay_least) <= wish.now;
        if (!found.begun && (!over || kept.contains(day))) continue;
        found.day = day;
        found.removed_to = rows.integer(2);
        break;
    }
    return found;
}

core::Result<Traces> Rotator::traces(
    std::int64_t day, std::int64_t after, const ports::RotationWish& wish
) {
    Traces found;
    try {
        segments_.in(SegmentRef(day, 0), [&](SegmentReader::File& file) {
            Rows rows = file.statement(
                                "SELECT id, partner, agency, kind, message_key, first_event, "
                                "event_count FROM message WHERE id > ?1 ORDER BY id LIMIT 200"
            )
                            .query(after);
            std::set<std::int64_t> dossiers;
            while (rows.next()) {
                found.to = rows.integer(0);
                core::Envelope e;
                e.partner = rows.view(1);
                e.agency = rows.view(2);
                e.kind = rows.view(3);
                e.message_key = rows.view(4);
                const bool keeps = wish.keeps_key && wish.keeps_key(e);
                if (!e.message_key.empty() && !keeps)
                    found.keys.push_back(key_of({e.partner, e.message_key}));
                Rows of_events =
                    file.statement(dossiers_of_events).query(rows.integer(5), rows.integer(6));
                while (of_events.next()) dossiers.insert(of_events.integer(0));
            }
            found.dossiers.assign(dossiers.begin(), dossiers.end());
        });
    } catch (const Broken& broken) {
        const bool lost =
            broken.error.code == segment_missing_code || broken.error.code == segment_damaged_code;
        if (broken.kind != Broken::Kind::request || !lost) throw;
        return Traces();  // told already; it goes without them
    }
    return found;
}

core::Result<void> Rotator::unlink(std::int64_t day) {
    segments_.forget(day);
    if (writing_ && writing_->day() == day) writing_.reset();
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    const int code = vfs->xDelete(vfs, segment_path(folder_, day).c_str(), 1);
    if (code == SQLITE_OK || code == SQLITE_IOERR_DELETE_NOENT) return {};
    return core::Error(
        core::Advice::retry,
        core::Blame::ours,
        "store.failed",
        "the file of segment " + name_of_day(day) + " cannot be removed"
    );
}

core::Result<std::vector<std::int64_t>> Rotator::days() {
    Statement all(db_, "SELECT day FROM segment WHERE removing = 0 ORDER BY day");
    Rows rows = all.query();
    std::vector<std::int64_t> found;
    while (rows.next()) found.push_back(rows.integer(0));
    return found;
}

core::Result<void> Rotator::back_up(std::int64_t day, const std::string& folder) {
    return back_up_segment(folder_, folder, day);
}

}  // namespace gw::store::sqlite
