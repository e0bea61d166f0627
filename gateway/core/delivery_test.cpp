// Tests of retries, counters, the resolver of unknown outcomes and the breaker: tables first, then
// properties.
#include "gateway/core/delivery.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace gw::core;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = from_ms(1'767'600'000'000);

Operation operation(Effect effect, bool with_enquiry = true) {
    Operation o;
    o.name = "toy.Push";
    o.effect = effect;
    o.enquiry = with_enquiry ? "toy.Ask" : "";
    return o;
}
Claim a_claim() {
    Claim c;
    c.enqueued_at = start;
    return c;
}
/// Sent at `start` without a verdict.
Claim an_unknown() {
    Claim c = a_claim();
    c.state = LegState::unknown;
    c.sends_unknown = 1;
    c.attempts_partner = 1;
    c.unknown_since = start;
    return c;
}
Settlement send(Effect effect, const Claim& claim, const Error& error, Instant now = start) {
    const RetryPolicy retry;
    const ResolverPolicy resolver;
    return settle_send(retry, resolver, operation(effect), claim, error, start, now, 0.5);
}
Settlement ask(const Operation& o, const Claim& claim, Found found, Instant now) {
    Enquiry e;
    e.found = found;
    return settle_enquiry(ResolverPolicy{}, o, claim, e, now, now, 0);
}
Error partner_down() {
    return {Advice::retry, Blame::partner, "toy.down", "down"};
}
Error no_verdict() {
    return {Advice::enquire, Blame::partner, "toy.lost", "no answer"};
}

}  // namespace

TEST_CASE("F-32 retry: full jitter stays between floor and the doubled ceiling") {
    const RetryPolicy p = default_policy(Urgency::p2);
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform(0, 1);
    for (int i = 0; i < 20'000; ++i) {
        const int n = static_cast<int>(random() % 100);
        const Duration d = next_delay(p, n, uniform(random));
        CHECK(d >= p.floor);
        CHECK(d <= p.cap);
        if (n < 9) CHECK(d <= std::max(p.floor, p.base * (1 << n)));
    }
    CHECK(next_delay(p, 4, 0.5) == seconds(16));
    CHECK(next_delay(p, 4, 0) == p.floor);
}

TEST_CASE("send: a verdict delivers, and says when the partner had it before") {
    Receipt receipt;
    receipt.reference = "R1";
    receipt.lane_note = "exists";
    auto s =
        settle_send({}, {}, operation(Effect::conditional), a_claim(), receipt, start, start, 0);
    CHECK(s.state == LegState::delivered);
    CHECK(s.outcome == Outcome::delivered);
    CHECK(s.reference == "R1");
    CHECK(s.lane_note == "exists");
    receipt.flag = "late";
    receipt.already_there = true;
    s = settle_send({}, {}, operation(Effect::conditional), a_claim(), receipt, start, start, 0);
    CHECK(s.outcome == Outcome::already_there);
    CHECK(s.flag == "late");
    const Instant end = start + seconds(2);
    s = settle_send({}, {}, operation(Effect::conditional), a_claim(), receipt, start, end, 0);
    CHECK(s.began == start);
    CHECK(s.ended == end);
}

