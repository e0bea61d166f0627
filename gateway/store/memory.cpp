// The store in memory. Every verb takes effect at once and answers one turn of the loop later, as a
// commit does.
#include "gateway/store/memory.hpp"

#include "gateway/core/delivery.hpp"
#include "gateway/core/legal_time.hpp"
#include "gateway/store/memory_reads.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace gw::store {
namespace {

using core::LegState;
using core::raw;
using ports::Async;
namespace asio = boost::asio;

asio::awaitable<void> turn() {
    auto ex = co_await asio::this_coro::executor;
    co_await asio::post(ex, asio::use_awaitable);
}

class MemoryStore final : public ports::Store {
public:
    MemoryStore(std::shared_ptr<MemoryState> state, core::Instant now, int lane_depth_max)
        : state_(std::move(state)), lane_depth_max_(lane_depth_max) {
        state_->recover(now);
        epoch_ = state_->epoch;
    }

    Async<ports::Accepted> accept(ports::Acceptance a) override {
        auto result = do_accept(a);
        co_await turn();
        co_return result;
    }
    Async<ports::Claims> claim(ports::ClaimWish wish) override {
        auto result = do_claim(wish);
        co_await turn();
        co_return result;
    }
    Async<void> release(core::Claim claim, core::Instant due) override {
        auto result = do_release(claim, due);
        co_await turn();
        co_return result;
    }
    void preparing(core::LegId leg) override {
        if (!is_old()) state_->preparing = leg;
    }
    Async<std::int64_t> intend(core::Claim claim, core::Digest bytes, core::Instant now) override {
        auto result = do_intend(claim, bytes, now);
        co_await turn();
        co_return result;
    }
    Async<void> settle(
        core::LaneId lane,
        std::int64_t fence,
        core::Settlement settlement,
        std::vector<core::FeedItem> feed
    ) override {
        auto result = do_settle(lane, fence, settlement, feed);
        co_await turn();
        co_return result;
    }
    Async<void> act(core::LegId leg, ports::LegAction action, core::AuditRow why) override {
        auto result = do_act(leg, action, why);
        co_await turn();
        co_return result;
    }

    Async<std::vector<ports::LegalAlarm>> legal_alarms(
        core::Instant now, int most, std::function<core::FeedItem(const ports::LegalAlarm&)> tell
    ) override {
        std::vector<ports::LegalAlarm> alarms;
        if (!is_old()) alarms = do_legal_alarms(now, most, tell);
        co_await turn();
        co_return alarms;
    }

    Async<std::optional<core::Object>> object(std::string kind, std::string agency, std::string id)
        override {
        co_await turn();
        co_return reads::object(*state_, kind, agency, id);
    }
    Async<ports::ObjectPage> objects(ports::ObjectFilter filter) override {
        co_await turn();
        co_return reads::objects(*state_, filter);
    }
    Async<ports::Accepted> answer_of(
        std::string partner, std::string message_key, core::Digest digest
    ) override {
        co_await turn();
        co_return reads::answer_of(*state_, partner, message_key, digest);
    }
    Async<std::vector<core::Event>> events_of(
        std::string agency, std::string dossier, std::string kind
    ) override {
        co_await turn();
        co_return reads::events_of(*state_, agency, dossier, kind);
    }
    Async<std::vector<ports::LegView>> legs_of(std::string agency, std::string dossier) override {
        co_await turn();
        co_return reads::legs_of(*state_, agency, dossier);
    }
    Async<std::optional<ports::LegView>> leg(core::LegId id) override {
        co_await turn();
        co_return reads::leg(*state_, id);
    }
    Async<std::vector<ports::LegView>> legs_in(
        std::string partner, LegState state, int limit, std::string agency
    ) override {
        co_await turn();
        co_return reads::legs_in(*state_, partner, state, limit, agency);
    }
    Async<std::vector<ports::AttemptView>> attempts_of(core::LegId id) override {
        co_await turn();
        co_return reads::attempts_of(*state_, id);
    }
    Async<std::optional<core::Claim>> claim_view(core::LegId id) override {
        co_await turn();
        co_return reads::claim_view(*state_, id);
    }
    Async<std::optional<ports::MessageView>> message(core::MessageId id) override {
        co_await turn();
        co_return reads::message(*state_, id);
    }
    Async<ports::FeedPage> feed(
        std::string agency, std::int64_t after, int limit, std::vector<std::string> types
    ) override {
        co_await turn();
        co_return reads::feed(*state_, agency, after, limit, types);
    }
    Async<std::int64_t> feed_end(std::string agency) override {
        co_await turn();
        co_return reads::feed_end(*state_, agency);
    }
    Async<int> forget_feed(core::Instant before, int max) override {
        const int gone = is_old() ? 0 : state_->forget_feed(before, max);
        co_await turn();
        co_return gone;
    }
    Async<std::vector<core::AuditRow>> audit_of(std::string agency, std::string subject) override {
        co_await turn();
        co_return reads::audit_of(*state_, agency, subject);
    }
    Async<std::vector<ports::QueueStats>> stats() override {
        co_await turn();
        co_return reads::stats(*state_);
    }
    Async<ports::RotationStep> rotate(ports::RotationWish) override {
        co_await turn();
        co_return ports::RotationStep();  // memory has no cold side: everything stays
    }
    Async<std::vector<ports::SegmentView>> segments(std::vector<ports::KeptDossier>) override {
        co_await turn();
        co_return std::vector<ports::SegmentView>();
    }
    Async<void> backup(std::string) override {
        co_await turn();
        co_return core::Result<void>();
    }
    ports::StoreHealth health() override {
        ports::StoreHealth health;
        health.epoch = epoch_;
        health.commits = health.writes = state_->writes;
        return health;
    }

private:
    std::shared_ptr<MemoryState> state_;
    int lane_depth_max_;
    std::int64_t epoch_ = 0;
    std::map<std::int64_t, Held> held_;

