// The portal's own outbox towards the province: what is due, and the repeat rule of a real sender.
// Pure.
#pragma once

#include "simulators/kit/journal.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/options.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::national_portal {

/// One HTTP request to make.
struct OutCall {
    OutCall() = default;
    std::uint64_t id = 0;       // give it to answered()
    std::string kind, dossier;  // "dossier", "promotion", …
    std::string method = "POST", path, body;
    std::vector<std::pair<std::string, std::string>> headers;
    int attempt = 1;
};

enum class SendState { waiting, in_flight, done, refused, given_up };
std::string_view name_of(SendState state);

struct Outgoing {
    Outgoing() = default;
    std::uint64_t id = 0;
    std::string kind, service, dossier, path, body;
    SendState state = SendState::waiting;
    core::Instant queued{}, due{};
    int attempts = 0, copies_left = 0;  // copies: sent again after success (F-58)
    bool forged = false;                // signed with a wrong signature (NP-42)
    int last_status = 0;                // HTTP; 0 = none came
    std::string last_answer;
};

class Sender {
public:
    Sender(const Options& options, kit::Journal& journal, std::uint64_t seed);

    std::uint64_t add(Outgoing what, core::Instant now);
    /// Calls to make now, oldest first. Each is given once; it comes again after answered() asked
    /// for a repeat, or when no answer came within RepeatRule::answer_max. Headers carry a fresh
    /// time stamp and nonce.
    std::vector<OutCall> due(core::Instant now);
    /// `status` 0: no answer came. Done on any 2xx with a readable answer (JSON object); an answer
    /// with a negative error_code is done as refused; everything else is repeated by the rule.
    void answered(std::uint64_t id, int status, std::string_view body, core::Instant now);
    /// When due() has something next; nullopt: nothing waits.
    std::optional<core::Instant> next_due() const;

    const std::map<std::uint64_t, Outgoing>& all() const { return all_; }
    std::size_t unfinished() const;
    /// Shifts the time stamps of signed headers (F-20).
    void set_clock_skew(core::Duration skew) { skew_ = skew; }
    /// Run at the beginning of every due(): schedules that add calls.
    void set_before_due(std::function<void(core::Instant)> f) { before_due_ = std::move(f); }
    void reset(std::uint64_t seed);

private:
    OutCall call_for(const Outgoing& one, core::Instant now);
    core::Duration pause_after(int attempts) const;
    const Options& options_;
    kit::Journal& journal_;
    kit::Random nonces_;
    core::Duration skew_{0};
    std::function<void(core::Instant)> before_due_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Outgoing> all_;
};

}  // namespace sim::national_portal
