// The writing half of the memory store: accept, recovery and the queues.
#include "gateway/store/memory_state.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace gw::store {

using core::LegState;
using core::raw;

std::shared_ptr<MemoryState> new_memory_state() {
    return std::make_shared<MemoryState>();
}

void MemoryState::unlist(const LaneRow& lane) {
    PartnerQueue& queue = partners[lane.partner];
    if (lane.state == LaneState::ready) {
        const auto it = queue.ready.find({lane.urgency, lane.agency});
        it->second.erase({lane.effective, raw(lane.head), raw(lane.id)});
        if (it->second.empty()) queue.ready.erase(it);
    }
    if (lane.state == LaneState::waiting) queue.waiting.erase({lane.due, raw(lane.id)});
    if (lane.look != core::Instant{}) to_look_at.erase({lane.look, raw(lane.id)});
}

void MemoryState::list(const LaneRow& lane) {
    PartnerQueue& queue = partners[lane.partner];
    if (lane.state == LaneState::ready)
        queue.ready[{lane.urgency, lane.agency}].insert(
            {lane.effective, raw(lane.head), raw(lane.id)}
        );
    if (lane.state == LaneState::waiting) queue.waiting.insert({lane.due, raw(lane.id)});
    if (lane.look != core::Instant{}) to_look_at.insert({lane.look, raw(lane.id)});
}

void MemoryState::count(const LegRow& leg, int by) {
    PartnerQueue& queue = partners[leg.leg.partner];
    const auto state = static_cast<std::size_t>(leg.state);
    queue.count[state] += by;
    if (by > 0)
        queue.legs[state].insert(raw(leg.leg.id));
    else
        queue.legs[state].erase(raw(leg.leg.id));
    if (by > 0 && leg.state == LegState::delivered && leg.ended_at)
        queue.last_delivered = std::max(queue.last_delivered, *leg.ended_at);
}

LegRow* MemoryState::first_of(LaneEntry& lane) {
    for (core::LegId id : lane.legs) {
        LegRow& row = leg(id).row;
        if (holds_lane(row)) return &row;
    }
    return nullptr;
}

bool MemoryState::has_elsewhere(const ObjectKey& key) const {
    const auto& [kind, agency, id] = key;
    auto it = objects.lower_bound(ObjectKey(kind, "", ""));
    while (it != objects.end() && std::get<0>(it->first) == kind) {
        const std::string other = std::get<1>(it->first);
        if (other != agency && objects.contains(ObjectKey(kind, other, id))) return true;
        it = objects.lower_bound(ObjectKey(kind, other + '\0', ""));
    }
    return false;
}

core::Result<void> MemoryState::check_objects(const std::vector<core::ObjectWrite>& wanted) const {
    std::map<ObjectKey, core::Object> after;  // as the writes before this one leave them
    std::set<ObjectKey> removed;
    for (const core::ObjectWrite& write : wanted) {
        const ObjectKey key(write.object.kind, write.object.agency, write.object.id);
        const core::Object* current = nullptr;
        if (auto it = objects.find(key); it != objects.end()) current = &it->second;
        if (auto it = after.find(key); it != after.end()) current = &it->second;
        if (removed.contains(key)) current = nullptr;
        auto next = next_version(write, current);
        if (!next) return next.error();
        if (makes_dossier(write, current) && has_elsewhere(key)) return dossier_elsewhere(write);
        if (write.remove) {
            removed.insert(key);
        } else {
            removed.erase(key);
            after[key] = *next;
        }
    }
    return {};
}

core::Result<void> MemoryState::check_lanes(
    const std::vector<core::PlannedLeg>& planned, int depth_max
) const {
    std::map<LaneKey, std::int64_t> more;
    for (const core::PlannedLeg& p : planned) {
        if (p.leg.dossier.empty()) continue;
        const LaneKey key(p.leg.agency, p.leg.dossier, p.leg.partner);
        LaneRow row;
        row.partner = p.leg.partner;
        if (auto it = lane_of.find(key); it != lane_of.end())
            row.depth = lanes[static_cast<std::size_t>(raw(it->second)) - 1].row.depth;
        row.depth += more[key]++;
        if (row.depth >= depth_max) return lane_full(row);
    }
    return {};
}

