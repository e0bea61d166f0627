// The store: every verb is one durable commit or one consistent read.
#pragma once

#include "gateway/core/model.hpp"
#include "gateway/core/share.hpp"
#include "gateway/ports/store_views.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::ports {

namespace asio = boost::asio;
template <class T>
using Async = asio::awaitable<core::Result<T>>;

/// Everything one acceptance makes durable together.
struct Acceptance {
    Acceptance() = default;
    core::Envelope message;
    /// Stored answer for repeats of (message.partner, message.message_key); unset = do not store an
    /// answer.
    std::optional<core::StoredAnswer> answer;
    std::vector<core::Event> events;
    std::vector<core::PlannedLeg> legs;
    std::vector<core::ObjectWrite> objects;
    std::vector<core::FeedItem> feed;
    std::vector<core::AuditRow> audit;
    bool needed = false;  // no new work: also written while the disk refuses that
    /// Who is refused first when disk or writer cannot take all: the last class. The most urgent
    /// leg counts too.
    core::Urgency urgency = core::Urgency::p2;
    /// What a one-stop is told of a leg that one of these replaces; unset = nothing.
    std::function<core::FeedItem(const core::Leg&)> on_superseded;
};
struct Accepted {
    Accepted() = default;
    core::MessageId message{};
    bool repeated = false;  // the same (partner, key, digest) was there: nothing was written
    std::optional<core::StoredAnswer> answer;  // of the first time, when repeated
    std::int64_t feed_seq = 0;                 // of the last feed item written; 0 = none
};

/// What a dispatcher could send now. `in_flight`: what it has under way, for fair shares.
struct ClaimWish {
    ClaimWish() = default;
    std::string partner;
    int most = 0;
    core::Instant now{};
    core::InFlight in_flight;
};
struct Claims {
    Claims() = default;
    std::vector<core::Claim> claims;
    std::optional<core::Instant>
        next_due;  // earliest lane that waits for a time; unset = none waits
};

/// What an operator does to a leg by hand.
enum class LegAction : std::uint8_t {
    redrive,       // blocked, dead, retry: back to ready, counters at zero, history kept
    record_done,   // unknown, blocked: a person has asked the partner: it is done
    cancel,        // ready, retry, blocked, dead: withdrawn
    redrive_bulk,  // as redrive, of class p3 and as if it came now: nobody waits behind it
};
class Store {
public:
    virtual ~Store() = default;

    /// Makes everything in `a` durable in one commit; sets ids. Idempotent by (message.partner,
    /// message.message_key) when the key is not empty. Errors: retry "store.queue_full",
    /// "store.disk_nearly_full"; give_up "inbox.conflict" (same key, other digest),
    /// "object.version" (an expected_version differs; `what` = "KIND ID CURRENT_VERSION"; nothing
    /// was written); "lane.full"; stop (the disk failed: no write may follow).
    virtual Async<Accepted> accept(Acceptance a) = 0;

    /// Takes at most `most` lanes of the partner whose head is due (state ready, retry or unknown),
    /// shared out as core::choose says. A claimed lane is not given again until it is settled, or
    /// released, or the epoch ends.
    virtual Async<Claims> claim(ClaimWish wish) = 0;
    /// The same for a dispatcher that has nothing under way.
    Async<Claims> claim(std::string partner, int most, core::Instant now) {
        ClaimWish wish;
        wish.partner = std::move(partner);
        wish.most = most;
        wish.now = now;
        return claim(std::move(wish));
    }
    /// Gives a claim back untouched, not due before `due`. Raises no counter.
    virtual Async<void> release(core::Claim claim, core::Instant due) = 0;
    /// Which leg is being prepared now; LegId{} = none any more. Outlives the process, not a power
    /// cut: a leg that the process dies of counts as a suspect at the next start. Costs no commit.
    virtual void preparing(core::LegId leg) = 0;
    /// Durable note that bytes with this digest are about to leave; the leg is `sending`. Returns
    /// the new fence.
    virtual Async<std::int64_t> intend(
        core::Claim claim, core::Digest bytes, core::Instant now
    ) = 0;
    /// Records how an attempt or an enquiry ended, with what it caused. Objects and feed as in
    /// accept. Errors: give_up "lane.fenced" when `fence` is not the latest: nothing is changed.
    virtual Async<void> settle(
        core::LaneId lane,
        std::int64_t fence,
        core::Settlement settlement,
        std::vector<core::FeedItem> feed
    ) = 0;
    /// Errors: give_up "leg.state" when the action is not possible in the leg's state;
    /// "lane.passed" when later legs of its lane have gone already; "not_found".
    virtual Async<void> act(core::LegId leg, LegAction action, core::AuditRow why) = 0;

