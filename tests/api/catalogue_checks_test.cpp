// Dossiers beside the catalogue: what it refuses, what it warns of, and what it keeps silent about.
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using core::Document;

void put(ApiKit& kit, std::string kind, std::string id, std::string body, std::string ref = "") {
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = "H37";
    a.message.kind = "catalogue";
    a.message.body = std::make_shared<const std::string>();
    core::ObjectWrite write;
    write.expected_version = -1;
    write.object.kind = std::move(kind);
    write.object.agency = "H37";
    write.object.id = std::move(id);
    write.object.ref = std::move(ref);
    write.object.body = std::move(body);
    a.objects.push_back(std::move(write));
    REQUIRE(kit.loop.get(kit.store->accept(std::move(a))).has_value());
}

constexpr const char* birth =
    R"({"code":"1.001193","name":"Khai sinh","valid_from":"2026-01-01",
        "receivers":[{"code":"000.00.14.H37","name":"UBND xã"}],
        "components":[{"code":"TP-1","name":"Tờ khai","mandatory":true},
                      {"code":"TP-2","name":"Giấy chứng sinh","mandatory":true},
                      {"code":"TP-3","name":"Giấy ủy quyền","mandatory":false}],
        "fees":[{"code":"LP","amount":"8000"}],"results":[{"code":"KQ.G15.000031"}]})";

/// A catalogue that was read as a whole, with one procedure.
void fill(ApiKit& kit) {
    put(kit, "procedure", "1.001193", birth, "sha");
    put(kit, "catalogue", "procedures", R"({"codes":["1.001193","1.000656"]})");
}

Document request(ApiKit& kit, const char* procedure = "1.001193") {
    Document body = received_request();
    body.set("procedure", texts({{"code", procedure}}));
    Document papers = Document::list();
    papers.push(paper("TP-1", "x"));
    papers.push(paper("TP-2", "x"));
    const std::string id = kit.file();
    for (Document& one : papers.items()) one.set("attachment_id", text(id));
    body.set("documents", std::move(papers));
    return body;
}

std::string errors(const Answer& answer, const char* list = "errors", bool warnings = false) {
    std::string out;
    const Document* all = answer.json.find(list);
    if (all == nullptr) return out;
    for (const Document& one : all->items())
        if ((one.text_of("severity") == "warning") == warnings)
            out += (out.empty() ? "" : " ") + one.text_of("pointer") + "=" + one.text_of("code");
    return out;
}
std::string warnings(const Answer& answer) {
    return errors(answer, "warnings", true);
}

}  // namespace

TEST_CASE("ID-12 procedure: one that the whole national list does not name is refused") {
    ApiKit kit;
    fill(kit);
    const auto refused = kit.call("POST", "/v1/dossiers", request(kit, "1.002835"));
    CHECK(refused.status == 422);
    CHECK(errors(refused) == "/procedure/code=procedure.unknown");
    CHECK(
        refused.text("/errors/0/message_vi") ==
        "Không có thủ tục «1.002835» tại ngày tiếp nhận. Cập nhật danh mục thủ tục hoặc chọn mã "
        "khác."
    );
    CHECK(kit.call("POST", "/v1/dossiers", request(kit, "1.001193.000.00.00.H37")).status == 201);
}

TEST_CASE("procedure: nobody is refused before the list was read to its end") {
    ApiKit kit;
    put(kit, "procedure", "1.001193", birth, "sha");
    CHECK(kit.call("POST", "/v1/dossiers", request(kit, "1.002835")).status == 201);
}

TEST_CASE("procedure: one that is listed but could not be read is accepted") {
    ApiKit kit;
    fill(kit);
    CHECK(kit.call("POST", "/v1/dossiers", request(kit, "1.000656")).status == 201);
}

TEST_CASE("NP-40 procedure: one that ended serves the days before") {
    ApiKit kit;
    fill(kit);
    put(kit,
        "procedure",
        "1.000656",
        R"({"code":"1.000656","valid_from":"2026-01-01","valid_to":"2026-03-01"})");
    CHECK(
        errors(kit.call("POST", "/v1/dossiers", request(kit, "1.000656"))) ==
        "/procedure/code=procedure.unknown"
    );
    Document earlier = request(kit, "1.000656");
    earlier.set("submitted_at", text("2026-02-27T08:30:00+07:00"));
    earlier.set("received_at", text("2026-02-27T09:00:00+07:00"));
    CHECK(kit.call("POST", "/v1/dossiers", earlier).status == 201);
}

