// Rolls of printed waybills: taken with the delivery, tried again, never twice (PO-13 to PO-16).
#include "gateway/core/parcel_watch.hpp"
#include "gateway/engine/parcels.hpp"
#include "tests/api/api_kit.hpp"
#include "tests/kit/parcel_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using core::Document;
constexpr const char* code = "H37.14-260302-0001";

/// There before the kit that is arranged with it.
struct Plan {
    engine::Planner plan;
};
struct Rolls : Plan, ApiKit {
    Rolls() : ApiKit([this](api::Parts& parts) { arrange(parts); }) {
        const auto made = dossier(code);
        REQUIRE(made.status == 201);
        unit = made.text("/receiving_unit/canonical_code");
        if (unit.empty()) unit = made.text("/receiving_unit/code");
        engine::FactsOptions options;
        options.transitions = &transitions;
        options.calendar = &calendar;
        facts =
            std::make_unique<engine::FactIntake>(*store, intake, clock, plan, std::move(options));
        watch = std::make_unique<engine::ParcelWatch>(
            *store, intake, *facts, plan, calendar, std::chrono::seconds(30)
        );
    }
    Answer bring(const char* first, const char* last) {
        return admin(
            "POST",
            "/admin/waybills",
            R"({"agency":"H37","carrier":"vnpost","unit":")" + unit + R"(","first":")" + first +
                R"(","last":")" + last + R"(","reason_vi":"cuộn mới","actor":"CB0001"})"
        );
    }
    Answer book(const std::string& waybill = "") {
        auto body = return_parcel(code);
        if (!waybill.empty()) body.set("waybill", text(waybill));
        return call("POST", "/v1/deliveries", body);
    }
    /// The post answers the order of a delivery.
    void answers(const Answer& delivery, const char* state) {
        ports::FactMessage message;
        message.message.partner = "vnpost";
        message.message.agency = "H37";
        message.message.kind = "OrderPost";
        message.message.body = std::make_shared<const std::string>("{}");
        core::Fact fact;
        fact.kind = "delivery";
        fact.ref = delivery.text("/order_number");
        fact.says =
            texts({{"source", "order"}, {"state", state}, {"reason", "Mã vận đơn đã dùng"}});
        message.facts.push_back(std::move(fact));
        REQUIRE(loop.get(facts->take_in(std::move(message))).has_value());
    }
    std::string state_of(const std::string& number) {
        const auto there = loop.get(store->object(core::waybill_kind, "H37", number)).value();
        return there ? there->state : "";
    }
    Answer shown(const Answer& delivery) {
        return call("GET", "/v1/deliveries/" + delivery.text("/id"));
    }
    std::string unit;
    std::unique_ptr<engine::FactIntake> facts;
    std::unique_ptr<engine::ParcelWatch> watch;

private:
    void arrange(api::Parts& parts) {
        core::Operation order;
        order.name = "vnpost.Order";
        operations.push_back(order);
        core::Route route;
        route.partner = "vnpost";
        route.event = "delivery.requested";
        route.operations = {"vnpost.Order"};
        route.when = {{"/delivery/carrier", "vnpost"}};
        parts.routes.push_back(route);
        plan = [routes = parts.routes, find = parts.operation_of](
                   const auto& events, const auto& snapshots
               ) { return core::plan(events, snapshots, routes, find); };
        parts.plan = plan;
    }
};

}  // namespace

TEST_CASE("PO-13 waybills: a number goes with the delivery, two deliveries never share one") {
    Rolls kit;
    REQUIRE(kit.bring("EA000000014VN", "EA000000028VN").status == 200);
    const auto first = kit.book();
    REQUIRE_MESSAGE(first.status == 201, first.body);
    CHECK(first.text("/waybill") == "EA000000014VN");
    CHECK(kit.state_of("EA000000014VN") == "reserved");
    CHECK(first.json.find("waybill_stock") == nullptr);
    const auto second = kit.book();
    CHECK(second.text("/waybill") == "EA000000028VN");
    const auto third = kit.book();
    CHECK(third.status == 409);
    CHECK(third.code() == "delivery.waybill_unavailable");
    kit.answers(first, "booked");
    CHECK(kit.state_of("EA000000014VN") == "used");
    CHECK(kit.shown(first).text("/state") == "booked");
}