    /// Looks at heads of lanes, of any partner and state, whose legal time has reached the next of
    /// 50, 80 and 95 %: told once, in one commit with the feed item that `tell` makes of it. A head
    /// with less than an hour left is of class p0 from then on. At most `most` lanes.
    virtual Async<std::vector<LegalAlarm>> legal_alarms(
        core::Instant now, int most, std::function<core::FeedItem(const LegalAlarm&)> tell
    ) = 0;

    virtual Async<std::optional<core::Object>> object(
        std::string kind, std::string agency, std::string id
    ) = 0;
    virtual Async<ObjectPage> objects(ObjectFilter filter) = 0;
    /// The stored answer of a request seen before: repeated=true, or give_up "inbox.conflict", or
    /// repeated=false.
    virtual Async<Accepted> answer_of(
        std::string partner, std::string message_key, core::Digest digest
    ) = 0;
    /// Events of one dossier in order; kind "" = all.
    virtual Async<std::vector<core::Event>> events_of(
        std::string agency, std::string dossier, std::string kind
    ) = 0;
    virtual Async<std::vector<LegView>> legs_of(std::string agency, std::string dossier) = 0;
    virtual Async<std::optional<LegView>> leg(core::LegId id) = 0;
    /// Legs of a partner in one state, oldest first; agency "" = of all.
    virtual Async<std::vector<LegView>> legs_in(
        std::string partner, core::LegState state, int limit, std::string agency
    ) = 0;
    Async<std::vector<LegView>> legs_in(std::string partner, core::LegState state, int limit) {
        return legs_in(std::move(partner), state, limit, std::string());
    }
    virtual Async<std::vector<AttemptView>> attempts_of(core::LegId id) = 0;
    /// The leg with its snapshot as a claim would show it, whatever its state; for `explain`.
    /// Changes nothing.
    virtual Async<std::optional<core::Claim>> claim_view(core::LegId id) = 0;
    virtual Async<std::optional<MessageView>> message(core::MessageId id) = 0;
    /// Items after `after` (exclusive; 0 = oldest kept), at most `limit`; types: empty = all, else
    /// exact or "payment.*".
    virtual Async<FeedPage> feed(
        std::string agency, std::int64_t after, int limit, std::vector<std::string> types
    ) = 0;
    /// Highest feed seq of the tenant; 0 = none.
    virtual Async<std::int64_t> feed_end(std::string agency) = 0;
    /// Removes those of the `max` oldest feed items that are older; each tenant's newest stays.
    virtual Async<int> forget_feed(core::Instant before, int max) = 0;
    virtual Async<std::vector<core::AuditRow>> audit_of(
        std::string agency, std::string subject
    ) = 0;
    virtual Async<std::vector<QueueStats>> stats() = 0;

    /// One small step of retention (docs/decisions/0022). Every read of one message, leg, dossier
    /// or key answers the same before and after; legs_in shows what has not moved. Errors: retry
    /// "store.rotation_running"; hold "store.segment_missing", "store.segment_damaged".
    virtual Async<RotationStep> rotate(RotationWish wish) = 0;
    /// Ascending by day, with what of `kept` each holds.
    virtual Async<std::vector<SegmentView>> segments(std::vector<KeptDossier> kept) = 0;

    /// Consistent copy of the whole store to a new file, by the writer, proven readable before it
    /// gets its name.
    virtual Async<void> backup(std::string path) = 0;
    virtual StoreHealth health() = 0;
};

}  // namespace gw::ports
