// What the store contract needs: a store that can be restarted, and short words for its verbs.
#pragma once

#include "gateway/core/delivery.hpp"
#include "gateway/ports/store.hpp"
#include "tests/kit/run.hpp"

#include <memory>
#include <string>
#include <utility>

namespace gw::test {

using core::LegState;
using core::Outcome;

inline const core::Instant day_one = core::from_ms(1'767'225'600'000);
inline const core::Instant day_two = day_one + std::chrono::hours(24);

inline core::Digest digest_of(const std::string& text) {
    core::Digest digest{};
    std::uint64_t h = 1469598103934665603U;
    for (std::size_t i = 0; i < 256; ++i) {
        h = (h ^ static_cast<unsigned char>(i < text.size() ? text[i] : 0)) * 1099511628211U;
        digest[i % 32] = static_cast<unsigned char>(digest[i % 32] ^ (h >> 32));
    }
    return digest;
}

inline ports::Acceptance acceptance(
    const std::string& key, const std::string& body = "{}", core::Instant at = day_one
) {
    ports::Acceptance a;
    a.message.partner = "onestop";
    a.message.agency = "H56";
    a.message.kind = "POST /v1/dossiers";
    a.message.message_key = key;
    a.message.received_at = at;
    a.message.digest = digest_of(body);
    a.message.body = std::make_shared<const std::string>(body);
    return a;
}

/// One more event with one leg to `partner`.
inline ports::Acceptance& with_leg(
    ports::Acceptance& a,
    const std::string& dossier,
    const std::string& partner = "national_portal",
    core::Effect effect = core::Effect::conditional,
    core::Urgency urgency = core::Urgency::p2
) {
    core::Event e;
    e.kind = "progress.recorded";
    e.agency = "H56";
    e.dossier = dossier;
    e.occurred_at = e.recorded_at = a.message.received_at;
    e.snapshot = std::make_shared<const std::string>(
        R"({"key":"k1","dossier":{"code":")" + dossier + R"(","version":7}})"
    );
    a.events.push_back(std::move(e));
    core::PlannedLeg planned;
    planned.event_index = a.events.size() - 1;
    planned.leg.partner = partner;
    planned.leg.operation = partner + ".DongBoHoSoMC";
    planned.leg.agency = "H56";
    planned.leg.dossier = dossier;
    planned.leg.effect = effect;
    planned.leg.urgency = urgency;
    planned.leg.effect_key = partner + ":" + dossier + ":" + a.message.message_key + ":" +
                             std::to_string(planned.event_index);
    a.legs.push_back(std::move(planned));
    return a;
}

inline core::ObjectWrite object_write(
    const std::string& id, std::int64_t expected, core::Instant at = day_one
) {
    core::ObjectWrite w;
    w.object.kind = "dossier";
    w.object.agency = "H56";
    w.object.id = id;
    w.object.state = "received";
    w.object.dossier = id;
    w.object.body = "{}";
    w.object.created_at = w.object.updated_at = at;
    w.expected_version = expected;
    return w;
}

inline core::FeedItem feed_item(
    const std::string& dossier, const std::string& type = "dossier.received"
) {
    core::FeedItem f;
    f.agency = "H56";
    f.type = type;
    f.dossier = dossier;
    f.timestamp = day_one;
    f.data = "{}";
    return f;
}

inline core::AuditRow audit_row(const std::string& subject) {
    core::AuditRow row;
    row.at = day_one;
    row.agency = "H56";
    row.actor = "clerk";
    row.action = "leg.redriven";
    row.subject = subject;
    return row;
}

inline core::Settlement settlement(LegState state, Outcome outcome, core::Instant at = day_one) {
    core::Settlement s;
    s.state = state;
    s.outcome = outcome;
    s.began = s.ended = at;
    return s;
}

/// Harness: open(io, now) -> unique_ptr<Store>; what it opened before stays as it was when dropped.
template <class Harness>
struct StoreBench {
    boost::asio::io_context io;
    Harness harness;
    std::unique_ptr<ports::Store> store;

    StoreBench() { store = harness.open(io, day_one); }
    ~StoreBench() { store.reset(); }
    /// As after a crash: claims are lost, commits stay.
    void restart(core::Instant now) {
        store.reset();
        store = harness.open(io, now);
    }
    template <class T>
    T await(boost::asio::awaitable<T> task) {
        return run(io, std::move(task));
    }
    ports::Accepted accept(ports::Acceptance a) {
        return await(store->accept(std::move(a))).value();
    }
    std::string refused(ports::Acceptance a) {
        const auto result = await(store->accept(std::move(a)));
        return result ? "" : result.error().code;
    }
    std::vector<core::Claim> claim(
        int max = 10, core::Instant now = day_one, const std::string& partner = "national_portal"
    ) {
        return await(store->claim(partner, max, now)).value().claims;
    }
    std::int64_t intend(const core::Claim& c, core::Instant now = day_one) {
        return await(store->intend(c, digest_of("bytes"), now)).value();
    }
    std::string settle(core::LaneId lane, std::int64_t fence, core::Settlement s) {
        const auto result = await(store->settle(lane, fence, std::move(s), {}));
        return result ? "" : result.error().code;
    }
    std::string act(core::LegId leg, ports::LegAction action) {
        const auto result = await(store->act(leg, action, audit_row("leg")));
        return result ? "" : result.error().code;
    }
    /// Steps of retention until there is nothing more to do; returns how many messages moved.
    std::int64_t rotate(
        core::Instant now,
        core::Duration hot = std::chrono::hours(24 * 7),
        std::vector<ports::KeptDossier> kept = {}
    ) {
        ports::RotationWish wish;
        wish.now = now;
        wish.hot = hot;
        wish.online = std::chrono::hours(24 * 180);
        wish.kept = std::move(kept);
        wish.keeps_key = [](const core::Envelope& e) { return e.partner == "vnpay"; };
        std::int64_t moved = 0;
        for (bool more = true; more;) {
            const auto step = await(store->rotate(wish)).value();
            moved += step.messages;
            more = step.more;
        }
        return moved;
    }
    ports::LegView leg(core::LegId id) { return await(store->leg(id)).value().value(); }
    /// claim, intend, settle of the next due leg.
    core::Claim send(LegState state, Outcome outcome, core::Instant now = day_one) {
        const core::Claim c = claim(1, now).at(0);
        core::Settlement s = settlement(state, outcome, now);
        if (state == LegState::retry || state == LegState::unknown)
            s.due_at = now + std::chrono::minutes(1);
        const std::string code = settle(c.lane, intend(c, now), s);
        if (!code.empty()) throw std::logic_error(code);
        return c;
    }
    ports::QueueStats stats(const std::string& partner = "national_portal") {
        for (auto& q : await(store->stats()).value())
            if (q.partner == partner) return q;
        return {};
    }
};

}  // namespace gw::test
