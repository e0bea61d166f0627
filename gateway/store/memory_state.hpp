// What a memory store keeps, and the rules of one write. Not for users of memory.hpp.
#pragma once

#include "gateway/store/memory.hpp"
#include "gateway/store/rows.hpp"

#include <array>
#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace gw::store {

struct MemoryState {
    using LaneKey = std::tuple<std::string, std::string, std::string>;  // agency, dossier, partner
    using ObjectKey = std::tuple<std::string, std::string, std::string>;  // kind, agency, id
    struct Seen {
        Seen() = default;
        core::Digest digest{};
        core::MessageId message{};
        std::optional<core::StoredAnswer> answer;
    };
    struct LegEntry {
        LegEntry() = default;
        LegRow row;
        std::vector<ports::AttemptView> attempts;
    };
    struct LaneEntry {
        LaneEntry() = default;
        LaneRow row;
        std::vector<core::LegId> legs;  // all, in order
    };
    struct PartnerQueue {
        PartnerQueue() = default;
        using Ready = std::set<std::tuple<core::Instant, std::int64_t, std::int64_t>>;
        std::map<std::pair<core::Urgency, std::string>, Ready>
            ready;  // by class and agency: effective, head, lane
        std::set<std::pair<core::Instant, std::int64_t>> waiting;  // due, lane
        core::Duration service_time{0};                            // as its dispatcher told
        std::array<std::int64_t, 10> count{};
        core::Instant last_delivered{};
        std::array<std::set<std::int64_t>, 10> legs;  // ids per state
    };

    std::int64_t epoch = 0;
    std::vector<ports::MessageView> messages;  // id = place + 1, as in all lists here
    std::map<std::pair<std::string, std::string>, Seen> inbox;
    std::vector<core::Event> events;
    std::vector<LegEntry> legs;
    std::vector<LaneEntry> lanes;
    std::map<LaneKey, core::LaneId> lane_of;
    std::map<std::string, PartnerQueue> partners;
    std::set<std::pair<core::Instant, std::int64_t>>
        to_look_at;  // legal time of a head: when, lane
    std::map<ObjectKey, core::Object> objects;
    std::vector<core::FeedItem> feed;
    std::map<std::pair<std::string, std::string>, std::int64_t> dossier_seq;
    std::vector<core::AuditRow> audit;
    std::int64_t writes = 0;
    core::LegId preparing{};  // 0 = none

    LegEntry& leg(core::LegId id) { return legs[static_cast<std::size_t>(core::raw(id)) - 1]; }
    LaneEntry& lane(core::LaneId id) { return lanes[static_cast<std::size_t>(core::raw(id)) - 1]; }
    core::Event& event(core::EventId id) {
        return events[static_cast<std::size_t>(core::raw(id)) - 1];
    }
    bool has_leg(core::LegId id) const {
        return core::raw(id) > 0 && core::raw(id) <= static_cast<std::int64_t>(legs.size());
    }

    /// Takes a lane out of the queues before it is changed, and puts it back afterwards.
    void unlist(const LaneRow& lane);
    void list(const LaneRow& lane);
    /// Counts a leg in (+1) or out (-1) of its state.
    void count(const LegRow& leg, int by);
    /// The leg that is head of the lane now: the first that still holds it.
    LegRow* first_of(LaneEntry& lane);
    core::Duration service_time(const LaneRow& lane) { return partners[lane.partner].service_time; }

    /// Lanes that a process works on and has not announced.
    using IsHeld = std::function<bool(core::LaneId)>;
    core::Result<ports::Accepted> accept(
        const ports::Acceptance& a, int lane_depth_max, const IsHeld& is_held
    );
    void recover(core::Instant now);
    std::int64_t add_feed(const std::vector<core::FeedItem>& items);
    int forget_feed(core::Instant before, int max);
    void add_audit(const std::vector<core::AuditRow>& rows);

private:
    /// Another agency has an object of this kind and id.
    bool has_elsewhere(const ObjectKey& key) const;
    core::Result<void> check_objects(const std::vector<core::ObjectWrite>& wanted) const;
    core::Result<void> check_lanes(const std::vector<core::PlannedLeg>& legs, int depth_max) const;
    void write_objects(const std::vector<core::ObjectWrite>& wanted);
    void add_leg(
        const core::PlannedLeg& planned,
        core::EventId first_event,
        const ports::Acceptance& a,
        const IsHeld& is_held,
        std::vector<core::FeedItem>& told
    );
    void supersede_older(
        LaneEntry& entry,
        core::LegId by,
        const ports::Acceptance& a,
        const IsHeld& is_held,
        std::vector<core::FeedItem>& told
    );
};

}  // namespace gw::store
