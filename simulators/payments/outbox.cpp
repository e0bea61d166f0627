// Repeat by the provider's rule until the merchant confirms.
#include "simulators/payments/outbox.hpp"

#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"

#include <algorithm>

namespace sim::payments {

std::string_view name_of(SendState state) {
    switch (state) {
        case SendState::waiting:
            return "waiting";
        case SendState::in_flight:
            return "in_flight";
        case SendState::acknowledged:
            return "acknowledged";
        case SendState::given_up:
            return "given_up";
    }
    return "";
}

Outbox::Outbox(kit::Journal& journal, RepeatRule rule, Compose compose, Judge judge)
    : journal_(journal),
      rule_(std::move(rule)),
      compose_(std::move(compose)),
      judge_(std::move(judge)) {}

void Outbox::reset() {
    next_id_ = 1;
    all_.clear();
}

std::uint64_t Outbox::add(Notice notice, core::Instant now) {
    notice.id = next_id_++;
    notice.queued = now;
    notice.due = std::max(notice.due, now);
    auto id = notice.id;
    all_.emplace(id, std::move(notice));
    return id;
}

std::vector<OutCall> Outbox::due(core::Instant now) {
    std::vector<OutCall> out;
    for (auto& [id, one] : all_) {
        if (one.state == SendState::in_flight && now >= one.due) answered(id, 0, "", now);
        if (one.state != SendState::waiting || one.due > now) continue;
        one.state = SendState::in_flight;
        one.due = now + rule_.answer_max;
        ++one.attempts;
        auto call = compose_(one, now);
        call.id = id;
        call.kind = one.kind;
        call.reference = one.reference;
        call.merchant = one.merchant;
        call.attempt = one.attempts;
        one.last_fault = call.fault;
        out.push_back(std::move(call));
    }
    return out;
}

void Outbox::settle(Notice& one, bool confirmed, core::Instant now) {
    auto repeat = static_cast<std::size_t>(one.attempts - 1);
    if (confirmed && one.copies_left > 0) {
        --one.copies_left;
        one.state = SendState::waiting;
        one.due = now + one.copy_gap;
    } else if (confirmed) {
        one.state = SendState::acknowledged;
    } else if (repeat < rule_.pauses.size()) {
        one.state = SendState::waiting;
        one.due = now + rule_.pauses[repeat];
    } else {
        one.state = SendState::given_up;
    }
}

void Outbox::answered(std::uint64_t id, int status, std::string_view body, core::Instant now) {
    auto it = all_.find(id);
    if (it == all_.end() || it->second.state != SendState::in_flight) return;
    auto& one = it->second;
    one.last_status = status;
    one.last_answer = std::string(body.substr(0, 2'048));
    settle(one, judge_(one, status, body), now);
    kit::Entry e;
    e.at = now;
    e.direction = "out";
    e.service = one.kind;
    e.key = one.reference;
    e.effect = "attempt " + std::to_string(one.attempts);
    e.after = name_of(one.state);
    e.fault = one.last_fault;
    e.status = status;
    e.answer = std::string(body);
    journal_.add(std::move(e));
}

std::optional<core::Instant> Outbox::next_due() const {
    std::optional<core::Instant> next;
    for (const auto& [id, one] : all_)
        if (one.state == SendState::waiting || one.state == SendState::in_flight)
            if (!next || one.due < *next) next = one.due;
    return next;
}

std::size_t Outbox::unfinished() const {
    return static_cast<std::size_t>(std::ranges::count_if(all_, [](const auto& one) {
        return one.second.state == SendState::waiting || one.second.state == SendState::in_flight;
    }));
}

std::string Outbox::json(std::string_view reference) const {
    kit::JsonWriter out;
    out.array();
    for (const auto& [id, one] : all_) {
        if (!reference.empty() && one.reference != reference) continue;
        out.object().field("id", id).field("kind", one.kind).field("reference", one.reference);
        out.field("merchant", one.merchant).field("state", name_of(one.state));
        out.field("attempts", one.attempts).field("queued", kit::rfc3339(one.queued));
        out.field("due", kit::rfc3339(one.due)).field("last_status", one.last_status);
        out.field("last_fault", one.last_fault);
        bool text = kit::is_utf8(one.last_answer);
        out.field("last_answer", text ? one.last_answer : kit::hex(one.last_answer));
        out.key("fields").object();
        for (const auto& [name, value] : one.fields) out.field(name, value);
        out.end_object().end_object();
    }
    return out.end_array().take();
}

}  // namespace sim::payments
