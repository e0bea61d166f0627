// Rows leave the tables for segments.
#include "gateway/store/sqlite/ledger.hpp"

#include <algorithm>

namespace gw::store::sqlite {

std::int64_t last_id(Database& db, const std::string& table) {
    return std::max(
        db.number("SELECT max(id) FROM " + table),
        db.number("SELECT last_id FROM moved WHERE name = '" + table + "'")
    );
}

SegmentLedger::SegmentLedger(Database& db, MessageKeys& keys)
    : keys_(keys),
      drop_message_(db, "DELETE FROM message WHERE id = ?1"),
      drop_answer_(db, "DELETE FROM answer WHERE message_id = ?1"),
      drop_events_(db, "DELETE FROM event WHERE id >= ?1 AND id < ?1 + ?2"),
      drop_leg_(db, "DELETE FROM leg WHERE id = ?1"),
      drop_attempts_(db, "DELETE FROM attempt WHERE leg_id = ?1"),
      drop_effect_(db, "DELETE FROM effect WHERE partner = ?1 AND effect_key = ?2 AND leg_id = ?3"),
      drop_lane_(db, "DELETE FROM lane WHERE id = ?1"),
      drop_straggler_(db, "DELETE FROM straggler WHERE message_id = ?1"),
      add_segment_(
          db,
          "INSERT INTO segment (day, first_message, last_message, first_leg, last_leg, messages, "
          "row_count, bytes, removing, removed_to, began_at) VALUES (?1, ?2, ?2, ?3, ?4, 1, ?5, 0, "
          "0, 0, ?6) "
          "ON CONFLICT (day) DO UPDATE SET messages = messages + 1, row_count = row_count + ?5, "
          "first_message = min(first_message, ?2), last_message = max(last_message, ?2), "
          "first_leg = CASE WHEN ?3 = 0 THEN first_leg WHEN first_leg = 0 THEN ?3 ELSE "
          "min(first_leg, ?3) END, last_leg = max(last_leg, ?4)"
      ),
      set_bytes_(db, "UPDATE segment SET bytes = ?2 WHERE day = ?1"),
      add_dossier_(db, "INSERT OR IGNORE INTO segment_dossier (dossier_id, day) VALUES (?1, ?2)"),
      add_straggler_(
          db,
          "INSERT OR REPLACE INTO straggler (message_id, first_leg, leg_count, look_at) VALUES "
          "(?1, ?2, ?3, ?4)"
      ),
      walked_(db, "UPDATE meta SET value = ?2 WHERE name = ?1"),
      moved_(db, "UPDATE moved SET last_id = max(last_id, ?2), n = n + ?3 WHERE name = ?1"),
      moved_legs_(
          db,
          "INSERT INTO moved_leg (partner, state, n) VALUES (?1, ?2, 1) ON CONFLICT (partner, "
          "state) DO UPDATE SET n = n + 1"
      ),
      begin_removal_(db, "UPDATE segment SET removing = 1 WHERE day = ?1"),
      drop_dossier_(db, "DELETE FROM segment_dossier WHERE dossier_id = ?1 AND day = ?2"),
      removed_to_(db, "UPDATE segment SET removed_to = ?2 WHERE day = ?1"),
      drop_segment_(db, "DELETE FROM segment WHERE day = ?1") {}

void SegmentLedger::leave(const Move& move) {
    for (const MovedMessage& message : move.messages) {
        leave(message);
        count(message, move.now);
    }
    for (const auto& [day, bytes] : move.bytes) set_bytes_.run(day, bytes);
    for (const Straggler& s : move.stragglers)
        add_straggler_.run(s.message, s.first_leg, s.legs, s.look_at);
    walked_.run(std::string_view("walked_message"), move.walked_message);
    walked_.run(std::string_view("walked_leg"), move.walked_leg);
}

void SegmentLedger::leave(const MovedMessage& m) {
    // Its key may still wait in memory, and is found there after a crash only by the message.
    if (!m.key.empty()) keys_.write(m.key, m.digest, m.id);
    for (const MovedLeg& leg : m.legs) {
        drop_leg_.run(leg.id);
        drop_attempts_.run(leg.id);
        drop_effect_.run(leg.partner, leg.effect_key, leg.id);
        if (leg.lane != 0) drop_lane_.run(leg.lane);
    }
    drop_events_.run(m.first_event, m.events);
    drop_answer_.run(m.id);
    drop_message_.run(m.id);
    drop_straggler_.run(m.id);
}

void SegmentLedger::count(const MovedMessage& m, core::Instant now) {
    const std::int64_t legs = static_cast<std::int64_t>(m.legs.size());
    const std::int64_t first = legs == 0 ? 0 : m.legs.front().id;
    const std::int64_t last = legs == 0 ? 0 : m.legs.back().id;
    add_segment_.run(m.day, m.id, first, last, m.rows, now);
    for (const std::int64_t dossier : m.dossiers) add_dossier_.run(dossier, m.day);
    std::int64_t lanes = 0, last_lane = 0;
    for (const MovedLeg& leg : m.legs) {
        moved_legs_.run(leg.partner, leg.state);
        lanes += leg.lane == 0 ? 0 : 1;
        last_lane = std::max(last_lane, leg.lane);
    }
    moved_.run(std::string_view("message"), m.id, 1);
    if (m.events > 0) moved_.run(std::string_view("event"), m.first_event + m.events - 1, m.events);
    if (legs > 0) moved_.run(std::string_view("leg"), last, legs);
    if (lanes > 0) moved_.run(std::string_view("lane"), last_lane, lanes);
}

void SegmentLedger::begin_removal(std::int64_t day) {
    begin_removal_.run(day);
}

void SegmentLedger::forget(std::int64_t day, const Traces& traces) {
    for (const std::string& key : traces.keys) keys_.forget(key);
    for (const std::int64_t dossier : traces.dossiers) drop_dossier_.run(dossier, day);
    removed_to_.run(day, traces.to);
}

void SegmentLedger::drop(std::int64_t day) {
    drop_segment_.run(day);
}

}  // namespace gw::store::sqlite