TEST_CASE("ID-15 procedure: a local code is mapped by the table, and refused while it has no row") {
    mapping::Library library;
    ApiKit kit([&library](api::Parts& parts) {
        std::vector<mapping::Problem> problems;
        auto loaded = mapping::Library::load(
            {"national_portal/codes.toml"},
            [](const std::string&) -> core::Result<std::string> {
                return std::string(
                    "[list.procedure]\nout_only = true\n"
                    "also = [{ code = \"1.001193\", value = \"KHAI-SINH\" }]\n"
                );
            },
            &problems
        );
        REQUIRE(loaded.has_value());
        parts.library = *loaded;
    });
    const auto refused = kit.call("POST", "/v1/dossiers", request(kit, "KHAI-TU"));
    CHECK(errors(refused) == "/procedure/code=procedure.not_mapped");
    const auto made = kit.call("POST", "/v1/dossiers", request(kit, "KHAI-SINH"));
    CHECK(made.status == 201);
    CHECK(made.text("/procedure/code") == "1.001193");
    CHECK(made.text("/procedure/local_code") == "KHAI-SINH");
    const std::string path = "/v1/dossiers/H37.14-260302-0001";
    ports::Headers match;
    match.emplace_back("If-Match", made.header("ETag"));
    const auto patched = kit.call("PATCH", path, std::string(R"({"note":"x"})"), match);
    CHECK(patched.status == 200);
    CHECK(patched.text("/procedure/local_code") == "KHAI-SINH");
}

TEST_CASE("agency: a code that only the one-stop knows is refused with the name of the unit") {
    ApiKit kit;
    Document body = request(kit);
    body.set("deciding_agency", texts({{"code", "PHONG1"}, {"name", "Phòng Mẫu"}}));
    const auto refused = kit.call("POST", "/v1/dossiers", body);
    CHECK(errors(refused) == "/deciding_agency/code=agency.not_mapped");
    CHECK(
        refused.text("/errors/0/message_vi") ==
        "Đơn vị «Phòng Mẫu» chưa có mã định danh. Báo quản trị để khai báo."
    );
}

TEST_CASE("procedure: a unit that the catalogue does not name among ours does not receive it") {
    ApiKit kit;
    fill(kit);
    Document body = request(kit);
    body.set("code", text("H37.20-260302-0001"));
    body.set("receiving_unit", texts({{"code", "H37.20"}, {"name", "Sở Mẫu"}}));
    CHECK(
        errors(kit.call("POST", "/v1/dossiers", body)) ==
        "/receiving_unit/code=procedure.not_received_here"
    );
    body.set("receiving_unit", texts({{"code", "H37.14.02"}, {"name", "Xã Mẫu"}}));
    CHECK(kit.call("POST", "/v1/dossiers", body).status == 201);
}

TEST_CASE("component: a mandatory paper is handed in, on paper, or waived with a reason") {
    ApiKit kit;
    fill(kit);
    Document body = request(kit);
    body.find("documents")->items()[1].set("component_code", text("TP-9"));
    const auto refused = kit.call("POST", "/v1/dossiers", body);
    CHECK(errors(refused) == "/documents=component.missing");
    CHECK(errors(refused, "errors", true) == "/documents/1/component_code=component.unknown");

    Document waived = Document::list();
    waived.push(texts({{"component_code", "TP-2"}, {"reason_vi", "Đã có trong kho dữ liệu"}}));
    body.set("waived_components", std::move(waived));
    const auto made = kit.call("POST", "/v1/dossiers", body);
    CHECK(made.status == 201);
    CHECK(warnings(made) == "/documents/1/component_code=component.unknown /fees=fee.missing");

    body.remove("waived_components");
    body.set("code", text("H37.14-260302-0002"));
    Document on_paper = Document::list();
    on_paper.push(texts({{"name", "Giấy chứng sinh"}, {"copy_kind", "original"}}));
    on_paper.items()[0].set("count", Document::number(1));
    body.set("other_papers", std::move(on_paper));
    CHECK(kit.call("POST", "/v1/dossiers", body).status == 201);

    body = request(kit);
    body.set("code", text("H37.14-260302-0003"));
    body.set("documents", Document::list());
    body.set("status", text("registered"));
    body.remove("received_at");
    CHECK(kit.call("POST", "/v1/dossiers", body).status == 201);
}

