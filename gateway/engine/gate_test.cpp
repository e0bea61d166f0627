// Tests of what may leave for one partner.
#include "gateway/engine/gate.hpp"

#include "gateway/engine/partner_state.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::engine;
using core::Breaker;
using core::Duration;
using core::Group;
using core::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using What = Gate::Pass::What;

namespace {

const Instant start = core::from_ms(1'767'600'000'000);

core::Operation an_operation(Group group) {
    core::Operation o;
    o.name = "toy.Dossier";
    o.effect = core::Effect::idempotent;
    o.group = group;
    return o;
}

const std::vector<core::Operation> table = {an_operation(Group::write), an_operation(Group::file)};

core::Claim a_claim(core::LegState state, core::Urgency urgency = core::Urgency::p2) {
    core::Claim claim;
    claim.state = state;
    claim.leg.urgency = urgency;
    claim.leg.agency = "H56";
    if (state == core::LegState::retry) claim.attempts_partner = 1;
    return claim;
}

What pass(Gate& gate, const core::Claim& claim, Instant now, int retries = 0, double u = 0.999) {
    return gate.pass(claim, &table[0], now, retries, u).what;
}

void break_it(Gate& gate, Group group, Instant now) {
    for (int i = 0; i < 5; ++i) gate.failed(group, true, false, false, now, 0.5);
}

}  // namespace

TEST_CASE("retry budget: a retry costs one, one after a time-out two, a success brings a tenth") {
    RetryBudget budget(10);
    CHECK(budget.take(0, false));
    CHECK(budget.tokens() == doctest::Approx(9));
    budget.timed_out();
    CHECK(budget.take(0, false));
    CHECK(budget.tokens() == doctest::Approx(7));
    budget.succeeded();
    CHECK(budget.tokens() == doctest::Approx(7.1));
    for (int i = 0; i < 100; ++i) budget.succeeded();
    CHECK(budget.tokens() == doctest::Approx(10));
}

TEST_CASE("retry budget: empty lets only the most urgent and one at a time through") {
    PartnerLimits limits;
    limits.retry_tokens = 2;
    Gate gate(limits, table);
    const auto retry = a_claim(core::LegState::retry);
    CHECK(pass(gate, retry, start) == What::go);
    CHECK(pass(gate, retry, start, 1) == What::go);
    CHECK(pass(gate, retry, start, 2) == What::wait);
    CHECK(pass(gate, retry, start, 0) == What::go);
    CHECK(pass(gate, a_claim(core::LegState::retry, core::Urgency::p0), start, 9) == What::go);
    CHECK(pass(gate, a_claim(core::LegState::ready), start, 9) == What::go);
}

