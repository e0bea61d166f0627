// What a person holds in the hand: a phone with its messages, as a checker in the same process
// reads it.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sim::phone {

namespace core = gw::core;

enum class Channel { sms, zns };
/// Both channels call "accepted" what is only on its way.
enum class Arrival { on_the_way, delivered, read, lost };
const char* name_of(Channel channel);
const char* name_of(Arrival arrival);

struct Message {
    Message() = default;
    std::uint64_t id = 0;  // of this simulator, from 1
    Channel channel = Channel::sms;
    Arrival arrival = Arrival::on_the_way;
    std::string text;    // as the person reads it
    std::string sender;  // brand, or the name of the official account
    // ZNS only
    std::string msg_id, tracking_id, template_id, template_name;
    std::map<std::string, std::string> params;
    // SMS only
    std::size_t parts = 1;
    bool accented = false;

    core::Instant accepted{};
    std::optional<core::Instant> delivered, read;
    int same_before = 0;   // how often this person had got this very text already
    bool doubled = false;  // and that was no news: within ten minutes, or the same tracking id
};

/// What a person said.
struct Said {
    Said() = default;
    Channel channel = Channel::sms;
    std::string text;
    core::Instant at{};
};

struct Phone {
    Phone() = default;
    std::string number;
    bool exists = true, on_zalo = true;
    bool refuses_sms = false, refuses_zns = false;
    std::vector<Message> messages;     // in order of acceptance
    std::map<std::string, int> texts;  // how often each text was accepted for this person
    std::vector<Said> said;
    /// What NT-9, NT-10 and class C forbid. A text that comes again on another day may be news: a
    /// dossier received twice, a second visit in vain.
    int doubled() const {
        int n = 0;
        for (const Message& m : messages) n += m.doubled ? 1 : 0;
        return n;
    }
};

}  // namespace sim::phone