TEST_CASE("catalogue: what was accepted before it was read stays changeable") {
    ApiKit kit;
    Document body = request(kit, "1.002835");
    const auto made = kit.call("POST", "/v1/dossiers", body);
    REQUIRE(made.status == 201);
    fill(kit);
    kit.loop.run_for(core::Duration(120'000));
    const std::string path = "/v1/dossiers/H37.14-260302-0001";
    ports::Headers match;
    match.emplace_back("If-Match", made.header("ETag"));
    const auto patched = kit.call("PATCH", path, std::string(R"({"note":"x"})"), match);
    CHECK(patched.status == 200);
    match[0].value = patched.header("ETag");
    const auto other =
        kit.call("PATCH", path, std::string(R"({"procedure":{"code":"1.002836"}})"), match);
    CHECK(errors(other) == "/procedure/code=procedure.unknown");
}

TEST_CASE("catalogue: a province that only wants warnings gets them") {
    ApiKit kit([](api::Parts& parts) { parts.options.catalogue_refuses = false; });
    fill(kit);
    const auto made = kit.call("POST", "/v1/dossiers", request(kit, "1.002835"));
    CHECK(made.status == 201);
    CHECK(warnings(made) == "/procedure/code=procedure.unknown");
}

TEST_CASE("K42 K44 NP-22 warnings: what the index will not count is said at entry and dry run") {
    ApiKit kit;
    fill(kit);
    Document body = request(kit);
    for (Document& one : body.find("documents")->items()) one.set("reused", text("yes_national"));
    const std::string losses =
        "/documents/0/from_national_store=index.loss /documents/1/from_national_store=index.loss "
        "/fees=fee.missing";
    const auto dry = kit.call("POST", "/v1/validations/dossier", body);
    CHECK(warnings(dry) == losses);
    CHECK(dry.json.find("ok")->as_boolean());
    CHECK(warnings(kit.call("POST", "/v1/dossiers", body)) == losses);
    Document bare = registered_request();
    bare.set("code", text("H37.14-260302-0002"));
    bare.set("documents", Document::list());
    const auto made = kit.call("POST", "/v1/dossiers", bare);
    CHECK(warnings(made) == "/documents=index.loss /fees=fee.missing");
    CHECK(
        made.text("/warnings/0/message_vi") ==
        "Hồ sơ sẽ không được tính điểm chỉ số «4.2 Số hóa hồ sơ (K42)» vì «hồ sơ chưa có tệp thành "
        "phần hồ sơ nào»."
    );
}

TEST_CASE("K41 K33b K14 warnings: a clerk who finishes without a result hears it, and sync says it"
) {
    ApiKit kit;
    const std::string path = "/v1/dossiers/H37.14-260302-0001";
    Document body = request(kit);
    body.set("channel", text("online"));
    body.find("owner")->set("phone", text("0100000001"));
    REQUIRE(kit.call("POST", "/v1/dossiers", body).status == 201);
    const auto done =
        kit.call("POST", path + "/progress", progress("finished", "2026-03-02T10:00:00+07:00"));
    CHECK(done.status == 201);
    CHECK(warnings(done) == "/results=index.loss /results=index.loss");
    const auto sync = kit.call("GET", path + "/sync");
    CHECK(warnings(sync) == "/results=index.loss /results=index.loss");
    const auto shown = kit.call("GET", path + "?include=documents,deliveries,progress");
    CHECK(shown.text("/documents/0/attachment/state") == "clean");
    CHECK(shown.json.find("deliveries")->size() == 0);
    CHECK(shown.json.find("progress")->size() == 2);
    CHECK(kit.call("GET", path + "?include=alles").code() == "request.parameter");
}

}  // namespace gw::test
