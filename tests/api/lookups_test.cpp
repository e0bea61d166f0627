// PD-15, PD-18, PD-19, PD-21: what inspectors read about look-ups of persons.
#include "gateway/crypto/digest.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

struct Lookups : ApiKit {
    /// A check as it is on record.
    void asked(const char* officer, const char* unit, const char* number, const char* outcome) {
        const auto mac = signer.hmac_sha256("identity_audit", number);
        auto body = texts(
            {{"officer", officer},
             {"unit", unit},
             {"procedure_code", "2.000635"},
             {"purpose", "RECEPTION_CHECK"},
             {"state", outcome}}
        );
        body.set("person_mark", text(crypto::to_hex(*mac).substr(0, 32)));
        body.set("asked_at", text(core::to_rfc3339(clock.now())));
        ports::Acceptance acceptance = an_acceptance(clock.now());
        core::ObjectWrite write;
        write.object.kind = "identity_check";
        write.object.agency = "H37";
        write.object.id = "idc_" + std::to_string(++made);
        write.object.ref = officer;
        write.object.state = outcome;
        write.object.body = formats::write_json(body);
        write.object.created_at = write.object.updated_at = clock.now();
        acceptance.objects.push_back(std::move(write));
        REQUIRE(loop.get(store->accept(std::move(acceptance))).has_value());
    }
    Answer find(const std::string& more, const char* what = "search") {
        return admin(
            "POST",
            std::string("/admin/identity-checks/") + what,
            R"({"from":"2026-03-02","reason_vi":"thanh tra","actor":"CB0009")" + more + "}"
        );
    }
    std::size_t rows(const std::string& more) { return find(more).json.find("items")->size(); }
    int made = 0;
};

}  // namespace

TEST_CASE("PD-18 lookups: by officer, unit, procedure and day, never the person") {
    Lookups kit;
    kit.asked("CB0001", "H37.14", "038190000000", "match");
    kit.asked("CB0002", "H37.15", "038190000001", "not_found");
    const auto all = kit.find("");
    REQUIRE_MESSAGE(all.status == 200, all.body);
    CHECK(all.json.find("items")->size() == 2);
    CHECK(all.text("/items/0/outcome") == "match");
    CHECK(all.body.find("038190000000") == std::string::npos);
    CHECK(kit.rows(R"(,"officer":"CB0002")") == 1);
    CHECK(kit.rows(R"(,"unit":"H37.14")") == 1);
    CHECK(kit.rows(R"(,"procedure_code":"1.001193")") == 0);
    CHECK(kit.rows(R"(,"to":"2026-03-01")") == 0);
}

TEST_CASE("PD-19 PD-21 lookups: who asked about one person, found by the mark of the number") {
    Lookups kit;
    kit.asked("CB0001", "H37.14", "038190000000", "match");
    kit.asked("CB0002", "H37.14", "038190000001", "match");
    const auto found = kit.find(R"(,"person":"038190000001")");
    REQUIRE(found.json.find("items")->size() == 1);
    CHECK(found.text("/items/0/officer") == "CB0002");
}

TEST_CASE("PD-17 F-236 lookups: every reading is on record with its reason, without the number") {
    Lookups kit;
    CHECK(
        kit.admin(
               "POST", "/admin/identity-checks/search", R"({"from":"2026-03-02","actor":"CB0009"})"
        )
            .status == 422
    );
    kit.find(R"(,"person":"038190000001")");
    const auto rows = kit.loop.get(kit.store->audit_of("system", "identity_checks")).value();
    const auto other = kit.loop.get(kit.store->audit_of("", "identity_checks")).value();
    REQUIRE(rows.size() + other.size() == 1);
    const auto& row = rows.empty() ? other.front() : rows.front();
    CHECK(row.actor == "CB0009");
    CHECK(row.detail.find("thanh tra") != std::string::npos);
    CHECK(row.detail.find("038190000001") == std::string::npos);
}

TEST_CASE("PD-15 lookups: what stands out on a day") {
    Lookups kit;
    for (int i = 0; i < 5; ++i) kit.asked("CB0001", "H37.14", "038190000000", "not_found");
    kit.asked("CB0002", "H37.14", "038190000000", "match");
    const auto found = kit.find("", "anomalies");
    REQUIRE_MESSAGE(found.status == 200, found.body);
    CHECK(found.text("/asked") == "6");
    REQUIRE(found.json.find("items")->size() == 1);
    CHECK(found.text("/items/0/officer") == "CB0001");
    CHECK(found.text("/items/0/not_found_in_a_row") == "5");
}

}  // namespace gw::test