TEST_CASE("send: advice and blame decide state and counter") {
    struct Row {
        Effect effect;
        Advice advice;
        Blame blame;
        LegState state;
        Outcome outcome;
        int message, partner;
    };
    using enum LegState;
    constexpr auto A = Effect::idempotent;
    constexpr auto B = Effect::conditional;
    constexpr auto C = Effect::once;
    const Row rows[] = {
        {B, Advice::retry, Blame::partner, retry, Outcome::retry, 0, 1},
        {B, Advice::retry, Blame::message, retry, Outcome::retry, 1, 0},
        {B, Advice::retry, Blame::ours, retry, Outcome::retry, 0, 0},
        {B, Advice::give_up, Blame::message, dead, Outcome::refused, 1, 0},
        {B, Advice::give_up, Blame::partner, blocked, Outcome::refused, 0, 0},
        {B, Advice::hold, Blame::message, blocked, Outcome::refused, 0, 0},
        {B, Advice::stop, Blame::ours, retry, Outcome::retry, 0, 0},
        {A, Advice::enquire, Blame::partner, retry, Outcome::retry, 0, 1},
        {B, Advice::enquire, Blame::partner, unknown, Outcome::unknown, 0, 1},
        {C, Advice::enquire, Blame::partner, unknown, Outcome::unknown, 0, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.effect));
        CAPTURE(static_cast<int>(row.advice));
        const auto s = send(row.effect, a_claim(), {row.advice, row.blame, "toy.x", "why"});
        CHECK(s.state == row.state);
        CHECK(s.outcome == row.outcome);
        CHECK(s.attempts_message == row.message);
        CHECK(s.attempts_partner == row.partner);
        CHECK(s.reason == "toy.x");
        CHECK(s.due_at.has_value() == (row.state == retry || row.state == unknown));
    }
}

TEST_CASE("send: message faults die at the limit, partner faults are parked and never die (TR-11)"
) {
    Claim c = a_claim();
    c.attempts_message = 23;
    const Error refused(Advice::retry, Blame::message, "toy.refused", "no");
    CHECK(send(Effect::conditional, c, refused).state == LegState::retry);
    c.attempts_message = 24;
    CHECK(send(Effect::conditional, c, refused).state == LegState::dead);

    c = a_claim();
    c.attempts_partner = 500;
    CHECK(send(Effect::conditional, c, partner_down(), start + hours(71)).state == LegState::retry);
    const auto s = send(Effect::conditional, c, partner_down(), start + hours(72));
    CHECK(s.state == LegState::blocked);
    CHECK(s.reason == "partner_parked");
    c.attempts_partner = 0;  // waited long behind others
    CHECK(send(Effect::conditional, c, partner_down(), start + hours(90)).state == LegState::retry);
}

TEST_CASE("send: overload waits a minute unless the partner says how long, within limits") {
    const Error timeout(Advice::retry, Blame::partner, "toy.timeout", "slow");
    CHECK(send(Effect::idempotent, a_claim(), timeout).due_at == start + minutes(1));
    Error e = partner_down();
    e.retry_after = seconds(90);
    auto s = send(Effect::conditional, a_claim(), e);
    CHECK(s.due_at == start + seconds(90));
    CHECK(s.outcome == Outcome::throttled);
    e.retry_after = hours(5);
    CHECK(send(Effect::conditional, a_claim(), e).due_at == start + hours(1));
    Claim urgent = a_claim();
    urgent.leg.legal_deadline = start + minutes(40);
    CHECK(send(Effect::conditional, urgent, e).due_at == start + minutes(10));
    urgent.leg.legal_deadline = start;  // a date that is reached shortens nothing
    CHECK(send(Effect::conditional, urgent, e).due_at == start + hours(1));
    urgent.leg.legal_deadline = start - hours(1);
    CHECK(send(Effect::conditional, urgent, e).due_at == start + hours(1));
    e.retry_after = hours(24);
    CHECK(send(Effect::conditional, a_claim(), e).due_at == start + hours(1));
    e.retry_after = seconds(-5);
    CHECK(send(Effect::conditional, a_claim(), e).due_at == start + seconds(1));
    e.retry_after = Duration(1);
    CHECK(send(Effect::conditional, a_claim(), e).due_at == start + seconds(1));
    e.code = "toy.throttled";
    e.retry_after = hours(25);  // nonsense: as if the partner had named no time
    CHECK(send(Effect::conditional, a_claim(), e).due_at == start + minutes(1));
    for (const Duration none : {Duration(0), Duration(-1)}) {
        e.retry_after = none;
        CHECK(send(Effect::conditional, a_claim(), e).due_at == start + minutes(1));
    }
}

