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

constexpr int claim_max = 32;

std::size_t bucket_of(Duration took) {
    const auto* it = std::lower_bound(duration_bounds.begin(), duration_bounds.end(), took);
    return static_cast<std::size_t>(it - duration_bounds.begin());
}

/// The process died this often while it sent the leg: it is not even parsed again.
constexpr int suspects_max = 3;

Error poison() {
    return core::give_up(
        "poison", "The gateway ended unexpectedly three times while it sent this message."
    );
}

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
    Slot(std::shared_ptr<Shared> shared, bool retry) : shared_(std::move(shared)), retry_(retry) {
        ++shared_->stats.in_flight;
        shared_->stats.retries_in_flight += retry_ ? 1 : 0;
    }
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
        if (!shared_) return;
        --shared_->stats.in_flight;
        shared_->stats.retries_in_flight -= retry_ ? 1 : 0;
    }
    void leave() { Slot gone(std::move(*this)); }

private:
    std::shared_ptr<Shared> shared_;
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
      rate_(options_.rate_per_s, options_.burst > 0 ? options_.burst : options_.rate_per_s),
      concurrency_(options_.concurrency_start, options_.concurrency_max),
      budget_(options_.retry_tokens),
      breaker_(options_.breaker),
      shared_(std::make_shared<Shared>()),
      signal_(ex),
      tasks_(ex, hooks_.on_fault),
      alarm_(clock_, tasks_, signal_) {
    GW_ASSERT(!options_.partner.empty());
    GW_ASSERT(options_.concurrency_max > 0);
    shared_->stats.partner = options_.partner;
}

asio::awaitable<void> Dispatcher::run() {
    next_unpark_ = clock_.now() + options_.parked_probe;
    while (!stopping_) {
        const Instant now = clock_.now();
        if (now >= next_unpark_) {
            // One leg tries the way; when it got through, breaker or next look brings the others
            // back.
            next_unpark_ = now + options_.parked_probe;
            tasks_.spawn(unpark(1));
        }
        const int lanes = room(now);
        if (lanes > 0) co_await claim_some(lanes);
        if (stopping_) break;
        co_await signal_.wait();
    }
    co_await tasks_.join();
}

void Dispatcher::stop() {
    stopping_ = true;
    signal_.notify();
}

DispatcherStats Dispatcher::stats() const {
    DispatcherStats s = shared_->stats;
    const Instant now = const_cast<ports::Clock&>(clock_).now();
    s.concurrency_limit = concurrency_.limit();
    s.breaker = breaker_.state(now);
    if (now >= paused_until_) s.paused.clear();
    s.retry_tokens = budget_.tokens();
    return s;
}

/// How many lanes may be claimed now; when none, an alarm is set or something in flight will wake
/// us.
int Dispatcher::room(Instant now) {
    alarm_.at(now + options_.poll);
    if (now < paused_until_) {
        alarm_.at(paused_until_);
        return 0;
    }
    const int in_flight = shared_->stats.in_flight;
    const auto state = breaker_.state(now);
    if (state == core::Breaker::State::open) {
        alarm_.at(breaker_.opens_at());
        return 0;
    }
    if (state == core::Breaker::State::half_open || careful_) return in_flight == 0 ? 1 : 0;
    const int tokens = rate_.available(now);
    if (tokens == 0) alarm_.at(rate_.next(now));
    return std::min({claim_max, concurrency_.limit() - in_flight, tokens});
}

