// Everything the two played providers and the people's phones hold, in one place.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/phone/held.hpp"
#include "simulators/phone/options.hpp"
#include "simulators/phone/outbox.hpp"
#include "simulators/phone/zalo_tokens.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace sim::phone {

/// One call's row in the journal, filled in by the service.
struct Trace {
    Trace() = default;
    std::string service, phone, effect = "none", after, fault;
};

struct World {
    World(Options o, std::uint64_t seed);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Options options;
    std::uint64_t seed;
    kit::Faults faults;
    kit::Switches sms, zalo;  // the same table, asked under each partner's names
    kit::TransportFaults sms_transport, zalo_transport;
    kit::Journal journal;
    kit::Random random;
    std::map<std::string, Phone> phones;
    Outbox outbox;
    ZaloTokens tokens;
    std::int64_t balance = 0;
    std::map<std::string, std::uint64_t> calls;  // by service
    std::map<std::string, std::int64_t> used;    // quota: day, and day + template -> sent
    /// Zalo's message id -> number and message.
    std::map<std::string, std::pair<std::string, std::uint64_t>> zns_ids;
    std::deque<core::Instant> recent_sms;  // of the last second, for the rate limit

    kit::Occasion occasion(
        std::string_view service,
        const std::string& phone,
        const std::string& field,
        core::Instant now
    ) const;
    Phone& phone(const std::string& number);
    Message* find(const std::string& number, std::uint64_t id);

    // ---- people (people.cpp) ----
    /// Accepted for this person; `lost`: it will never arrive. The reference is good until the
    /// next.
    Message& accept(Message message, const std::string& number, bool lost, core::Instant now);
    /// Everything that arrives up to now.
    void advance(core::Instant now);
    std::optional<core::Instant> next_arrival() const;
    /// delivered, read, refuse, reply, feedback; false: no such message or action.
    bool press(
        const std::string& number,
        std::uint64_t message,
        const std::string& action,
        const std::string& text,
        core::Instant now
    );
    /// A person writes of itself.
    void say(
        const std::string& number, Channel channel, const std::string& text, core::Instant now
    );
    void reset(std::uint64_t new_seed);

private:
    using Moment = std::pair<core::Instant, std::uint64_t>;  // when, message id
    void deliver(Message& message, const std::string& number, core::Instant at);
    void tell(
        const char* event,
        const Message& message,
        const std::string& number,
        std::string members,
        core::Instant at
    );
    std::map<Moment, std::string> arriving_;  // -> number
    std::uint64_t next_message_ = 1, next_mo_ = 1;
};

/// 84 and nine digits.
bool phone_well_formed(std::string_view number);
/// {name} replaced by its value.
std::string rendered(std::string_view text, const std::map<std::string, std::string>& params);

/// POST and GET ?wsdl of the SMS operator.
kit::Answer sms_service(World& world, const kit::Call& call, core::Instant now, Trace& trace);
/// What ZNS service a path names: send, status, template_info, quota, refresh; "" = none.
std::string zns_service_of(const std::string& path);
kit::Answer zns_service(World& world, const kit::Call& call, core::Instant now, Trace& trace);

}  // namespace sim::phone