TEST_CASE("retry budget: over a long storm retries stay near a tenth of the successes") {
    RetryBudget budget(100);
    int retries = 0;
    for (int call = 0; call < 100'000; ++call) {
        budget.succeeded();
        for (int wish = 0; wish < 3; ++wish) retries += budget.take(1, false) ? 1 : 0;
    }
    CHECK(retries <= 10'100);
    CHECK(retries >= 9'900);
}

TEST_CASE("throttle: refuses by (requests - 2 accepts) / (requests + 1) over two minutes") {
    ClientThrottle throttle;
    for (int i = 0; i < 20; ++i) throttle.ended(start, true);
    CHECK(throttle.refusal() == 0);
    CHECK(throttle.admit(start, 0.0));
    for (int i = 0; i < 40; ++i) throttle.ended(start + seconds(60), false);
    CHECK(throttle.refusal() == doctest::Approx(20.0 / 61));
    CHECK_FALSE(throttle.admit(start + seconds(60), 0.3));
    CHECK(throttle.admit(start + seconds(60), 0.4));
    CHECK(throttle.refused() == 1);
    CHECK(throttle.admit(start + seconds(185), 0.0));  // all of that is over two minutes old
    CHECK(throttle.refusal() == 0);
}

TEST_CASE("throttle: a partner that takes one call in ten is asked a fifth of what there is") {
    PartnerLimits limits;
    Gate gate(limits, table);
    Instant now = start;
    int sent = 0, spared = 0;
    for (int i = 0; i < 4'000; ++i, now += Duration(50)) {
        const double u = static_cast<double>((i * 7919) % 1000) / 1000;
        if (pass(gate, a_claim(core::LegState::ready), now, 0, u) != What::go) {
            ++spared;
            continue;
        }
        ++sent;
        // Turned away: no partner fault that opens a breaker here, only load.
        if (sent % 10 == 0)
            gate.answered(Group::write, now, now, 0.5);
        else
            gate.overloaded(now);
    }
    CHECK(sent > 700);
    CHECK(sent < 1'000);
    CHECK(spared == 4'000 - sent);
}

TEST_CASE(
    "gate: groups break apart, and lanes of a broken one come back no faster than they could "
    "leave"
) {
    PartnerLimits limits;
    limits.rate_per_s = 10;
    Gate gate(limits, table);
    break_it(gate, Group::file, start);
    CHECK(gate.state(start) == Breaker::State::open);
    Instant wake = start + hours(1);
    CHECK(gate.room(start, 0, wake) > 0);
    CHECK(pass(gate, a_claim(core::LegState::ready), start) == What::go);
    Instant before{};
    for (int i = 0; i < 50; ++i) {
        const auto waits = gate.pass(a_claim(core::LegState::ready), &table[1], start, 0, 0.5);
        CHECK(waits.what == What::wait);
        CHECK(waits.due >= start + seconds(10));
        CHECK(waits.due - before >= Duration(100));
        before = waits.due;
    }
    CHECK(before < start + seconds(17));
}

TEST_CASE("gate: when every group is open nothing is claimed until the first of them may probe") {
    Gate gate(PartnerLimits(), table);
    break_it(gate, Group::file, start);
    break_it(gate, Group::write, start + seconds(3));
    Instant wake = start + hours(1);
    CHECK(gate.room(start + seconds(4), 0, wake) == 0);
    CHECK(wake == start + seconds(10));
    CHECK(gate.room(wake, 0, wake) == 1);
    CHECK(gate.room(wake, 1, wake) == 0);
}

TEST_CASE("gate: outside hours the next opening is when to look again") {
    PartnerLimits limits;
    limits.opening.hours = {*core::parse_open_hours("daily 16:00-17:00")};
    Gate gate(limits, table);
    Instant wake = start + hours(24);
    CHECK(gate.room(start, 0, wake) == 0);  // 15:00 in Vietnam
    CHECK(wake == start + hours(1));
    const auto waits = gate.pass(a_claim(core::LegState::ready), &table[0], start, 0, 0.5);
    CHECK(waits.due == start + hours(1));
}

TEST_CASE("partner state: everything comes back as it was kept") {
    Gate gate(PartnerLimits(), table);
    break_it(gate, Group::file, start);
    gate.force_open(Group::write, start + hours(2), "Bảo trì");
    PartnerKept kept = gate.kept();
    kept.ceiling.per_s = 12.5;
    kept.ceiling.at = start;
    kept.ceiling.quiet_p99 = Duration(340);
    kept.quota.day = core::local_day(start);
    kept.quota.reserved = 300;
    kept.quota.by_agency["H56.14"] = 120;
    kept.quota.lent[""] = 40;
    CHECK(read_partner_state(to_json(kept)) == kept);
    CHECK_FALSE(differs(kept, read_partner_state(to_json(kept))));
    Gate again(PartnerLimits(), table);
    again.restore(kept, start);
    CHECK(again.state(start) == Breaker::State::open);
    CHECK(again.forced_text(start) == "Bảo trì");
    CHECK(again.pace().learned().per_s == doctest::Approx(12.5));
}

TEST_CASE("partner state: what cannot be read is as if nothing had been kept") {
    for (const char* text : {"", "{", "[]", R"({"breakers":7,"quota":{"day":"x"},"ceiling":[]})"})
        CHECK(read_partner_state(text) == PartnerKept());
}
