// PO-11, E1: what partners say of things nobody here knows is listed, closed with a reason, and
// forgotten after its time.
#include "gateway/api/unmatched.hpp"

#include "gateway/engine/late_match.hpp"
#include "gateway/engine/unmatched.hpp"
#include "tests/api/api_kit.hpp"
#include "tests/kit/parcel_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

std::vector<core::PlannedLeg>
no_legs(const std::vector<core::Event>&, const std::vector<core::Document>&) {
    return {};
}

struct Unmatched : ApiKit {
    Unmatched()
        : ApiKit([](api::Parts& parts) { parts.plan = no_legs; }),
          sweep(*store, std::chrono::hours(90 * 24)) {
        intake_facts = std::make_unique<engine::FactIntake>(
            *store, intake, clock, no_legs, engine::FactsOptions()
        );
    }
    /// A provider tells of money under a reference.
    std::string told(const std::string& reference, const std::string& kind = "payment") {
        ports::FactMessage message;
        message.message.partner = "vnpay";
        message.message.agency = "H37";
        message.message.kind = "ipn";
        message.message.body = std::make_shared<const std::string>("{}");
        core::Fact fact;
        fact.kind = kind;
        fact.ref = reference;
        fact.says.set("state", text("paid"));
        fact.says.set("amount", core::Document::number(16'000));
        fact.says.set("text", text("TRẦN THỊ MẪU nộp tiền"));
        const auto id = engine::unmatched_id(fact);
        message.facts.push_back(std::move(fact));
        const auto taken = loop.get(intake_facts->take_in(std::move(message)));
        REQUIRE(taken.has_value());
        CHECK(taken->results.front().verdict == core::Verdict::unknown);
        return id;
    }
    std::size_t listed(const std::string& query = "") {
        return admin("GET", "/admin/unmatched" + query).json.find("items")->size();
    }
    std::unique_ptr<engine::FactIntake> intake_facts;
    api::UnmatchedSweep sweep;
};

const std::string why = R"({"reason_vi":"Đã trả lại tiền","actor":"CB0007"})";

}  // namespace

TEST_CASE("unmatched: E1 money of an unknown reference is listed without texts") {
    Unmatched kit;
    const auto id = kit.told("LT260057K3M9Q2C");
    const auto list = kit.admin("GET", "/admin/unmatched");
    REQUIRE(list.status == 200);
    CHECK(list.text("/items/0/id") == id);
    CHECK(list.text("/items/0/about") == "payment");
    CHECK(list.text("/items/0/partner") == "vnpay");
    CHECK(list.text("/items/0/reference") == "LT260057K3M9Q2C");
    CHECK(list.text("/items/0/says/amount") == "16000");
    CHECK(list.body.find("MẪU") == std::string::npos);
    CHECK(kit.listed("?reference=LT260057K3M9Q2C") == 1);
    CHECK(kit.listed("?reference=LT260057K3M9Q2D") == 0);
    CHECK(kit.admin("GET", "/admin/unmatched?state=half").status == 400);
}

TEST_CASE("unmatched: a person closes one with a reason, in the audit trail") {
    Unmatched kit;
    const auto id = kit.told("LT260057K3M9Q2C");
    const auto path = "/admin/unmatched/" + id + "/close";
    CHECK(kit.admin("POST", path, R"({"actor":"CB0007"})").status == 422);
    const auto closed = kit.admin("POST", path, why);
    REQUIRE_MESSAGE(closed.status == 200, closed.body);
    CHECK(closed.text("/state") == "closed");
    CHECK(kit.listed() == 0);
    CHECK(kit.listed("?state=closed") == 1);
    const auto rows = kit.loop.get(kit.store->audit_of("H37", "unmatched/" + id)).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().actor == "CB0007");
    CHECK(rows.front().detail.find("Đã trả lại tiền") != std::string::npos);
    CHECK(kit.admin("POST", path, why).status == 404);
}

TEST_CASE("unmatched: PY-5 a repeat changes nothing, least of all what was closed") {
    Unmatched kit;
    const auto id = kit.told("LT260057K3M9Q2C");
    kit.told("LT260057K3M9Q2C");
    CHECK(kit.listed() == 1);
    REQUIRE(kit.admin("POST", "/admin/unmatched/" + id + "/close", why).status == 200);
    kit.told("LT260057K3M9Q2C");
    CHECK(kit.listed() == 0);
}

TEST_CASE("unmatched: status and metrics count the open ones by what they are about") {
    Unmatched kit;
    kit.told("LT260057K3M9Q2C");
    kit.told("H37.14-260302-0001", "delivery");
    kit.told("H37.14-260302-0002", "delivery");
    CHECK(kit.admin("GET", "/admin/status").text("/unmatched_open/delivery") == "2");
    const auto metrics = kit.admin("GET", "/metrics").body;
    CHECK(metrics.find("lienthong_unmatched_open{about=\"payment\"} 1\n") != std::string::npos);
    CHECK(metrics.find("lienthong_unmatched_open{about=\"delivery\"} 2\n") != std::string::npos);
}

