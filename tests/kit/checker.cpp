// Checks the master invariants on journals.
#include "tests/kit/checker.hpp"

#include "gateway/core/delivery.hpp"

#include <algorithm>

namespace gw::test {
namespace {

using core::LegState;

struct Seen {
    std::vector<std::size_t> effects;  // places in the journal
    bool refused = false, held = false, sent = false;
};

std::string name_of(const Meant& m) {
    return m.partner + " " + m.oracle;
}

/// A leg that rests anywhere but in delivered must have been made to by somebody.
std::string resting_fault(const Held& h, const Seen& s) {
    if (h.state == LegState::cancelled || h.reason == "poison") return "";
    if (h.state == LegState::dead) return s.refused ? "" : "I1 dead without a refusal: " + h.reason;
    if (h.state != LegState::blocked)
        return "I6 not drained: " + std::string(core::to_word(h.state));
    if (h.reason == "unknown_unresolved" && s.sent) return "";
    if (h.reason == "toy.look" && s.held) return "";
    return "I1 blocked without a cause: " + h.reason;
}

void check_one(const Meant& m, const Held* h, const Seen& s, bool behind, Verdict& v) {
    const auto fault = [&](const std::string& what) {
        v.faults.push_back(what + " (" + name_of(m) + ")");
    };
    // A person who asked the partner writes his own flag over it.
    const bool known = h && (h->flag == "possible_duplicate" || h->flag == "recorded_by_person");
    const bool once_more = m.repeat_unknown_once && known;
    if (s.effects.size() > (once_more ? 2U : 1U))
        fault("I2 " + std::to_string(s.effects.size()) + " effects");
    v.effects += static_cast<int>(s.effects.size());
    if (h == nullptr) {
        if (m.accepted) fault("I1 lost: accepted and not in the store");
        return;
    }
    if (h->state == LegState::delivered) {
        ++v.delivered;
        if (s.effects.empty()) fault("I1 delivered without an effect");
        return;
    }
    ++v.resting;
    if (h->state == LegState::superseded) {
        if (s.sent || !s.effects.empty()) fault("I1 superseded after it was sent");
        return;
    }
    if (behind && h->state == LegState::ready) return;
    if (const std::string why = resting_fault(*h, s); !why.empty()) fault(why);
}

}  // namespace

void Journal::mix(std::int64_t number) {
    for (int i = 0; i < 8; ++i) {
        hash_ ^= static_cast<std::uint64_t>(number >> (8 * i)) & 0xff;
        hash_ *= 1099511628211ULL;
    }
}

void Journal::mix(const std::string& text) {
    for (const char c : text) {
        hash_ ^= static_cast<unsigned char>(c);
        hash_ *= 1099511628211ULL;
    }
    mix(static_cast<std::int64_t>(text.size()));
}

void Journal::add(
    core::Instant at, Kind kind, std::string partner, std::string oracle, std::string word
) {
    mix(core::to_ms(at));
    mix(static_cast<std::int64_t>(kind));
    mix(partner);
    mix(oracle);
    mix(word);
    entries_.push_back({at, kind, std::move(partner), std::move(oracle), std::move(word)});
}

Verdict check(
    const std::vector<Meant>& meant, const Journal& journal, const std::vector<Held>& held
) {
    Verdict v;
    std::map<std::string, Seen> seen;
    for (std::size_t i = 0; i < journal.entries().size(); ++i) {
        const Journal::Entry& e = journal.entries()[i];
        Seen& s = seen[e.oracle];
        if (e.kind == Journal::Kind::effect) s.effects.push_back(i);
        if (e.kind == Journal::Kind::refused) s.refused = true;
        if (e.kind == Journal::Kind::held) s.held = true;
        if (e.kind == Journal::Kind::settled && e.word == "sending") s.sent = true;
    }
    std::map<std::string, const Held*> in_store;
    for (const Held& h : held) {
        const auto [it, first] = in_store.emplace(h.oracle, &h);
        if (!first) v.faults.push_back("I2 accepted twice (" + h.oracle + ")");
    }
    std::map<std::string, std::size_t> last_effect;  // of the lane
    std::map<std::string, bool> stopped;             // lanes with a head that rests
    std::map<std::string, const Meant*> replaced;    // lane and operation: by nothing yet
    for (const Meant& m : meant) {
        const auto it = in_store.find(m.oracle);
        const Held* h = it == in_store.end() ? nullptr : it->second;
        const Seen& s = seen[m.oracle];
        const std::string lane = m.partner + "|" + m.dossier;
        check_one(m, h, s, stopped[lane], v);
        const bool holds = h && (h->state == LegState::blocked || h->state == LegState::unknown ||
                                 (h->state == LegState::dead && h->flag != core::skipped_flag));
        if (holds) stopped[lane] = true;
        if (h != nullptr) replaced.erase(lane + m.operation);
        if (h && h->state == LegState::superseded) replaced[lane + m.operation] = &m;
        if (s.effects.empty()) continue;
        if (const auto last = last_effect.find(lane);
            last != last_effect.end() && s.effects.front() < last->second)
            v.faults.push_back("I3 out of order (" + name_of(m) + ")");
        last_effect[lane] = s.effects.front();
    }
    for (const auto& [lane, m] : replaced)
        v.faults.push_back("I1 superseded by nothing (" + name_of(*m) + ")");
    return v;
}

}  // namespace gw::test
