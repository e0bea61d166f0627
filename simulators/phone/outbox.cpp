// Signs, repeats, gives up.
#include "simulators/phone/outbox.hpp"

#include "simulators/kit/json_writer.hpp"

#include <algorithm>

namespace sim::phone {
const char* name_of(SendState state) {
    static const char* const names[] = {"waiting", "in_flight", "done", "given_up"};
    return names[static_cast<std::size_t>(state)];
}

std::string event_signature(
    std::string_view app_id,
    std::string_view body,
    std::string_view timestamp,
    std::string_view secret
) {
    std::string text(app_id);
    text.append(body).append(timestamp).append(secret);
    return "mac=" + kit::sha256_hex(text);
}

std::uint64_t Outbox::add(Outgoing what, core::Instant now) {
    what.id = next_id_++;
    what.queued = now;
    what.due = std::max(what.due, now);
    auto id = what.id;
    open_.emplace(what.due, id);
    all_.emplace(id, std::move(what));
    return id;
}

void Outbox::move(Outgoing& one, SendState state, core::Instant due) {
    open_.erase({one.due, one.id});
    one.state = state;
    one.due = due;
    if (state == SendState::waiting || state == SendState::in_flight) open_.emplace(due, one.id);
}

std::vector<OutCall> Outbox::due(core::Instant now) {
    std::vector<std::uint64_t> ripe;
    for (const auto& [due, id] : open_) {
        if (due > now) break;
        ripe.push_back(id);
    }
    std::vector<OutCall> out;
    for (auto id : ripe) {
        auto& one = all_.at(id);
        if (one.state == SendState::in_flight) {
            finish_attempt(one, 0, now);
            continue;
        }
        move(one, SendState::in_flight, now + options_.repeat.answer_max);
        ++one.attempts;
        out.push_back(call_for(one, now));
    }
    return out;
}

OutCall Outbox::call_for(Outgoing& one, core::Instant now) {
    OutCall call;
    call.id = one.id;
    call.kind = one.kind;
    call.phone = one.phone;
    call.attempt = one.attempts;
    call.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    if (one.kind == "mo") {
        call.path = options_.mo_path;
        call.body = one.members;
        if (!options_.mo_token.empty())
            call.headers.emplace_back("Authorization", "Bearer " + options_.mo_token);
        return call;
    }
    if (one.attempts == 1 || options_.fresh_timestamps) one.stamped = now - one.stale;
    auto stamp = std::to_string(core::to_ms(one.stamped));
    kit::JsonWriter out;
    out.object().field("event_name", one.kind).field("app_id", options_.app_id);
    out.field("timestamp", stamp).end_object();
    call.path = options_.event_path;
    call.body = out.take();
    call.body.insert(call.body.size() - 1, "," + one.members);
    auto mac = event_signature(options_.app_id, call.body, stamp, options_.oa_secret);
    if (one.forged) mac = "mac=" + std::string(64, '0');
    call.headers.emplace_back("X-ZEvent-Signature", mac);
    if (options_.timestamp_header) call.headers.emplace_back("X-ZEvent-Timestamp", stamp);
    return call;
}

void Outbox::finish_attempt(Outgoing& one, int status, core::Instant now) {
    one.last_status = status;
    if (status == 200) {
        bool again = one.copies_left > 0;
        if (again) --one.copies_left;
        move(one, again ? SendState::waiting : SendState::done, now + core::Duration(1'000));
    } else if (now - one.queued >= options_.repeat.give_up) {
        move(one, SendState::given_up, now);
    } else {
        auto pause = options_.repeat.first;
        for (int i = 1; i < one.attempts && pause < options_.repeat.most; ++i) pause *= 2;
        move(one, SendState::waiting, now + std::min(pause, options_.repeat.most));
    }
    kit::Entry e;
    e.at = now;
    e.direction = "out";
    e.service = one.kind;
    e.key = one.phone;
    e.body_sha256 = kit::sha256_hex(one.members);
    e.effect = "attempt " + std::to_string(one.attempts);
    e.after = name_of(one.state);
    e.status = status;
    journal_.add(std::move(e));
}

void Outbox::answered(std::uint64_t id, int status, core::Instant now) {
    auto it = all_.find(id);
    if (it != all_.end() && it->second.state == SendState::in_flight)
        finish_attempt(it->second, status, now);
}

std::optional<core::Instant> Outbox::next_due() const {
    if (open_.empty()) return {};
    return open_.begin()->first;
}

void Outbox::reset() {
    next_id_ = 1;
    all_.clear();
    open_.clear();
}

}  // namespace sim::phone