TEST_CASE("send: a partner's failures are parked at the tenth, at the legal deadline or 72 hours") {
    const auto after = [](int failures, std::optional<Duration> deadline, Duration time) {
        Claim c = a_claim();
        c.attempts_partner = failures - 1;
        if (deadline) c.leg.legal_deadline = start + *deadline;
        return send(Effect::conditional, c, partner_down(), start + time).state;
    };
    const Duration a_moment(1);
    CHECK(after(9, hours(5), hours(5)) == LegState::retry);
    CHECK(after(10, hours(5), hours(5) - a_moment) == LegState::retry);
    CHECK(after(10, hours(5), hours(5)) == LegState::blocked);
    CHECK(after(10, std::nullopt, hours(72) - a_moment) == LegState::retry);
    CHECK(after(10, std::nullopt, hours(72)) == LegState::blocked);
    // What came in on its last day or later has the time of one without a deadline.
    CHECK(after(10, Duration(0), hours(1)) == LegState::retry);
    CHECK(after(10, a_moment, hours(1)) == LegState::blocked);
}

TEST_CASE("overload: a time-out, 429 and 503 are, other failures and what waits alone not") {
    const auto is = [](const char* code, Advice advice, std::optional<Duration> wish) {
        Error e(advice, Blame::partner, code, "x");
        e.retry_after = wish;
        return is_overload(e);
    };
    for (const char* code : {"toy.throttled", "toy.timeout", "toy.unavailable", ".timeout"})
        CHECK(is(code, Advice::retry, std::nullopt));
    CHECK(is("toy.down", Advice::enquire, std::nullopt));
    CHECK_FALSE(is("toy.not_ready", Advice::retry, Duration(1)));
    CHECK_FALSE(is("toy.down", Advice::retry, Duration(0)));
    CHECK_FALSE(is("toy.down", Advice::retry, std::nullopt));
}

TEST_CASE("rest: the partner rests as it asks, not as long as one leg waits") {
    Claim c = a_claim();
    c.attempts_partner = 8;
    const auto rest = [&c](const char* code, Blame blame, std::optional<Duration> wish) {
        Error e(Advice::retry, blame, code, "x");
        e.retry_after = wish;
        return rest_until(e, c, start);
    };
    CHECK(rest("toy.throttled", Blame::partner, seconds(2)) == start + seconds(2));
    CHECK(rest("toy.throttled", Blame::partner, hours(5)) == start + hours(1));
    c.leg.legal_deadline = start + minutes(20);
    CHECK(rest("toy.throttled", Blame::partner, hours(5)) == start + minutes(5));
    CHECK_FALSE(rest("toy.throttled", Blame::partner, std::nullopt));
    CHECK_FALSE(rest("toy.not_ready", Blame::partner, minutes(5)));
    CHECK_FALSE(rest("store.queue_full", Blame::ours, seconds(1)));
    Error later(Advice::retry, Blame::partner, "toy.not_ready", "x");
    CHECK_FALSE(waits_alone(later));
    later.retry_after = minutes(5);
    CHECK(waits_alone(later));
    later.blame = Blame::ours;
    CHECK_FALSE(waits_alone(later));
}

TEST_CASE("send: faults of the message end after 72 hours, bulk after a week, payments in time") {
    const auto after = [](Urgency urgency, int faults, Duration time) {
        Claim c = a_claim();
        c.leg.urgency = urgency;
        c.leg.legal_deadline = start + hours(30);
        c.attempts_message = faults;
        const Error fault(Advice::retry, Blame::message, "toy.fault", "x");
        return settle_send(
                   default_policy(urgency),
                   ResolverPolicy(),
                   operation(Effect::conditional),
                   c,
                   fault,
                   start,
                   start + time,
                   0.5
        )
            .state;
    };
    CHECK(after(Urgency::p2, 9, hours(72) - Duration(1)) == LegState::retry);
    CHECK(after(Urgency::p2, 9, hours(72)) == LegState::dead);
    CHECK(after(Urgency::p1, 9, hours(72)) == LegState::dead);
    CHECK(after(Urgency::p3, 9, hours(167)) == LegState::retry);
    CHECK(after(Urgency::p3, 9, hours(168)) == LegState::dead);
    CHECK(after(Urgency::p0, 9, hours(30) - Duration(1)) == LegState::retry);
    CHECK(after(Urgency::p0, 9, hours(30)) == LegState::dead);
    // One that merely waited long behind others has its tries.
    CHECK(after(Urgency::p2, 8, hours(300)) == LegState::retry);
    CHECK(after(Urgency::p2, 24, Duration(0)) == LegState::dead);
}

