// Claims and what becomes of them: claim, release, intend, settle, act.
#include "gateway/core/delivery.hpp"
#include "gateway/core/legal_time.hpp"
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/whole.hpp"
#include "gateway/store/sqlite/writer.hpp"

#include <algorithm>

namespace gw::store::sqlite {
namespace {

constexpr std::string_view no_text;

}  // namespace

/// Lanes whose time has come join the ready ones. Needs no flush of its own: it is only what the
/// clock says.
void Writer::promote(const std::string& partner, core::Instant now) {
    std::vector<LaneRow> due;
    {
        Rows rows = sql_.due_lanes.query(partner, now);
        while (rows.next()) {
            if (damaged_.contains(rows.integer(0))) continue;
            if (auto row = whole([&] { return read_lane(rows, 0, key_); }))
                due.push_back(std::move(*row));
            else
                damaged_.insert(rows.integer(0));
        }
    }
    for (LaneRow& lane : due) {
        lane.state = LaneState::ready;
        save(lane);
    }
}

void Writer::add_claim(ports::Claims& claims, core::LaneId id) {
    const auto added = whole([&] {
        LaneRow row = lane(id);
        const LegRow head = leg(row.head, row);
        const core::Event about = event(head.leg.event);
        row.epoch = epoch_;
        row.fence = next_fence(row.fence, epoch_);
        hold(id, Held(row.head, row.fence));
        claims.claims.push_back(claim_of(row, head, about));
        return true;
    });
    if (!added) damaged_.insert(core::raw(id));
}

/// The next lane of the same class and agency that may be given. Held lanes without an intent are
/// still in the index: there are at most as many as are in flight.
bool Writer::advance(const std::string& partner, Stream& stream) {
    core::Front& front = stream.front;
    do {
        Rows rows = sql_.next_ready.query(
            partner, front.urgency, front.agency, front.effective, core::raw(front.head)
        );
        if (!rows.next()) return false;
        front.effective = rows.instant(0);
        front.head = core::LegId(rows.integer(1));
        stream.lane = rows.integer(2);
    } while (!is_free(stream.lane));
    return true;
}

std::vector<Writer::Stream> Writer::fronts(const std::string& partner) {
    std::vector<Stream> streams;
    for (const auto urgency :
         {core::Urgency::p0, core::Urgency::p1, core::Urgency::p2, core::Urgency::p3}) {
        std::string from;
        while (true) {
            Stream stream;
            stream.front.urgency = urgency;
            {
                Rows rows = sql_.first_ready.query(partner, urgency, from);
                if (!rows.next()) break;
                stream.front.agency = rows.text(0);
                stream.front.effective = rows.instant(1);
                stream.front.head = core::LegId(rows.integer(2));
                stream.lane = rows.integer(3);
            }
            from = stream.front.agency + '\0';  // the next name there can be
            if (is_free(stream.lane) || advance(partner, stream))
                streams.push_back(std::move(stream));
        }
    }
    return streams;
}

core::Result<ports::Claims> Writer::claim(const ports::ClaimWish& wish) {
    if (wish.in_flight.service_time.count() > 0)
        service_times_[wish.partner] = wish.in_flight.service_time;
    promote(wish.partner, wish.now);
    ports::Claims claims;
    std::vector<Stream> streams = fronts(wish.partner);
    core::InFlight in_flight = wish.in_flight;
    std::vector<core::Front> waiting;
    waiting.reserve(streams.size());
    for (const Stream& stream : streams) waiting.push_back(stream.front);
    while (static_cast<int>(claims.claims.size()) < wish.most) {
        const auto next = core::choose(waiting, in_flight);
        if (!next) break;
        Stream& stream = streams[*next];
        in_flight.begin(stream.front.urgency, stream.front.agency);
        add_claim(claims, core::LaneId(stream.lane));
        if (advance(wish.partner, stream)) {
            waiting[*next] = stream.front;
        } else {
            streams.erase(streams.begin() + static_cast<std::ptrdiff_t>(*next));
            waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(*next));
        }
    }
    Rows rows = sql_.next_due.query(wish.partner, wish.now);
    if (rows.next()) claims.next_due = rows.maybe_instant(0);
    return claims;
}

