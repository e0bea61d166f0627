// The catalogue over the API: procedures and the version that was valid on a day.
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

core::Object version(std::string id, std::string kind, const char* name, const char* valid) {
    core::Object object;
    object.kind = std::move(kind);
    object.agency = "H37";
    object.id = std::move(id);
    object.ref = object.kind == "procedure" ? "sha-now" : "1.001193";
    object.state = object.kind == "procedure" ? "valid" : "closed";
    object.body = std::string(R"({"code":"1.001193","name":")") + name +
                  R"(","fetched_at":"2026-02-20T01:00:00+07:00",)" + valid + "}";
    return object;
}

void put(ApiKit& kit, core::Object object) {
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = "H37";
    a.message.kind = "catalogue";
    a.message.body = std::make_shared<const std::string>();
    core::ObjectWrite write;
    write.object = std::move(object);
    a.objects.push_back(std::move(write));
    REQUIRE(kit.loop.get(kit.store->accept(std::move(a))).has_value());
}

/// Three versions: from 1 January, from 1 February, and the current one from 20 February.
void fill(ApiKit& kit) {
    put(kit,
        version(
            "1.001193@aaa",
            "procedure_version",
            "Bản một",
            R"("valid_from":"2026-01-01","valid_to":"2026-01-31")"
        ));
    put(kit,
        version(
            "1.001193@bbb",
            "procedure_version",
            "Bản hai",
            R"("valid_from":"2026-02-01","valid_to":"2026-02-19")"
        ));
    put(kit, version("1.001193", "procedure", "Bản ba", R"("valid_from":"2026-02-20")"));
}

}  // namespace

TEST_CASE("NP-38 catalogue: valid_on chooses among the current version and the closed ones") {
    ApiKit kit;
    fill(kit);
    const std::string one = "/v1/catalogue/procedures/1.001193", all = "/v1/catalogue/procedures";
    for (const auto& [day, name] :
         {std::pair("2026-01-15", "Bản một"),
          std::pair("2026-02-01", "Bản hai"),
          std::pair("2026-02-19", "Bản hai"),
          std::pair("2026-02-20", "Bản ba"),
          std::pair("2025-06-01", "Bản một")}) {
        CAPTURE(day);
        const std::string query = std::string("?valid_on=") + day;
        CHECK(kit.call("GET", one + query).text("/name") == name);
        CHECK(kit.call("GET", all + query).text("/items/0/name") == name);
    }
    CHECK(kit.call("GET", one).text("/name") == "Bản ba");
    CHECK(kit.call("GET", one + "?valid_on=hôm-qua").code() == "request.parameter");
}

TEST_CASE("NP-40 catalogue: a procedure that is closed is not listed for a later day") {
    ApiKit kit;
    put(kit,
        version(
            "1.001193",
            "procedure",
            "Đã bãi bỏ",
            R"("valid_from":"2026-01-01","valid_to":"2026-02-10")"
        ));
    const std::string all = "/v1/catalogue/procedures";
    CHECK(kit.call("GET", all).json.find("items")->size() == 0);
    CHECK(kit.call("GET", all + "?valid_on=2026-02-10").json.find("items")->size() == 1);
    CHECK(kit.call("GET", all + "/1.001193?valid_on=2026-02-11").status == 404);
    CHECK(kit.call("GET", all + "/1.001193").text("/name") == "Đã bãi bỏ");
}

TEST_CASE("contract 1 catalogue: money and counts are numbers; the long code finds it too") {
    ApiKit kit;
    put(kit,
        version(
            "1.001193",
            "procedure",
            "Đăng ký khai sinh",
            R"("fees":[{"code":"LP1","amount":"8000"},{"code":"LP2","amount":"tùy hồ sơ"}],)"
            R"("components":[{"originals":"1","copies":""}],"durations":[{"amount":"3"}])"
        ));
    const auto found = kit.call("GET", "/v1/catalogue/procedures/1.001193.000.00.00.H37");
    REQUIRE_MESSAGE(found.status == 200, found.body);
    CHECK(found.json.at("/fees/0/amount")->as_integer() == 8'000);
    CHECK(found.json.at("/fees/0/amount")->is_number());
    CHECK(found.json.at("/fees/1/amount") == nullptr);
    CHECK(found.text("/fees/1/amount_text") == "tùy hồ sơ");
    CHECK(found.json.at("/components/0/originals")->is_number());
    CHECK(found.json.at("/components/0/copies") == nullptr);
    CHECK(found.json.at("/durations/0/amount")->is_number());
}

TEST_CASE("catalogue: changed_since that is no time is refused") {
    ApiKit kit;
    fill(kit);
    const std::string all = "/v1/catalogue/procedures?changed_since=";
    CHECK(kit.call("GET", all + "2026-03-01").code() == "request.parameter");
    CHECK(kit.call("GET", all + "2026-02-19T00:00:00Z").json.find("items")->size() == 1);
    CHECK(kit.call("GET", all + "2026-02-21T00:00:00Z").json.find("items")->size() == 0);
}

TEST_CASE("OC-1 contact preferences: a PUT needs no Idempotency-Key") {
    ApiKit kit;
    const char* path = "/v1/contact-preferences/0100000001";
    const auto put =
        kit.call("PUT", path, R"({"opt_outs":[{"channel":"zns","category":"transactional"}]})");
    CHECK(put.status == 200);
    CHECK(kit.call("GET", path).json.find("opt_outs")->size() == 1);
}

}  // namespace gw::test
