// The columns of each table in one order, read into rows with their checksum verified.
#pragma once

#include "gateway/store/rows.hpp"
#include "gateway/store/sqlite/database.hpp"
#include "gateway/store/sqlite/row_sum.hpp"

#include <string>

namespace gw::store::sqlite {

inline constexpr char lane_columns[] =
    "lane.id, lane.partner, lane.agency, lane.dossier, lane.note, lane.state, lane.head, "
    "lane.depth, "
    "lane.due_at, lane.effective, lane.epoch, lane.fence, lane.sum, lane.urgency, lane.look_at";
inline constexpr int lane_column_count = 15;
inline constexpr char leg_columns[] =
    "leg.id, leg.event_id, leg.lane_id, leg.partner, leg.operation, leg.effect, leg.urgency, "
    "leg.effect_key, leg.legal_deadline, leg.state, leg.reason, leg.what, leg.flag, leg.reference, "
    "leg.attempts, leg.attempts_message, leg.attempts_partner, leg.enquiries, leg.not_found, "
    "leg.sends_unknown, leg.unknown_since, leg.suspects, leg.next_attempt_at, leg.ended_at, "
    "leg.enqueued_at, leg.dossier_version, leg.sum, leg.replaceable, leg.told";
inline constexpr int leg_column_count = 29;
inline constexpr char event_columns[] =
    "event.id, event.message_id, event.kind, event.agency, event.dossier, event.occurred_at, "
    "event.recorded_at, CASE WHEN event.base_event IS NULL THEN event.snapshot ELSE "
    "substr(event.snapshot, 1, event.cut) || substr((SELECT base.snapshot FROM event AS base WHERE "
    "base.id = event.base_event), event.base_at + 1, event.base_size) || substr(event.snapshot, "
    "event.cut + 1) END, event.sum, event.trace";
inline constexpr char object_columns[] =
    "kind, agency, id, version, state, dossier, ref, body, created_at, updated_at, sum";
inline constexpr char message_columns[] =
    "id, partner, agency, kind, message_key, received_at, digest, first_event, event_count, body, "
    "sum";
inline constexpr char answer_columns[] =
    "status, headers, CASE WHEN base_event IS NULL THEN body ELSE substr((SELECT base.snapshot "
    "FROM event AS base WHERE base.id = answer.base_event), base_at + 1, base_size) || body END, "
    "sum, "
    "message_id";

std::int64_t sum_of(const LaneRow& row, const SumKey& key);
std::int64_t sum_of(const LegRow& row, const SumKey& key);
std::int64_t sum_of(const core::Event& event, const SumKey& key);
std::int64_t sum_of(const core::Object& object, const SumKey& key);
std::int64_t sum_of(const ports::MessageView& message, const SumKey& key);
std::int64_t sum_of(const core::StoredAnswer& answer, core::MessageId message, const SumKey& key);

/// Each reads the columns above from column `at` on. Throws Broken(request, hold
/// "store.row_damaged").
LaneRow read_lane(const Rows& rows, int at, const SumKey& key);
/// agency and dossier come from the leg's lane.
LegRow read_leg(const Rows& rows, int at, const LaneRow& lane, const SumKey& key);
core::Event read_event(const Rows& rows, int at, const SumKey& key);
core::Object read_object(const Rows& rows, int at, const SumKey& key);
ports::MessageView read_message(const Rows& rows, int at, const SumKey& key);
/// A whole row that a damaged index gave for another one is damage too. Throws as above.
void check_is_about(bool same, std::string_view table, std::int64_t id);
core::StoredAnswer read_answer(const Rows& rows, int at, const SumKey& key);

/// The key of the checksums, from table meta. Throws Broken.
SumKey sum_key_of(Database& db);

inline constexpr std::string_view damaged_code = "store.row_damaged";

}  // namespace gw::store::sqlite
