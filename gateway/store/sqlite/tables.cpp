// Reading of rows and their checksums.
#include "gateway/store/sqlite/tables.hpp"

#include "gateway/ports/log.hpp"

namespace gw::store::sqlite {
namespace {

enum Table : std::uint64_t {
    lane_table = 1,
    leg_table,
    event_table,
    object_table,
    message_table,
    answer_table
};

std::string_view bytes_of(const core::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void check(bool equal, std::string_view table, std::int64_t id) {
    if (equal) return;
    ports::log::error("store.row_damaged", {{"table", ports::log::Word(table)}, {"id", id}});
    throw Broken(
        Broken::Kind::request,
        core::Error(
            core::Advice::hold,
            core::Blame::ours,
            std::string(damaged_code),
            "row " + std::to_string(id) + " of table " + std::string(table) +
                " is not as it was written: restore it from a backup"
        )
    );
}

}  // namespace

void check_is_about(bool same, std::string_view table, std::int64_t id) {
    check(same, table, id);
}

std::int64_t sum_of(const LaneRow& r, const SumKey& key) {
    RowSum sum(key, lane_table);
    sum.add(core::raw(r.id)).add(r.partner).add(r.agency).add(r.dossier).add(r.note);
    sum.add(static_cast<std::int64_t>(r.state)).add(core::raw(r.head)).add(r.depth);
    sum.add(r.due).add(r.effective).add(r.epoch).add(r.fence);
    // Columns of migration 3: rows from before it have them at rest and a sum without them.
    if (r.urgency != core::Urgency::p2 || r.look != core::Instant{})
        sum.add(static_cast<std::int64_t>(r.urgency)).add(r.look);
    return sum.value();
}

std::int64_t sum_of(const LegRow& r, const SumKey& key) {
    RowSum sum(key, leg_table);
    sum.add(core::raw(r.leg.id)).add(core::raw(r.leg.event)).add(core::raw(r.lane));
    sum.add(r.leg.partner).add(r.leg.operation).add(r.leg.effect_key).add(r.leg.legal_deadline);
    sum.add(static_cast<std::int64_t>(r.leg.effect)).add(static_cast<std::int64_t>(r.leg.urgency));
    sum.add(static_cast<std::int64_t>(r.state)).add(r.reason).add(r.what).add(r.flag);
    sum.add(r.reference).add(r.attempts).add(r.attempts_message).add(r.attempts_partner);
    sum.add(r.enquiries).add(r.not_found).add(r.sends_unknown).add(r.unknown_since);
    sum.add(r.suspects).add(r.next_attempt_at).add(r.ended_at).add(r.enqueued_at);
    sum.add(r.dossier_version);
    if (r.replaceable || r.told != 0) sum.add(r.replaceable ? 1 : 0).add(r.told);
    return sum.value();
}

std::int64_t sum_of(const core::Event& e, const SumKey& key) {
    RowSum sum(key, event_table);
    sum.add(core::raw(e.id)).add(core::raw(e.message)).add(e.kind).add(e.agency).add(e.dossier);
    sum.add(e.occurred_at).add(e.recorded_at).add(*e.snapshot);
    if (!e.trace.empty()) sum.add(e.trace);
    return sum.value();
}

std::int64_t sum_of(const core::Object& o, const SumKey& key) {
    RowSum sum(key, object_table);
    sum.add(o.kind).add(o.agency).add(o.id).add(o.version).add(o.state).add(o.dossier).add(o.ref);
    return sum.add(o.body).add(o.created_at).add(o.updated_at).value();
}

std::int64_t sum_of(const ports::MessageView& m, const SumKey& key) {
    const core::Envelope& e = m.envelope;
    RowSum sum(key, message_table);
    sum.add(core::raw(m.id)).add(e.partner).add(e.agency).add(e.kind).add(e.message_key);
    sum.add(e.received_at).add(bytes_of(e.digest)).add(static_cast<std::int64_t>(m.events.size()));
    return sum.add(m.events.empty() ? 0 : core::raw(m.events.front())).add(*e.body).value();
}

std::int64_t sum_of(const core::StoredAnswer& a, core::MessageId message, const SumKey& key) {
    RowSum sum(key, answer_table);
    return sum.add(core::raw(message)).add(a.status).add(a.headers).add(a.body).value();
}

SumKey sum_key_of(Database& db) {
    Statement statement(db, "SELECT value FROM meta WHERE name = 'sum_key'");
    Rows rows = statement.query();
    SumKey key{};
    const bool found = rows.next() && rows.view(0).size() == sizeof key;
    check(found, "meta", 0);
    std::memcpy(key.data(), rows.view(0).data(), sizeof key);
    return key;
}

LaneRow read_lane(const Rows& rows, int at, const SumKey& key) {
    LaneRow r;
    r.id = core::LaneId(rows.integer(at));
    r.partner = rows.view(at + 1);
    r.agency = rows.view(at + 2);
    r.dossier = rows.view(at + 3);
    r.note = rows.view(at + 4);
    r.state = static_cast<LaneState>(rows.integer(at + 5));
    r.head = core::LegId(rows.integer(at + 6));
    r.depth = rows.integer(at + 7);
    r.due = rows.instant(at + 8);
    r.effective = rows.instant(at + 9);
    r.epoch = rows.integer(at + 10);
    r.fence = rows.integer(at + 11);
    r.urgency = static_cast<core::Urgency>(rows.integer(at + 13));
    r.look = r.look_stored = rows.instant(at + 14);
    check(sum_of(r, key) == rows.integer(at + 12), "lane", core::raw(r.id));
    return r;
}

LegRow read_leg(const Rows& rows, int at, const LaneRow& lane, const SumKey& key) {
    LegRow r;
    r.leg.id = core::LegId(rows.integer(at));
    r.leg.event = core::EventId(rows.integer(at + 1));
    r.lane = core::LaneId(rows.integer(at + 2));
    r.leg.partner = rows.view(at + 3);
    r.leg.operation = rows.view(at + 4);
    r.leg.effect = static_cast<core::Effect>(rows.integer(at + 5));
    r.leg.urgency = static_cast<core::Urgency>(rows.integer(at + 6));
    r.leg.effect_key = rows.view(at + 7);
    r.leg.legal_deadline = rows.maybe_instant(at + 8);
    r.state = static_cast<core::LegState>(rows.integer(at + 9));
    r.reason = rows.view(at + 10);
    r.what = rows.view(at + 11);
    r.flag = rows.view(at + 12);
    r.reference = rows.view(at + 13);
    r.attempts = rows.small(at + 14);
    r.attempts_message = rows.small(at + 15);
    r.attempts_partner = rows.small(at + 16);
    r.enquiries = rows.small(at + 17);
    r.not_found = rows.small(at + 18);
    r.sends_unknown = rows.small(at + 19);
    r.unknown_since = rows.instant(at + 20);
    r.suspects = rows.small(at + 21);
    r.next_attempt_at = rows.maybe_instant(at + 22);
    r.ended_at = rows.maybe_instant(at + 23);
    r.enqueued_at = rows.instant(at + 24);
    r.dossier_version = rows.integer(at + 25);
    r.replaceable = rows.integer(at + 27) != 0;
    r.told = rows.small(at + 28);
    check(sum_of(r, key) == rows.integer(at + 26), "leg", core::raw(r.leg.id));
    r.leg.agency = lane.agency;
    r.leg.dossier = lane.dossier;
    return r;
}

core::Event read_event(const Rows& rows, int at, const SumKey& key) {
    core::Event e;
    e.id = core::EventId(rows.integer(at));
    e.message = core::MessageId(rows.integer(at + 1));
    e.kind = rows.view(at + 2);
    e.agency = rows.view(at + 3);
    e.dossier = rows.view(at + 4);
    e.occurred_at = rows.instant(at + 5);
    e.recorded_at = rows.instant(at + 6);
    e.snapshot = std::make_shared<const std::string>(rows.view(at + 7));
    e.trace = rows.view(at + 9);
    check(sum_of(e, key) == rows.integer(at + 8), "event", core::raw(e.id));
    return e;
}

core::Object read_object(const Rows& rows, int at, const SumKey& key) {
    core::Object o;
    o.kind = rows.view(at);
    o.agency = rows.view(at + 1);
    o.id = rows.view(at + 2);
    o.version = rows.integer(at + 3);
    o.state = rows.view(at + 4);
    o.dossier = rows.view(at + 5);
    o.ref = rows.view(at + 6);
    o.body = rows.view(at + 7);
    o.created_at = rows.instant(at + 8);
    o.updated_at = rows.instant(at + 9);
    check(sum_of(o, key) == rows.integer(at + 10), "object", o.version);
    return o;
}

ports::MessageView read_message(const Rows& rows, int at, const SumKey& key) {
    ports::MessageView m;
    m.id = core::MessageId(rows.integer(at));
    m.envelope.partner = rows.view(at + 1);
    m.envelope.agency = rows.view(at + 2);
    m.envelope.kind = rows.view(at + 3);
    m.envelope.message_key = rows.view(at + 4);
    m.envelope.received_at = rows.instant(at + 5);
    m.envelope.digest = rows.digest(at + 6);
    const std::int64_t first = rows.integer(at + 7);
    for (std::int64_t i = 0; i < rows.integer(at + 8); ++i)
        m.events.emplace_back(core::EventId(first + i));
    m.envelope.body = std::make_shared<const std::string>(rows.view(at + 9));
    check(sum_of(m, key) == rows.integer(at + 10), "message", core::raw(m.id));
    return m;
}

core::StoredAnswer read_answer(const Rows& rows, int at, const SumKey& key) {
    core::StoredAnswer a;
    a.status = rows.small(at);
    a.headers = rows.view(at + 1);
    a.body = rows.view(at + 2);
    const core::MessageId message(static_cast<core::MessageId>(rows.integer(at + 4)));
    check(sum_of(a, message, key) == rows.integer(at + 3), "answer", core::raw(message));
    return a;
}

}  // namespace gw::store::sqlite
