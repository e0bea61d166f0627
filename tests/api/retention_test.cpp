// Retention on the administration socket: holds, what keeps a day, and what the job asks for.
#include "gateway/api/retention.hpp"

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

const std::string code = "H37.14-260302-0001";
const std::string why = R"({"reason_vi":"công văn mẫu","actor":"CB0001"})";

core::Object report(const std::string& id, const std::string& state, const std::string& body) {
    core::Object o;
    o.kind = "reconciliation";
    o.agency = "H37";
    o.id = id;
    o.state = state;
    o.body = body;
    return o;
}

void put(ApiKit& kit, core::Object object) {
    ports::Acceptance a;
    a.message.partner = a.message.kind = "test";
    a.message.agency = object.agency;
    a.message.received_at = object.created_at = object.updated_at = kit.clock.now();
    a.message.body = std::make_shared<const std::string>("{}");
    core::ObjectWrite write;
    write.expected_version = -1;
    write.object = std::move(object);
    a.objects.push_back(std::move(write));
    REQUIRE(kit.loop.get(kit.store->accept(std::move(a))).has_value());
}

std::vector<ports::KeptDossier> kept(ApiKit& kit) {
    return kit.loop.get(api::kept_dossiers(*kit.store, kit.clock.now())).value();
}

}  // namespace

TEST_CASE("retention: an old dossier that is still open is kept, a young or a final one not") {
    ApiKit kit;
    kit.dossier(code);
    CHECK(kept(kit).empty());
    auto stored = kit.loop.get(kit.store->object("dossier", "H37", code)).value();
    REQUIRE(stored.has_value());
    const auto in_a_while = kit.clock.now() + std::chrono::hours(24 * 91);
    const auto later = [&] {
        return kit.loop.get(api::kept_dossiers(*kit.store, in_a_while)).value();
    };
    REQUIRE(later().size() == 1);
    CHECK(later()[0].reason == "open_dossier");
    stored->state = "returned";
    put(kit, std::move(*stored));
    CHECK(later().empty());
}

TEST_CASE("retention: a dossier is held with a reason, shown, and released") {
    ApiKit kit;
    kit.dossier(code);
    CHECK(kit.admin("POST", "/admin/retention/" + code + "/release", why).status == 404);
    CHECK(kit.admin("POST", "/admin/retention/" + code + "/hold", "{}").status == 422);
    CHECK(kit.admin("POST", "/admin/retention/H37.14-260302-9999/hold", why).status == 404);
    const auto held = kit.admin("POST", "/admin/retention/" + code + "/hold", why);
    REQUIRE(held.status == 200);
    CHECK(held.text("/state") == "held");
    CHECK(held.text("/reason_vi") == "công văn mẫu");
    const auto shown = kit.admin("GET", "/admin/retention");
    CHECK(shown.text("/held/0/dossier_code") == code);
    CHECK(shown.text("/held/0/by") == "CB0001");
    REQUIRE(kept(kit).size() == 1);
    CHECK(kept(kit)[0].reason == "legal_hold");
    const auto audit = kit.loop.get(kit.store->audit_of("H37", "dossier/" + code)).value();
    CHECK(audit.back().action == "admin.hold");
    CHECK(kit.admin("POST", "/admin/retention/" + code + "/release", why).status == 200);
    CHECK(kept(kit).empty());
    CHECK(kit.admin("POST", "/admin/retention/" + code + "/hold", why).status == 200);
    CHECK(kit.call("GET", "/admin/retention").status == 404);
}

TEST_CASE("retention: dossiers of the last comparison that differs are kept, of an older one not") {
    ApiKit kit;
    put(kit,
        report("portal:2026-03-01", "different", R"({"differences":["D1 STALE","D2 AHEAD"]})"));
    CHECK(kept(kit).size() == 2);
    put(kit, report("portal:2026-03-02", "different", R"({"differences":["D2 AHEAD"]})"));
    REQUIRE(kept(kit).size() == 1);
    CHECK(kept(kit)[0].dossier == "D2");
    CHECK(kept(kit)[0].reason == "reconciliation");
    put(kit, report("portal:2026-03-03", "equal", R"({"differences":[]})"));
    CHECK(kept(kit).empty());
}

TEST_CASE("retention: dossiers of payments in question are kept until their day is closed") {
    ApiKit kit;
    core::Object payment;
    payment.kind = "payment";
    payment.agency = "H37";
    payment.id = "pay_1";
    payment.dossier = "D7";
    payment.body = "{}";
    put(kit, payment);
    const std::string body = R"({"exceptions":[{"code":"E2","payment_id":"pay_1"},{"code":"E1"}]})";
    put(kit, report("vnpay:2026-03-01", "matched", body));
    REQUIRE(kept(kit).size() == 1);
    CHECK(kept(kit)[0].dossier == "D7");
    put(kit, report("vnpay:2026-03-01", "closed_with_exceptions", body));
    CHECK(kept(kit).empty());
}

}  // namespace gw::test
