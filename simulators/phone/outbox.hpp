// What the providers tell the gateway of themselves: delivery events, chats, replies. Signed,
// repeated until 200.
#pragma once

#include "simulators/kit/journal.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/phone/options.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::phone {

/// One HTTP request to make.
struct OutCall {
    OutCall() = default;
    std::uint64_t id = 0;     // give it to answered()
    std::string kind, phone;  // "user_received_message", …, "mo"
    std::string method = "POST", path, body;
    std::vector<std::pair<std::string, std::string>> headers;
    int attempt = 1;
};

enum class SendState { waiting, in_flight, done, given_up };
const char* name_of(SendState state);

struct Outgoing {
    Outgoing() = default;
    std::uint64_t id = 0;
    std::string kind, phone, msg_id;
    std::string members;  // JSON members of the event after its time stamp; of "mo" the whole body
    SendState state = SendState::waiting;
    core::Instant queued{}, due{}, stamped{};
    int attempts = 0, copies_left = 0;
    bool forged = false;      // wrong signature
    core::Duration stale{0};  // the time stamp lies so far back
    int last_status = 0;
};

/// "mac=" and the hex SHA-256 over app id, raw body, time stamp and secret.
std::string event_signature(
    std::string_view app_id,
    std::string_view body,
    std::string_view timestamp,
    std::string_view secret
);

class Outbox {
public:
    Outbox(const Options& options, kit::Journal& journal) : options_(options), journal_(journal) {}
    std::uint64_t add(Outgoing what, core::Instant now);
    /// Calls to make now, oldest first; each is given once until answered() asks for a repeat or no
    /// answer came within RepeatRule::answer_max.
    std::vector<OutCall> due(core::Instant now);
    /// `status` 0: no answer came. Only 200 ends it.
    void answered(std::uint64_t id, int status, core::Instant now);
    std::optional<core::Instant> next_due() const;
    std::size_t unfinished() const { return open_.size(); }
    const std::map<std::uint64_t, Outgoing>& all() const { return all_; }
    void reset();

private:
    OutCall call_for(Outgoing& one, core::Instant now);
    void finish_attempt(Outgoing& one, int status, core::Instant now);
    void move(Outgoing& one, SendState state, core::Instant due);
    const Options& options_;
    kit::Journal& journal_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Outgoing> all_;
    std::set<std::pair<core::Instant, std::uint64_t>> open_;  // waiting and in flight, by due
};

}  // namespace sim::phone
