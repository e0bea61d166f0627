// How the partner double behaves.
#include "tests/sim/toy_partner.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace gw::sim_test {
namespace {

using core::Advice;
using core::Blame;
using core::Effect;
using core::Error;
using core::Receipt;
using test::Journal;

/// Snapshots of the simulation are "oracle" or "oracle!word".
std::string oracle_of(const core::Claim& claim) {
    return claim.snapshot->substr(0, claim.snapshot->find('!')) + "/" +
           claim.leg.operation.substr(4);
}
bool wants(const core::Claim& claim, std::string_view word) {
    return claim.snapshot->find("!" + std::string(word)) != std::string::npos;
}

core::Operation an_operation(std::string_view name, Effect effect, std::string_view enquiry) {
    core::Operation o;
    o.name = name;
    o.effect = effect;
    o.enquiry = enquiry;
    o.repeat_unknown_once = name == "toy.Line";
    if (name == "toy.Status") o.head_of_line = core::HeadOfLine::supersede;
    if (name == "toy.Note") {
        o.head_of_line = core::HeadOfLine::skip;
        o.skip_after = 2;
    }
    return o;
}

const std::array<core::Operation, 5> all_operations{
    an_operation("toy.Status", Effect::idempotent, "toy.Ask"),
    an_operation("toy.Dossier", Effect::conditional, "toy.Ask"),
    an_operation("toy.Step", Effect::once, "toy.Ask"),
    an_operation("toy.Line", Effect::once, "toy.Ask"),
    an_operation("toy.Note", Effect::once, ""),
};

Error no_verdict() {
    return {Advice::enquire, Blame::partner, "toy.lost", "no answer"};
}

}  // namespace

std::span<const core::Operation> toy_operations() {
    return all_operations;
}

const core::Operation& toy_operation(std::string_view name) {
    for (const core::Operation& o : all_operations)
        if (o.name == name) return o;
    core::assertion_failed("toy operation", __FILE__, __LINE__);
}

bool Partner::is_down(Instant now) const {
    return std::any_of(outages.begin(), outages.end(), [now](const auto& o) {
        return o.first <= now && now < o.second;
    });
}

void Partner::apply(
    Effect effect, const std::string& key, const std::string& dossier, const std::string& oracle
) {
    working_on.erase(key);
    const bool fresh = keys.insert(key).second;
    if (!fresh && effect != Effect::once) return;
    last[dossier] = key;
    journal->add(clock->now(), Journal::Kind::effect, name, oracle);
}

Duration ToySink::latency() {
    Duration d = partner_.random->duration(Duration(5), Duration(400));
    if (!partner_.healed && partner_.random->chance(partner_.plan->slow))
        d = partner_.plan->latency_max;
    if (partner_.plant == Plant::hidden_chance) d += Duration(std::random_device{}() % 7);
    return d;
}

core::Result<ports::Prepared> ToySink::prepare(const core::Claim& claim, core::Instant) const {
    ports::Prepared p;
    p.bytes = claim.leg.effect_key;
    if (partner_.plant == Plant::key_renewed)
        p.bytes += "#" + std::to_string(claim.attempts_partner + claim.attempts_message);
    return p;
}

ports::Async<Receipt> ToySink::send(ports::Prepared prepared, const core::Claim& about) {
    test::SimClock& clock = *partner_.clock;
    const std::string oracle = oracle_of(about);
    partner_.journal->add(clock.now(), Journal::Kind::received, partner_.name, oracle);
    co_await clock.sleep_until(clock.now() + latency());
    auto result = answer(prepared.bytes, about);
    const std::string word = result ? "ok" : result.error().code;
    partner_.journal->add(clock.now(), Journal::Kind::answered, partner_.name, oracle, word);
    if (partner_.plant == Plant::delivered_whatever) co_return Receipt();
    co_return result;
}

/// One request: what happens there and what comes back are two things.
core::Result<Receipt> ToySink::answer(const std::string& key, const core::Claim& about) {
    Partner& p = partner_;
    test::SimRandom& random = *p.random;
    const Rates rates = p.healed ? Rates() : p.plan->rates;
    const std::string oracle = oracle_of(about);
    const std::string dossier = about.leg.dossier;
    const Effect effect = about.leg.effect;
    const Instant now = p.clock->now();
    if ((!p.healed && p.is_down(now)) || random.chance(rates.connect))
        return Error(Advice::retry, Blame::partner, "toy.connect", "refused");
    if (random.chance(rates.ours))
        return Error(Advice::retry, Blame::ours, "credential", "our key was refused");
    if (random.chance(rates.overload)) {
        Error e(Advice::retry, Blame::partner, "toy.throttled", "too many");
        e.retry_after = random.duration(Duration(1'000), Duration(60'000));
        return e;
    }
    if (wants(about, "poison")) {
        p.journal->add(now, Journal::Kind::refused, p.name, oracle);
        return core::give_up("toy.refused", "never");
    }
    if (wants(about, "look") && p.looked_at.insert(oracle).second) {
        p.journal->add(now, Journal::Kind::held, p.name, oracle);
        return Error(Advice::hold, Blame::message, "toy.look", "somebody must look");
    }
    if (random.chance(rates.lost_before)) return no_verdict();
    if (random.chance(rates.server_error)) {
        const bool done = random.chance(0.3);
        if (done) p.apply(effect, key, dossier, oracle);
        if (effect != Effect::idempotent) return no_verdict();
        return Error(Advice::retry, Blame::partner, "toy.server", "500");
    }
    if (random.chance(rates.late)) {
        p.working_on.insert(key);
        const Instant then = now + random.duration(Duration(100), p.plan->late_max);
        p.clock->at(then, [&p, effect, key, dossier, oracle] {
            if (p.working_on.count(key) > 0) p.apply(effect, key, dossier, oracle);
        });
        return no_verdict();
    }
    const bool known = p.keys.count(key) > 0;
    p.apply(effect, key, dossier, oracle);
    if (effect != Effect::once && random.chance(rates.repeated))
        p.apply(effect, key, dossier, oracle);
    if (random.chance(rates.lost_after)) return no_verdict();
    Receipt r;
    r.already_there = known && effect != Effect::once;
    r.reference = key;
    return r;
}

ports::Async<core::Enquiry> ToySink::enquire(const core::Claim& about) {
    Partner& p = partner_;
    const Rates rates = p.healed ? Rates() : p.plan->rates;
    co_await p.clock->sleep_until(p.clock->now() + latency());
    const bool down = !p.healed && p.is_down(p.clock->now());
    p.journal->add(p.clock->now(), Journal::Kind::enquired, p.name, oracle_of(about));
    if (down || p.random->chance(rates.enquiry_fails))
        co_return Error(Advice::retry, Blame::partner, "toy.ask_failed", "no answer");
    const std::string& key = about.leg.effect_key;
    core::Enquiry e;
    e.found = core::Found::not_found;
    if (toy_operation(about.leg.operation).repeat_unknown_once)
        e.found = core::Found::cannot_tell;
    else if (p.keys.count(key) > 0)
        e.found = core::Found::done;
    else if (p.working_on.count(key) > 0 && p.random->chance(rates.processing))
        e.found = core::Found::processing;
    else if (about.leg.effect == Effect::conditional && p.last.count(about.leg.dossier) > 0)
        e.found = core::Found::different;
    co_return e;
}

}  // namespace gw::sim_test
