// The dispatcher of one partner: the only place where legs leave the gateway.
#include "gateway/engine/dispatcher.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/engine/sync_feed.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::engine {
namespace {

namespace log = ports::log;
using core::Advice;
using core::Blame;
using core::Claim;
using core::Duration;
using core::Error;
using core::Instant;
using core::LegState;

std::size_t bucket_of(Duration took) {
    const auto* it = std::lower_bound(duration_bounds.begin(), duration_bounds.end(), took);
    return static_cast<std::size_t>(it - duration_bounds.begin());
}

/// A leg of the most urgent class that waited longer was in the way of something.
constexpr Duration p0_late(5'000);
constexpr Duration p0_old(300'000);  // it waited for its lane or a person, not for the partner

Error unknown_operation() {
    return {
        Advice::hold,
        Blame::ours,
        "operation_unknown",
        "The connector has no operation of this name: a newer or older version planned it."};
}

}  // namespace

/// One lane in flight; counts itself in and out, also when its coroutine is dropped.
class Dispatcher::Slot {
public:
    Slot(std::shared_ptr<Shared> shared, Places place, const core::Leg& leg, bool retry)
        : shared_(std::move(shared)),
          place_(std::move(place)),
          urgency_(leg.urgency),
          agency_(leg.agency),
          retry_(retry) {
        ++shared_->stats.in_flight;
        shared_->stats.retries_in_flight += retry_ ? 1 : 0;
        shared_->flow.begin(urgency_, agency_);
    }
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
        if (!shared_) return;
        --shared_->stats.in_flight;
        shared_->stats.retries_in_flight -= retry_ ? 1 : 0;
        shared_->flow.end(urgency_, agency_);
    }
    void leave() { Slot gone(std::move(*this)); }

private:
    std::shared_ptr<Shared> shared_;
    Places place_;
    core::Urgency urgency_;
    std::string agency_;
    bool retry_;
};

Dispatcher::Dispatcher(
    asio::any_io_executor ex,
    DispatcherOptions options,
    ports::Store& store,
    ports::Sink& sink,
    ports::Clock& clock,
    ports::Random& random,
    Wakes& wakes,
    EngineHooks hooks
)
    : options_(std::move(options)),
      store_(store),
      sink_(sink),
      clock_(clock),
      random_(random),
      wakes_(wakes),
      hooks_(std::move(hooks)),
      gate_(options_, sink.operations()),
      shared_(std::make_shared<Shared>()),
      signal_(ex),
      tasks_(ex, hooks_.on_fault),
      alarm_(clock_, tasks_, signal_) {
    GW_ASSERT(!options_.partner.empty());
    GW_ASSERT(options_.concurrency_max > 0);
    shared_->stats.partner = options_.partner;
    if (options_.turns) options_.turns->join(options_.partner);
}

asio::awaitable<void> Dispatcher::run() {
    while (!stopping_) {
        const bool loaded = co_await load();
        if (loaded) break;
    }
    next_unpark_ = clock_.now() + options_.parked_probe;
    while (!stopping_) {
        const Instant now = clock_.now();
        keep();
        if (now >= next_unpark_) {
            next_unpark_ = now + options_.parked_probe;
            tasks_.spawn(unpark(next_parked(now)));
        }
        Places places = room(now);
        if (places.count() > 0) co_await claim_some(std::move(places));
        if (stopping_) break;
        co_await signal_.wait();
    }
    rest();
    co_await tasks_.join();
}

void Dispatcher::stop() {
    stopping_ = true;
    signal_.notify();
}

/// Lanes that may be claimed now; when none, an alarm is set or something in flight, of this
/// partner or of others, will wake us.
Places Dispatcher::room(Instant now) {
    Instant wake = now + options_.poll;
    const int lanes = gate_.room(now, shared_->stats.in_flight, wake);
    alarm_.at(wake);
    Places places(options_.turns, options_.partner, lanes);
    wake_others();
    return places;
}

/// Nothing more is wanted of what all share.
void Dispatcher::rest() {
    if (options_.turns) options_.turns->take(options_.partner, 0);
    wake_others();
}

void Dispatcher::wake_others() {
    if (!options_.turns) return;
    for (const std::string& name : options_.turns->next()) wakes_.partner(name);
}

/// What is under way, for fair shares.
core::InFlight Dispatcher::flow() const {
    core::InFlight flow = shared_->flow;
    flow.limit = gate_.concurrency();
    std::uint64_t calls = 0, seen = 0;
    for (const std::uint64_t n : shared_->stats.durations) calls += n;
    for (std::size_t i = 0; i < duration_bounds.size() && seen * 100 < calls * 99; ++i) {
        seen += shared_->stats.durations[i];
        flow.service_time = duration_bounds[i];
    }
    return flow;
}

asio::awaitable<void> Dispatcher::claim_some(Places places) {
    const int lanes = places.count();
    ports::ClaimWish wish;
    wish.partner = options_.partner;
    wish.most = lanes;
    wish.now = clock_.now();
    wish.in_flight = flow();
    wish.in_flight.allowed = gate_.quota().allowed(wish.now);
    auto claims = co_await store_.claim(std::move(wish));
    if (!claims) {
        may_repeat(claims.error());
        alarm_.at(clock_.now() + Duration(1'000));
        places.give_back();
        rest();
        co_return;
    }
    const bool more = static_cast<int>(claims->claims.size()) == lanes;
    for (Claim& claim : claims->claims) start(std::move(claim), places);
    if (claims->next_due) alarm_.at(*claims->next_due);
    places.give_back();
    if (more)
        signal_.notify();  // there may be more, as far as there is room
    else
        rest();
}

void Dispatcher::start(Claim claim, Places& places) {
    GW_ASSERT(claim.leg.partner == options_.partner);
    const Instant now = clock_.now();
    const core::Operation* operation = operation_of(claim.leg.operation);
    Gate::Pass pass;
    if (!stopping_)
        pass =
            gate_.pass(claim, operation, now, shared_->stats.retries_in_flight, random_.uniform());
    if (stopping_ || pass.what == Gate::Pass::What::wait) {
        // Waiting for budget, hours or a breaker is not an attempt.
        const Instant due = stopping_ ? now : pass.due;
        tasks_.spawn(give_back(std::move(claim), due));
        return;
    }
    ++shared_->stats.starts[static_cast<std::size_t>(claim.leg.urgency)];
    if (claim.leg.urgency == core::Urgency::p0 && claim.state == LegState::ready &&
        now - claim.enqueued_at > p0_late && now - claim.enqueued_at < p0_old)
        shared_->stats.p0_late_at = now;
    Slot slot(shared_, places.one(), claim.leg, is_retry(claim));
    if (pass.what == Gate::Pass::What::ask)
        tasks_.spawn(probe(std::move(claim), std::move(slot)));
    else
        tasks_.spawn(deliver(std::move(claim), std::move(slot)));
}

asio::awaitable<void> Dispatcher::deliver(Claim claim, Slot slot) {
    const core::Operation* operation = operation_of(claim.leg.operation);
    if (operation == nullptr) {
        const Error error = unknown_operation();
        core::Settlement s = core::settle_refused_by_us(nullptr, claim, error, clock_.now());
        co_await save(std::move(claim), std::move(s));
    } else if (claim.state == LegState::unknown) {
        co_await resolve(std::move(claim), *operation);
    } else {
        co_await send(std::move(claim), *operation);
    }
    slot.leave();
    signal_.notify();
    wake_others();
}

asio::awaitable<void> Dispatcher::send(Claim claim, const core::Operation& operation) {
    const Instant began = clock_.now();
    auto prepared = prepare(claim, began);
    if (!prepared) {
        gate_.unused(operation.group, claim.leg.agency);
        ++shared_->stats.refused_by_us;
        core::Settlement s = core::settle_refused_by_us(&operation, claim, prepared.error(), began);
        co_await save(std::move(claim), std::move(s));
        co_return;
    }
    if (prepared->digest == core::Digest{}) prepared->digest = crypto::sha256(prepared->bytes);
    auto fence = co_await store_.intend(claim, prepared->digest, began);
    if (!fence) {
        gate_.neutral(operation.group);
        if (may_repeat(fence.error()))
            co_await give_back(std::move(claim), began + Duration(1'000));
        co_return;
    }
    claim.fence = *fence;
    ports::Prepared ready = std::move(*prepared);
    auto result = co_await sink_.send(std::move(ready), claim);
    const Instant now = clock_.now();
    if (result)
        partner_answered(operation.group, began, now);
    else
        partner_failed(operation.group, result.error(), now);
    core::Settlement s = core::settle_send(
        retry_policy(claim.leg),
        resolver_policy(operation),
        operation,
        claim,
        result,
        began,
        now,
        random_.uniform()
    );
    if (!result)
        if (const auto rest = core::rest_until(result.error(), claim, now)) gate_.rest(*rest);
    ++shared_->stats.outcomes[static_cast<std::size_t>(s.outcome)];
    ++shared_->stats.durations[bucket_of(now - began)];
    shared_->stats.duration_sum += now - began;
    co_await save(std::move(claim), std::move(s));
}

asio::awaitable<void> Dispatcher::resolve(Claim claim, const core::Operation& operation) {
    const Instant began = clock_.now();
    if (operation.enquiry.empty()) {
        gate_.neutral(operation.group);
        core::Settlement s =
            core::settle_unresolvable(resolver_policy(operation), operation, claim, began);
        co_await save(std::move(claim), std::move(s));
        co_return;
    }
    auto result = co_await sink_.enquire(claim);
    const Instant now = clock_.now();
    ++shared_->stats.enquiries;
    if (result)
        partner_answered(operation.group, began, now);
    else
        partner_failed(operation.group, result.error(), now);
    core::Settlement s = core::settle_enquiry(
        resolver_policy(operation), operation, claim, result, began, now, random_.uniform()
    );
    co_await save(std::move(claim), std::move(s));
}

/// A half-open breaker never tries an operation that cannot be repeated: it asks about it instead.
asio::awaitable<void> Dispatcher::probe(Claim claim, Slot slot) {
    const core::Operation& operation = *operation_of(claim.leg.operation);
    const Instant began = clock_.now();
    auto result = co_await sink_.enquire(claim);
    const Instant now = clock_.now();
    ++shared_->stats.enquiries;
    if (result)
        partner_answered(operation.group, began, now);
    else
        partner_failed(operation.group, result.error(), now);
    co_await give_back(std::move(claim), now);
    slot.leave();
    signal_.notify();
    wake_others();
}

asio::awaitable<void> Dispatcher::save(Claim claim, core::Settlement settlement) {
    auto feed = sync_feed(claim, settlement, operation_of(claim.leg.operation), clock_.now());
    Duration wait(100);
    while (true) {
        auto saved = co_await store_.settle(claim.lane, claim.fence, settlement, feed);
        if (saved) break;
        if (!may_repeat(saved.error())) co_return;
        co_await clock_.sleep_until(clock_.now() + wait);
        wait = std::min(wait * 2, Duration(5'000));
    }
    ++shared_->stats.settled[static_cast<std::size_t>(settlement.state)];
    if (!feed.empty()) wakes_.feed(claim.leg.agency);
    if (settlement.state == LegState::dead || settlement.state == LegState::blocked)
        log::info(
            "leg.stopped",
            {{"leg", claim.leg.id},
             {"partner", log::Word(options_.partner)},
             {"state", log::Word(core::to_word(settlement.state))},
             {"code", log::Word(settlement.reason)},
             {"trace", log::Word(claim.trace)}}
        );
}

asio::awaitable<void> Dispatcher::give_back(Claim claim, Instant due) {
    Duration wait(100);
    while (true) {
        auto released = co_await store_.release(claim, due);
        if (released) break;
        if (!may_repeat(released.error())) co_return;
        co_await clock_.sleep_until(clock_.now() + wait);
        wait = std::min(wait * 2, Duration(5'000));
    }
    alarm_.at(due);
}

const core::Operation* Dispatcher::operation_of(std::string_view name) const {
    for (const core::Operation& operation : sink_.operations())
        if (operation.name == name) return &operation;
    return nullptr;
}

core::RetryPolicy Dispatcher::retry_policy(const core::Leg& leg) const {
    return options_.retry ? *options_.retry : core::default_policy(leg.urgency);
}

core::ResolverPolicy Dispatcher::resolver_policy(const core::Operation& operation) const {
    core::ResolverPolicy policy;
    policy.settle_time = operation.settle_time;
    if (options_.resolver) policy = *options_.resolver;
    const auto agreed = options_.settle_times.find(operation.name);
    if (agreed != options_.settle_times.end()) policy.settle_time = agreed->second;
    return policy;
}

}  // namespace gw::engine