void MemoryState::write_objects(const std::vector<core::ObjectWrite>& wanted) {
    for (const core::ObjectWrite& write : wanted) {
        const ObjectKey key(write.object.kind, write.object.agency, write.object.id);
        const auto it = objects.find(key);
        auto next = next_version(write, it == objects.end() ? nullptr : &it->second);
        if (write.remove)
            objects.erase(key);
        else
            objects[key] = std::move(*next);
    }
}

void MemoryState::add_leg(
    const core::PlannedLeg& planned,
    core::EventId first_event,
    const ports::Acceptance& a,
    const IsHeld& is_held,
    std::vector<core::FeedItem>& told
) {
    core::LaneId lane_id{};
    const LaneKey key(planned.leg.agency, planned.leg.dossier, planned.leg.partner);
    if (auto it = lane_of.find(key); it != lane_of.end() && !planned.leg.dossier.empty()) {
        lane_id = it->second;
    } else {
        LaneEntry fresh;
        lane_id = fresh.row.id = core::LaneId(static_cast<std::int64_t>(lanes.size()) + 1);
        fresh.row.partner = planned.leg.partner;
        fresh.row.agency = planned.leg.agency;
        fresh.row.dossier = planned.leg.dossier;
        fresh.row.epoch = epoch;
        lanes.push_back(std::move(fresh));
        if (!planned.leg.dossier.empty()) lane_of[key] = lane_id;
    }
    LaneEntry& entry = lane(lane_id);
    const core::EventId event_id{raw(first_event) + static_cast<std::int64_t>(planned.event_index)};
    LegEntry fresh;
    fresh.row = new_leg(planned, lane_id, event(event_id), a.message.received_at);
    fresh.row.leg.id = core::LegId(static_cast<std::int64_t>(legs.size()) + 1);
    legs.push_back(std::move(fresh));
    const LegRow& row = legs.back().row;
    count(row, +1);
    entry.legs.push_back(row.leg.id);
    ++entry.row.depth;
    if (raw(entry.row.head) == 0) {
        place_head(entry.row, &row, service_time(entry.row));
        list(entry.row);
    } else if (needs_reserve(entry.row, service_time(entry.row))) {
        unlist(entry.row);
        keep_reserve(entry.row, leg(entry.row.head).row, service_time(entry.row));
        list(entry.row);
    }
    if (planned.supersedes) supersede_older(entry, row.leg.id, a, is_held, told);
}

void MemoryState::supersede_older(
    LaneEntry& entry,
    core::LegId by,
    const ports::Acceptance& a,
    const IsHeld& is_held,
    std::vector<core::FeedItem>& told
) {
    const std::string operation = leg(by).row.leg.operation;
    for (auto it = entry.legs.rbegin() + 1; it != entry.legs.rend() && *it >= entry.row.head;
         ++it) {
        LegRow& older = leg(*it).row;
        if (older.leg.operation != operation || core::is_final(older.state)) continue;
        const bool is_head = older.leg.id == entry.row.head;
        if ((is_head && is_held(entry.row.id)) || !may_be_superseded(older)) break;
        unlist(entry.row);
        count(older, -1);
        supersede(older, by, a.message.received_at);
        count(older, +1);
        --entry.row.depth;
        if (is_head) place_head(entry.row, first_of(entry), service_time(entry.row));
        list(entry.row);
        add_audit({superseded_row(older)});
        if (a.on_superseded) told.push_back(a.on_superseded(older.leg));
    }
}

