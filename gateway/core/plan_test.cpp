// Tests of planning.
#include "gateway/core/plan.hpp"

#include <doctest/doctest.h>

using namespace gw::core;

namespace {

Operation operation(std::string_view name, Effect effect, Urgency urgency) {
    Operation o;
    o.name = name;
    o.effect = effect;
    o.urgency = urgency;
    return o;
}
const Operation operations[] = {
    operation("portal.Dossier", Effect::conditional, Urgency::p1),
    operation("portal.Progress", Effect::once, Urgency::p2)};

const Operation* operation_of(std::string_view name) {
    for (const Operation& o : operations)
        if (o.name == name) return &o;
    return nullptr;
}

Route route(std::string event, std::vector<std::string> names) {
    Route r;
    r.partner = "portal";
    r.event = std::move(event);
    r.operations = std::move(names);
    return r;
}

Event event(std::string kind) {
    Event e;
    e.kind = std::move(kind);
    e.agency = "H37";
    e.dossier = "H37.14-260302-0001";
    e.occurred_at = *parse_rfc3339("2026-03-02T23:30:00+07:00");
    return e;
}

Document snapshot(const std::string& key, const std::string& origin) {
    Document dossier = Document::object();
    dossier.set("origin", Document::text(origin));
    dossier.set("vneid_verified", Document::boolean(true));
    Document s = Document::object();
    s.set("key", Document::text(key));
    s.set("dossier", dossier);
    return s;
}

std::string keys(const std::vector<PlannedLeg>& legs) {
    std::string out;
    for (const PlannedLeg& p : legs)
        out += (out.empty() ? "" : " ") + std::to_string(p.event_index) + "/" + p.leg.effect_key;
    return out;
}

}  // namespace

TEST_CASE("plan: operations of a route in their order, with the key of the fact") {
    const auto legs = plan(
        {event("dossier.received"), event("progress.recorded")},
        {snapshot("c:v1", "local"), snapshot("prg_1", "local")},
        {route("progress.recorded", {"portal.Dossier", "portal.Progress"}),
         route("dossier.received", {"portal.Dossier"})},
        operation_of
    );
    CHECK(
        keys(legs) ==
        "0/portal.Dossier:H37.14-260302-0001:c:v1 1/portal.Dossier:H37.14-260302-0001:prg_1 "
        "1/portal.Progress:H37.14-260302-0001:prg_1"
    );
    CHECK(legs[0].leg.partner == "portal");
    CHECK(legs[0].leg.agency == "H37");
    CHECK(legs[0].leg.effect == Effect::conditional);
    CHECK(legs[0].leg.urgency == Urgency::p1);
}

TEST_CASE("plan: conditions look into the dossier, then into the snapshot") {
    Route r = route("x", {"portal.Dossier"});
    r.when = {{"/origin", "local"}, {"/vneid_verified", "true"}};
    r.when_not = {{"/progress/status", "finished"}};
    Document other = snapshot("b", "local");
    Document progress = Document::object();
    progress.set("status", Document::text("finished"));
    other.set("progress", progress);
    const auto legs = plan(
        {event("x"), event("x"), event("x")},
        {snapshot("a", "local"), other, snapshot("c", "vneid")},
        {r},
        operation_of
    );
    REQUIRE(legs.size() == 1);
    CHECK(legs[0].event_index == 0);
}

TEST_CASE("plan: routes are valid on the Vietnamese day of the event, both ends included") {
    Route r = route("x", {"portal.Dossier"});
    const Day day = std::chrono::year(2026) / 3 / 2;
    r.from = day;
    r.to = day;
    CHECK(plan({event("x")}, {snapshot("a", "local")}, {r}, operation_of).size() == 1);
    r.from = Day(std::chrono::year(2026) / 3 / 3);
    CHECK(plan({event("x")}, {snapshot("a", "local")}, {r}, operation_of).empty());
    r.from.reset();
    r.to = Day(std::chrono::year(2026) / 3 / 1);
    CHECK(plan({event("x")}, {snapshot("a", "local")}, {r}, operation_of).empty());
}

TEST_CASE("plan: an internal entry is kept and never sent") {
    Document s = snapshot("a", "local");
    Document progress = Document::object();
    progress.set("internal", Document::boolean(true));
    s.set("progress", progress);
    CHECK(plan({event("x")}, {s}, {route("x", {"portal.Progress"})}, operation_of).empty());
}

TEST_CASE("plan: two routes to the same effect make one leg") {
    const Route r = route("x", {"portal.Dossier"});
    CHECK(plan({event("x")}, {snapshot("a", "local")}, {r, r}, operation_of).size() == 1);
}

TEST_CASE("plan: the due date that can still be kept is the legal deadline") {
    const auto planned = [](const std::string& due, const std::string& now) {
        Event e = event("x");
        e.recorded_at = *parse_rfc3339(now);
        Document s = snapshot("a", "local");
        if (!due.empty()) s.find("dossier")->set("due_at", Document::text(due));
        return plan({e}, {s}, {route("x", {"portal.Progress"})}, operation_of).at(0).leg;
    };
    const std::string due = "2026-03-09T17:00:00+07:00";
    CHECK(planned(due, "2026-03-02T08:00:00+07:00").legal_deadline == parse_rfc3339(due));
    CHECK(planned(due, "2026-03-02T08:00:00+07:00").urgency == Urgency::p2);
    CHECK(planned(due, "2026-03-09T16:00:00+07:00").urgency == Urgency::p2);
    CHECK(planned(due, "2026-03-09T16:00:01+07:00").urgency == Urgency::p0);
    CHECK_FALSE(planned(due, "2026-03-09T17:00:00+07:00").legal_deadline);
    CHECK(planned(due, "2026-03-09T17:00:00+07:00").urgency == Urgency::p2);
    CHECK_FALSE(planned("", "2026-03-02T08:00:00+07:00").legal_deadline);
    CHECK_FALSE(planned("soon", "2026-03-02T08:00:00+07:00").legal_deadline);
}

TEST_CASE("NP-30 plan: a full state takes the place of older ones unless it changes the status") {
    Operation full = operation("portal.Dossier", Effect::conditional, Urgency::p1);
    full.head_of_line = HeadOfLine::supersede;
    const auto supersedes = [&](const std::string& kind, Document s) {
        const auto find = [&](std::string_view) { return &full; };
        return plan({event(kind)}, {std::move(s)}, {route(kind, {"portal.Dossier"})}, find)
            .at(0)
            .supersedes;
    };
    CHECK(supersedes("dossier.updated", snapshot("a", "local")));
    CHECK_FALSE(supersedes("dossier.received", snapshot("a", "local")));
    Document changed = snapshot("a", "local");
    changed.set("status_changed", Document::boolean(true));
    CHECK_FALSE(supersedes("progress.recorded", changed));
    full.head_of_line = HeadOfLine::strict;
    CHECK_FALSE(supersedes("dossier.updated", snapshot("a", "local")));
}
