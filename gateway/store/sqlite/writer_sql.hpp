// The statements of the writing connection, prepared once.
#pragma once

#include "gateway/store/sqlite/tables.hpp"

namespace gw::store::sqlite {

struct WriterSql {
    explicit WriterSql(Database& d) : db(d) {}
    Database& db;

    Statement begin{db, "BEGIN IMMEDIATE"};
    Statement commit{db, "COMMIT"};
    Statement savepoint{db, "SAVEPOINT request"};
    Statement release{db, "RELEASE request"};
    Statement rollback_to{db, "ROLLBACK TO request"};

    Statement find_answer{
        db, std::string("SELECT ") + answer_columns + " FROM answer WHERE message_id = ?1"};
    Statement add_answer{
        db,
        "INSERT INTO answer (message_id, status, headers, body, base_event, base_at, base_size, "
        "sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
    Statement add_message{
        db,
        "INSERT INTO message (id, partner, agency, kind, message_key, received_at, digest, "
        "first_event, event_count, body, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
        "?11)"};
    Statement add_event{
        db,
        "INSERT INTO event (id, message_id, dossier_id, kind, agency, dossier, occurred_at, "
        "recorded_at, snapshot, base_event, base_at, base_size, cut, trace, sum) VALUES (?1, ?2, "
        "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"};

    Statement find_lane{
        db,
        std::string("SELECT ") + lane_columns +
            " FROM lane WHERE dossier_id = ?1 AND partner = ?2"};
    Statement get_lane{db, std::string("SELECT ") + lane_columns + " FROM lane WHERE id = ?1"};
    Statement add_lane{
        db,
        "INSERT INTO lane (id, dossier_id, partner, agency, dossier, note, state, head, depth, "
        "due_at, "
        "effective, epoch, fence, urgency, look_at, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
        "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"};
    Statement set_lane{
        db,
        "UPDATE lane SET note = ?2, state = ?3, head = ?4, depth = ?5, due_at = ?6, effective = "
        "?7, "
        "epoch = ?8, fence = ?9, sum = ?10, urgency = ?11 WHERE id = ?1"};
    /// Only when look_at has changed: every other write of a lane leaves that index alone.
    Statement set_lane_and_look{
        db,
        "UPDATE lane SET note = ?2, state = ?3, head = ?4, depth = ?5, due_at = ?6, effective = "
        "?7, "
        "epoch = ?8, fence = ?9, sum = ?10, urgency = ?11, look_at = ?12 WHERE id = ?1"};
    Statement due_lanes{
        db,
        std::string("SELECT ") + lane_columns +
            " FROM lane WHERE partner = ?1 AND state = 1 AND due_at <= ?2 LIMIT 10000"};
    Statement next_due{
        db, "SELECT min(due_at) FROM lane WHERE partner = ?1 AND state = 1 AND due_at > ?2"};
    /// The first lane of the next agency; an agency's other lanes are not read.
    Statement first_ready{
        db,
        "SELECT agency, effective, head, id FROM lane WHERE partner = ?1 AND state = 0 AND "
        "urgency = ?2 AND agency >= ?3 ORDER BY agency, effective, head LIMIT 1"};
    Statement next_ready{
        db,
        "SELECT effective, head, id FROM lane WHERE partner = ?1 AND state = 0 AND urgency = ?2 "
        "AND agency = ?3 AND (effective, head) > (?4, ?5) ORDER BY effective, head LIMIT 1"};
    Statement lanes_to_look_at{
        db, "SELECT id FROM lane WHERE look_at > 0 AND look_at <= ?1 ORDER BY look_at LIMIT ?2"};
    Statement sending_lanes{
        db, std::string("SELECT ") + lane_columns + " FROM lane WHERE state = 2 ORDER BY id"};

    Statement add_leg{
        db,
        "INSERT INTO leg (id, event_id, lane_id, partner, operation, effect, urgency, effect_key, "
        "legal_deadline, state, reason, what, flag, reference, attempts, attempts_message, "
        "attempts_partner, enquiries, not_found, sends_unknown, unknown_since, suspects, "
        "next_attempt_at, ended_at, enqueued_at, dossier_version, replaceable, sum) VALUES (?1, "
        "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, "
        "?10, ?11, ?12, ?13)"};
    Statement get_leg{db, std::string("SELECT ") + leg_columns + " FROM leg WHERE id = ?1"};
    Statement lane_of_leg{db, "SELECT lane_id FROM leg WHERE id = ?1"};
    Statement next_leg{
        db,
        std::string("SELECT ") + leg_columns +
            " FROM leg WHERE lane_id = ?1 AND id > ?2 AND (state < 5 OR state = 8 AND flag <> "
            "'skipped') ORDER BY id LIMIT 1"};
    Statement older_legs{
        db,
        std::string("SELECT ") + leg_columns +
            " FROM leg WHERE lane_id = ?1 AND id >= ?2 AND id < ?3 AND operation = ?4 AND "
            "state < 5 ORDER BY id DESC"};
    Statement lane_went_on{
        db, "SELECT 1 FROM leg WHERE lane_id = ?1 AND id > ?2 AND attempts > 0 LIMIT 1"};
    Statement set_leg{
        db,
        "UPDATE leg SET state = ?2, reason = ?3, what = ?4, flag = ?5, reference = ?6, attempts = "
        "?7, "
        "attempts_message = ?8, attempts_partner = ?9, enquiries = ?10, not_found = ?11, "
        "sends_unknown = ?12, unknown_since = ?13, suspects = ?14, next_attempt_at = ?15, "
        "ended_at = ?16, told = ?17, sum = ?18 WHERE id = ?1"};
    Statement set_leg_class{db, "UPDATE leg SET urgency = ?2, enqueued_at = ?3 WHERE id = ?1"};
    Statement get_event{db, std::string("SELECT ") + event_columns + " FROM event WHERE id = ?1"};

    Statement begin_attempt{
        db,
        "INSERT INTO attempt (leg_id, n, enquiry, began, epoch, fence, code, what, answer, bytes) "
        "VALUES (?1, ?2, 0, ?3, ?4, ?5, '', '', x'', ?6)"};
    Statement end_attempt{
        db,
        "UPDATE attempt SET ended = ?3, outcome = ?4, code = ?5, what = ?6, answer = ?7 "
        "WHERE leg_id = ?1 AND n = ?2 RETURNING began"};
    Statement add_attempt{
        db,
        "INSERT INTO attempt (leg_id, n, enquiry, began, ended, epoch, fence, outcome, code, what, "
        "answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
    Statement begin_effect{
        db,
        "INSERT INTO effect (partner, effect_key, leg_id, fence, bytes_digest) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (partner, effect_key) DO UPDATE SET "
        "leg_id = excluded.leg_id, fence = excluded.fence, bytes_digest = excluded.bytes_digest, "
        "outcome = NULL"};
    Statement end_effect{
        db,
        "UPDATE effect SET outcome = ?3, reference = ?4 WHERE partner = ?1 AND effect_key = ?2"};

    Statement find_object{
        db,
        "SELECT rid, version, created_at FROM object WHERE kind = ?1 AND agency = ?2 AND id = ?3"};
    Statement next_agency{db, "SELECT min(agency) FROM object WHERE kind = ?1 AND agency > ?2"};
    Statement add_object{
        db,
        "INSERT INTO object (kind, agency, id, version, state, dossier, ref, body, "
        "created_at, updated_at, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
    Statement set_object{
        db,
        "UPDATE object SET version = ?2, state = ?3, dossier = ?4, ref = ?5, body = ?6, "
        "updated_at = ?7, sum = ?8 WHERE rid = ?1"};
    Statement remove_object{db, "DELETE FROM object WHERE rid = ?1"};

    Statement find_dossier{db, "SELECT id, feed_seq FROM dossier WHERE agency = ?1 AND code = ?2"};
    Statement add_dossier{
        db, "INSERT INTO dossier (id, agency, code, feed_seq) VALUES (?1, ?2, ?3, ?4)"};
    Statement set_dossier_seq{db, "UPDATE dossier SET feed_seq = ?2 WHERE id = ?1"};
    Statement add_feed{
        db,
        "INSERT INTO feed (seq, id, agency, type, dossier, actor, dossier_seq, timestamp, data) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
    Statement forget_feed{
        db,
        "DELETE FROM feed WHERE seq IN (SELECT f.seq FROM "
        "(SELECT seq, agency, timestamp FROM feed ORDER BY seq LIMIT ?2) f WHERE f.timestamp < ?1 "
        "AND f.seq < (SELECT max(g.seq) FROM feed g WHERE g.agency = f.agency))"};
    Statement add_audit{
        db,
        "INSERT INTO audit (id, at, agency, actor, action, subject, detail, hash) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
    Statement count{
        db,
        "INSERT INTO leg_count (partner, state, n, last_at) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (partner, state) DO UPDATE SET n = n + excluded.n, "
        "last_at = max(last_at, excluded.last_at)"};
};

}  // namespace gw::store::sqlite
