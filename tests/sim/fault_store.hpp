// A store that fails, crashes the process at its verbs, tells the journal what was settled, and
// carries planted defects.
#pragma once

#include "gateway/ports/store.hpp"
#include "tests/kit/checker.hpp"
#include "tests/sim/plan.hpp"

#include <functional>
#include <map>
#include <memory>

namespace gw::sim_test {

/// What the fault stores of one world share.
struct StoreWorld {
    Plan* plan = nullptr;
    Plant plant = Plant::none;
    test::SimClock* clock = nullptr;
    test::SimRandom* random = nullptr;
    test::Journal* journal = nullptr;
    bool healed = false;
    std::function<void()> crash;  // the process dies; the caller then never goes on
    /// Told of every write, before and after its commit; true: the process dies there.
    std::function<bool(const char* where)> dies;
    ports::Store* newest = nullptr;               // the store of the newest process
    std::map<core::LaneId, std::int64_t> fences;  // latest given, over all processes
    std::vector<std::string> faults;              // I5
};

class FaultStore final : public ports::Store {
public:
    FaultStore(StoreWorld& world, std::unique_ptr<ports::Store> inner)
        : world_(world), inner_(std::move(inner)) {
        world_.newest = inner_.get();
    }
    ports::Async<ports::Accepted> accept(ports::Acceptance a) override;
    ports::Async<ports::Claims> claim(ports::ClaimWish wish) override;
    ports::Async<void> release(core::Claim claim, Instant due) override;
    void preparing(core::LegId leg) override { inner_->preparing(leg); }
    ports::Async<std::int64_t> intend(core::Claim claim, core::Digest bytes, Instant now) override;
    ports::Async<void> settle(
        core::LaneId lane, std::int64_t fence, core::Settlement s, std::vector<core::FeedItem> feed
    ) override;
    ports::Async<void> act(core::LegId leg, ports::LegAction action, core::AuditRow why) override;
    ports::Async<std::vector<ports::LegalAlarm>> legal_alarms(
        core::Instant now, int most, std::function<core::FeedItem(const ports::LegalAlarm&)> tell
    ) override {
        return inner_->legal_alarms(now, most, std::move(tell));
    }

    ports::Async<std::optional<core::Object>> object(std::string k, std::string a, std::string id)
        override {
        return inner_->object(k, a, id);
    }
    ports::Async<ports::ObjectPage> objects(ports::ObjectFilter f) override {
        return inner_->objects(f);
    }
    ports::Async<ports::Accepted> answer_of(std::string p, std::string k, core::Digest d) override {
        return inner_->answer_of(p, k, d);
    }
    ports::Async<std::vector<core::Event>> events_of(std::string a, std::string d, std::string k)
        override {
        return inner_->events_of(a, d, k);
    }
    ports::Async<std::vector<ports::LegView>> legs_of(std::string a, std::string d) override {
        return inner_->legs_of(a, d);
    }
    ports::Async<std::optional<ports::LegView>> leg(core::LegId id) override {
        return inner_->leg(id);
    }
    using ports::Store::legs_in;
    ports::Async<std::vector<ports::LegView>> legs_in(
        std::string p, core::LegState s, int n, std::string a
    ) override {
        return inner_->legs_in(p, s, n, a);
    }
    ports::Async<std::vector<ports::AttemptView>> attempts_of(core::LegId id) override {
        return inner_->attempts_of(id);
    }
    ports::Async<std::optional<core::Claim>> claim_view(core::LegId id) override {
        return inner_->claim_view(id);
    }
    ports::Async<std::optional<ports::MessageView>> message(core::MessageId id) override {
        return inner_->message(id);
    }
    ports::Async<ports::FeedPage> feed(
        std::string a, std::int64_t s, int n, std::vector<std::string> t
    ) override {
        return inner_->feed(a, s, n, t);
    }
    ports::Async<std::int64_t> feed_end(std::string a) override { return inner_->feed_end(a); }
    ports::Async<int> forget_feed(core::Instant before, int max) override {
        return inner_->forget_feed(before, max);
    }
    ports::Async<std::vector<core::AuditRow>> audit_of(std::string a, std::string s) override {
        return inner_->audit_of(a, s);
    }
    ports::Async<std::vector<ports::QueueStats>> stats() override { return inner_->stats(); }
    ports::Async<ports::RotationStep> rotate(ports::RotationWish w) override {
        return inner_->rotate(std::move(w));
    }
    ports::Async<std::vector<ports::SegmentView>> segments(std::vector<ports::KeptDossier> k
    ) override {
        return inner_->segments(std::move(k));
    }
    ports::Async<void> backup(std::string path) override { return inner_->backup(path); }
    ports::StoreHealth health() override { return inner_->health(); }

private:
    /// A refusal, a crash before the effect, or neither.
    asio::awaitable<bool> refused(const char* before);
    /// Perhaps the process dies now that it is done.
    asio::awaitable<void> after(const char* done);
    /// `where`: "" is no step.
    asio::awaitable<void> step(const char* where);
    asio::awaitable<void> die();
    void fence_given(core::LaneId lane, std::int64_t fence);
    StoreWorld& world_;
    std::unique_ptr<ports::Store> inner_;
    std::map<core::LaneId, core::Claim> claims_;  // in this process
};

}  // namespace gw::sim_test
