// Every field of what an ended attempt or enquiry comes to: nothing of a settlement may change
// unseen.
#include "gateway/core/delivery.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace gw::core;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = from_ms(1'767'600'000'000);
const Instant later = start + minutes(20);

std::string at(const std::optional<Instant>& t) {
    if (!t) return "-";
    return std::to_string((*t - start).count() / 1'000) + "s";
}

/// State, outcome, reason; when next; counters of message and partner; enquiries, not found, sends
/// unknown, unknown since; then what is set of answer, note, flag, reference.
std::string said(const Settlement& s) {
    std::ostringstream o;
    o << to_word(s.state) << ' ' << to_word(s.outcome) << ' ' << (s.reason.empty() ? "-" : s.reason)
      << " due " << at(s.due_at) << " faults " << s.attempts_message << ' ' << s.attempts_partner
      << " asked " << s.enquiries << ' ' << s.not_found << ' ' << s.sends_unknown << " since "
      << (s.unknown_since == Instant{} ? "-" : at(s.unknown_since)) << (s.was_enquiry ? " E" : "");
    if (!s.answer.empty()) o << " answer=" << s.answer;
    if (s.lane_note) o << " note=" << *s.lane_note;
    if (!s.flag.empty()) o << " flag=" << s.flag;
    if (!s.reference.empty()) o << " ref=" << s.reference;
    if (!s.what.empty()) o << " what=" << s.what.substr(0, 11);
    CHECK(s.began <= s.ended);
    return o.str();
}

Operation operation(Effect effect, bool with_enquiry = true) {
    Operation o;
    o.name = "toy.Push";
    o.effect = effect;
    o.enquiry = with_enquiry ? "toy.Ask" : "";
    return o;
}
/// Sent twice before, unknown since the start.
Claim an_unknown() {
    Claim c;
    c.enqueued_at = start;
    c.state = LegState::unknown;
    c.attempts_message = 3;
    c.attempts_partner = 5;
    c.enquiries = 1;
    c.sends_unknown = 1;
    c.unknown_since = start;
    return c;
}
Claim a_claim() {
    Claim c = an_unknown();
    c.state = LegState::ready;
    c.enquiries = 4;
    c.not_found = 1;
    c.sends_unknown = 0;
    c.unknown_since = Instant{};
    return c;
}
Error error(Advice advice, Blame blame, std::optional<Duration> after = std::nullopt) {
    Error e(advice, blame, "toy.code", "text");
    e.answer = "body";
    e.lane_note = "n1";
    e.retry_after = after;
    return e;
}
std::string sent(Effect effect, const Error& e, bool with_enquiry = true) {
    const Operation o = operation(effect, with_enquiry);
    return said(settle_send(RetryPolicy(), ResolverPolicy(), o, a_claim(), e, start, start, 0.5));
}
std::string asked(Effect effect, Found found, Instant now, Claim claim = an_unknown()) {
    Enquiry e;
    e.found = found;
    e.receipt.reference = "R1";
    e.receipt.answer = "body";
    e.receipt.lane_note = "n2";
    return said(settle_enquiry(ResolverPolicy(), operation(effect), claim, e, now, now, 0));
}

}  // namespace

TEST_CASE("settlement: every field after a send") {
    using A = Advice;
    using B = Blame;
    CHECK(
        sent(Effect::once, error(A::retry, B::partner)) ==
        "retry retry toy.code due 256s faults 3 6 asked 4 1 0 since - answer=body note=n1 what=text"
    );
    CHECK(
        sent(Effect::once, error(A::retry, B::message)) ==
        "retry retry toy.code due 256s faults 4 5 asked 4 1 0 since - answer=body note=n1 what=text"
    );
    CHECK(
        sent(Effect::once, error(A::retry, B::ours)) ==
        "retry retry toy.code due 256s faults 3 5 asked 4 1 0 since - answer=body note=n1 what=text"
    );
    CHECK(
        sent(Effect::once, error(A::retry, B::partner, Duration(0))) ==
        "retry retry toy.code due 0s faults 3 6 asked 4 1 0 since - answer=body note=n1 what=text"
    );
    CHECK(
        sent(Effect::once, error(A::retry, B::partner, Duration(1))) ==
        "retry throttled toy.code due 256s faults 3 6 asked 4 1 0 since - answer=body note=n1 "
        "what=text"
    );
    CHECK(
        sent(Effect::once, error(A::retry, B::partner, seconds(300))) ==
        "retry throttled toy.code due 300s faults 3 6 asked 4 1 0 since - answer=body note=n1 "
        "what=text"
    );
    CHECK(
        sent(Effect::once, error(A::hold, B::ours)) ==
        "blocked refused toy.code due - faults 3 5 asked 4 1 0 since - answer=body note=n1 "
        "what=text"
    );
    CHECK(
        sent(Effect::once, error(A::give_up, B::message)) ==
        "dead refused toy.code due - faults 4 5 asked 4 1 0 since - answer=body note=n1 what=text"
    );
    CHECK(
        sent(Effect::once, error(A::give_up, B::partner)) ==
        "blocked refused toy.code due - faults 3 5 asked 4 1 0 since - answer=body note=n1 "
        "what=text"
    );
    CHECK(
        sent(Effect::once, error(A::enquire, B::partner)) ==
        "unknown unknown toy.code due 5s faults 3 6 asked 0 0 1 since 0s answer=body note=n1 "
        "what=text"
    );
    CHECK(
        sent(Effect::once, error(A::enquire, B::partner), false) ==
        "blocked unknown unknown_unresolved due - faults 3 6 asked 0 0 1 since 0s answer=body "
        "note=n1 what=text"
    );
    CHECK(
        sent(Effect::conditional, error(A::enquire, B::partner)) ==
        "unknown unknown toy.code due 5s faults 3 6 asked 0 0 1 since 0s answer=body note=n1 "
        "what=text"
    );
    CHECK(
        sent(Effect::idempotent, error(A::enquire, B::partner)) ==
        "retry retry toy.code due 256s faults 3 6 asked 4 1 0 since - answer=body note=n1 what=text"
    );
}

