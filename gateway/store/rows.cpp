// Rules of lanes and legs that every store applies.
#include "gateway/store/rows.hpp"

#include "gateway/core/delivery.hpp"
#include "gateway/core/legal_time.hpp"
#include "gateway/crypto/digest.hpp"

#include <algorithm>

namespace gw::store {

using core::LegState;

bool holds_lane(const LegRow& leg) {
    if (leg.state == LegState::dead) return leg.flag != core::skipped_flag;
    return leg.state < LegState::delivered;
}

bool may_be_superseded(const LegRow& leg) {
    const bool waits = leg.state == LegState::ready || leg.state == LegState::retry;
    return leg.replaceable && waits && leg.attempts == 0;
}

void supersede(LegRow& leg, core::LegId by, core::Instant at) {
    leg.state = LegState::superseded;
    leg.reason = "superseded";
    leg.what = "message " + std::to_string(core::raw(by)) +
               " tells a newer state; this one was never sent";
    leg.next_attempt_at.reset();
    leg.ended_at = at;
}

core::AuditRow superseded_row(const LegRow& leg) {
    core::AuditRow row;
    row.at = leg.ended_at.value_or(core::Instant{});
    row.agency = leg.leg.agency;
    row.actor = "system:sync";
    row.action = "leg.superseded";
    row.subject = std::to_string(core::raw(leg.leg.id));
    row.detail = leg.what;
    return row;
}

std::int64_t next_fence(std::int64_t latest, std::int64_t epoch) {
    return std::max(latest, epoch << 20) + 1;  // a million claims of one lane in one epoch
}

LegRow new_leg(
    const core::PlannedLeg& planned,
    core::LaneId lane,
    const core::Event& event,
    core::Instant enqueued
) {
    LegRow row;
    row.leg = planned.leg;
    row.replaceable = planned.supersedes;
    row.leg.event = event.id;
    row.lane = lane;
    row.enqueued_at = enqueued;
    row.dossier_version = snapshot_version(*event.snapshot);
    return row;
}

void place_head(
    LaneRow& lane, const LegRow* head, core::Duration service_time, std::optional<core::Instant> due
) {
    lane.due = {};
    lane.effective = {};
    lane.look = {};
    lane.head = {};
    lane.urgency = core::Urgency::p2;
    lane.state = LaneState::empty;
    if (head == nullptr) return;
    lane.head = head->leg.id;
    lane.urgency = head->leg.urgency;
    lane.effective = core::effective_deadline(
        head->leg.urgency,
        head->enqueued_at,
        head->leg.legal_deadline,
        core::reserve_for(service_time, lane.depth)
    );
    lane.look =
        core::next_legal_look(head->leg, head->enqueued_at, head->told).value_or(core::Instant{});
    switch (head->state) {
        case LegState::sending:
            lane.state = LaneState::sending;
            return;
        case LegState::retry:
        case LegState::unknown:
            lane.state = LaneState::waiting;
            lane.due = due ? *due : head->next_attempt_at.value_or(core::Instant{});
            return;
        case LegState::ready:
            lane.state = due ? LaneState::waiting : LaneState::ready;
            lane.due = due.value_or(core::Instant{});
            return;
        default:
            lane.state = LaneState::held;
    }
}

bool needs_reserve(const LaneRow& lane, core::Duration service_time) {
    return core::reserve_for(service_time, lane.depth) > core::reserve_for(core::Duration(0), 1);
}

void keep_reserve(LaneRow& lane, const LegRow& head, core::Duration service_time) {
    const core::Duration reserve = core::reserve_for(service_time, lane.depth);
    const core::Instant effective = core::effective_deadline(
        head.leg.urgency, head.enqueued_at, head.leg.legal_deadline, reserve
    );
    if (lane.effective - effective > reserve / 10) lane.effective = effective;
}

ports::LegalAlarm look_at_legal_time(LegRow& head, core::Instant now) {
    const auto& deadline = head.leg.legal_deadline;
    const int percent = core::legal_percent(head.enqueued_at, deadline, now);
    ports::LegalAlarm alarm;
    if (percent > head.told) alarm.percent = head.told = percent;
    if (core::is_pressing(deadline, now)) head.leg.urgency = core::Urgency::p0;
    alarm.leg = head.leg;
    alarm.state = head.state;
    alarm.reason = head.reason;
    return alarm;
}

core::Result<void> apply_settlement(LegRow& leg, const core::Settlement& s) {
    if (s.state == LegState::sending || !core::may_become(leg.state, s.state))
        return bad_state(leg.state);
    leg.state = s.state;
    leg.reason = s.reason;
    leg.what = s.what;
    if (!s.flag.empty()) leg.flag = s.flag;
    if (!s.reference.empty()) leg.reference = s.reference;
    leg.attempts_message = s.attempts_message;
    leg.attempts_partner = s.attempts_partner;
    leg.enquiries = s.enquiries;
    leg.not_found = s.not_found;
    leg.sends_unknown = s.sends_unknown;
    leg.unknown_since = s.unknown_since;
    leg.suspects = 0;
    leg.next_attempt_at = s.due_at;
    leg.ended_at.reset();
    if (core::is_final(s.state)) leg.ended_at = s.ended;
    return {};
}

core::Result<void> apply_action(LegRow& leg, ports::LegAction action, core::Instant at) {
    const LegState s = leg.state;
    const bool waits = s == LegState::retry || s == LegState::blocked || s == LegState::dead;
    switch (action) {
        case ports::LegAction::redrive_bulk:
            if (!waits) return bad_state(s);
            leg.leg.urgency = core::Urgency::p3;
            leg.enqueued_at = at;
            [[fallthrough]];
        case ports::LegAction::redrive:
            if (!waits) return bad_state(s);
            leg.state = LegState::ready;
            leg.attempts_message = leg.attempts_partner = leg.suspects = 0;
            leg.enquiries = leg.not_found = leg.sends_unknown = 0;
            leg.unknown_since = {};
            leg.ended_at.reset();
            if (leg.flag == core::skipped_flag) leg.flag.clear();
            break;
        case ports::LegAction::record_done:
            if (s != LegState::unknown && s != LegState::blocked) return bad_state(s);
            leg.state = LegState::delivered;
            leg.flag = "recorded_by_person";
            leg.ended_at = at;
            break;
        case ports::LegAction::cancel:
            if (!waits && s != LegState::ready) return bad_state(s);
            leg.state = LegState::cancelled;
            leg.ended_at = at;
            break;
    }
    leg.reason.clear();
    leg.what.clear();
    leg.next_attempt_at.reset();
    return {};
}

bool note_suspect(LegRow& leg) {
    if (leg.state != LegState::ready && leg.state != LegState::retry) return false;
    ++leg.suspects;
    return true;
}

void recover(LegRow& leg, core::Instant began, core::Instant now) {
    ++leg.suspects;
    leg.reason = process_ended_code;
    leg.what = process_ended_what;
    leg.next_attempt_at.reset();
    if (leg.leg.effect != core::Effect::once) {
        leg.state = LegState::ready;
        return;
    }
    leg.state = LegState::unknown;
    ++leg.sends_unknown;
    leg.enquiries = leg.not_found = 0;
    leg.unknown_since = began;
    leg.next_attempt_at = now + core::ResolverPolicy().ask_at.front();
}

bool restored(LegRow& leg, bool is_head, core::Instant now) {
    const bool waits = leg.state == LegState::ready || leg.state == LegState::retry ||
                       (leg.state == LegState::blocked && leg.reason != "unknown_unresolved");
    if (!waits || leg.leg.effect != core::Effect::once) return false;
    leg.reason = restored_code;
    leg.what = "the store was restored: this may have been sent after the backup";
    leg.sends_unknown = std::max(leg.sends_unknown, 1);
    leg.enquiries = leg.not_found = 0;
    leg.unknown_since = now;
    leg.next_attempt_at = now + core::ResolverPolicy().ask_at.front();
    if (is_head) leg.state = LegState::unknown;
    return true;
}

bool ask_first(LegRow& leg) {
    if (leg.state != LegState::ready || leg.reason != restored_code) return false;
    leg.state = LegState::unknown;
    return true;
}

core::Claim claim_of(const LaneRow& lane, const LegRow& leg, const core::Event& event) {
    core::Claim c;
    c.lane = lane.id;
    c.leg = leg.leg;
    c.state = leg.state;
    c.event_kind = event.kind;
    c.trace = event.trace;
    c.snapshot = event.snapshot;
    c.occurred_at = event.occurred_at;
    c.epoch = lane.epoch;
    c.fence = lane.fence;
    c.attempts_message = leg.attempts_message;
    c.attempts_partner = leg.attempts_partner;
    c.enquiries = leg.enquiries;
    c.not_found = leg.not_found;
    c.sends_unknown = leg.sends_unknown;
    c.unknown_since = leg.unknown_since;
    c.suspects = leg.suspects;
    c.lane_note = lane.note;
    c.enqueued_at = leg.enqueued_at;
    return c;
}

ports::LegView view_of(const LegRow& leg, std::string event_kind) {
    ports::LegView v;
    v.leg = leg.leg;
    v.lane = leg.lane;
    v.state = leg.state;
    v.event_kind = std::move(event_kind);
    v.reason = leg.reason;
    v.what = leg.what;
    v.flag = leg.flag;
    v.reference = leg.reference;
    v.attempts_message = leg.attempts_message;
    v.attempts_partner = leg.attempts_partner;
    v.next_attempt_at = leg.next_attempt_at;
    v.ended_at = leg.ended_at;
    v.enqueued_at = leg.enqueued_at;
    v.dossier_version = leg.dossier_version;
    return v;
}

ports::AttemptView attempt_of(const core::Settlement& s, int n) {
    ports::AttemptView a;
    a.n = n;
    a.enquiry = s.was_enquiry;
    a.began = s.began;
    a.ended = s.ended;
    a.outcome = s.outcome;
    a.code = s.reason;
    a.what = s.what;
    a.answer = s.answer;
    return a;
}

core::Urgency urgency_of(const ports::Acceptance& a) {
    core::Urgency urgency = a.urgency;
    for (const core::PlannedLeg& planned : a.legs) urgency = std::min(urgency, planned.leg.urgency);
    return urgency;
}

core::Error disk_nearly_full() {
    return core::Error(
        core::Advice::retry,
        core::Blame::ours,
        "store.disk_nearly_full",
        "the disk of the state folder is nearly full: make room; work resumes by itself"
    );
}
core::Error inbox_conflict() {
    return core::give_up("inbox.conflict", "the same message key came before with another content");
}
core::Error lane_full(const LaneRow& lane) {
    return core::give_up(
        "lane.full",
        std::to_string(lane.depth) + " messages of this dossier already wait for " + lane.partner
    );
}
core::Error lane_fenced() {
    return core::give_up("lane.fenced", "this claim is no longer the latest of its lane");
}
core::Error lane_passed() {
    return core::give_up(
        "lane.passed",
        "later messages of this dossier have gone already: send the present state instead"
    );
}
core::Error old_epoch() {
    return core::Error(
        core::Advice::stop,
        core::Blame::ours,
        "store.old_epoch",
        "another process has taken over this store"
    );
}
core::Error not_found() {
    return core::give_up("not_found", "the store does not have it");
}
core::Error bad_state(LegState state) {
    return core::give_up(
        "leg.state", "not possible for a leg that is " + std::string(core::to_word(state))
    );
}

}  // namespace gw::store