core::Result<void> Writer::release_claim(const core::Claim& claim, core::Instant due) {
    const Held* held = held_by(claim.lane, claim.fence);
    if (held == nullptr || held->intended) return lane_fenced();
    LaneRow row = lane(claim.lane);
    const LegRow head = leg(held->leg, row);
    row.fence = claim.fence;
    row.epoch = epoch_;
    place_head(row, &head, service_time(row.partner), due);
    save(row);
    hold(claim.lane, std::nullopt);
    return {};
}

core::Result<std::int64_t> Writer::intend(
    const core::Claim& claim, const core::Digest& bytes, core::Instant now
) {
    const Held* found = held_by(claim.lane, claim.fence);
    if (found == nullptr || found->intended) return lane_fenced();
    Held held = *found;
    LaneRow row = lane(claim.lane);
    LegRow head = leg(held.leg, row);
    if (!core::may_become(head.state, core::LegState::sending)) return bad_state(head.state);
    count(head, -1);
    head.state = core::LegState::sending;
    ++head.attempts;
    count(head, +1);
    save(head);
    held.fence = claim.fence + 1;
    held.intended = true;
    sql_.begin_attempt.run(
        core::raw(head.leg.id), head.attempts, now, epoch_, held.fence, Blob(bytes)
    );
    sql_.begin_effect.run(
        head.leg.partner, head.leg.effect_key, core::raw(head.leg.id), held.fence, Blob(bytes)
    );
    row.epoch = epoch_;
    row.fence = held.fence;
    place_head(row, &head, service_time(row.partner));
    save(row);
    hold(claim.lane, held);
    health_.writes += 1;
    return held.fence;
}

void Writer::record_attempt(const LegRow& leg, const core::Settlement& s, const Held& held) {
    if (!held.intended) {
        sql_.add_attempt.run(
            core::raw(leg.leg.id),
            leg.attempts,
            s.was_enquiry,
            s.began,
            s.ended,
            epoch_,
            held.fence,
            s.outcome,
            s.reason,
            s.what,
            Blob(s.answer)
        );
    } else {
        sql_.end_attempt.run(
            core::raw(leg.leg.id),
            leg.attempts,
            s.ended,
            s.outcome,
            s.reason,
            s.what,
            Blob(s.answer)
        );
    }
    if (held.intended || s.was_enquiry)
        sql_.end_effect.run(leg.leg.partner, leg.leg.effect_key, s.outcome, s.reference);
}

core::Result<void> Writer::settle(
    core::LaneId lane_id,
    std::int64_t fence,
    const core::Settlement& settlement,
    const std::vector<core::FeedItem>& feed
) {
    const Held* found = held_by(lane_id, fence);
    if (found == nullptr) return lane_fenced();
    const Held held = *found;
    LaneRow row = lane(lane_id);
    const LegRow before = leg(held.leg, row);
    LegRow after = before;
    if (auto ok = apply_settlement(after, settlement); !ok) return ok.error();
    if (!held.intended) ++after.attempts;
    record_attempt(after, settlement, held);
    row.fence = fence;
    row.epoch = epoch_;
    if (settlement.lane_note) row.note = *settlement.lane_note;
    const bool dated = after.state == core::LegState::ready;
    replace(row, before, after, dated ? settlement.due_at : std::nullopt);
    add_feed(feed);
    close_dossier();
    hold(lane_id, std::nullopt);
    return {};
}

