// Decides whether a call may leave for one partner now: breakers, contract, learned rate, budgets.
// Waits for nothing and keeps nothing itself.
#pragma once

#include "gateway/core/breaker.hpp"
#include "gateway/core/calendar.hpp"
#include "gateway/core/day_quota.hpp"
#include "gateway/core/model.hpp"
#include "gateway/core/opening.hpp"
#include "gateway/core/pace.hpp"
#include "gateway/engine/limits.hpp"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gw::engine {

constexpr std::size_t groups = 3;
std::string_view to_word(core::Group group);
std::optional<core::Group> group_of(std::string_view word);
std::string_view to_word(core::Breaker::State state);

/// What a partner's contract and its configuration allow.
struct PartnerLimits {
    PartnerLimits() = default;
    int concurrency_start = 4, concurrency_max = 64;
    double rate_per_s = 0;           // contract rate; 0 = none
    double burst = 0;                // calls that may start at once; 0 = those of a second
    double retry_tokens = 100;       // budget for retries
    std::int64_t calls_per_day = 0;  // 0 = no such limit
    core::CallShares call_shares;    // of these, by agency
    core::Opening opening;
    core::Calendar calendar;  // for hours that hold on working days
    core::Breaker::Policy breaker;
    core::Pace::Policy pace;  // its contract is rate_per_s
    core::Duration credential_pause{
        60'000};  // the route rests after our own credential was refused
};

/// What the engine remembers of a partner over restarts.
struct PartnerKept {
    PartnerKept() = default;
    std::array<core::BreakerKept, groups> breakers{};
    std::array<std::string, groups> texts;  // for clerks, while a person keeps a breaker open
    core::LearnedCeiling ceiling;
    core::QuotaKept quota;
    bool operator==(const PartnerKept&) const = default;
};

/// It failed before at the partner. What only waited here is no retry.
inline bool is_retry(const core::Claim& claim) {
    return claim.state == core::LegState::retry &&
           claim.attempts_message + claim.attempts_partner > 0;
}

class Gate {
public:
    /// `used`: groups of the partner's operations.
    Gate(const PartnerLimits& limits, std::span<const core::Operation> operations);

    /// How many lanes may be claimed; when none, `wake` is when to look again, unless something in
    /// flight ends before.
    int room(core::Instant now, int in_flight, core::Instant& wake);
    /// What happens to a claimed leg. `ask`: a probe, and it must not be sent: enquire.
    struct Pass {
        enum class What : std::uint8_t { go, ask, wait };
        What what = What::go;
        core::Instant due{};  // wait
    };
    Pass pass(
        const core::Claim& claim,
        const core::Operation* operation,
        core::Instant now,
        int retries_in_flight,
        double u
    );

    /// The partner's positive answer.
    void answered(core::Group group, core::Instant began, core::Instant now, double jitter);
    /// It was there and gave a verdict about the message.
    void spoke(core::Group group, core::Instant now);
    /// Something of ours was refused: nothing goes for a while.
    void refused_us(core::Group group, bool pause, core::Instant now);
    /// `overload`: 429, 503, time-out. `lost`: a time-out after bytes left.
    void failed(
        core::Group group, bool connect, bool overload, bool lost, core::Instant now, double jitter
    );
    /// It was turned away for too much load: the part of a failure that is not about being down.
    /// `said`: by its own answer; else it did not answer in time.
    void overloaded(core::Instant now, bool said = true);
    /// It ended here, before anything left.
    void neutral(core::Group group);
    /// The same, before a call was made: it is not one of the day's.
    void unused(core::Group group, const std::string& agency);
    /// Retry-After: nothing goes to this partner before.
    void rest(core::Instant until);
    bool resting(core::Instant now) const { return now < paused_until_; }

    const core::Breaker& breaker(core::Group group) const { return breakers_[index(group)]; }
    /// The worst of the groups in use.
    core::Breaker::State state(core::Instant now) const;
    bool parked() const;
    int openings() const;
    void force_open(core::Group group, core::Instant until, std::string text);
    void force_probe(core::Group group, core::Instant now);
    bool uses(core::Group group) const { return used_[index(group)]; }
    /// Text for clerks of a breaker that a person keeps open; "".
    std::string forced_text(core::Instant now) const;

    /// When it opens; nullopt: it is open now.
    std::optional<core::Instant> closed_until(core::Instant now) const;
    core::DayQuota& quota() { return quota_; }
    const core::DayQuota& quota() const { return quota_; }
    const core::Pace& pace() const { return pace_; }
    int concurrency() const { return concurrency_.limit(); }
    double retry_tokens() const { return budget_.tokens(); }
    std::uint64_t throttled() const { return throttle_.refused(); }
    /// Calls per second that may leave now; 0 = no limit.
    double allowed_rate(core::Instant now) const;

    PartnerKept kept() const;
    void restore(const PartnerKept& kept, core::Instant now);

private:
    static std::size_t index(core::Group group) { return static_cast<std::size_t>(group); }
    bool any(core::Breaker::State state, core::Instant now) const;
    core::Instant turn(core::Group group, core::Instant from);
    void set_pace(core::Instant now);
    Pass probe(const core::Claim& claim, const core::Operation& operation, core::Instant now);

    PartnerLimits limits_;
    std::array<bool, groups> used_{};
    std::array<core::Breaker, groups> breakers_;
    std::array<core::Instant, groups> turns_{};
    std::array<std::string, groups> texts_;
    RateLimit rate_, pace_rate_{0};
    Concurrency concurrency_;
    RetryBudget budget_;
    ClientThrottle throttle_;
    core::DayQuota quota_;
    core::Pace pace_;
    core::Instant paused_until_{};
    bool careful_ = false;  // after a pause: one at a time until something succeeds
    int passed_over_ = 0;   // legs that could not be probes, in a row
};

}  // namespace gw::engine