TEST_CASE("send: an outage of a month never quarantines anything, whatever it answers") {
    std::mt19937_64 random(3);
    for (int i = 0; i < 300; ++i) {
        Claim c = a_claim();
        c.leg.urgency = static_cast<Urgency>(random() % 4);
        if (random() % 2 == 0) c.leg.legal_deadline = start + hours(1 + random() % 500);
        const Operation o = operation(static_cast<Effect>(random() % 3), random() % 2 == 0);
        for (Instant now = start; now < start + hours(24 * 30);) {
            const Error error(
                static_cast<Advice>(random() % 5), Blame::partner, "toy.down", "down"
            );
            const auto s = settle_send(
                default_policy(c.leg.urgency), ResolverPolicy(), o, c, error, now, now, 0.9
            );
            REQUIRE(s.state != LegState::dead);
            CHECK(s.attempts_message == 0);
            if (s.state == LegState::blocked || s.state == LegState::unknown) break;
            c.attempts_partner = s.attempts_partner;
            now = *s.due_at;
        }
    }
}

TEST_CASE("NP-33 send: a changed lane note may ask for at once, but not for ever") {
    Error e(Advice::retry, Blame::message, "toy.exists", "create became update");
    e.retry_after = Duration(0);
    e.lane_note = "exists";
    auto s = send(Effect::conditional, a_claim(), e);
    CHECK(s.due_at == start);
    CHECK(s.lane_note == "exists");
    CHECK(s.attempts_message == 1);
    Claim c = a_claim();
    c.lane_note = "exists";
    CHECK(send(Effect::conditional, c, e).due_at > start);
    c.lane_note = "";
    c.attempts_message = 10;
    CHECK(send(Effect::conditional, c, e).due_at > start);
}