    /// A store object that outlived its process: nothing it says counts any more.
    bool is_old() const { return state_->epoch != epoch_; }

    core::Result<ports::Accepted> do_accept(const ports::Acceptance& a) {
        if (is_old()) return old_epoch();
        return state_->accept(a, lane_depth_max_, [this](core::LaneId lane) {
            return held_.contains(raw(lane));
        });
    }

    core::Result<ports::Claims> do_claim(const ports::ClaimWish& wish) {
        if (is_old()) return old_epoch();
        ports::Claims claims;
        MemoryState::PartnerQueue& queue = state_->partners[wish.partner];
        while (!queue.waiting.empty() && queue.waiting.begin()->first <= wish.now) {
            LaneRow& lane = state_->lane(core::LaneId(queue.waiting.begin()->second)).row;
            state_->unlist(lane);
            lane.state = LaneState::ready;
            state_->list(lane);
        }
        if (wish.in_flight.service_time.count() > 0)
            queue.service_time = wish.in_flight.service_time;
        core::InFlight in_flight = wish.in_flight;
        while (static_cast<int>(claims.claims.size()) < wish.most) {
            std::vector<std::int64_t> lanes;
            const auto next = core::choose(fronts(queue, lanes), in_flight);
            if (!next) break;
            LaneRow lane = state_->lane(core::LaneId(lanes[*next])).row;
            const LegRow& leg = state_->leg(lane.head).row;
            lane.epoch = epoch_;
            lane.fence = next_fence(lane.fence, epoch_);
            held_.emplace(raw(lane.id), Held(lane.head, lane.fence));
            in_flight.begin(lane.urgency, lane.agency);
            claims.claims.push_back(claim_of(lane, leg, state_->event(leg.leg.event)));
        }
        if (!queue.waiting.empty()) claims.next_due = queue.waiting.begin()->first;
        return claims;
    }

    /// The first free lane of each class and agency.
    std::vector<core::Front> fronts(
        const MemoryState::PartnerQueue& queue, std::vector<std::int64_t>& lanes
    ) const {
        std::vector<core::Front> found;
        for (const auto& [of, ready] : queue.ready) {
            const auto is_free = [&](const auto& row) { return !held_.contains(std::get<2>(row)); };
            const auto first = std::find_if(ready.begin(), ready.end(), is_free);
            if (first == ready.end()) continue;
            core::Front& front = found.emplace_back();
            front.urgency = of.first;
            front.agency = of.second;
            front.effective = std::get<0>(*first);
            front.head = core::LegId(std::get<1>(*first));
            lanes.push_back(std::get<2>(*first));
        }
        return found;
    }

    std::vector<ports::LegalAlarm> do_legal_alarms(
        core::Instant now,
        int most,
        const std::function<core::FeedItem(const ports::LegalAlarm&)>& tell
    ) {
        std::vector<ports::LegalAlarm> alarms;
        auto& due = state_->to_look_at;
        while (most-- > 0 && !due.empty() && due.begin()->first <= now) {
            LaneRow& lane = state_->lane(core::LaneId(due.begin()->second)).row;
            LegRow& head = state_->leg(lane.head).row;
            state_->unlist(lane);
            alarms.push_back(look_at_legal_time(head, now));
            lane.urgency = head.leg.urgency;
            lane.look = core::next_legal_look(head.leg, head.enqueued_at, head.told)
                            .value_or(core::Instant{});
            state_->list(lane);
        }
        for (const ports::LegalAlarm& alarm : alarms)
            if (alarm.percent > 0 && !alarm.leg.dossier.empty()) state_->add_feed({tell(alarm)});
        return alarms;
    }

    Held* held_by(core::LaneId lane, std::int64_t fence) {
        const auto it = held_.find(raw(lane));
        return it == held_.end() || it->second.fence != fence ? nullptr : &it->second;
    }

    core::Result<void> do_release(const core::Claim& claim, core::Instant due) {
        if (is_old()) return old_epoch();
        const Held* held = held_by(claim.lane, claim.fence);
        if (held == nullptr || held->intended) return lane_fenced();
        LaneRow& lane = state_->lane(claim.lane).row;
        state_->unlist(lane);
        lane.fence = claim.fence;
        lane.epoch = epoch_;
        place_head(lane, &state_->leg(held->leg).row, state_->service_time(lane), due);
        state_->list(lane);
        held_.erase(raw(claim.lane));
        return {};
    }

