// Codes that people add: in force at once, kept, and what waited for them goes out.
#include "gateway/api/code_mappings.hpp"

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

mapping::Library library() {
    std::vector<mapping::Problem> problems;
    const auto read = [](const std::string& file) -> core::Result<std::string> {
        if (file == "codes/areas.csv") return std::string("code,value\n11,01\n12,02\n");
        return std::string("[list.area]\nfile = \"codes/areas.csv\"\nvalue = \"value\"\n");
    };
    return mapping::Library::load({"portal/codes.toml"}, read, &problems).value();
}
std::string code_for(const mapping::Library& all, std::string_view local) {
    const core::Day day{std::chrono::year(2026), std::chrono::March, std::chrono::day(2)};
    const auto* row = all.codes("portal.area").value()->find_value(local, day);
    return row == nullptr ? "" : row->code;
}

/// The first leg stands still because `local` has no code.
void hold_leg(ApiKit& kit, const std::string& local) {
    auto claims = kit.loop.get(kit.store->claim("portal", 1, kit.clock.now())).value();
    REQUIRE(claims.claims.size() == 1);
    const auto& claim = claims.claims[0];
    const auto fence =
        kit.loop.get(kit.store->intend(claim, core::Digest{}, kit.clock.now())).value();
    core::Settlement held;
    held.state = core::LegState::blocked;
    held.outcome = core::Outcome::refused;
    held.reason = "code_unmapped";
    held.what = "Area: no row in code list 'portal.area' for '" + local + "'; add one";
    held.began = held.ended = kit.clock.now();
    REQUIRE(kit.loop.get(kit.store->settle(claim.lane, fence, held, {})).has_value());
}
core::LegState state_of(ApiKit& kit) {
    return kit.loop.get(kit.store->legs_of("H37", "H37.14-260302-0001")).value()[0].state;
}

}  // namespace

TEST_CASE("code mappings: a code that is put in holds at once and releases what waited for it") {
    const auto codes = library();
    ApiKit kit([&](api::Parts& parts) { parts.library = codes; });
    kit.dossier("H37.14-260302-0001");
    hold_leg(kit, "03");
    const auto gaps = kit.call("GET", "/v1/catalogue/mappings?partner=portal&gaps=true");
    CHECK(gaps.text("/items/0/dossier_code") == "H37.14-260302-0001");
    CHECK(gaps.text("/items/0/what").find("'03'") != std::string::npos);

    const auto other =
        kit.call("PUT", "/v1/catalogue/mappings/portal/area/04", R"({"partner_code":"14"})");
    CHECK(other.status == 200);
    CHECK(state_of(kit) == core::LegState::blocked);
    const auto put = kit.call(
        "PUT", "/v1/catalogue/mappings/portal/area/03", R"({"partner_code":"13","note":"mới"})"
    );
    CHECK_MESSAGE(put.status == 200, put.body);
    CHECK(put.text("/source") == "added");
    CHECK(code_for(codes, "03") == "13");
    CHECK(state_of(kit) == core::LegState::ready);
    const auto all = kit.call("GET", "/v1/catalogue/mappings?partner=portal");
    CHECK(all.body.find(R"("local_code":"01","partner_code":"11")") != std::string::npos);
    CHECK(all.body.find(R"("local_code":"03","partner_code":"13")") != std::string::npos);
}

TEST_CASE("code mappings: they stand after a start, and the newest holds") {
    const auto before = library();
    ApiKit kit([&](api::Parts& parts) { parts.library = before; });
    const std::string path = "/v1/catalogue/mappings/portal/area/01";
    REQUIRE(kit.call("PUT", path, R"({"partner_code":"21"})").status == 200);
    REQUIRE(kit.call("PUT", path, R"({"partner_code":"22"})").status == 200);
    CHECK(code_for(before, "01") == "22");
    const auto after = library();
    CHECK(code_for(after, "01") == "11");
    REQUIRE(kit.loop.get(api::load_code_mappings(*kit.store, after)).has_value());
    CHECK(code_for(after, "01") == "22");
}

TEST_CASE("code mappings: unknown lists, empty codes and calls without an officer are refused") {
    const auto codes = library();
    ApiKit kit([&](api::Parts& parts) { parts.library = codes; });
    const std::string body = R"({"partner_code":"1"})";
    CHECK(kit.call("PUT", "/v1/catalogue/mappings/portal/none/1", body).code() == "not_found");
    CHECK(kit.call("PUT", "/v1/catalogue/mappings/portal/area/1", "{}").status == 422);
    ports::Headers nobody;
    nobody.emplace_back("LT-Actor", "-");
    const auto refused = kit.call("PUT", "/v1/catalogue/mappings/portal/area/1", body, nobody);
    CHECK(refused.code() == "auth.actor_missing");
    ports::Headers system;
    system.emplace_back("LT-Actor", "system:nightly");
    CHECK(
        kit.call("PUT", "/v1/catalogue/mappings/portal/area/1", body, system).code() ==
        "auth.actor_missing"
    );
    CHECK(code_for(codes, "1").empty());
}

TEST_CASE("code mappings: a released leg is written into the audit trail of its own agency") {
    const auto codes = library();
    ApiKit kit([&](api::Parts& parts) { parts.library = codes; });
    kit.dossier("H37.14-260302-0001");
    hold_leg(kit, "03");
    ports::Headers other;
    other.emplace_back("Authorization", "Bearer " + kit.token("onestop-h01"));
    const auto put =
        kit.call("PUT", "/v1/catalogue/mappings/portal/area/03", R"({"partner_code":"13"})", other);
    REQUIRE_MESSAGE(put.status == 200, put.body);
    const auto leg = kit.loop.get(kit.store->legs_of("H37", "H37.14-260302-0001")).value()[0];
    REQUIRE(leg.state == core::LegState::ready);
    const auto subject = "leg/" + std::to_string(core::raw(leg.leg.id));
    const auto rows = kit.loop.get(kit.store->audit_of("H37", subject)).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].action == "catalogue.put_mapping");
    CHECK(kit.loop.get(kit.store->audit_of("H01", subject)).value().empty());
}

}  // namespace gw::test
