// Rows of lanes and legs and the rules that every store applies to them. Pure: no store is needed
// to test them.
#pragma once

#include "gateway/ports/store.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gw::store {

/// States of a lane; the numbers are those in the store.
enum class LaneState : std::uint8_t { ready, waiting, sending, held, empty };

/// One (dossier, partner): only its head is ever scheduled.
struct LaneRow {
    LaneRow() = default;
    core::LaneId id{};
    std::string partner, agency, dossier, note;
    LaneState state = LaneState::empty;
    core::LegId head{};      // 0 = none
    std::int64_t depth = 0;  // legs that are not yet passed, a dead head included
    core::Urgency urgency = core::Urgency::p2;  // of the head
    core::Instant due{}, effective{};
    core::Instant look{};  // when the legal time of the head must be looked at; epoch = never
    core::Instant look_stored{};  // as last written
    std::int64_t epoch = 0, fence = 0;
};

struct LegRow {
    LegRow() = default;
    core::Leg leg;
    core::LaneId lane{};
    core::LegState state = core::LegState::ready;
    std::string reason, what, flag, reference;
    int attempts = 0;  // attempt records so far
    int attempts_message = 0, attempts_partner = 0, enquiries = 0, not_found = 0, sends_unknown = 0;
    int suspects = 0;  // how often the process died while this leg was being prepared or sent
    core::Instant unknown_since{};
    std::optional<core::Instant> next_attempt_at, ended_at;
    core::Instant enqueued_at{};
    std::int64_t dossier_version = 0;
    bool replaceable = false;  // by a newer one of its operation, while it was never sent
    int told = 0;              // percent of its legal time that somebody was told of
};

/// A lane that this process works on. Nothing of it survives the process.
struct Held {
    Held() = default;
    Held(core::LegId l, std::int64_t f) : leg(l), fence(f) {}
    core::LegId leg{};
    std::int64_t fence = 0;
    bool intended = false;
};

/// True when a leg still stands in the way of the next of its lane. A dead one does (strict order):
/// a person decides; unless its operation lets the lane pass it by.
bool holds_lane(const LegRow& leg);
/// True when a newer full state may take the place of this leg: it was never sent.
bool may_be_superseded(const LegRow& leg);
/// The leg as it rests when `by` has taken its place.
void supersede(LegRow& leg, core::LegId by, core::Instant at);
core::AuditRow superseded_row(const LegRow& leg);

/// The fence that a new claim of this lane gets: above every fence ever given, in this epoch or an
/// earlier one.
std::int64_t next_fence(std::int64_t latest, std::int64_t epoch);

/// A new leg as accept() writes it, waiting in `lane`.
LegRow new_leg(
    const core::PlannedLeg& planned,
    core::LaneId lane,
    const core::Event& event,
    core::Instant enqueued
);

/// Sets the lane's head, state and times from the leg that stands first; nullptr = the lane is
/// empty. `service_time`: of the slowest hundredth of the partner's calls. `due`: not before this
/// time although the leg itself is ready.
void place_head(
    LaneRow& lane,
    const LegRow* head,
    core::Duration service_time,
    std::optional<core::Instant> due = std::nullopt
);
/// A lane that has grown behind its head needs more time before a legal deadline: its effective
/// deadline follows when that is more than a tenth.
void keep_reserve(LaneRow& lane, const LegRow& head, core::Duration service_time);
/// False while the reserve is the least there is.
bool needs_reserve(const LaneRow& lane, core::Duration service_time);
/// Looks at the legal time of a head: notes what is told and raises its class.
ports::LegalAlarm look_at_legal_time(LegRow& head, core::Instant now);

/// The leg as the settlement leaves it. Errors: give_up "leg.state" when no attempt may end so.
core::Result<void> apply_settlement(LegRow& leg, const core::Settlement& settlement);

/// Errors: give_up "leg.state".
core::Result<void> apply_action(LegRow& leg, ports::LegAction action, core::Instant at);

/// The process died while it prepared this leg. True: that counts.
bool note_suspect(LegRow& leg);
/// What becomes of a leg whose bytes may have been leaving when the process died: by effect class.
/// `began`: when that attempt began.
void recover(LegRow& leg, core::Instant began, core::Instant now);
/// What becomes of an unfinished leg of a copy that was put back: it may have been sent after the
/// copy was made. True: changed. Behind the head it is asked about when its turn comes (ask_first).
bool restored(LegRow& leg, bool is_head, core::Instant now);
/// A leg that becomes the head; true: changed.
bool ask_first(LegRow& leg);
inline constexpr std::string_view restored_code = "store.restored";
inline constexpr std::string_view process_ended_code = "store.process_ended";
inline constexpr std::string_view process_ended_what =
    "the gateway ended while this was being sent";

core::Claim claim_of(const LaneRow& lane, const LegRow& leg, const core::Event& event);
ports::LegView view_of(const LegRow& leg, std::string event_kind);
/// The record of an attempt that ended without bytes having been announced by intend().
ports::AttemptView attempt_of(const core::Settlement& settlement, int n);

/// First half of SHA-256 over the parts, each with its length: a dedup key of 16 bytes.
std::string key_of(std::initializer_list<std::string_view> parts);
/// Hash of an audit row that follows a row with hash `previous`.
core::Digest chain(const core::Digest& previous, const core::AuditRow& row);

/// Number of the member "dossier_version" or "version" at the top of a JSON object; 0 when there is
/// none.
std::int64_t snapshot_version(std::string_view json);

/// types: empty = all, else exact or "payment.*".
bool type_matches(const std::vector<std::string>& types, std::string_view type);
/// Rows one feed() call looks at before it answers with what it has.
inline constexpr int feed_scan_max = 10'000;
inline constexpr int audit_rows_max = 10'000;
/// "evt_" and a ULID of time and place in the feed.
std::string feed_id(core::Instant at, std::int64_t seq);

/// Place in a list of objects, ordered by (updated_at, id, agency).
struct ObjectCursor {
    ObjectCursor() = default;
    core::Instant updated_at{};
    std::string id, agency;
};
std::string to_cursor(const core::Object& object);
/// Errors: give_up "cursor.invalid".
core::Result<ObjectCursor> parse_cursor(const std::string& cursor);

/// The object as a write leaves it. current: as stored, nullptr = not there.
/// Errors: give_up "object.version".
core::Result<core::Object> next_version(
    const core::ObjectWrite& write, const core::Object* current
);

/// Codes of dossiers are used by one agency only: partners know no agencies. True: `write` makes a
/// dossier, so that no other agency may have one of this code.
bool makes_dossier(const core::ObjectWrite& write, const core::Object* current);
/// What a write is told whose code another agency has; whose it is stays unsaid.
core::Error dossier_elsewhere(const core::ObjectWrite& write);

/// The class that decides who is refused first: the most urgent of the acceptance and its legs.
core::Urgency urgency_of(const ports::Acceptance& a);
core::Error disk_nearly_full();
core::Error inbox_conflict();
core::Error lane_full(const LaneRow& lane);
core::Error lane_fenced();
core::Error lane_passed();
core::Error old_epoch();
core::Error not_found();
core::Error bad_state(core::LegState state);

}  // namespace gw::store