TEST_CASE("unmatched: PO-11 tracking that came first is taken in when its parcel is known") {
    Unmatched kit;
    kit.dossier("H37.14-260302-0001");
    const auto tracked = [&kit](const char* order, const char* waybill, const char* at) {
        ports::FactMessage message;
        message.message.partner = "vnpost";
        message.message.agency = "H37";
        message.message.kind = "OrderTracking";
        message.message.body = std::make_shared<const std::string>("{}");
        core::Fact fact;
        fact.kind = "delivery";
        fact.ref = order;
        fact.says = texts({{"source", "feed"}, {"state", "picked_up"}, {"code", "2"}, {"at", at}});
        fact.says.set("waybill", text(waybill));
        message.facts.push_back(std::move(fact));
        REQUIRE(kit.loop.get(kit.intake_facts->take_in(std::move(message))).has_value());
    };
    tracked("H37.14-260302-0001", "", "2026-03-02T09:00:00+07:00");
    tracked("NOBODY", "EA123456785VN", "2026-03-02T09:30:00+07:00");
    tracked("NOBODY-2", "EA987654326VN", "2026-03-02T09:30:00+07:00");
    kit.told("LT260057K3M9Q2C");
    engine::LateMatch match(*kit.store, *kit.intake_facts, std::chrono::minutes(5));
    REQUIRE(kit.loop.get(match.run(kit.clock.now())).has_value());
    CHECK(kit.listed() == 4);
    auto body = return_parcel("H37.14-260302-0001");
    body.set("waybill", text("EA123456785VN"));
    const auto made = kit.call("POST", "/v1/deliveries", body);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    REQUIRE(kit.loop.get(match.run(kit.clock.now())).has_value());
    const auto shown = kit.call("GET", "/v1/deliveries/" + made.text("/id"));
    CHECK(shown.text("/state") == "picked_up");
    // By its order number and by its waybill: two events of one parcel. Money waits for a person.
    CHECK(shown.json.find("events")->size() == 2);
    CHECK(kit.listed() == 2);
    CHECK(kit.listed("?state=closed") == 2);
    REQUIRE(kit.loop.get(match.run(kit.clock.now())).has_value());
    CHECK(kit.listed("?state=closed") == 2);
}

TEST_CASE("unmatched: one parcel that cannot be read holds up no other of its page") {
    Unmatched kit;
    kit.dossier("H37.14-260302-0001");
    kit.dossier("H37.14-260302-0002");
    const auto parcel = [&kit](const char* code) {
        const auto made = kit.call("POST", "/v1/deliveries", return_parcel(code));
        REQUIRE_MESSAGE(made.status == 201, made.body);
        return made.text("/id");
    };
    const auto broken = parcel("H37.14-260302-0001"), sound = parcel("H37.14-260302-0002");
    auto object = kit.loop.get(kit.store->object("delivery", "H37", broken)).value().value();
    ports::Acceptance spoil;
    core::ObjectWrite write;
    write.expected_version = object.version;
    write.object = std::move(object);
    write.object.body = "{\"text\":\"\xE1\xBB\"}";
    spoil.objects.push_back(std::move(write));
    spoil.message.partner = "test";
    spoil.message.body = std::make_shared<const std::string>("{}");
    REQUIRE(kit.loop.get(kit.intake.accept(std::move(spoil))).has_value());
    const auto page = [&kit] {
        ports::FactMessage message;
        message.message.partner = "vnpost";
        message.message.agency = "H37";
        message.message.kind = "OrderTracking";
        message.message.body = std::make_shared<const std::string>("{}");
        for (const char* order : {"H37.14-260302-0001", "H37.14-260302-0002"}) {
            core::Fact fact;
            fact.kind = "delivery";
            fact.ref = order;
            fact.says = texts({{"source", "feed"}, {"state", "picked_up"}, {"code", "2"}});
            fact.says.set("at", text("2026-03-02T09:00:00+07:00"));
            message.facts.push_back(std::move(fact));
        }
        return kit.loop.get(kit.intake_facts->take_in(std::move(message)));
    };
    const auto taken = page();
    REQUIRE(taken.has_value());
    CHECK(taken->results.front().verdict == core::Verdict::unknown);
    CHECK(kit.call("GET", "/v1/deliveries/" + sound).text("/state") == "picked_up");
    CHECK(kit.listed() == 1);
    REQUIRE(page().has_value());  // the feed repeats itself
    engine::LateMatch match(*kit.store, *kit.intake_facts, std::chrono::minutes(5));
    REQUIRE(kit.loop.get(match.run(kit.clock.now())).has_value());
    CHECK(kit.listed() == 1);  // until somebody has mended the parcel
}

TEST_CASE("unmatched: PO-11 forgotten after 90 days, open ones with a note") {
    Unmatched kit;
    const auto id = kit.told("H37.14-260302-0001", "delivery");
    kit.loop.run_for(std::chrono::hours(89 * 24));
    const auto later = kit.told("H37.14-260302-0002", "delivery");
    REQUIRE(kit.loop.get(kit.sweep.run(kit.clock.now())).has_value());
    CHECK(kit.listed() == 2);
    kit.loop.run_for(std::chrono::hours(25));
    REQUIRE(kit.loop.get(kit.sweep.run(kit.clock.now())).has_value());
    const auto list = kit.admin("GET", "/admin/unmatched");
    REQUIRE(list.json.find("items")->size() == 1);
    CHECK(list.text("/items/0/id") == later);
    const auto rows = kit.loop.get(kit.store->audit_of("H37", "unmatched/" + id)).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().action == "unmatched.forgotten");
}

}  // namespace gw::test