TEST_CASE("settlement: every field after an enquiry") {
    const Instant early = start + minutes(5);
    CHECK(
        asked(Effect::conditional, Found::done, early) ==
        "delivered already_there - due - faults 3 5 asked 2 0 1 since 0s E answer=body note=n2 "
        "ref=R1"
    );
    CHECK(
        asked(Effect::conditional, Found::different, early) ==
        "retry retry - due 300s faults 3 5 asked 0 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::not_found, early) ==
        "unknown unknown - due 305s faults 3 5 asked 2 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::processing, early) ==
        "unknown unknown - due 305s faults 3 5 asked 2 -1 1 since 300s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::cannot_tell, early) ==
        "retry retry - due 300s faults 3 5 asked 0 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::done, early) ==
        "delivered already_there - due - faults 3 5 asked 2 0 1 since 0s E answer=body note=n2 "
        "ref=R1"
    );
    CHECK(
        asked(Effect::once, Found::different, early) ==
        "blocked unknown unknown_unresolved due - faults 3 5 asked 2 0 1 since 0s E answer=body "
        "note=n2"
    );
    CHECK(
        asked(Effect::once, Found::not_found, early) ==
        "unknown unknown - due 305s faults 3 5 asked 2 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::processing, early) ==
        "unknown unknown - due 305s faults 3 5 asked 2 -1 1 since 300s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::cannot_tell, early) ==
        "unknown unknown - due 305s faults 3 5 asked 2 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::done, later) ==
        "delivered already_there - due - faults 3 5 asked 2 0 1 since 0s E answer=body note=n2 "
        "ref=R1"
    );
    CHECK(
        asked(Effect::conditional, Found::different, later) ==
        "retry retry - due 1200s faults 3 5 asked 0 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::not_found, later) ==
        "unknown unknown - due 1260s faults 3 5 asked 2 1 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::processing, later) ==
        "unknown unknown - due 1205s faults 3 5 asked 2 -1 1 since 1200s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::conditional, Found::cannot_tell, later) ==
        "retry retry - due 1200s faults 3 5 asked 0 0 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::done, later) ==
        "delivered already_there - due - faults 3 5 asked 2 0 1 since 0s E answer=body note=n2 "
        "ref=R1"
    );
    CHECK(
        asked(Effect::once, Found::different, later) ==
        "blocked unknown unknown_unresolved due - faults 3 5 asked 2 0 1 since 0s E answer=body "
        "note=n2"
    );
    CHECK(
        asked(Effect::once, Found::not_found, later) ==
        "unknown unknown - due 1260s faults 3 5 asked 2 1 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::processing, later) ==
        "unknown unknown - due 1205s faults 3 5 asked 2 -1 1 since 1200s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::cannot_tell, later) ==
        "unknown unknown - due 1205s faults 3 5 asked 2 0 1 since 0s E answer=body note=n2"
    );
}

TEST_CASE("settlement: every field of the second not found, and after three unreadable answers") {
    Claim c = an_unknown();
    c.not_found = 1;
    CHECK(
        asked(Effect::once, Found::not_found, later, c) ==
        "retry retry - due 1200s faults 3 5 asked 0 0 0 since 0s E answer=body note=n2"
    );
    c.not_found = -1;
    CHECK(
        asked(Effect::once, Found::processing, later, c) ==
        "unknown unknown - due 1205s faults 3 5 asked 2 -1 1 since 0s E answer=body note=n2"
    );
    CHECK(
        asked(Effect::once, Found::not_found, later, c) ==
        "unknown unknown - due 1260s faults 3 5 asked 2 1 1 since 0s E answer=body note=n2"
    );
}