TEST_CASE("unknown: first question at 5 s; without an enquiry a person is asked") {
    auto s = send(Effect::once, a_claim(), no_verdict());
    CHECK(s.due_at >= start + seconds(5));
    CHECK(s.due_at <= start + Duration(5'500));
    CHECK(s.unknown_since == start);
    CHECK(s.sends_unknown == 1);
    Operation o = operation(Effect::once, false);
    s = settle_send({}, {}, o, a_claim(), no_verdict(), start, start, 0);
    CHECK(s.state == LegState::blocked);
    CHECK(s.reason == "unknown_unresolved");
    o.repeat_unknown_once = true;
    s = settle_send({}, {}, o, a_claim(), no_verdict(), start, start, 0);
    CHECK(s.state == LegState::retry);
    CHECK(s.due_at == start + minutes(15));
    CHECK(s.flag == "possible_duplicate");
    Claim again = a_claim();
    again.unknown_since = start - hours(1);  // of an earlier send, since explained
    s = settle_send({}, {}, o, again, no_verdict(), start, start, 0);
    CHECK(s.due_at == start + minutes(15));
    again.sends_unknown = 1;
    s = settle_send({}, {}, o, again, no_verdict(), start, start, 0);
    CHECK(s.state == LegState::blocked);
}

TEST_CASE("TR-13 enquiry: not found is believed after settle time and twice, a minute apart") {
    const Operation o = operation(Effect::once);
    Claim c = an_unknown();
    auto s = ask(o, c, Found::not_found, start + minutes(14));
    CHECK(s.state == LegState::unknown);
    CHECK(s.not_found == 0);
    s = ask(o, c, Found::not_found, start + minutes(15));
    CHECK(s.state == LegState::unknown);
    CHECK(s.not_found == 1);
    CHECK(s.due_at == start + minutes(16));
    c.not_found = 1;
    c.enquiries = 5;
    s = ask(o, c, Found::not_found, start + minutes(16));
    CHECK(s.state == LegState::retry);
    CHECK(s.due_at == start + minutes(16));
    CHECK(s.sends_unknown == 0);
    CHECK(s.enquiries == 0);
}

TEST_CASE("enquiry: each finding has its consequence by effect class") {
    struct Row {
        Found found;
        Effect effect;
        bool repeat_once;
        LegState state;
        const char* flag;
    };
    using enum LegState;
    const Row rows[] = {
        {Found::done, Effect::once, false, delivered, ""},
        {Found::done, Effect::conditional, false, delivered, ""},
        {Found::different, Effect::conditional, false, retry, ""},
        {Found::different, Effect::once, true, blocked, ""},
        {Found::cannot_tell, Effect::conditional, false, retry, ""},
        {Found::cannot_tell, Effect::once, false, unknown, ""},
        {Found::cannot_tell, Effect::once, true, retry, "possible_duplicate"},
        {Found::processing, Effect::once, true, unknown, ""},
        {Found::processing, Effect::conditional, false, unknown, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.found));
        CAPTURE(static_cast<int>(row.effect));
        Operation o = operation(row.effect);
        o.repeat_unknown_once = row.repeat_once;
        Claim c = an_unknown();
        c.enquiries = 2;
        const auto s = ask(o, c, row.found, start + minutes(15));
        CHECK(s.was_enquiry);
        CHECK(s.state == row.state);
        CHECK(s.flag == row.flag);
    }
}

TEST_CASE("NP-25 enquiry: what nobody can tell is repeated once and then flagged when delivered") {
    Operation o = operation(Effect::once);
    o.repeat_unknown_once = true;
    Claim c = an_unknown();
    c.enquiries = 1;  // one bad answer, after a restart say, is no reason
    CHECK(ask(o, c, Found::cannot_tell, start + minutes(20)).state == LegState::unknown);
    c.enquiries = 2;
    CHECK(ask(o, c, Found::cannot_tell, start + minutes(14)).state == LegState::unknown);
    CHECK(ask(o, c, Found::cannot_tell, start + minutes(15)).state == LegState::retry);
    c.sends_unknown = 2;
    CHECK(ask(o, c, Found::cannot_tell, start + minutes(20)).state == LegState::unknown);
    CHECK(ask(o, c, Found::cannot_tell, start + hours(24)).state == LegState::blocked);
    c.sends_unknown = 1;
    const auto s = settle_send({}, {}, o, c, Receipt(), start, start, 0);
    CHECK(s.flag == "possible_duplicate");
}

TEST_CASE("enquiry: a failing enquiry goes on, at the given times, until a day has passed") {
    const Operation o = operation(Effect::conditional);
    Claim c = an_unknown();
    Instant now = start + seconds(5);
    std::vector<Duration> asked;
    Settlement s;
    do {
        asked.push_back(now - start);
        s = settle_enquiry({}, o, c, Result<Enquiry>(partner_down()), now, now, 0);
        c.enquiries = s.enquiries;
        if (s.due_at) now = *s.due_at;
    } while (s.state == LegState::unknown);
    CHECK(s.state == LegState::blocked);
    CHECK(s.reason == "unknown_unresolved");
    CHECK(s.attempts_partner == 1);
    const std::vector<Duration> first = {
        seconds(5), seconds(30), minutes(2), minutes(10), minutes(15), minutes(45)};
    CHECK(std::vector<Duration>(asked.begin(), asked.begin() + 6) == first);
    CHECK(asked.size() < 60);
    CHECK(asked.back() >= hours(24));
}

TEST_CASE("enquiry: what is found on the last day counts, only what tells nothing is given up") {
    const Operation repeatable = operation(Effect::conditional);
    Operation once = operation(Effect::once);
    const Instant last = start + hours(24);
    Claim c = an_unknown();
    c.enquiries = 2;
    CHECK(ask(once, c, Found::done, last).state == LegState::delivered);
    CHECK(ask(repeatable, c, Found::different, last).state == LegState::retry);
    CHECK(ask(repeatable, c, Found::cannot_tell, last).state == LegState::retry);
    CHECK(ask(once, c, Found::cannot_tell, last).state == LegState::blocked);
    once.repeat_unknown_once = true;
    CHECK(ask(once, c, Found::cannot_tell, last).state == LegState::retry);
    CHECK(ask(once, c, Found::processing, last).state == LegState::unknown);
    CHECK(ask(once, c, Found::not_found, last).state == LegState::unknown);
    c.not_found = 1;
    CHECK(ask(once, c, Found::not_found, last).state == LegState::retry);
    c.not_found = -1;  // it said so before
    CHECK(ask(once, c, Found::processing, last).state == LegState::blocked);
}

TEST_CASE("enquiry: half of the time to the deadline ends it, also within the settle time") {
    const Operation o = operation(Effect::once);
    Claim c = an_unknown();
    c.leg.legal_deadline = start + minutes(20);
    CHECK(ask(o, c, Found::not_found, start + Duration(599'999)).state == LegState::unknown);
    CHECK(ask(o, c, Found::not_found, start + minutes(10)).state == LegState::blocked);
    for (const Duration past : {Duration(0), Duration(-1)}) {
        c.leg.legal_deadline = start + past;
        CHECK(ask(o, c, Found::not_found, start + minutes(10)).state == LegState::unknown);
    }
}

TEST_CASE("enquiry: the next one is never at this moment") {
    const Operation o = operation(Effect::once);
    const auto s = ask(o, an_unknown(), Found::cannot_tell, start + seconds(30));
    CHECK(s.due_at == start + seconds(35));
}

TEST_CASE("NP-25 unknown: a repetition that nobody asked for is counted, also after a crash") {
    Operation o = operation(Effect::once);
    o.repeat_unknown_once = true;
    Claim c = an_unknown();
    c.enquiries = 2;
    for (const int before : {0, 1}) {  // 0: the process died while it was sent
        c.sends_unknown = before;
        CHECK(ask(o, c, Found::cannot_tell, start + minutes(15)).sends_unknown == 1);
        const auto s = settle_unresolvable(ResolverPolicy(), o, c, start);
        CHECK(s.state == LegState::retry);
        CHECK(s.sends_unknown == 1);
    }
}

TEST_CASE("enquiry: still processing restarts the settle time once") {
    const Operation o = operation(Effect::once);
    Claim c = an_unknown();
    auto s = ask(o, c, Found::processing, start + minutes(10));
    CHECK(s.unknown_since == start + minutes(10));
    c.unknown_since = s.unknown_since;
    c.not_found = s.not_found;
    s = ask(o, c, Found::processing, start + minutes(20));
    CHECK(s.unknown_since == start + minutes(10));
    s = ask(o, c, Found::not_found, start + minutes(24));
    CHECK(s.state == LegState::unknown);
    s = ask(o, c, Found::not_found, start + minutes(25));
    CHECK(s.not_found == 1);
}

TEST_CASE("prepare: refused content dies, an unmapped code blocks with its name") {
    auto s =
        settle_refused_by_us(nullptr, a_claim(), give_up("mapping.field", "owner missing"), start);
    CHECK(s.state == LegState::dead);
    CHECK(s.what == "owner missing");
    s = settle_refused_by_us(
        nullptr, a_claim(), {Advice::hold, Blame::ours, "code_unmapped", "x"}, start
    );
    CHECK(s.state == LegState::blocked);
    CHECK(s.reason == "code_unmapped");
    s = settle_refused_by_us(
        nullptr, a_claim(), {Advice::retry, Blame::ours, "mapping.reload", "x"}, start
    );
    CHECK(s.state == LegState::retry);
    CHECK(s.due_at == start + minutes(1));
    Error soon(Advice::retry, Blame::ours, "mapping.reload", "x");
    soon.retry_after = Duration(0);
    CHECK(settle_refused_by_us(nullptr, a_claim(), soon, start).due_at == start + seconds(1));
}

TEST_CASE("settle: every settlement is an allowed edge, and class C is never resent unasked") {
    std::mt19937_64 random(7);
    auto pick = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (int i = 0; i < 50'000; ++i) {
        Operation o = operation(static_cast<Effect>(pick(3)), pick(4) != 0);
        o.repeat_unknown_once = pick(3) == 0;
        Claim c = an_unknown();
        c.attempts_message = pick(30);
        c.attempts_partner = pick(400);
        c.enquiries = pick(20);
        c.not_found = pick(3) - 1;
        c.sends_unknown = pick(3);
        const Instant now = start + Duration(pick(200'000'000));
        const double jitter = pick(1000) / 1000.0;
        const Error error(static_cast<Advice>(pick(5)), static_cast<Blame>(pick(3)), "toy.x", "y");
        const auto s = settle_send({}, {}, o, c, error, now, now, jitter);
        CHECK(may_become(LegState::sending, s.state));
        CHECK(s.due_at.has_value() == (s.state == LegState::retry || s.state == LegState::unknown));
        if (s.due_at) CHECK(*s.due_at >= now);
        if (s.state == LegState::dead) CHECK(error.blame != Blame::partner);
        if (error.advice == Advice::enquire && o.effect == Effect::once && !o.enquiry.empty())
            CHECK(s.state == LegState::unknown);
        Enquiry e;
        e.found = static_cast<Found>(pick(5));
        const auto q = settle_enquiry({}, o, c, e, now, now, jitter);
        CHECK(may_become(LegState::unknown, q.state));
        CHECK(q.attempts_message == c.attempts_message);
        CHECK(q.attempts_partner == c.attempts_partner);
        if (q.state == LegState::delivered) CHECK(e.found == Found::done);
        if (q.state == LegState::unknown) CHECK(*q.due_at > now);
        if (o.effect == Effect::once && q.state == LegState::retry && e.found == Found::not_found) {
            CHECK(now - c.unknown_since >= minutes(15));
            CHECK(c.not_found >= 1);
        }
    }
}

TEST_CASE("state graph: final states never change, and dead comes back only by redrive") {
    using enum LegState;
    for (int to = 0; to <= static_cast<int>(cancelled); ++to) {
        for (auto from : {delivered, superseded, expired, cancelled})
            CHECK_FALSE(may_become(from, static_cast<LegState>(to)));
        const bool redriven = to == static_cast<int>(ready) || to == static_cast<int>(cancelled);
        CHECK(may_become(dead, static_cast<LegState>(to)) == redriven);
    }
    CHECK_FALSE(may_become(ready, delivered));
    CHECK_FALSE(may_become(unknown, sending));
    CHECK_FALSE(may_become(unknown, dead));
}

TEST_CASE(
    "F-30 skip: after its own failures a message is put aside and flagged so that its lane goes on"
) {
    Operation o = operation(Effect::idempotent);
    o.head_of_line = HeadOfLine::skip;
    o.skip_after = 3;
    const RetryPolicy retry;
    const ResolverPolicy resolver;
    const auto sent = [&](int faults, const Error& error) {
        Claim c = a_claim();
        c.attempts_message = faults;
        return settle_send(retry, resolver, o, c, error, start, start, 0.5);
    };
    const Error refused(Advice::retry, Blame::message, "toy.refused", "not so");
    CHECK(sent(1, refused).state == LegState::retry);
    CHECK(sent(1, refused).flag.empty());
    CHECK(sent(2, refused).state == LegState::dead);
    CHECK(sent(2, refused).flag == skipped_flag);
    CHECK(sent(2, refused).reason == "toy.refused");
    CHECK(sent(0, give_up("toy.never", "no")).flag == skipped_flag);
    CHECK(settle_refused_by_us(&o, a_claim(), give_up("x", "x"), start).flag == skipped_flag);
    CHECK(sent(9, partner_down()).state == LegState::retry);
    o.skip_after = 1;
    CHECK(sent(0, refused).flag == skipped_flag);
    o.skip_after = 0;
    CHECK(sent(2, refused).state == LegState::retry);
    o.head_of_line = HeadOfLine::strict;
    CHECK(sent(24, refused).state == LegState::dead);
    CHECK(sent(24, refused).flag.empty());
}
