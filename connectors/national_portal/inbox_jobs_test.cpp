// What is found out about a dossier of the inbox: its unit by the procedure, its account by
// look-up.
#include "connectors/national_portal/routing.hpp"
#include "connectors/national_portal/tech_id.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {

using core::Document;
using test::PortalKit;

namespace {

core::Day today() {
    return *core::parse_iso_day("2026-03-02");
}

Agency agency(const char* code, const char* name) {
    Agency out;
    out.code = code;
    out.name = name;
    return out;
}

InboundItem item_of(const char* procedure) {
    InboundItem item;
    item.kind = "dossier";
    Document ref = Document::object();
    ref.set("code", Document::text(procedure));
    item.payload = Document::object();
    item.payload.set("procedure", std::move(ref));
    return item;
}

core::Object inbox(const char* id, const char* payload) {
    core::Object object;
    object.kind = "inbox_item";
    object.agency = "H37";
    object.id = id;
    object.state = "ready";
    object.body = std::string(R"({"id":")") + id +
                  R"(","partner":"national_portal","kind":"dossier","payload":)" + payload + "}";
    return object;
}

}  // namespace

TEST_CASE("NP-46 routing: units come from the procedure; without a rule the coordination tray") {
    Options options;
    options.province_roots = {"H37"};
    Catalogue catalogue;
    Procedure one, many;
    one.code = "1.001193";
    one.receivers = {agency("000.00.00.G22", "Bộ Mẫu"), agency("000.00.14.H37", "UBND xã Mẫu")};
    one.authorities = {agency("H37", "UBND tỉnh"), agency("H37.14", "UBND xã Mẫu")};
    many.code = "1.000656";
    many.receivers = {agency("H37.14", "UBND xã Mẫu"), agency("H37.15", "UBND xã Giả")};
    catalogue.put(one);
    catalogue.put(many);

    InboundItem item = item_of("1.001193");
    route_dossier(item, catalogue, options, today());
    CHECK(item.payload.at("/receiving_unit/code")->as_text() == "000.00.14.H37");
    CHECK(item.payload.at("/deciding_agency/name")->as_text() == "UBND xã Mẫu");
    CHECK(item.tray.empty());

    for (const char* code : {"1.000656", "9.999999"}) {
        InboundItem other = item_of(code);
        route_dossier(other, catalogue, options, today());
        CHECK(other.payload.find("receiving_unit") == nullptr);
        CHECK(other.tray == "coordination");
    }
}

TEST_CASE("TraCuuTechID: an online dossier without account gets the owner's, once") {
    PortalKit kit;
    kit.store.put(
        inbox("inb_1", R"({"channel":"online","owner":{"identities":[{"number":"020190000001"}]}})")
    );
    kit.store.put(inbox(
        "inb_2",
        R"({"channel":"online","owner":{"tech_id":"T-0","identities":[{"number":"020190000002"}]}})"
    ));
    kit.store.put(inbox("inb_3", R"({"channel":"online","owner":{"full_name":"X"}})"));
    kit.store.put(
        inbox("inb_4", R"({"channel":"online","owner":{"identities":[{"number":"020190000004"}]}})")
    );
    std::vector<std::string> asked;
    kit.http.otherwise = [&](const ports::HttpRequest& r) {
        if (r.url.find("mapi/login") != r.url.npos)
            return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
        CHECK(r.body.find(R"("service":"TraCuuTechID","provider":"wso2is")") != r.body.npos);
        const bool first = r.body.find("020190000001") != r.body.npos;
        asked.push_back(first ? "1" : "4");
        return test::answered(
            200,
            first
                ? R"({"error_code":"0","message":"","result":[{"TECHNICALID":"tech-id-mau-0001"}]})"
                : R"({"error_code":"0","message":"","result":[]})"
        );
    };
    TechIdJob job(kit.portal);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    CHECK(asked == std::vector<std::string>{"1", "4"});
    for (const auto& object : kit.store.of_kind("inbox_item")) {
        const auto body = formats::read_json(object.body);
        const auto* id = body->at("/payload/owner/tech_id");
        if (object.id == "inb_1") CHECK((id != nullptr && id->as_text() == "tech-id-mau-0001"));
        if (object.id == "inb_4") CHECK(id == nullptr);
    }
}

TEST_CASE("NP-38 LayQDCB: the decision gives a version its number and its first day") {
    const auto result = formats::read_json(
        R"([{"ID":"800001","SOQUYETDINH":"001/QĐ-MAU","NGAYQUYETDINH":"02/01/2026"}])"
    );
    const Decision decision = read_decision(*result);
    CHECK(decision.number == "001/QĐ-MAU");
    Document body = Document::object(), before;
    body.set("valid_from", Document::text("2026-03-02"));
    date_version(body, decision, before, false);
    CHECK(body.text_of("valid_from") == "2026-01-02");
    CHECK(body.text_of("version") == "001/QĐ-MAU");
    // A change that names a decision older than the version before began when it was seen.
    before = body;
    body.set("valid_from", Document::text("2026-03-09"));
    date_version(body, decision, before, false);
    CHECK(body.text_of("valid_from") == "2026-03-09");
    date_version(body, decision, before, true);
    CHECK(body.text_of("valid_from") == "2026-01-02");
    body.set("valid_from", Document::text("2026-03-10"));
    date_version(body, Decision(), Document(), false);
    CHECK(body.text_of("valid_from") == "2026-03-10");
}

}  // namespace gw::national_portal
