// Traces through the API, and the class by which a call is refused first.
#include "gateway/core/trace.hpp"

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

const std::string given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string trace_given = "4bf92f3577b34da6a3ce929d0e0e4736";

ports::Headers with(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

/// A partner whose calls become events.
class Teller : public ports::Source {
public:
    explicit Teller(SimClock& clock) : clock_(clock) {}
    std::string_view prefix() const override { return "/in/teller"; }
    std::uint64_t body_bytes_max() const override { return 1'000; }
    asio::awaitable<ports::InAnswer> receive(ports::InRequest, ports::Intake& intake) override {
        const auto later = clock_.now() + core::Duration(50);
        co_await clock_.sleep_until(later);
        auto a = an_acceptance(clock_.now());
        core::Event e;
        e.kind = "payment.paid";
        e.agency = "H37";
        e.dossier = "H37.14-260302-0009";
        e.snapshot = std::make_shared<const std::string>("{}");
        a.events.push_back(std::move(e));
        auto taken = co_await intake.accept(std::move(a));
        ports::InAnswer answer;
        answer.status = taken ? 200 : 500;
        co_return answer;
    }

private:
    SimClock& clock_;
};

/// Notes of what class the work was.
class Spy : public ports::Intake {
public:
    ports::Async<ports::Accepted> accept(ports::Acceptance a) override {
        seen.push_back(a.urgency);
        auto op = inner->accept(std::move(a));
        co_return co_await std::move(op);
    }
    ports::Intake* inner = nullptr;
    std::vector<core::Urgency> seen;
};

std::string trace_of_event(ApiKit& kit, const std::string& dossier) {
    const auto events = kit.loop.get(kit.store->events_of("H37", dossier, "")).value();
    return events.empty() ? "" : events.front().trace;
}

core::Document a_dossier(ApiKit& kit, std::string code) {
    auto body = received_request();
    body.set("code", text(std::move(code)));
    body.find("documents")->items()[0].set("attachment_id", text(kit.file()));
    return body;
}

}  // namespace

TEST_CASE("trace in: the caller's trace is kept with its events, answered, and shown") {
    ApiKit kit;
    const std::string code = "H37.14-260302-0001";
    const auto made =
        kit.call("POST", "/v1/dossiers", a_dossier(kit, code), with("traceparent", given));
    REQUIRE_MESSAGE(made.status == 201, made.body);
    const auto back = made.header("traceparent");
    CHECK(core::read_traceparent(back) == trace_given);
    CHECK(back != given);
    CHECK(trace_of_event(kit, code) == trace_given);
    const auto seen = kit.admin("GET", "/admin/dossiers/" + code);
    CHECK(seen.text("/events/0/trace") == trace_given);
    const auto message = kit.admin("GET", "/admin/messages/" + seen.text("/events/0/message"));
    CHECK(message.text("/trace") == trace_given);
}

TEST_CASE("trace in: no header or a wrong one gets a new trace, each call its own") {
    ApiKit kit;
    const auto a = kit.call("GET", "/v1/partners");
    const auto b = kit.call("GET", "/v1/partners", "", with("traceparent", given + "-x"));
    const auto trace_a = core::read_traceparent(a.header("traceparent"));
    const auto trace_b = core::read_traceparent(b.header("traceparent"));
    REQUIRE(trace_a.has_value());
    REQUIRE(trace_b.has_value());
    CHECK(*trace_a != *trace_b);
    CHECK(*trace_b != trace_given);
}

TEST_CASE("trace in: what a partner's call causes has its trace, also after a wait") {
    SimClock* clock = nullptr;
    std::unique_ptr<Teller> teller;
    ApiKit kit([&](api::Parts& parts) {
        clock = static_cast<SimClock*>(parts.clock);
        teller = std::make_unique<Teller>(*clock);
        parts.sources.push_back(teller.get());
    });
    const auto answer =
        kit.send(kit.request("POST", "/in/teller", "{}", with("traceparent", given)));
    CHECK(answer.status == 200);
    CHECK(core::read_traceparent(answer.header("traceparent")) == trace_given);
    CHECK(trace_of_event(kit, "H37.14-260302-0009") == trace_given);
}

TEST_CASE("shedding: a call with an officer is p1, of a system p2, payments and answers p0") {
    Spy spy;
    ApiKit kit([&](api::Parts& parts) { spy.inner = std::exchange(parts.intake, &spy); });
    const auto first = a_dossier(kit, "H37.14-260302-0001");
    const auto second = a_dossier(kit, "H37.14-260302-0002");
    spy.seen.clear();
    CHECK(kit.call("POST", "/v1/dossiers", first).status == 201);
    CHECK(kit.call("POST", "/v1/dossiers", second, with("LT-Actor", "-")).status == 201);
    REQUIRE(spy.seen.size() == 2);
    CHECK(spy.seen[0] == core::Urgency::p1);
    CHECK(spy.seen[1] == core::Urgency::p2);
    for (const auto& route : api::all_routes()) {
        CAPTURE(route.id);
        const bool pays = route.id == "payments.create" || route.id == "refunds.confirm" ||
                          route.id == "inbox.ack";
        if (pays) CHECK(route.urgency == core::Urgency::p0);
    }
}

}  // namespace gw::test