asio::awaitable<void> Dispatcher::claim_some(int lanes) {
    const Instant now = clock_.now();
    auto claims = co_await store_.claim(options_.partner, lanes, now);
    if (!claims) {
        may_repeat(claims.error());
        alarm_.at(clock_.now() + Duration(1'000));
        co_return;
    }
    const bool more = static_cast<int>(claims->claims.size()) == lanes;
    for (Claim& claim : claims->claims) start(std::move(claim));
    if (claims->next_due) alarm_.at(*claims->next_due);
    if (more) signal_.notify();  // there may be more, as far as there is room
}

void Dispatcher::start(Claim claim) {
    GW_ASSERT(claim.leg.partner == options_.partner);
    const Instant now = clock_.now();
    const bool retry = claim.state == LegState::retry;
    if (stopping_ || (retry && !budget_.take(shared_->stats.retries_in_flight))) {
        // Waiting for budget is not an attempt.
        const auto spread = static_cast<std::int64_t>(random_.uniform() * 4'000);
        tasks_.spawn(give_back(std::move(claim), now + Duration(1'000 + spread)));
        return;
    }
    const bool half_open = breaker_.state(now) == core::Breaker::State::half_open;
    const core::Operation* operation = operation_of(claim.leg.operation);
    if (!breaker_.admit(now)) {
        tasks_.spawn(give_back(std::move(claim), std::max(now, breaker_.opens_at())));
        return;
    }
    rate_.take();
    Slot slot(shared_, retry);
    const bool risky = operation && operation->effect == core::Effect::once &&
                       !operation->enquiry.empty() && claim.state != LegState::unknown;
    if (half_open && risky)
        tasks_.spawn(probe(std::move(claim), std::move(slot)));
    else
        tasks_.spawn(deliver(std::move(claim), std::move(slot)));
}

asio::awaitable<void> Dispatcher::deliver(Claim claim, Slot slot) {
    const core::Operation* operation = operation_of(claim.leg.operation);
    if (operation == nullptr) {
        breaker_.neutral();
        const Error error = unknown_operation();
        core::Settlement s = core::settle_refused_by_us(claim, error, clock_.now());
        co_await save(std::move(claim), std::move(s));
    } else if (claim.state == LegState::unknown) {
        co_await resolve(std::move(claim), *operation);
    } else {
        co_await send(std::move(claim), *operation);
    }
    slot.leave();
    signal_.notify();
}

asio::awaitable<void> Dispatcher::send(Claim claim, const core::Operation& operation) {
    const Instant began = clock_.now();
    core::Result<ports::Prepared> prepared = poison();
    if (claim.suspects < suspects_max) prepared = sink_.prepare(claim, began);
    if (!prepared) {
        breaker_.neutral();
        ++shared_->stats.refused_by_us;
        core::Settlement s = core::settle_refused_by_us(claim, prepared.error(), began);
        co_await save(std::move(claim), std::move(s));
        co_return;
    }
    if (prepared->digest == core::Digest{}) prepared->digest = crypto::sha256(prepared->bytes);
    auto fence = co_await store_.intend(claim, prepared->digest, began);
    if (!fence) {
        breaker_.neutral();
        if (may_repeat(fence.error()))
            co_await give_back(std::move(claim), began + Duration(1'000));
        co_return;
    }
    claim.fence = *fence;
    ports::Prepared ready = std::move(*prepared);
    auto result = co_await sink_.send(std::move(ready), claim);
    const Instant now = clock_.now();
    if (result)
        partner_answered(began, now);
    else
        partner_failed(result.error(), now);
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
    ++shared_->stats.outcomes[static_cast<std::size_t>(s.outcome)];
    ++shared_->stats.durations[bucket_of(now - began)];
    shared_->stats.duration_sum += now - began;
    co_await save(std::move(claim), std::move(s));
}

asio::awaitable<void> Dispatcher::resolve(Claim claim, const core::Operation& operation) {
    const Instant began = clock_.now();
    if (operation.enquiry.empty()) {
        breaker_.neutral();
        core::Settlement s =
            core::settle_unresolvable(resolver_policy(operation), operation, claim, began);
        co_await save(std::move(claim), std::move(s));
        co_return;
    }
    auto result = co_await sink_.enquire(claim);
    const Instant now = clock_.now();
    ++shared_->stats.enquiries;
    if (result)
        partner_answered(began, now);
    else
        partner_failed(result.error(), now);
    core::Settlement s = core::settle_enquiry(
        resolver_policy(operation), operation, claim, result, began, now, random_.uniform()
    );
    co_await save(std::move(claim), std::move(s));
}

/// A half-open breaker never tries an operation that cannot be repeated: it asks about it instead.
asio::awaitable<void> Dispatcher::probe(Claim claim, Slot slot) {
    const Instant began = clock_.now();
    auto result = co_await sink_.enquire(claim);
    const Instant now = clock_.now();
    ++shared_->stats.enquiries;
    if (result)
        partner_answered(began, now);
    else
        partner_failed(result.error(), now);
    co_await give_back(std::move(claim), now);
    slot.leave();
    signal_.notify();
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
             {"code", log::Word(settlement.reason)}}
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
