// The central types: what comes in, what it means, what must go out, and how that ended.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/objects.hpp"
#include "gateway/core/time.hpp"
#include "gateway/core/words.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::core {

enum class MessageId : std::int64_t {};
enum class EventId : std::int64_t {};
enum class LegId : std::int64_t {};
enum class LaneId : std::int64_t {};
template <class Id>
std::int64_t raw(Id id) {
    return static_cast<std::int64_t>(id);
}

/// SHA-256.
using Digest = std::array<unsigned char, 32>;
/// JSON text (UTF-8) of what an event says; immutable, shared by everything derived from it; never
/// null.
using Snapshot = std::shared_ptr<const std::string>;

/// Bytes as a sender gave them, and what was needed to authenticate, route and deduplicate them.
struct Envelope {
    Envelope() = default;     // a constructor, so not an aggregate
    std::string partner;      // who sent it: "onestop", "national_portal"
    std::string agency;       // tenant that owns the dossier: "H56"
    std::string kind;         // in the sender's own words: "POST /v1/dossiers"
    std::string message_key;  // the sender's id for this message; "" = it has none
    Instant received_at{};
    Digest digest{};                          // SHA-256 of *body
    std::shared_ptr<const std::string> body;  // as it came; never null
};

/// A canonical fact. What is sent later is what the snapshot said then.
struct Event {
    Event() = default;
    EventId id{};           // set by the store; ascending
    MessageId message{};    // set by the store
    std::string kind;       // "dossier.received", "progress.recorded"
    std::string agency;     // tenant
    std::string dossier;    // ordering key; "" = no order wanted
    Instant occurred_at{};  // their clock
    Instant recorded_at{};  // ours
    std::string trace;      // W3C trace id of the call that caused it, 32 hex digits; "" = none
    Snapshot snapshot;
};

/// One row of a connector's operations table.
struct Operation {
    std::string_view name;  // "national_portal.DongBoHoSoMC"
    Effect effect = Effect::once;
    std::string_view
        enquiry;  // operation that tells what became of a send; "" = none: a person is asked
    Urgency urgency = Urgency::p2;
    Duration total_max{60'000};     // whole attempt
    Duration settle_time{900'000};  // how long "not found" is not believed
    std::string_view mapping;       // "national_portal/DongBoHoSoMC"; "" = built by code
    bool repeat_unknown_once =
        false;  // class C only: after settle time repeat one time although nobody can tell (NP-25)
    std::string_view message;  // what it tells, in the one-stop contract's words (3.12): "dossier",
                               // "progress", "status"; "" = the operation's short name
    Group group = Group::write;
    HeadOfLine head_of_line = HeadOfLine::strict;
    int skip_after = 0;  // skip: so many failures that are the message's own fault
};

/// One operation to be done at one partner because of one event: what the queue holds.
struct Leg {
    Leg() = default;
    LegId id{};       // set by the store
    EventId event{};  // set by the store
    std::string partner, operation, agency, dossier;
    Effect effect = Effect::once;
    Urgency urgency = Urgency::p2;
    std::string effect_key;  // the same for every attempt; unique per partner
    std::optional<Instant> legal_deadline;
};

/// A leg as `plan` wants it: refers to its event by position in the same acceptance.
struct PlannedLeg {
    PlannedLeg() = default;
    std::size_t event_index = 0;
    bool supersedes = false;  // older legs of its operation in its lane that were not sent
    Leg leg;
};

/// A lane that this process owns, and the leg at its head.
struct Claim {
    Claim() = default;
    LaneId lane{};
    Leg leg;
    LegState state = LegState::ready;  // ready or retry: send; unknown: enquire
    std::string event_kind;
    Snapshot snapshot;
    Instant occurred_at{};
    std::int64_t epoch = 0, fence = 0;
    int attempts_message = 0, attempts_partner = 0;
    int enquiries = 0, not_found = 0;  // of the present unknown outcome; not_found: in a row
    int sends_unknown = 0;             // how often a send of this leg ended unknown
    int suspects = 0;                  // how often the process died while this leg was being sent
    Instant unknown_since{};           // first send whose outcome is unknown
    std::string trace;                 // of the event
    std::string lane_note;  // the connector's memory of this dossier at this partner; "" at first
    Instant enqueued_at{};
};

/// A partner's verdict that the leg is done there.
struct Receipt {
    Receipt() = default;
    bool already_there = false;
    std::string reference;                 // the partner's own number; may be empty
    std::string answer;                    // first 4 KiB of the raw answer, kept as evidence
    std::optional<std::string> lane_note;  // replaces the lane's note when set
    std::string flag;                      // "text_unrecognised", "partner_ahead", … or ""
};

/// What an enquiry says about an earlier send.
enum class Found : std::uint8_t {
    done,        // the partner holds what we sent
    different,   // the partner knows the object, but not this state
    not_found,   // the partner does not know it
    processing,  // the partner is still at it
    cannot_tell  // the answer shows the object but cannot show this send
};
struct Enquiry {
    Enquiry() = default;
    Found found = Found::cannot_tell;
    Receipt receipt;
};

/// What one attempt (or enquiry) becomes in the store, in one commit.
struct Settlement {
    Settlement() = default;
    LegState state = LegState::retry;
    Outcome outcome = Outcome::retry;
    std::string reason;             // block or death reason, error code; "" when delivered
    std::string what;               // sentence for a person
    std::optional<Instant> due_at;  // retry and unknown: when to act next
    int attempts_message = 0, attempts_partner = 0, enquiries = 0, not_found = 0, sends_unknown = 0;
    Instant unknown_since{};
    std::optional<std::string> lane_note;
    std::string reference, answer, flag;
    bool was_enquiry = false;
    Instant began{}, ended{};
};

}  // namespace gw::core
