// Sends the legs of one partner: claims lanes that are due, asks about unknown outcomes, settles
// what happened.
#pragma once

#include "gateway/core/delivery.hpp"
#include "gateway/engine/gate.hpp"
#include "gateway/engine/places.hpp"
#include "gateway/engine/signal.hpp"
#include "gateway/engine/task_group.hpp"
#include "gateway/engine/wakes.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::engine {

struct DispatcherOptions : PartnerLimits {
    DispatcherOptions() = default;
    std::string partner;
    std::shared_ptr<core::Turns> turns;      // calls that all partners together may have under way;
                                             // null: no such limit
    std::optional<core::RetryPolicy> retry;  // instead of the row of the urgency
    std::optional<core::ResolverPolicy>
        resolver;  // instead of the default with the operation's settle time
    std::map<std::string, core::Duration, std::less<>>
        settle_times;                        // by operation, where a province agreed otherwise
    core::Duration poll{1'000};              // claims at least this often, woken or not
    core::Duration parked_probe{1'800'000};  // how often parked legs are looked at
};

/// Upper bounds of the duration histogram; the last bucket has none.
inline constexpr std::array<core::Duration, 8> duration_bounds{
    core::Duration(10),
    core::Duration(50),
    core::Duration(200),
    core::Duration(500),
    core::Duration(1'000),
    core::Duration(5'000),
    core::Duration(20'000),
    core::Duration(60'000)};

/// Counters since start, for /metrics and the live view.
struct DispatcherStats {
    DispatcherStats() = default;
    std::string partner;
    std::array<std::uint64_t, 7> outcomes{};  // sends by core::Outcome
    std::array<std::uint64_t, 10>
        settled{};                          // sends and enquiries by the core::LegState they led to
    std::array<std::uint64_t, 4> starts{};  // sends and enquiries by core::Urgency
    std::optional<core::Instant> p0_late_at;  // when a p0 leg had last waited for long
    std::uint64_t enquiries = 0, refused_by_us = 0, fenced = 0, store_errors = 0;
    std::array<std::uint64_t, duration_bounds.size() + 1> durations{};
    core::Duration duration_sum{0};
    int in_flight = 0, retries_in_flight = 0, concurrency_limit = 0;
    core::Breaker::State breaker = core::Breaker::State::closed;  // the worst of the groups
    std::array<core::Breaker::State, groups> breakers{};
    std::array<bool, groups> used{};  // groups that the partner has operations of
    std::uint64_t breaker_openings = 0;
    std::string paused;                         // error code while the route is parked; ""
    bool parked = false;                        // so many openings in a row that somebody must look
    std::string closed_text;                    // for clerks, while a person keeps a breaker open
    std::optional<core::Instant> closed_until;  // by its hours, maintenance or the day's calls
    std::optional<core::Instant> forced_until;  // while a person keeps the breaker of pushes open
    double retry_tokens = 0, allowed_rate = 0;  // allowed_rate: calls per second; 0 = no limit
    core::LearnedCeiling ceiling;
    bool catching_up = false;
    std::int64_t calls_per_day = 0, calls_today = 0;
    std::vector<core::QuotaLine> quota;  // who used what of them
    std::uint64_t throttled_here = 0, state_writes = 0;
};

/// What tells the owner that something needs more than a retry.
struct EngineHooks {
    EngineHooks() = default;
    std::function<void(const core::Error&)> on_stop;  // the process can no longer keep its promise
    TaskGroup::OnFault on_fault;                      // a task threw: a bug
};

class Dispatcher {
public:
    /// All references outlive this. `sink` serves every operation of the partner.
    Dispatcher(
        asio::any_io_executor ex,
        DispatcherOptions options,
        ports::Store& store,
        ports::Sink& sink,
        ports::Clock& clock,
        ports::Random& random,
        Wakes& wakes,
        EngineHooks hooks
    );

    /// Until stop(); then waits for what is in flight.
    asio::awaitable<void> run();
    /// No new claims; what is in flight ends by itself.
    void stop();
    /// Ends what is in flight where it stands. Recovery decides about it at the next start.
    void cancel() { tasks_.cancel(); }
    /// Something may be due.
    void wake() { signal_.notify(); }
    DispatcherStats stats() const;
    const std::string& partner() const { return options_.partner; }
    /// By hand: keeps a group's breaker open until then, or has it tried now (`until` unset).
    /// Returns when that is durable, with `why`.
    ports::Async<void> command(
        core::Group group, std::optional<core::Instant> until, std::string text, core::AuditRow why
    );

private:
    /// Outlives this in the frames of tasks that a destroyed io_context drops.
    struct Shared {
        DispatcherStats stats;
        core::InFlight flow;
    };
    class Slot;

    Places room(core::Instant now);
    void rest();
    void wake_others();
    core::InFlight flow() const;
    asio::awaitable<void> claim_some(Places places);
    void start(core::Claim claim, Places& places);
    asio::awaitable<void> deliver(core::Claim claim, Slot slot);
    asio::awaitable<void> send(core::Claim claim, const core::Operation& operation);
    asio::awaitable<void> resolve(core::Claim claim, const core::Operation& operation);
    asio::awaitable<void> probe(core::Claim claim, Slot slot);
    asio::awaitable<void> save(core::Claim claim, core::Settlement settlement);
    asio::awaitable<void> give_back(core::Claim claim, core::Instant due);
    asio::awaitable<void> unpark(int most);
    int next_parked(core::Instant now);
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now);
    /// Notes a failed store call. True: worth another try later.
    bool may_repeat(const core::Error& error);
    const core::Operation* operation_of(std::string_view name) const;
    core::RetryPolicy retry_policy(const core::Leg& leg) const;
    core::ResolverPolicy resolver_policy(const core::Operation& operation) const;
    asio::awaitable<bool> load();
    void keep();
    asio::awaitable<void> save_state();
    void note_change(core::Group group, core::Breaker::State before, core::Instant now);
    void partner_answered(core::Group group, core::Instant began, core::Instant now);
    void partner_failed(core::Group group, const core::Error& error, core::Instant now);

    DispatcherOptions options_;
    ports::Store& store_;
    ports::Sink& sink_;
    ports::Clock& clock_;
    ports::Random& random_;
    Wakes& wakes_;
    EngineHooks hooks_;
    Gate gate_;
    PartnerKept saved_;  // as the store has it
    bool saving_ = false;
    core::Instant next_unpark_{};
    int unpark_most_ = 1;                             // of the last look
    std::uint64_t looked_good_ = 0, looked_all_ = 0;  // outcomes until then
    bool stopping_ = false;
    std::shared_ptr<Shared> shared_;
    Signal signal_;
    TaskGroup tasks_;  // last: its tasks use everything above
    Alarm alarm_;
};

}  // namespace gw::engine
