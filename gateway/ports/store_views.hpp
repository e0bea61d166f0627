// What the store shows: selections, pages and views.
#pragma once

#include "gateway/core/model.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::ports {

/// Selection of objects, newest state, ascending by (updated_at, id) so that cursors are stable.
struct ObjectFilter {
    ObjectFilter() = default;
    std::string kind, agency;
    std::optional<std::string> state, dossier, ref;
    std::vector<std::string> refs, ids;  // not empty: no pages, the first object of each of these
    std::optional<core::Instant> updated_after;
    std::string after;  // opaque cursor of an earlier page; "" = from the start
    int limit = 100;
};
struct ObjectPage {
    ObjectPage() = default;
    std::vector<core::Object> items;
    std::string next;  // "" = no more
};

/// A leg as the console and the sync state show it.
struct LegView {
    LegView() = default;
    core::Leg leg;
    core::LaneId lane{};
    core::LegState state{};
    std::string event_kind, reason, what, flag, reference;
    int attempts_message = 0, attempts_partner = 0;
    std::optional<core::Instant> next_attempt_at, ended_at;
    core::Instant enqueued_at{};
    std::int64_t dossier_version = 0;  // version in the event's snapshot when known, else 0
};
/// So much of the legal time of a leg that is not done has passed.
struct LegalAlarm {
    LegalAlarm() = default;
    core::Leg leg;
    core::LegState state{};
    std::string reason;
    int percent = 0;  // 50, 80 or 95; 0: nothing to tell, its class has changed
};
struct AttemptView {
    AttemptView() = default;
    int n = 0;
    bool enquiry = false;
    core::Instant began{};
    std::optional<core::Instant> ended;
    std::optional<core::Outcome> outcome;
    std::string code, what, answer;
    core::Digest bytes{};
};
struct MessageView {
    MessageView() = default;
    core::MessageId id{};
    core::Envelope envelope;
    std::vector<core::EventId> events;
    std::string trace;  // of its events; "" = none
};
/// What waits at one partner.
struct QueueStats {
    QueueStats() = default;
    std::string partner;
    std::int64_t ready = 0, sending = 0, retry = 0, unknown = 0, blocked = 0, dead = 0,
                 delivered = 0;
    std::optional<core::Instant> oldest_waiting, last_delivered;
};
struct FeedPage {
    FeedPage() = default;
    std::vector<core::FeedItem> items;
    std::int64_t next = 0;  // seq to pass as `after`
    bool has_more = false;
    std::int64_t oldest = 0;  // oldest seq kept; 0 = feed empty
};
/// A dossier whose old messages stay, and why: "legal_hold", "reconciliation".
struct KeptDossier {
    KeptDossier() = default;
    KeptDossier(std::string a, std::string d, std::string r)
        : agency(std::move(a)), dossier(std::move(d)), reason(std::move(r)) {}
    std::string agency, dossier, reason;
};
/// One step of retention: what is done leaves the hot tables, days that are old enough go.
struct RotationWish {
    RotationWish() = default;
    core::Instant now{};
    core::Duration hot{}, online{};  // how long after their end, and after their day
    bool may_move = true;            // false: only remove
    std::vector<KeptDossier> kept;
    /// Whose message keys are kept for ever; called on another thread.
    std::function<bool(const core::Envelope&)> keeps_key;
};
struct RotationStep {
    RotationStep() = default;
    std::int64_t messages = 0, rows = 0, removed = 0;  // moved; segments removed
    bool more = false;                                 // the next step has something to do
};
/// Messages of one day that are done, in a file of their own.
struct SegmentView {
    SegmentView() = default;
    std::string day;        // "2026-11-22", UTC, of receipt
    core::Instant ended{};  // of that day
    std::int64_t messages = 0, rows = 0, bytes = 0;
    bool removing = false;
    std::vector<std::string> kept_by;  // reasons, each once
};
struct StoreHealth {
    StoreHealth() = default;
    bool writable = true;
    std::string reason;  // stable code when not writable: "store.disk_nearly_full"
    std::int64_t queue = 0, wal_bytes = 0, database_bytes = 0, commits = 0, writes = 0;
    double disk_used = 0;  // share of the state folder's disk, 0..1
    int disk_level = 0;    // 1: p2 and p3 are refused, 2: all but p0, 3: only what must be written
    std::int64_t epoch = 0;
};

}  // namespace gw::ports