TEST_CASE("settlement: every field when an enquiry itself fails, and when it is given up") {
    const Operation o = operation(Effect::once);
    const auto failed = [&](const Error& e, Instant now, Claim c = an_unknown()) {
        return said(settle_enquiry(ResolverPolicy(), o, c, e, now, now, 0));
    };
    CHECK(
        failed(error(Advice::retry, Blame::partner), later) ==
        "unknown unknown toy.code due 1205s faults 3 5 asked 2 0 1 since 0s E answer=body what=text"
    );
    CHECK(
        failed(error(Advice::retry, Blame::partner, minutes(50)), later) ==
        "unknown unknown toy.code due 4200s faults 3 5 asked 2 0 1 since 0s E answer=body what=text"
    );
    CHECK(
        failed(error(Advice::retry, Blame::partner), start + hours(24)) ==
        "blocked unknown unknown_unresolved due - faults 3 5 asked 2 0 1 since 0s E answer=body "
        "what=text"
    );
    Claim urgent = an_unknown();
    urgent.leg.legal_deadline = start + hours(2);
    CHECK(
        failed(error(Advice::retry, Blame::partner), start + minutes(59), urgent) ==
        "unknown unknown toy.code due 3545s faults 3 5 asked 2 0 1 since 0s E answer=body what=text"
    );
    CHECK(
        failed(error(Advice::retry, Blame::partner), start + minutes(60), urgent) ==
        "blocked unknown unknown_unresolved due - faults 3 5 asked 2 0 1 since 0s E answer=body "
        "what=text"
    );
}

TEST_CASE("settlement: every field when nobody can be asked") {
    Operation o = operation(Effect::once, false);
    CHECK(
        said(settle_unresolvable(ResolverPolicy(), o, an_unknown(), later)) ==
        "blocked unknown unknown_unresolved due - faults 3 5 asked 1 0 1 since 0s E what=The "
        "partner"
    );
    o.repeat_unknown_once = true;
    CHECK(
        said(settle_unresolvable(ResolverPolicy(), o, an_unknown(), start + minutes(1))) ==
        "retry retry unknown_unresolved due 900s faults 3 5 asked 0 0 1 since 0s E "
        "flag=possible_duplicate"
    );
    Claim twice = an_unknown();
    twice.sends_unknown = 2;
    CHECK(
        said(settle_unresolvable(ResolverPolicy(), o, twice, later)) ==
        "blocked unknown unknown_unresolved due - faults 3 5 asked 1 0 2 since 0s E what=The "
        "partner"
    );
}

TEST_CASE("settlement: every field of what we refused ourselves") {
    const auto refused = [](Advice advice, std::optional<Duration> after = std::nullopt) {
        const Error e = error(advice, Blame::ours, after);
        return said(settle_refused_by_us(nullptr, a_claim(), e, start));
    };
    CHECK(
        refused(Advice::give_up) ==
        "dead refused toy.code due - faults 4 5 asked 4 1 0 since - note=n1 what=text"
    );
    CHECK(
        refused(Advice::hold) ==
        "blocked refused toy.code due - faults 3 5 asked 4 1 0 since - note=n1 what=text"
    );
    CHECK(
        refused(Advice::retry) ==
        "retry retry toy.code due 60s faults 3 5 asked 4 1 0 since - note=n1 what=text"
    );
    CHECK(
        refused(Advice::retry, Duration(5)) ==
        "retry retry toy.code due 1s faults 3 5 asked 4 1 0 since - note=n1 what=text"
    );
    CHECK(
        refused(Advice::retry, seconds(7)) ==
        "retry retry toy.code due 7s faults 3 5 asked 4 1 0 since - note=n1 what=text"
    );
}

TEST_CASE("settlement: every edge of the graph of states, and no other") {
    constexpr int states = 10;
    std::string edges;
    for (int from = 0; from < states; ++from) {
        edges += ' ';
        for (int to = 0; to < states; ++to)
            if (may_become(static_cast<LegState>(from), static_cast<LegState>(to)))
                edges += std::to_string(to);
    }
    // 0 ready, 1 sending, 2 retry, 3 unknown, 4 blocked, 5 delivered, 6 superseded, 7 expired,
    // 8 dead, 9 cancelled.
    CHECK(edges == " 1246789 023458 01246789 2345 05679    09 ");
}

TEST_CASE("settlement: base, cap and floor of each urgency") {
    const auto p = [](Urgency urgency) {
        const RetryPolicy r = default_policy(urgency);
        return std::to_string(r.base.count()) + " " + std::to_string(r.cap.count()) + " " +
               std::to_string(r.floor.count());
    };
    CHECK(p(Urgency::p0) == "1000 300000 500");
    CHECK(p(Urgency::p1) == "2000 1800000 1000");
    CHECK(p(Urgency::p2) == "2000 1800000 1000");
    CHECK(p(Urgency::p3) == "30000 7200000 10000");
}

TEST_CASE("settlement: a receipt keeps its reference and its answer") {
    Receipt receipt;
    receipt.reference = "R1";
    receipt.answer = "body";
    const Operation o = operation(Effect::once);
    CHECK(
        said(settle_send(RetryPolicy(), ResolverPolicy(), o, a_claim(), receipt, start, start, 0.5)
        ) == "delivered delivered - due - faults 3 5 asked 4 1 0 since - answer=body ref=R1"
    );
}
