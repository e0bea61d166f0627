// Accepting: message, events, legs, lanes, objects, feed and audit rows in one request of a batch.
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/writer.hpp"

namespace gw::store::sqlite {
namespace {

/// How much of `answer` is the JSON object `text`: all of it, or all but its last brace when the
/// answer says more; else 0.
std::size_t common_part(std::string_view answer, std::string_view text) {
    if (answer == text) return text.size();
    const std::string_view open = text.substr(0, text.size() - 1);
    return answer.starts_with(open) ? open.size() : 0;
}

}  // namespace

std::optional<std::int64_t> Writer::dossier_id(const std::string& agency, const std::string& code) {
    if (code.empty()) return std::nullopt;
    if (dossier_.id != 0 && dossier_.code == code && dossier_.agency == agency) return dossier_.id;
    close_dossier();
    dossier_ = OpenDossier();
    dossier_.agency = agency;
    dossier_.code = code;
    Rows rows = sql_.find_dossier.query(agency, code);
    dossier_.fresh = !rows.next();
    dossier_.id = dossier_.fresh ? ++ids_.dossier : rows.integer(0);
    dossier_.feed_seq = dossier_.fresh ? 0 : rows.integer(1);
    return dossier_.id;
}

/// Writes what the request changed of its dossier, once.
void Writer::close_dossier() {
    if (dossier_.fresh)
        sql_.add_dossier.run(dossier_.id, dossier_.agency, dossier_.code, dossier_.feed_seq);
    else if (dossier_.changed)
        sql_.set_dossier_seq.run(dossier_.id, dossier_.feed_seq);
    dossier_.fresh = dossier_.changed = false;
}

Writer::Shared Writer::shared_by(const ports::Acceptance& a, std::int64_t first_event) {
    constexpr std::size_t worth_it = 200;
    Shared shared;
    if (a.events.empty()) return shared;
    for (const core::ObjectWrite& write : a.objects)
        if (write.object.body.size() > shared.text.size()) shared.text = write.object.body;
    if (shared.text.size() < worth_it) return shared;
    shared.at = a.events.front().snapshot->find(shared.text);
    if (shared.at != std::string::npos) shared.event = first_event;
    return shared;
}

std::optional<core::StoredAnswer> Writer::answer_to(core::MessageId message) {
    {
        Rows answer = sql_.find_answer.query(core::raw(message));
        if (answer.next()) return read_answer(answer, 0, key_);
    }
    return moved_answer(moved_, segments_, core::raw(message));
}

core::Result<ports::Accepted> Writer::accept(const ports::Acceptance& a) {
    ports::Accepted done;
    std::string key;
    if (!a.message.message_key.empty()) {
        key = key_of({a.message.partner, a.message.message_key});
        if (const auto seen = keys_.find(key)) {
            if (seen->digest != a.message.digest) return inbox_conflict();
            done.message = core::MessageId(seen->message);
            done.repeated = true;
            done.answer = answer_to(done.message);
            return done;
        }
    }
    if (!a.needed && !takes(level_, urgency_of(a))) {
        if (level_ == DiskLevel::full) health_.full = true;
        return disk_nearly_full();
    }
    done.message = core::MessageId(++ids_.message);
    for (const core::ObjectWrite& write : a.objects)
        if (auto ok = write_object(write); !ok) return ok.error();
    add_message(a, done.message);
    const Shared shared = shared_by(a, ids_.event + 1);
    if (!key.empty()) {
        MessageKeys::Seen seen;
        seen.digest = a.message.digest;
        seen.message = core::raw(done.message);
        keys_.add(key, seen);
        if (a.answer) add_answer(*a.answer, done.message, shared);
    }
    add_events(a.events, done.message, shared);
    superseded_.clear();
    if (auto ok = add_legs(a); !ok) return ok.error();
    const std::int64_t replaced = add_feed(superseded_);
    done.feed_seq = std::max(replaced, add_feed(a.feed));
    close_dossier();
    for (const core::AuditRow& row : a.audit) add_audit(row);
    if (level_ != DiskLevel::full) health_.full = false;
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

void Writer::add_answer(
    const core::StoredAnswer& answer, core::MessageId message, const Shared& shared
) {
    const std::size_t part = shared.event == 0 ? 0 : common_part(answer.body, shared.text);
    sql_.add_answer.run(
        core::raw(message),
        answer.status,
        answer.headers,
        Blob(std::string_view(answer.body).substr(part)),
        part > 0 ? std::optional(shared.event) : std::nullopt,
        shared.at,
        part,
        sum_of(answer, message, key_)
    );
}

void Writer::add_events(
    const std::vector<core::Event>& events, core::MessageId message, const Shared& shared
) {
    for (const core::Event& given : events) {
        core::Event e = given;
        e.id = core::EventId(++ids_.event);
        e.message = message;
        const std::int64_t sum = sum_of(e, key_);
        std::string rest;
        std::size_t cut = std::string::npos;
        const bool is_larger = e.snapshot->size() > shared.text.size();  // SQLite: no part of x''
        if (shared.event != 0 && core::raw(e.id) != shared.event && is_larger)
            cut = e.snapshot->find(shared.text);
        const bool is_cut = cut != std::string::npos;
        if (is_cut) rest.append(*e.snapshot, 0, cut).append(*e.snapshot, cut + shared.text.size());
        sql_.add_event.run(
            core::raw(e.id),
            core::raw(message),
            dossier_id(e.agency, e.dossier),
            e.kind,
            e.agency,
            e.dossier,
            e.occurred_at,
            e.recorded_at,
            Blob(is_cut ? rest : *e.snapshot),
            is_cut ? std::optional(shared.event) : std::nullopt,
            shared.at,
            shared.text.size(),
            is_cut ? cut : 0,
            e.trace,
            sum
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
    const core::Object* there = rid == 0 ? nullptr : &current;
    auto next = next_version(write, there);
    if (!next) return next.error();
    if (makes_dossier(write, there) && dossier_codes_.elsewhere(next->agency, next->id))
        return dossier_elsewhere(write);
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

Writer::OpenLane& Writer::open_lane(const core::Leg& leg, std::deque<OpenLane>& open) {
    const auto dossier = dossier_id(leg.agency, leg.dossier);
    for (OpenLane& known : open)
        if (dossier && known.dossier == dossier && known.row.partner == leg.partner) return known;
    OpenLane& lane = open.emplace_back();
    lane.dossier = dossier;
    if (dossier) {
        Rows rows = sql_.find_lane.query(*dossier, leg.partner);
        if (rows.next()) lane.row = read_lane(rows, 0, key_);
    }
    lane.fresh = core::raw(lane.row.id) == 0;
    if (lane.fresh) {
        lane.row.id = core::LaneId(++ids_.lane);
        lane.row.partner = leg.partner;
        lane.row.agency = leg.agency;
        lane.row.dossier = leg.dossier;
        lane.row.epoch = epoch_;
    }
    return lane;
}

core::Result<void> Writer::add_legs(const ports::Acceptance& a) {
    std::deque<OpenLane> open;
    for (const core::PlannedLeg& planned : a.legs)
        if (auto ok = add_leg(a, planned, open_lane(planned.leg, open)); !ok) return ok.error();
    for (const OpenLane& lane : open) {
        if (lane.fresh)
            add_lane(lane.row, lane.dossier);
        else
            save(lane.row);
    }
    return {};
}

core::Result<void> Writer::add_leg(
    const ports::Acceptance& a, const core::PlannedLeg& planned, OpenLane& open
) {
    const core::Leg& leg = planned.leg;
    LaneRow& lane = open.row;
    if (open.dossier && lane.depth >= options_.lane_depth_max) return lane_full(lane);
    const core::LegId id(static_cast<core::LegId>(++ids_.leg));
    core::Event event = a.events[planned.event_index];
    event.id = core::EventId{
        ids_.event - static_cast<std::int64_t>(a.events.size() - planned.event_index) + 1};
    LegRow row = new_leg(planned, lane.id, event, a.message.received_at);
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
        row.replaceable,
        sum_of(row, key_)
    );
    count(row, +1);
    ++lane.depth;
    const core::Duration service = service_time(lane.partner);
    if (core::raw(lane.head) == 0)
        place_head(lane, &row, service);
    else if (needs_reserve(lane, service))
        keep_reserve(lane, this->leg(lane.head, lane), service);
    if (planned.supersedes) supersede_older(a, row, lane);
    return {};
}

/// A new full state takes the place of older ones that were never sent and change no status.
void Writer::supersede_older(const ports::Acceptance& a, const LegRow& by, LaneRow& lane) {
    std::vector<LegRow> older;
    {
        Rows rows = sql_.older_legs.query(
            core::raw(lane.id), core::raw(lane.head), core::raw(by.leg.id), by.leg.operation
        );
        while (rows.next()) {
            LegRow leg = read_leg(rows, 0, lane, key_);
            const bool held = leg.leg.id == lane.head && held_.contains(core::raw(lane.id));
            if (held || !may_be_superseded(leg)) break;
            older.push_back(std::move(leg));
        }
    }
    for (LegRow& leg : older) {
        count(leg, -1);
        supersede(leg, by.leg.id, a.message.received_at);
        count(leg, +1);
        save(leg);
        --lane.depth;
        add_audit(superseded_row(leg));
        if (a.on_superseded) superseded_.push_back(a.on_superseded(leg.leg));
    }
    if (older.empty() || older.back().leg.id != lane.head) return;
    Rows rows = sql_.next_leg.query(core::raw(lane.id), core::raw(lane.head));
    const bool found = rows.next();
    GW_ASSERT(found);  // the new leg itself stands behind
    put_first(lane, read_leg(rows, 0, lane, key_));
}

}  // namespace gw::store::sqlite
