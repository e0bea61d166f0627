// A payment provider's notices to a merchant: what is due, and repeats until the merchant confirms.
// Pure.
#pragma once

#include "simulators/kit/journal.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::payments {

namespace core = gw::core;

/// One HTTP request to make.
struct OutCall {
    OutCall() = default;
    std::uint64_t id = 0;                     // give it to answered()
    std::string kind, reference;              // "IPN", the merchant's reference
    std::string merchant;                     // whose address `path` is a part of
    std::string method = "POST", path, body;  // path with its query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string fault;  // switch that spoils this attempt, "" = none
    int attempt = 1;
};

enum class SendState { waiting, in_flight, acknowledged, given_up };
std::string_view name_of(SendState state);

struct Notice {
    Notice() = default;
    std::uint64_t id = 0;
    std::string kind = "IPN", reference, merchant;
    std::string key;                            // under which the provider holds the payment
    std::map<std::string, std::string> fields;  // what it says before any fault
    SendState state = SendState::waiting;
    core::Instant queued{}, due{};
    int attempts = 0;
    int copies_left = 0;  // sent again although it was acknowledged
    core::Duration copy_gap{1'000};
    int last_status = 0;  // HTTP; 0 = no answer came
    std::string last_answer, last_fault;
};

struct RepeatRule {
    RepeatRule() = default;
    std::vector<core::Duration> pauses;  // before the second attempt, the third, …; then given up
    core::Duration answer_max{60'000};   // no answer for so long = not answered
};

class Outbox {
public:
    /// Makes the request of an attempt; faults are drawn there.
    using Compose = std::function<OutCall(const Notice&, core::Instant)>;
    /// Did the merchant confirm?
    using Judge = std::function<bool(const Notice&, int status, std::string_view body)>;
    Outbox(kit::Journal& journal, RepeatRule rule, Compose compose, Judge judge);

    std::uint64_t add(Notice notice, core::Instant now);
    /// Calls to make now, oldest first. Each is given once; it comes again when the answer was no
    /// confirmation, or none came within RepeatRule::answer_max.
    std::vector<OutCall> due(core::Instant now);
    /// `status` 0: no answer came.
    void answered(std::uint64_t id, int status, std::string_view body, core::Instant now);
    /// When due() has something next; nullopt: nothing waits.
    std::optional<core::Instant> next_due() const;

    const std::map<std::uint64_t, Notice>& all() const { return all_; }
    std::size_t unfinished() const;
    void reset();
    /// The notices as a JSON array; with a reference only its own.
    std::string json(std::string_view reference = {}) const;

private:
    void settle(Notice& one, bool confirmed, core::Instant now);
    kit::Journal& journal_;
    RepeatRule rule_;
    Compose compose_;
    Judge judge_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Notice> all_;
};

}  // namespace sim::payments
