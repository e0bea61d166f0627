// Repeat until a readable yes or no; prove who we are in the headers.
#include "simulators/national_portal/sender.hpp"

#include "simulators/kit/json_reader.hpp"

#include <algorithm>

namespace sim::national_portal {
namespace {

/// true: a readable answer; `refused` when it says no.
bool readable(int status, std::string_view body, bool& refused) {
    kit::JsonDocument doc;
    if (status < 200 || status > 299 || !kit::parse_json(doc, body) || !doc.IsObject())
        return false;
    refused = kit::text_at(doc, "error_code").starts_with('-');
    return true;
}

}  // namespace

std::string_view name_of(SendState state) {
    switch (state) {
        case SendState::waiting:
            return "waiting";
        case SendState::in_flight:
            return "in_flight";
        case SendState::done:
            return "done";
        case SendState::refused:
            return "refused";
        case SendState::given_up:
            return "given_up";
    }
    return "";
}

Sender::Sender(const Options& options, kit::Journal& journal, std::uint64_t seed)
    : options_(options), journal_(journal), nonces_(kit::mix(seed, "nonces")) {}

void Sender::reset(std::uint64_t seed) {
    nonces_ = kit::Random(kit::mix(seed, "nonces"));
    next_id_ = 1;
    all_.clear();
}

std::uint64_t Sender::add(Outgoing what, core::Instant now) {
    what.id = next_id_++;
    what.queued = now;
    what.due = std::max(what.due, now);
    auto id = what.id;
    all_.emplace(id, std::move(what));
    return id;
}

std::vector<OutCall> Sender::due(core::Instant now) {
    if (before_due_) before_due_(now);
    std::vector<OutCall> out;
    for (auto& [id, one] : all_) {
        bool lost = one.state == SendState::in_flight && now >= one.due;
        if (lost) answered(id, 0, "", now);
        if (one.state != SendState::waiting || one.due > now) continue;
        one.state = SendState::in_flight;
        one.due = now + options_.repeat.answer_max;
        ++one.attempts;
        out.push_back(call_for(one, now));
    }
    return out;
}

OutCall Sender::call_for(const Outgoing& one, core::Instant now) {
    OutCall call;
    call.id = one.id;
    call.kind = one.kind;
    call.dossier = one.dossier;
    call.path = one.path;
    call.body = one.body;
    call.attempt = one.attempts;
    call.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    if (options_.inbound_proof == Proof::hmac || options_.inbound_proof == Proof::both) {
        auto seconds =
            std::chrono::floor<std::chrono::seconds>(now + skew_).time_since_epoch().count();
        auto stamp = std::to_string(seconds);
        auto nonce = kit::hex(std::to_string(nonces_.next()));
        call.headers.emplace_back("X-Portal-Timestamp", stamp);
        call.headers.emplace_back("X-Portal-Nonce", nonce);
        auto signature =
            kit::hmac_sha256_hex(options_.inbound_secret, stamp + "." + nonce + "." + call.body);
        if (one.forged) signature.assign(signature.size(), '0');
        call.headers.emplace_back("X-Portal-Signature", signature);
    }
    return call;
}

core::Duration Sender::pause_after(int attempts) const {
    auto pause = options_.repeat.first;
    for (int i = 1; i < attempts && pause < options_.repeat.most; ++i) pause *= 2;
    return std::min(pause, options_.repeat.most);
}

void Sender::answered(std::uint64_t id, int status, std::string_view body, core::Instant now) {
    auto it = all_.find(id);
    if (it == all_.end() || it->second.state != SendState::in_flight) return;
    auto& one = it->second;
    one.last_status = status;
    one.last_answer = std::string(body.substr(0, 2'048));
    bool refused = false;
    if (readable(status, body, refused)) {
        one.state = refused ? SendState::refused : SendState::done;
        if (one.copies_left > 0) {
            --one.copies_left;
            one.state = SendState::waiting;
            one.due = now + core::Duration(1'000);
        }
    } else if (now - one.queued >= options_.repeat.give_up) {
        one.state = SendState::given_up;
    } else {
        one.state = SendState::waiting;
        one.due = now + pause_after(one.attempts);
    }
    kit::Entry e;
    e.at = now;
    e.direction = "out";
    e.service = one.service;
    e.key = one.dossier;
    e.body_sha256 = kit::sha256_hex(one.body);
    e.effect = "attempt " + std::to_string(one.attempts);
    e.after = name_of(one.state);
    e.status = status;
    e.answer = std::string(body);
    journal_.add(std::move(e));
}

std::optional<core::Instant> Sender::next_due() const {
    std::optional<core::Instant> next;
    for (const auto& [id, one] : all_)
        if (one.state == SendState::waiting || one.state == SendState::in_flight)
            if (!next || one.due < *next) next = one.due;
    return next;
}

std::size_t Sender::unfinished() const {
    return static_cast<std::size_t>(std::ranges::count_if(all_, [](const auto& one) {
        return one.second.state == SendState::waiting || one.second.state == SendState::in_flight;
    }));
}

}  // namespace sim::national_portal
