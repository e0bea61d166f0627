// The administration's look at what a partner may be sent, its breakers by hand and the drain plan.
#include "gateway/engine/drain.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

#include <array>

namespace gw::test {

namespace {

struct NoSink : ports::Sink {
    NoSink() { table[0].name = "portal.Dossier"; }
    std::span<const core::Operation> operations() const override { return table; }
    core::Result<ports::Prepared> prepare(const core::Claim&, core::Instant) const override {
        return ports::Prepared();
    }
    ports::Async<core::Receipt> send(ports::Prepared, const core::Claim&) override {
        co_return core::Receipt();
    }
    ports::Async<core::Enquiry> enquire(const core::Claim&) override { co_return core::Enquiry(); }
    std::array<core::Operation, 1> table;
};

/// A partner "portal" whose dispatcher is there and sends nothing.
struct Desk {
    Desk()
        : kit([this](api::Parts& parts) {
              engine::DispatcherOptions options;
              options.partner = "portal";
              options.rate_per_s = 0.001;
              options.calls_per_day = 500;
              options.call_shares = {{"H56", 40}};
              dispatcher = std::make_unique<engine::Dispatcher>(
                  io.get_executor(),
                  options,
                  *parts.store,
                  sink,
                  *parts.clock,
                  *parts.random,
                  wakes,
                  engine::EngineHooks()
              );
              drain = std::make_unique<engine::DrainWatch>(*parts.store);
              drain->add(*dispatcher);
              parts.dispatchers["portal"] = dispatcher.get();
              parts.drain = drain.get();
          }) {}
    boost::asio::io_context io;
    NoSink sink;
    engine::Wakes wakes;
    std::unique_ptr<engine::Dispatcher> dispatcher;
    std::unique_ptr<engine::DrainWatch> drain;
    ApiKit kit;
};

std::string by_hand(ApiKit& kit, core::Duration from_now, const char* more = "") {
    return R"({"action":"open","until":")" + core::to_rfc3339(kit.clock.now() + from_now) +
           R"(","text_vi":"Cổng bảo trì","reason_vi":"công văn 12","actor":"CB0007")" + more + "}";
}

}  // namespace

TEST_CASE("limits: what a partner may be sent is shown") {
    Desk desk;
    const auto shown = desk.kit.admin("GET", "/admin/partners/portal/limits");
    REQUIRE(shown.status == 200);
    CHECK(shown.text("/breakers/write") == "closed");
    CHECK(shown.json.at("/breakers/file") == nullptr);  // it has no such operation
    CHECK(shown.text("/calls_per_day") == "500");
    CHECK(shown.text("/calls_today") == "0");
    CHECK(shown.text("/calls_by_agency/0/agency") == "H56");
    CHECK(shown.text("/calls_by_agency/0/share") == "200");
    CHECK(shown.text("/calls_by_agency/0/used") == "0");
    CHECK(desk.kit.admin("GET", "/admin/partners/nobody/limits").status == 404);
    CHECK(desk.kit.call("GET", "/admin/partners/portal/limits").status == 404);
}

TEST_CASE("breaker: opened by hand it is kept, audited and shown; a probe ends it") {
    Desk desk;
    auto& kit = desk.kit;
    const auto path = "/admin/partners/portal/breaker";
    const auto opened = kit.admin("POST", path, by_hand(kit, std::chrono::hours(2)));
    REQUIRE(opened.status == 200);
    CHECK(opened.text("/breakers/write") == "open");
    CHECK(opened.text("/text_vi") == "Cổng bảo trì");
    const auto kept = kit.loop.get(kit.store->object("partner_state", "", "portal")).value();
    REQUIRE(kept);
    CHECK(kept->body.find(R"("forced":true)") != std::string::npos);
    const auto rows = kit.loop.get(kit.store->audit_of("", "partner/portal")).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].actor == "CB0007");
    CHECK(rows[0].detail.find("công văn 12") != std::string::npos);
    const auto until = core::to_rfc3339(kit.clock.now() + std::chrono::hours(2));
    CHECK(kit.admin("GET", "/admin/partners/portal/limits").text("/held_until") == until);
    auto plan = kit.admin("GET", "/admin/drain-plan?partner=portal");
    CHECK(plan.text("/items/0/opens_at") == until);
    CHECK(plan.text("/items/0/away").empty());
    const auto probed =
        kit.admin("POST", path, R"({"action":"probe","reason_vi":"đã xong","actor":"CB0007"})");
    REQUIRE(probed.status == 200);
    CHECK(probed.text("/breakers/write") == "half_open");
    CHECK(probed.text("/text_vi").empty());
    CHECK(probed.text("/held_until").empty());
    plan = kit.admin("GET", "/admin/drain-plan?partner=portal");
    CHECK(plan.text("/items/0/away") == "true");
    CHECK(plan.text("/items/0/empty_at").empty());
}

TEST_CASE("breaker: by hand only with a reason, a person, a known group and an end within a month"
) {
    Desk desk;
    auto& kit = desk.kit;
    const auto path = "/admin/partners/portal/breaker";
    const auto refused = [&](const std::string& body) {
        return kit.admin("POST", path, body).status;
    };
    CHECK(refused(R"({"action":"probe","actor":"CB0007"})") == 422);
    CHECK(refused(R"({"action":"close","reason_vi":"x","actor":"CB0007"})") == 400);
    CHECK(refused(by_hand(kit, std::chrono::hours(-1))) == 422);
    CHECK(refused(by_hand(kit, std::chrono::hours(24 * 31))) == 422);
    CHECK(refused(by_hand(kit, std::chrono::hours(1), R"(,"group":"all")")) == 400);
    CHECK(kit.admin("GET", "/admin/partners/portal/limits").text("/breakers/write") == "closed");
}

TEST_CASE("drain plan: says what waits, how long it takes and who will be late") {
    Desk desk;
    auto& kit = desk.kit;
    for (int i = 1; i <= 3; ++i) kit.dossier("H37.14-260302-000" + std::to_string(i));
    const auto plan = kit.admin("GET", "/admin/drain-plan?partner=portal");
    REQUIRE(plan.status == 200);
    const auto waiting = plan.text("/items/0/waiting");
    CHECK(waiting != "0");
    CHECK(plan.text("/items/0/ceiling_known_by") == "contract");
    CHECK_FALSE(plan.text("/items/0/empty_at").empty());
    CHECK(kit.admin("GET", "/admin/drain-plan").json.find("items")->size() == 1);
    CHECK(kit.admin("GET", "/admin/drain-plan?partner=nobody").status == 404);
    std::string metrics;
    REQUIRE(kit.loop.get(desk.drain->run(kit.clock.now())).has_value());
    desk.drain->write_metrics(metrics);
    CHECK(metrics.find("lienthong_drain_late_legs{partner=\"portal\"}") != std::string::npos);
}

}  // namespace gw::test