TEST_CASE("deliveries: a carrier whom nobody serves is refused, with those that are served") {
    Rolls kit;
    auto body = return_parcel(code);
    body.set("carrier", text("ems"));
    const auto refused = kit.call("POST", "/v1/deliveries", body);
    CHECK_MESSAGE(refused.status == 422, refused.body);
    CHECK(refused.text("/errors/0/pointer") == "/carrier");
    CHECK(refused.text("/errors/0/code") == "field.not_in_list");
    CHECK(refused.text("/errors/0/allowed/0") == "vnpost");
    const auto dossier =
        kit.call("GET", std::string("/v1/dossiers/") + code + "?include=deliveries");
    CHECK(dossier.json.find("deliveries")->size() == 0);
}

TEST_CASE("PO-13 waybills: one that the post has used is void, the order goes out with the next") {
    Rolls kit;
    REQUIRE(kit.bring("EA000000014VN", "EA000000028VN").status == 200);
    const auto made = kit.book();
    kit.answers(made, "waybill_used");
    CHECK(kit.state_of("EA000000014VN") == "void");
    REQUIRE(kit.loop.get(kit.watch->run(kit.clock.now())).has_value());
    CHECK(kit.shown(made).text("/waybill") == "EA000000028VN");
    CHECK(kit.shown(made).text("/state") == "requested");
    const auto legs = kit.loop.get(kit.store->legs_of("H37", code)).value();
    int orders = 0;
    for (const auto& leg : legs) orders += leg.leg.operation == "vnpost.Order" ? 1 : 0;
    CHECK(orders == 2);
    kit.answers(made, "booked");
    CHECK(kit.state_of("EA000000028VN") == "used");
}

TEST_CASE("PO-13 waybills: without another number the order is refused") {
    Rolls kit;
    REQUIRE(kit.bring("EA000000014VN", "EA000000014VN").status == 200);
    const auto made = kit.book();
    kit.answers(made, "waybill_used");
    REQUIRE(kit.loop.get(kit.watch->run(kit.clock.now())).has_value());
    CHECK(kit.shown(made).text("/state") == "rejected");
}

TEST_CASE("PO-14 waybills: what is known already is not imported, low stock is told") {
    Rolls kit;
    REQUIRE(kit.bring("EA000000014VN", "EA000000028VN").status == 200);
    CHECK(kit.bring("EA000000028VN", "EA000000028VN").status == 409);
    CHECK(kit.bring("EA000000015VN", "EA000000015VN").status == 422);
    kit.book();
    const auto list = kit.admin("GET", "/admin/waybills");
    CHECK(list.text("/items/0/free") == "1");
    CHECK(list.text("/items/0/reserved") == "1");
    CHECK(list.text("/items/0/low") == "true");
}

TEST_CASE("PO-15 waybills: a void number is given to nobody") {
    Rolls kit;
    REQUIRE(kit.bring("EA000000014VN", "EA000000014VN").status == 200);
    const auto gone = kit.admin(
        "POST",
        "/admin/waybills/EA000000014VN/void",
        R"({"agency":"H37","reason_vi":"rách","actor":"CB0001"})"
    );
    CHECK(gone.status == 200);
    CHECK(kit.book().status == 409);
    CHECK(kit.book("EA000000014VN").status == 409);
}

TEST_CASE("PO-16 waybills: a number is not used again within 365 days") {
    Rolls kit;
    REQUIRE(kit.book("BD0001").status == 201);
    CHECK(kit.book("BD0001").status == 409);
    kit.loop.run_for(std::chrono::hours(24 * 364));
    kit.log_in_again();
    CHECK(kit.book("BD0001").status == 409);
    kit.loop.run_for(std::chrono::hours(24));
    kit.log_in_again();
    CHECK(kit.book("BD0001").status == 201);
}

TEST_CASE("PO-26 waybills: a silent post is flagged and counted") {
    Rolls kit;
    const auto made = kit.book();
    kit.answers(made, "booked");
    kit.loop.run_for(std::chrono::hours(24 * 7));
    REQUIRE(kit.loop.get(kit.watch->run(kit.clock.now())).has_value());
    kit.log_in_again();
    CHECK(kit.shown(made).text("/flags/0") == "silent");
    CHECK(kit.watch->counts().silent == 1);
}

}  // namespace gw::test
