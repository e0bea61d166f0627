// What happens on the phones: arrival, reading, refusing, replying, and what the providers tell of
// it.
#include "simulators/kit/json_writer.hpp"
#include "simulators/phone/world.hpp"

#include <algorithm>
#include <chrono>

namespace sim::phone {

const char* name_of(Channel channel) {
    return channel == Channel::sms ? "sms" : "zns";
}
const char* name_of(Arrival arrival) {
    static const char* const names[] = {"on_the_way", "delivered", "read", "lost"};
    return names[static_cast<std::size_t>(arrival)];
}

bool phone_well_formed(std::string_view number) {
    return number.size() == 11 && number.starts_with("84") &&
           std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

std::string rendered(std::string_view text, const std::map<std::string, std::string>& params) {
    std::string out;
    while (!text.empty()) {
        auto open = text.find('{');
        auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        out += text.substr(0, open);
        auto it = params.find(std::string(text.substr(open + 1, close - open - 1)));
        if (it != params.end()) out += it->second;
        text.remove_prefix(close + 1);
    }
    return out + std::string(text);
}

Phone& World::phone(const std::string& number) {
    auto [it, is_new] = phones.try_emplace(number);
    if (is_new) {
        it->second.number = number;
        // By the number itself, so that nobody else's messages change who has an account.
        it->second.on_zalo = kit::Random(kit::mix(seed, number)).uniform() >= options.no_zalo_share;
    }
    return it->second;
}

namespace {
constexpr std::chrono::minutes same_text_within{10};  // NT-10

/// Counts `m`, which reaches the phone now, among what it held before.
void compare(Phone& p, Message& m) {
    m.same_before = p.texts[m.text]++;
    m.doubled = std::ranges::any_of(p.messages, [&m](const Message& other) {
        if (other.id == m.id || other.arrival == Arrival::lost) return false;
        const bool same_id = !m.tracking_id.empty() && other.tracking_id == m.tracking_id;
        return same_id || (other.text == m.text && m.accepted - other.accepted < same_text_within);
    });
}
}  // namespace

Message& World::accept(Message m, const std::string& number, bool lost, core::Instant now) {
    auto& p = phone(number);
    m.id = next_message_++;
    m.accepted = now;
    m.arrival = lost ? Arrival::lost : Arrival::on_the_way;
    if (!lost) {
        compare(p, m);
        if (options.arrive_by_themselves)
            arriving_[Moment(now + options.arrives_after, m.id)] = number;
    }
    p.messages.push_back(std::move(m));
    return p.messages.back();
}

Message* World::find(const std::string& number, std::uint64_t id) {
    auto it = phones.find(number);
    if (it == phones.end()) return nullptr;
    auto& all = it->second.messages;
    auto found = std::ranges::find(all, id, &Message::id);
    return found == all.end() ? nullptr : &*found;
}

void World::advance(core::Instant now) {
    while (!arriving_.empty() && arriving_.begin()->first.first <= now) {
        auto node = arriving_.extract(arriving_.begin());
        auto* m = find(node.mapped(), node.key().second);
        if (m && m->arrival == Arrival::on_the_way) deliver(*m, node.mapped(), node.key().first);
    }
}

std::optional<core::Instant> World::next_arrival() const {
    if (arriving_.empty()) return {};
    return arriving_.begin()->first.first;
}

void World::tell(
    const char* event,
    const Message& m,
    const std::string& number,
    std::string members,
    core::Instant at
) {
    auto o = occasion(event, number, m.tracking_id, at);
    if (zalo.strikes("event_never", o)) return;
    Outgoing one;
    one.kind = event;
    one.phone = number;
    one.msg_id = m.msg_id;
    one.members = std::move(members);
    if (const auto* f = zalo.strikes("event_twice", o))
        one.copies_left = static_cast<int>(f->number("copies", 1));
    if (const auto* f = zalo.strikes("event_late", o))
        one.due = at + core::Duration(f->number("ms", 1'200'000));
    if (zalo.strikes("bad_mac", o)) one.forged = true;
    if (const auto* f = zalo.strikes("old_timestamp", o))
        one.stale = core::Duration(f->number("ms", 3'600'000));
    if (const auto* f = zalo.on("clock_skew"))
        one.stale -= core::Duration(f->number("s", 600) * 1'000);
    outbox.add(std::move(one), at);
}

void World::deliver(Message& m, const std::string& number, core::Instant at) {
    m.arrival = Arrival::delivered;
    m.delivered = at;
    if (m.channel != Channel::zns) return;
    kit::JsonWriter out;
    out.object().field("msg_id", m.msg_id).field("tracking_id", m.tracking_id);
    out.field("delivery_time", std::to_string(core::to_ms(at))).end_object();
    tell("user_received_message", m, number, "\"message\":" + out.take(), at);
}

bool World::press(
    const std::string& number,
    std::uint64_t id,
    const std::string& action,
    const std::string& text,
    core::Instant now
) {
    auto* m = find(number, id);
    if (!m) return false;
    if (action == "delivered") {
        // What the operator had lost may still turn up.
        if (m->arrival == Arrival::lost) compare(phone(number), *m);
        if (m->arrival == Arrival::on_the_way || m->arrival == Arrival::lost)
            deliver(*m, number, now);
        return true;
    }
    if (action == "read") {
        if (m->arrival == Arrival::on_the_way) deliver(*m, number, now);
        m->arrival = Arrival::read;
        m->read = now;
        if (m->channel != Channel::zns) return true;
        kit::JsonWriter out;
        out.object().field("msg_id", m->msg_id).field("tracking_id", m->tracking_id);
        out.field("seen_time", std::to_string(core::to_ms(now))).end_object();
        tell("user_seen_message", *m, number, "\"message\":" + out.take(), now);
        return true;
    }
    if (action == "refuse") {
        auto& p = phone(number);
        (m->channel == Channel::sms ? p.refuses_sms : p.refuses_zns) = true;
        return true;
    }
    if (action == "reply") {
        say(number, m->channel, text, now);
        return true;
    }
    if (action != "feedback" || m->channel != Channel::zns) return false;
    kit::JsonWriter out;
    out.object().field("msg_id", m->msg_id).field("tracking_id", m->tracking_id);
    out.key("rate").raw(text.size() == 1 && text[0] >= '1' && text[0] <= '5' ? text : "5");
    out.field("note", "").field("submit_time", std::to_string(core::to_ms(now))).end_object();
    tell("user_feedback", *m, number, "\"message\":" + out.take(), now);
    return true;
}

void World::say(
    const std::string& number, Channel channel, const std::string& text, core::Instant now
) {
    Said one;
    one.channel = channel;
    one.text = text;
    one.at = now;
    phone(number).said.push_back(one);
    Outgoing out;
    out.phone = number;
    auto name = std::to_string(next_mo_++);
    kit::JsonWriter body;
    if (channel == Channel::sms) {
        body.object().field("phone", number).field("content", text);
        body.field("received_at", kit::rfc3339(now)).field("mo_id", "mo-" + name).end_object();
        out.kind = "mo";
        out.members = body.take();
    } else {
        body.object().field("msg_id", "chat-" + name).field("text", text).end_object();
        out.kind = "user_send_text";
        // Zalo names people by an id of its own, never by the number.
        out.members = "\"sender\":{\"id\":\"zu" + kit::sha256_hex(number).substr(0, 16) +
                      "\"},\"message\":" + body.take();
    }
    outbox.add(std::move(out), now);
}

}  // namespace sim::phone