int MemoryState::forget_feed(core::Instant before, int max) {
    std::map<std::string, std::int64_t> newest;
    for (const core::FeedItem& item : feed) newest[item.agency] = item.seq;
    const auto had = feed.size();
    const auto seen =
        feed.begin() + static_cast<std::ptrdiff_t>(std::min(had, static_cast<std::size_t>(max)));
    const auto gone = std::remove_if(feed.begin(), seen, [&](const core::FeedItem& item) {
        return item.timestamp < before && item.seq < newest[item.agency];
    });
    feed.erase(gone, seen);
    return static_cast<int>(had - feed.size());
}

std::int64_t MemoryState::add_feed(const std::vector<core::FeedItem>& items) {
    for (const core::FeedItem& item : items) {
        core::FeedItem row = item;
        row.seq = feed.empty() ? 1 : feed.back().seq + 1;
        row.dossier_seq = row.dossier.empty() ? 0 : ++dossier_seq[{row.agency, row.dossier}];
        if (row.id.empty()) row.id = feed_id(row.timestamp, row.seq);
        feed.push_back(std::move(row));
    }
    return items.empty() ? 0 : feed.back().seq;
}

void MemoryState::add_audit(const std::vector<core::AuditRow>& rows) {
    for (core::AuditRow row : rows) {
        row.id = static_cast<std::int64_t>(audit.size()) + 1;
        audit.push_back(std::move(row));
    }
}

core::Result<ports::Accepted> MemoryState::accept(
    const ports::Acceptance& a, int lane_depth_max, const IsHeld& is_held
) {
    ports::Accepted done;
    const std::pair<std::string, std::string> key(a.message.partner, a.message.message_key);
    if (auto it = inbox.find(key); it != inbox.end() && !a.message.message_key.empty()) {
        if (it->second.digest != a.message.digest) return inbox_conflict();
        done.message = it->second.message;
        done.repeated = true;
        done.answer = it->second.answer;
        return done;
    }
    if (auto ok = check_objects(a.objects); !ok) return ok.error();
    if (auto ok = check_lanes(a.legs, lane_depth_max); !ok) return ok.error();
    ++writes;
    done.message = core::MessageId(static_cast<std::int64_t>(messages.size()) + 1);
    ports::MessageView view;
    view.id = done.message;
    view.envelope = a.message;
    const core::EventId first_event{static_cast<std::int64_t>(events.size()) + 1};
    for (core::Event event : a.events) {
        event.id = core::EventId(static_cast<std::int64_t>(events.size()) + 1);
        event.message = done.message;
        if (view.events.empty()) view.trace = event.trace;
        view.events.push_back(event.id);
        events.push_back(std::move(event));
    }
    messages.push_back(std::move(view));
    if (!a.message.message_key.empty()) {
        Seen seen;
        seen.digest = a.message.digest;
        seen.message = done.message;
        seen.answer = a.answer;
        inbox.emplace(key, std::move(seen));
    }
    write_objects(a.objects);
    std::vector<core::FeedItem> told;
    for (const core::PlannedLeg& planned : a.legs) add_leg(planned, first_event, a, is_held, told);
    const std::int64_t replaced = add_feed(told);
    done.feed_seq = std::max(replaced, add_feed(a.feed));
    add_audit(a.audit);
    return done;
}

void MemoryState::recover(core::Instant now) {
    ++epoch;
    const core::LegId suspect = std::exchange(preparing, core::LegId{});
    if (has_leg(suspect)) note_suspect(leg(suspect).row);
    for (LaneEntry& entry : lanes) {
        if (entry.row.state != LaneState::sending) continue;
        LegEntry& head = leg(entry.row.head);
        ports::AttemptView& attempt = head.attempts.back();
        attempt.ended = now;
        attempt.outcome = core::Outcome::unknown;
        attempt.code = process_ended_code;
        attempt.what = process_ended_what;
        count(head.row, -1);
        store::recover(head.row, attempt.began, now);
        count(head.row, +1);
        entry.row.epoch = epoch;
        unlist(entry.row);
        place_head(entry.row, &head.row, service_time(entry.row));
        list(entry.row);
    }
}

}  // namespace gw::store