core::Result<void> Writer::act(core::LegId id, ports::LegAction action, const core::AuditRow& why) {
    core::LaneId lane_id{};
    {
        Rows rows = sql_.lane_of_leg.query(core::raw(id));
        if (rows.next()) {
            lane_id = core::LaneId(rows.integer(0));
        } else {
            const auto state = moved_state(moved_, segments_, core::raw(id));
            return state ? bad_state(*state) : not_found();
        }
    }
    LaneRow row = lane(lane_id);
    const LegRow before = leg(id, row);
    LegRow after = before;
    if (auto ok = apply_action(after, action, why.at); !ok) return ok.error();
    const bool comes_back = holds_lane(after) && !holds_lane(before);
    if (comes_back) {
        Rows rows = sql_.lane_went_on.query(core::raw(lane_id), core::raw(id));
        if (rows.next()) return lane_passed();
    }
    if (row.head == id || comes_back) {
        // Whoever works on this lane now is fenced: a person has decided.
        if (auto it = held_.find(core::raw(lane_id)); it != held_.end()) {
            row.fence = it->second.fence;
            hold(lane_id, std::nullopt);
        }
        row.fence = next_fence(row.fence, epoch_);
    }
    if (after.state == core::LegState::delivered)
        sql_.end_effect.run(
            after.leg.partner, after.leg.effect_key, core::Outcome::delivered, no_text
        );
    if (action == ports::LegAction::redrive_bulk)
        sql_.set_leg_class.run(core::raw(id), after.leg.urgency, after.enqueued_at);
    replace(row, before, after, std::nullopt);
    add_audit(why);
    return {};
}

void Writer::replace(
    LaneRow& row, const LegRow& before, const LegRow& after, std::optional<core::Instant> due
) {
    count(before, -1);
    count(after, +1);
    save(after);
    const bool holds = holds_lane(after);
    row.depth += static_cast<int>(holds) - static_cast<int>(holds_lane(before));
    const core::Duration service = service_time(row.partner);
    const bool is_first = core::raw(row.head) == 0 || after.leg.id < row.head;
    if (row.head == after.leg.id && !holds) {
        Rows rows = sql_.next_leg.query(core::raw(row.id), core::raw(after.leg.id));
        if (rows.next())
            put_first(row, read_leg(rows, 0, row, key_));
        else
            place_head(row, nullptr, service);
    } else if (row.head == after.leg.id || (holds && is_first)) {
        place_head(row, &after, service, due);
    }
    save(row);
    health_.writes += 1;
}

void Writer::put_first(LaneRow& row, LegRow head) {
    const LegRow before = head;
    if (ask_first(head)) {
        count(before, -1);
        count(head, +1);
        save(head);
    }
    place_head(row, &head, service_time(row.partner));
}

core::Result<std::vector<ports::LegalAlarm>> Writer::legal_alarms(
    core::Instant now, int most, const Tell& tell
) {
    std::vector<std::int64_t> ids;
    {
        const auto wanted = static_cast<std::size_t>(std::max(most, 0));
        Rows rows = sql_.lanes_to_look_at.query(now, wanted + damaged_.size());
        while (ids.size() < wanted && rows.next())
            if (!damaged_.contains(rows.integer(0))) ids.push_back(rows.integer(0));
    }
    std::vector<ports::LegalAlarm> alarms;
    for (const std::int64_t id : ids) {
        const auto looked = whole([&] {
            LaneRow row = lane(core::LaneId(id));
            LegRow head = leg(row.head, row);
            alarms.push_back(look_at_legal_time(head, now));
            sql_.set_leg_class.run(core::raw(row.head), head.leg.urgency, head.enqueued_at);
            save(head);
            row.urgency = head.leg.urgency;
            row.look = core::next_legal_look(head.leg, head.enqueued_at, head.told)
                           .value_or(core::Instant{});
            save(row);
            return true;
        });
        if (!looked) damaged_.insert(id);
    }
    std::vector<core::FeedItem> feed;
    for (const ports::LegalAlarm& alarm : alarms)
        if (alarm.percent > 0 && !alarm.leg.dossier.empty()) feed.push_back(tell(alarm));
    add_feed(feed);
    close_dossier();
    return alarms;
}

}  // namespace gw::store::sqlite
