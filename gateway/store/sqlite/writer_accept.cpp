// Accepting: message, events, legs, lanes, objects, feed and audit rows in one request of a batch.
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/writer.hpp"

namespace gw::store::sqlite {
std::optional<std::int64_t> Writer::dossier_id(const std::string& agency, const std::string& code) {
    if (code.empty()) return std::nullopt;
    if (dossier_id_ != 0 && dossier_code_ == code && dossier_agency_ == agency) return dossier_id_;
    dossier_agency_ = agency;
    dossier_code_ = code;
    Rows rows = sql_.find_dossier.query(agency, code);
    if (rows.next()) return dossier_id_ = rows.integer(0);
    dossier_id_ = ++ids_.dossier;
    sql_.add_dossier.run(dossier_id_, agency, code);
    return dossier_id_;
}

core::Result<ports::Accepted> Writer::accept(const ports::Acceptance& a) {
    ports::Accepted done;
    std::string key;
    if (!a.message.message_key.empty()) {
        key = key_of({a.message.partner, a.message.message_key});
        Rows rows = sql_.find_inbox.query(Blob(key));
        if (rows.next()) {
            if (rows.digest(0) != a.message.digest) return inbox_conflict();
            done.message = core::MessageId(rows.integer(1));
            done.repeated = true;
            Rows answer = sql_.find_answer.query(core::raw(done.message));
            if (answer.next()) done.answer = read_answer(answer, 0, key_);
            return done;
        }
    }
    if (!has_room_) {
        health_.full = true;
        return disk_nearly_full();
    }
    done.message = core::MessageId(++ids_.message);
    for (const core::ObjectWrite& write : a.objects)
        if (auto ok = write_object(write); !ok) return ok.error();
    add_message(a, done.message);
    if (!key.empty()) {
        sql_.add_inbox.run(Blob(key), Blob(a.message.digest), core::raw(done.message));
        if (a.answer)
            sql_.add_answer.run(
                core::raw(done.message),
                a.answer->status,
                a.answer->headers,
                Blob(a.answer->body),
                sum_of(*a.answer, done.message, key_)
            );
    }
    add_events(a.events, done.message);
    for (const core::PlannedLeg& planned : a.legs)
        if (auto ok = add_leg(a, planned); !ok) return ok.error();
    done.feed_seq = add_feed(a.feed);
    for (const core::AuditRow& row : a.audit) add_audit(row);
    health_.full = false;
    health_.writes += 1;
    return done;
}

void Writer::add_message(const ports::Acceptance& a, core::MessageId id) {
    ports::MessageView view;
    view.id = id;
    view.envelope = a.message;
    for (std::size_t i = 0; i < a.events.size(); ++i)
        view.events.push_back(core::EventId{ids_.event + 1 + static_cast<std::int64_t>(i)});
    const core::Envelope& e = a.message;
    const std::int64_t first = view.events.empty() ? 0 : ids_.event + 1;
    sql_.add_message.run(
        core::raw(id),
        e.partner,
        e.agency,
        e.kind,
        e.message_key,
        e.received_at,
        Blob(e.digest),
        first,
        view.events.size(),
        Blob(*e.body),
        sum_of(view, key_)
    );
}

void Writer::add_events(const std::vector<core::Event>& events, core::MessageId message) {
    for (const core::Event& given : events) {
        core::Event e = given;
        e.id = core::EventId(++ids_.event);
        e.message = message;
        sql_.add_event.run(
            core::raw(e.id),
            core::raw(message),
            dossier_id(e.agency, e.dossier),
            e.kind,
            e.agency,
            e.dossier,
            e.occurred_at,
            e.recorded_at,
            Blob(*e.snapshot),
            sum_of(e, key_)
        );
    }
}

core::Result<void> Writer::write_object(const core::ObjectWrite& write) {
    std::int64_t rid = 0;
    core::Object current;
    {
        Rows rows = sql_.find_object.query(write.object.kind, write.object.agency, write.object.id);
        if (rows.next()) {
            rid = rows.integer(0);
            current.version = rows.integer(1);
            current.created_at = rows.instant(2);
        }
    }
    auto next = next_version(write, rid == 0 ? nullptr : &current);
    if (!next) return next.error();
    const core::Object& o = *next;
    if (write.remove) {
        if (rid != 0) sql_.remove_object.run(rid);
    } else if (rid == 0) {
        sql_.add_object.run(
            o.kind,
            o.agency,
            o.id,
            o.version,
            o.state,
            o.dossier,
            o.ref,
            Blob(o.body),
            o.created_at,
            o.updated_at,
            sum_of(o, key_)
        );
    } else {
        sql_.set_object.run(
            rid, o.version, o.state, o.dossier, o.ref, Blob(o.body), o.updated_at, sum_of(o, key_)
        );
    }
    return {};
}

core::Result<void> Writer::add_leg(const ports::Acceptance& a, const core::PlannedLeg& planned) {
    const core::Leg& leg = planned.leg;
    const core::LegId id(static_cast<core::LegId>(++ids_.leg));
    const auto dossier = dossier_id(leg.agency, leg.dossier);
    LaneRow lane;
    if (dossier) {
        Rows rows = sql_.find_lane.query(*dossier, leg.partner);
        if (rows.next()) lane = read_lane(rows, 0, key_);
    }
    const bool fresh = core::raw(lane.id) == 0;
    if (fresh) {
        lane.id = core::LaneId(++ids_.lane);
        lane.partner = leg.partner;
        lane.agency = leg.agency;
        lane.dossier = leg.dossier;
        lane.epoch = epoch_;
    }
    if (dossier && lane.depth >= options_.lane_depth_max) return lane_full(lane);
    core::Event event = a.events[planned.event_index];
    event.id = core::EventId{
        ids_.event - static_cast<std::int64_t>(a.events.size() - planned.event_index) + 1};
    LegRow row = new_leg(leg, lane.id, event, a.message.received_at);
    row.leg.id = id;
    sql_.add_leg.run(
        core::raw(id),
        core::raw(event.id),
        core::raw(lane.id),
        leg.partner,
        leg.operation,
        leg.effect,
        leg.urgency,
        leg.effect_key,
        leg.legal_deadline,
        row.enqueued_at,
        row.dossier_version,
        sum_of(row, key_)
    );
    count(row, +1);
    ++lane.depth;
    if (core::raw(lane.head) == 0) place_head(lane, &row);
    if (fresh)
        add_lane(lane, dossier);
    else
        save(lane);
    return {};
}

}  // namespace gw::store::sqlite
