// Faults, crash points and planted defects of the store.
#include "tests/sim/fault_store.hpp"

namespace gw::sim_test {
namespace {

using core::Advice;
using core::Blame;
using core::Error;
using core::LegState;
using test::Journal;

Error queue_full() {
    return {Advice::retry, Blame::ours, "store.queue_full", "full"};
}

}  // namespace

asio::awaitable<void> FaultStore::die() {
    world_.crash();
    // Whoever called is dropped with the process; a process that lives on as a zombie hangs here.
    co_await world_.clock->sleep_until(Instant::max());
}

asio::awaitable<void> FaultStore::step(const char* where) {
    if (!world_.dies || *where == 0) co_return;
    if (world_.dies(where)) co_await world_.clock->sleep_until(Instant::max());
}

asio::awaitable<bool> FaultStore::refused(const char* before) {
    co_await step(before);
    if (world_.healed) co_return false;
    const Rates& rates = world_.plan->rates;
    if (world_.random->chance(rates.crash_in_store)) co_await die();
    co_return world_.random->chance(rates.store_refuses);
}

asio::awaitable<void> FaultStore::after(const char* done) {
    co_await step(done);
    if (world_.healed) co_return;
    if (world_.random->chance(world_.plan->rates.crash_in_store)) co_await die();
}

void FaultStore::fence_given(core::LaneId lane, std::int64_t fence) {
    std::int64_t& latest = world_.fences[lane];
    if (fence <= latest) world_.faults.push_back("I5 a fence did not rise");
    latest = fence;
}

ports::Async<ports::Accepted> FaultStore::accept(ports::Acceptance a) {
    const bool no = co_await refused("before accept");
    if (no && world_.plant == Plant::yes_before_commit) co_return ports::Accepted();
    if (no) co_return queue_full();
    if (world_.plant == Plant::inbox_skipped) a.message.message_key.clear();
    auto result = co_await inner_->accept(std::move(a));
    co_await after("after accept");
    co_return result;
}

ports::Async<ports::Claims> FaultStore::claim(ports::ClaimWish wish) {
    const bool no = co_await refused("");
    if (no) co_return queue_full();
    auto result = co_await inner_->claim(std::move(wish));
    if (result) {
        for (const core::Claim& c : result->claims) {
            fence_given(c.lane, c.fence);
            claims_[c.lane] = c;
        }
    }
    // A claim that gave nothing changed nothing.
    const bool some = result.has_value() && !result->claims.empty();
    const char* done = "";
    if (some) done = "after claim";
    co_await after(done);
    co_return result;
}

ports::Async<void> FaultStore::release(core::Claim claim, Instant due) {
    const bool no = co_await refused("before release");
    if (no) co_return queue_full();
    if (world_.plant == Plant::release_forgotten) co_return core::Result<void>();
    auto result = co_await inner_->release(std::move(claim), due);
    co_await after("after release");
    co_return result;
}

ports::Async<std::int64_t> FaultStore::intend(core::Claim claim, core::Digest bytes, Instant now) {
    const bool no = co_await refused("before intend");
    if (no) co_return queue_full();
    const core::LaneId lane = claim.lane;
    const std::string oracle = claim.leg.effect_key;
    const std::string partner = claim.leg.partner;
    auto result = co_await inner_->intend(std::move(claim), bytes, now);
    if (result) {
        fence_given(lane, *result);
        claims_[lane].state = LegState::sending;
        claims_[lane].fence = *result;
        world_.journal->add(now, Journal::Kind::settled, partner, oracle, "sending");
    }
    co_await after("after intend");
    co_return result;
}

ports::Async<void> FaultStore::settle(
    core::LaneId lane, std::int64_t fence, core::Settlement s, std::vector<core::FeedItem> feed
) {
    const bool no = co_await refused("before settle");
    if (no) co_return queue_full();
    const core::Claim c = claims_[lane];
    ports::Store* store = inner_.get();
    if (world_.plant == Plant::settle_forgotten && world_.random->chance(0.02))
        co_return core::Result<void>();
    if (world_.plant == Plant::fence_dropped) {
        fence = world_.fences[lane];
        store = world_.newest;
    }
    if (world_.plant == Plant::next_while_unknown && s.state == LegState::unknown)
        s.state = LegState::delivered;
    if (world_.plant == Plant::partner_faults_kill && s.attempts_partner > 3 &&
        s.state == LegState::retry) {
        s.state = LegState::dead;
        s.due_at.reset();
    }
    if (!core::may_become(c.state, s.state)) world_.faults.push_back("I5 an edge that is none");
    const std::string word(core::to_word(s.state));
    auto result = co_await store->settle(lane, fence, std::move(s), std::move(feed));
    if (result)
        world_.journal->add(
            world_.clock->now(), Journal::Kind::settled, c.leg.partner, c.leg.effect_key, word
        );
    co_await after("after settle");
    co_return result;
}

ports::Async<void> FaultStore::act(core::LegId leg, ports::LegAction action, core::AuditRow why) {
    const bool no = co_await refused("before act");
    if (no) co_return queue_full();
    auto result = co_await inner_->act(leg, action, std::move(why));
    co_await after("after act");
    co_return result;
}

}  // namespace gw::sim_test