    core::Result<std::int64_t> do_intend(
        const core::Claim& claim, const core::Digest& bytes, core::Instant now
    ) {
        if (is_old()) return old_epoch();
        Held* held = held_by(claim.lane, claim.fence);
        if (held == nullptr || held->intended) return lane_fenced();
        MemoryState::LegEntry& leg = state_->leg(held->leg);
        if (!core::may_become(leg.row.state, LegState::sending)) return bad_state(leg.row.state);
        LaneRow& lane = state_->lane(claim.lane).row;
        state_->unlist(lane);
        state_->count(leg.row, -1);
        leg.row.state = LegState::sending;
        state_->count(leg.row, +1);
        ports::AttemptView attempt;
        attempt.n = ++leg.row.attempts;
        attempt.began = now;
        attempt.bytes = bytes;
        leg.attempts.push_back(std::move(attempt));
        lane.epoch = epoch_;
        lane.fence = held->fence = claim.fence + 1;
        place_head(lane, &leg.row, state_->service_time(lane));
        state_->list(lane);
        held->intended = true;
        ++state_->writes;
        return held->fence;
    }

    core::Result<void> do_settle(
        core::LaneId lane_id,
        std::int64_t fence,
        const core::Settlement& settlement,
        const std::vector<core::FeedItem>& feed
    ) {
        if (is_old()) return old_epoch();
        const Held* held = held_by(lane_id, fence);
        if (held == nullptr) return lane_fenced();
        MemoryState::LegEntry& leg = state_->leg(held->leg);
        LegRow after = leg.row;
        if (auto ok = apply_settlement(after, settlement); !ok) return ok.error();
        if (held->intended) {
            ports::AttemptView ended = attempt_of(settlement, after.attempts);
            ended.began = leg.attempts.back().began;
            ended.bytes = leg.attempts.back().bytes;
            ended.enquiry = false;  // bytes were announced: it was a send
            leg.attempts.back() = std::move(ended);
        } else {
            leg.attempts.push_back(attempt_of(settlement, ++after.attempts));
        }
        MemoryState::LaneEntry& lane = state_->lane(lane_id);
        lane.row.fence = fence;
        lane.row.epoch = epoch_;
        if (settlement.lane_note) lane.row.note = *settlement.lane_note;
        const bool dated = after.state == LegState::ready;
        replace(lane, leg, std::move(after), dated ? settlement.due_at : std::nullopt);
        state_->add_feed(feed);
        held_.erase(raw(lane_id));
        return {};
    }

    core::Result<void> do_act(core::LegId id, ports::LegAction action, const core::AuditRow& why) {
        if (is_old()) return old_epoch();
        if (!state_->has_leg(id)) return not_found();
        MemoryState::LegEntry& leg = state_->leg(id);
        LegRow after = leg.row;
        if (auto ok = apply_action(after, action, why.at); !ok) return ok.error();
        MemoryState::LaneEntry& lane = state_->lane(leg.row.lane);
        const bool comes_back = holds_lane(after) && !holds_lane(leg.row);
        if (comes_back && went_on(lane, id)) return lane_passed();
        if (lane.row.head == id || comes_back) {
            if (auto it = held_.find(raw(lane.row.id)); it != held_.end()) {
                lane.row.fence = it->second.fence;
                held_.erase(it);
            }
            lane.row.fence = next_fence(lane.row.fence, epoch_);
        }
        replace(lane, leg, std::move(after), std::nullopt);
        state_->add_audit({why});
        return {};
    }

    /// Writes the leg and gives the lane its new head.
    void replace(
        MemoryState::LaneEntry& lane,
        MemoryState::LegEntry& leg,
        LegRow after,
        std::optional<core::Instant> due
    ) {
        ++state_->writes;
        state_->unlist(lane.row);
        const bool held = holds_lane(leg.row);
        state_->count(leg.row, -1);
        leg.row = std::move(after);
        state_->count(leg.row, +1);
        const bool holds = holds_lane(leg.row);
        lane.row.depth += static_cast<int>(holds) - static_cast<int>(held);
        const LegRow* head = state_->first_of(lane);
        const bool is_head = head == &leg.row;
        if (lane.row.head == leg.row.leg.id || is_head)
            place_head(
                lane.row, head, state_->service_time(lane.row), is_head ? due : std::nullopt
            );
        state_->list(lane.row);
    }

    /// Legs behind this one were sent, or somebody tried.
    bool went_on(const MemoryState::LaneEntry& lane, core::LegId id) const {
        return std::any_of(lane.legs.begin(), lane.legs.end(), [&](core::LegId other) {
            return other > id && state_->leg(other).row.attempts > 0;
        });
    }
};

}  // namespace

std::unique_ptr<ports::Store> open_memory_store(
    std::shared_ptr<MemoryState> state, core::Instant now, int lane_depth_max
) {
    return std::make_unique<MemoryStore>(std::move(state), now, lane_depth_max);
}

}  // namespace gw::store
