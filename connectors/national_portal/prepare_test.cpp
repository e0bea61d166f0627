// Tests of what leaves: checks before sending, both transports, notes, classifier vectors,
// catalogue and jobs.
#include "connectors/national_portal/checks.hpp"
#include "connectors/national_portal/codec.hpp"
#include "connectors/national_portal/session.hpp"
#include "connectors/national_portal/survey.hpp"
#include "gateway/core/identifiers.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Advice;
using core::Document;
using test::PortalKit;

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}
core::Error refusal(PortalKit& kit, const std::string& note = "") {
    const auto prepared = kit.sink->prepare(kit.packet(note), kit.clock.now());
    REQUIRE_FALSE(prepared.has_value());
    return prepared.error();
}

TEST_CASE("NP-11 F-54 prepare: a code of another province is refused before sending") {
    PortalKit kit;
    kit.dossier.set("code", Document::text("H99.14-260302-0001"));
    const auto e = refusal(kit);
    CHECK(e.advice == Advice::give_up);
    CHECK(e.code == "national_portal.foreign_prefix");
}

TEST_CASE("NP-12 F-55 F-37 prepare: a procedure outside the catalogue waits and names itself") {
    PortalKit kit;
    Document procedure = Document::object();
    procedure.set("code", Document::text("9.999999"));
    kit.dossier.set("procedure", std::move(procedure));
    const auto e = refusal(kit);
    CHECK(e.advice == Advice::hold);
    CHECK(e.code == "mapping_missing");
    CHECK(holds(e.what, "9.999999"));
}

TEST_CASE("NP-13 F-48 NP-31 prepare: a dossier without a date it needs is refused, never completed"
) {
    for (const char* field : {"received_at", "due_at"}) {
        PortalKit kit;
        kit.dossier.remove(field);
        const auto e = refusal(kit);
        CHECK(e.advice == Advice::give_up);
        CHECK(e.code == "national_portal.required");
    }
    PortalKit kit;
    kit.dossier.set("status", Document::text("finished"));
    CHECK(holds(refusal(kit).what, "NgayKetThucXuLy"));
}

TEST_CASE("NP-14 F-56 prepare: a date that is none and reception after the end are refused") {
    PortalKit kit;
    kit.dossier.set("due_at", Document::text("02/03/2026"));
    CHECK(refusal(kit).code == "national_portal.date");
    PortalKit late;
    late.dossier.set("status", Document::text("finished"));
    late.dossier.set("finished_at", Document::text("2026-03-01T10:00:00.000+07:00"));
    CHECK(refusal(late).code == "national_portal.date");
}

TEST_CASE(
    "NP-15 F-57 prepare: a step from the last acknowledged status that the table forbids is refused"
) {
    PortalKit kit;
    CHECK(refusal(kit, "known=yes status=7").code == "national_portal.status_step");
    CHECK(kit.sink->prepare(kit.packet("known=yes status=5"), kit.clock.now()).has_value());
    CHECK(kit.sink->prepare(kit.packet("known=yes status=2"), kit.clock.now()).has_value());
}

TEST_CASE("NP-16 F-52 prepare: over-long text is refused, never cut") {
    PortalKit kit;
    kit.dossier.set("summary", Document::text(std::string(1'001, 'a')));
    CHECK(refusal(kit).advice == Advice::give_up);
}

TEST_CASE("NP-17 NP-19 F-51 prepare: a missing file waits; a paper that is also a result is refused"
) {
    PortalKit kit;
    Document paper = Document::object();
    paper.set("component_code", Document::text("TP-MAU-01"));
    paper.set("name", Document::text("a.pdf"));
    Document papers = Document::list();
    papers.push(paper);
    kit.dossier.set("documents", papers);
    CHECK(refusal(kit).code == "file_missing");
    paper.set("attachment_id", Document::text("att_1"));
    papers = Document::list();
    papers.push(paper);
    kit.dossier.set("documents", papers);
    Document result = Document::object();
    result.set("attachment_id", Document::text("att_1"));
    result.set("result_code", Document::text("KQ.G15.000031"));
    Document results = Document::list();
    results.push(result);
    kit.dossier.set("results", results);
    CHECK(refusal(kit).code == "national_portal.result_as_attachment");
}

TEST_CASE("DS-9 prepare: papers carry capability links that are the same at every attempt") {
    PortalKit kit;
    Document paper = Document::object();
    paper.set("id", Document::text("doc_1"));
    paper.set("component_code", Document::text("TP-MAU-01"));
    paper.set("name", Document::text("a.pdf"));
    paper.set("attachment_id", Document::text("att_1"));
    Document papers = Document::list();
    papers.push(paper);
    kit.dossier.set("documents", papers);
    const auto first = kit.sink->prepare(kit.packet(), kit.clock.now());
    REQUIRE_MESSAGE(first.has_value(), first.error().what);
    CHECK(holds(first->bytes, R"("DuongDanTaiTepTin":"https://gateway.example/f/)"));
    CHECK_FALSE(holds(first->bytes, "att_1"));
    CHECK(
        first->digest ==
        kit.sink->prepare(kit.packet(), kit.clock.now() + core::Duration(1'000))->digest
    );
}

TEST_CASE("F-38 prepare: the catalogue is asked in memory; while it is not loaded the leg waits") {
    PortalKit kit;
    kit.portal->catalogue() = Catalogue();
    const auto e = refusal(kit);
    CHECK(e.advice == Advice::retry);
    CHECK(e.code == "national_portal.catalogue_loading");
    CHECK(kit.http.asked.empty());
}

TEST_CASE("F-53 NP-61 prepare: flags come from facts") {
    PortalKit kit;
    auto bytes = kit.sink->prepare(kit.packet(), kit.clock.now())->bytes;
    CHECK(holds(bytes, R"("HoSoCoThanhPhanSoHoa":"0")"));
    CHECK(holds(bytes, R"("DuocThanhToanTrucTuyen":"0")"));
    CHECK(holds(bytes, R"("NoiNopHoSo":"2")"));
    Document fee = Document::object();
    for (const auto& [name, value] :
         {std::pair("name", "Lệ phí"),
          {"code", "LP-1"},
          {"collect_when", "at_reception"},
          {"kind", "ordinary"},
          {"state", "unpaid"}})
        fee.set(name, Document::text(value));
    fee.set("amount", Document::number(8'000));
    Document fees = Document::list();
    fees.push(fee);
    kit.dossier.set("fees", fees);
    CHECK(holds(
        kit.sink->prepare(kit.packet(), kit.clock.now())->bytes, R"("DuocThanhToanTrucTuyen":"3")"
    ));
}

TEST_CASE("NP-61 F-53 prepare: the flag of online payment is the dossier's own") {
    PortalKit kit;
    const auto list = [](const std::string& text) { return *formats::read_json(text); };
    kit.dossier.set(
        "fees",
        list(
            R"([{"code":"LP-1","name":"Lệ phí","kind":"ordinary","collect_when":"at_reception","amount":8000,"state":"paid"}])"
        )
    );
    const auto flag = [&kit] {
        const std::string bytes = kit.sink->prepare(kit.packet(), kit.clock.now())->bytes;
        const auto at = bytes.find("DuocThanhToanTrucTuyen");
        return bytes.substr(at + 25, 1);
    };
    kit.dossier.set("payments", list(R"([{"state":"paid","method":"online","provider":"vnpay"}])"));
    CHECK(flag() == "2");
    kit.dossier.set(
        "payments",
        list(R"([{"state":"paid","method":"online","provider":"vnpay","national":true}])")
    );
    CHECK(flag() == "1");
    // A payment that was taken back settled nothing.
    kit.dossier.set(
        "payments",
        list(R"([{"state":"refunded","method":"online","provider":"national_platform"}])")
    );
    CHECK(flag() == "0");
}

TEST_CASE("NP-24 F-74 prepare: a line completed by rule names the unit and stands on a fact") {
    PortalKit kit;
    Said said = *read_snapshot(kit.packet());
    const auto lines = progress_lines(said, "dossier.received");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].at("/progress/officer/name")->as_text() == "UBND xã Ví Dụ");
    CHECK(lines[0].at("/progress/completed_by_rule")->as_boolean());
    kit.dossier.remove("received_at");
    said = *read_snapshot(kit.packet());
    CHECK(progress_lines(said, "dossier.received").empty());
}

const connector_kit::OptionValues bus{
    {"transport", "lgsp"},
    {"envelope", "double"},
    {"url", "https://lgsp.test"},
    {"client_id", "mau-client"},
    {"client_secret", "mau-secret-of-client"}};

TEST_CASE("NP-2 F-5 bus: token, array body, address by isUpdating, doubly encoded answer") {
    PortalKit kit(bus);
    kit.http.say(R"({"access_token":"TOKEN-1","token_type":"Bearer","expires_in":3600})");
    kit.http.say(
        R"({"error_code":"0","message":"{\"error_code\":\"0\",\"message\":\"Đồng bộ hồ sơ thành công\",\"result\":[]}"})"
    );
    REQUIRE(kit.send(kit.packet()).has_value());
    CHECK(kit.http.asked[0].url == "https://lgsp.test/token");
    CHECK(
        ports::header(kit.http.asked[0].headers, "Authorization") ==
        "Basic bWF1LWNsaWVudDptYXUtc2VjcmV0LW9mLWNsaWVudA=="
    );
    CHECK(
        kit.http.asked[1].url ==
        "https://lgsp.test/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV=000.00.00.H37&isUpdating=False"
    );
    CHECK(kit.http.asked[1].body.starts_with(R"([{"MaHoSo":)"));
    CHECK(ports::header(kit.http.asked[1].headers, "Authorization") == "Bearer TOKEN-1");
    kit.http.say(
        R"({"error_code":"0","message":{"error_code":"0","message":"Thành công","result":[]}})"
    );
    REQUIRE(kit.send(kit.packet("known=yes status=2")).has_value());
    CHECK(kit.http.asked[2].url.ends_with("isUpdating=True"));
}

TEST_CASE("F-10 TR-5 bus: a token refused before its time is renewed once at 401") {
    PortalKit kit(bus);
    kit.http.say(R"({"access_token":"TOKEN-1","expires_in":3600})");
    kit.http.answers.push_back(test::answered(401, ""));
    kit.http.say(R"({"access_token":"TOKEN-2","expires_in":3600})");
    kit.http.say(
        R"({"error_code":"0","message":"{\"error_code\":\"0\",\"message\":\"Thành công\"}"})"
    );
    CHECK(kit.send(kit.packet()).has_value());
    CHECK(ports::header(kit.http.asked[3].headers, "Authorization") == "Bearer TOKEN-2");
    kit.http.answers.push_back(test::answered(401, ""));
    kit.http.say(R"({"access_token":"TOKEN-3"})");
    kit.http.answers.push_back(test::answered(401, ""));
    const auto result = kit.send(kit.packet("known=yes status=2"));
    CHECK(result.error().code == "national_portal.credential");
    CHECK(result.error().blame == core::Blame::ours);
}

TEST_CASE("NP-2 bus: a token is trusted until a minute before its end") {
    PortalKit kit(bus);
    const auto& options = kit.portal->options();
    const auto life = [&](const char* body) {
        const auto s =
            read_log_in(options, test::real_answers(), test::answered(200, body), kit.clock.now());
        return s->trusted_until - kit.clock.now();
    };
    CHECK(life(R"({"access_token":"T","expires_in":"600"})") == core::Duration(540'000));
    CHECK(life(R"({"access_token":"T"})") == core::Duration(3'540'000));
    CHECK(life(R"({"data":{"token":"T"}})") == core::Duration(3'540'000));
}

TEST_CASE("TR-5 bus: style B carries lgspaccesstoken in the order of the vector") {
    Options o;
    o.access_key = "SYNTHACCESSKEY";
    o.secret_key = "SYNTHSECRETKEY";
    o.app_name = "LIENTHONG";
    o.partner_code = o.partner_code_cus = "H56.14";
    CHECK(
        bus_access_token(o) ==
        "eyJBY2Nlc3NLZXkiOiJTWU5USEFDQ0VTU0tFWSIsIlNlY3JldEtleSI6IlNZTlRIU0VDUkVUS0VZIiwiQXBwTmFtZS"
        "I6IkxJRU5USE9ORyIsIlBhcnRuZXJDb2RlIjoiSDU2LjE0IiwiUGFydG5lckNvZGVDdXMiOiJINTYuMTQifQ=="
    );
}

TEST_CASE("NP-34 classifier: the portal's reply vectors through the whole reading") {
    const auto file =
        formats::read_json(mapping::test::file_text("tests/vectors/reply-classes.json"));
    PortalKit kit;
    int seen = 0;
    for (const Document& v : file->find("vectors")->items()) {
        const Document& in = *v.find("input");
        if (in.text_of("partner") != "national_portal") continue;
        Document body = Document::object();
        body.set("error_code", *in.find("code"));
        body.set("message", *in.find("text"));
        Call c;
        c.service = in.text_of("operation");
        c.kind = connector_kit::Kind::conditional;
        const auto reading = read_answer(
            kit.portal->options(),
            test::real_answers(),
            c,
            test::answered(200, formats::write_json(body))
        );
        CHECK_MESSAGE(
            mapping::to_word(reading.verdict.meaning) == v.text_of("expected"), v.text_of("id")
        );
        ++seen;
    }
    CHECK(seen == 8);
}

TEST_CASE("lane memory: every word goes there and back, unknown ones are dropped") {
    const std::string note = "known=yes status=4 update=17 create=18 unreadable=19:2 lines=20:10";
    CHECK(write_memory(read_memory(note)) == note);
    CHECK(write_memory(read_memory("")) == "");
    CHECK(write_memory(read_memory("known=no later=1 xyz")) == "known=no");
    CHECK(read_memory(note).lines_of(core::LegId(20)) == 10);
    CHECK(read_memory(note).lines_of(core::LegId(21)) == 0);
}

TEST_CASE("pulls: every service has a request on both transports") {
    PortalKit adapter, lgsp(bus);
    adapter.say_session();
    lgsp.http.say(R"({"access_token":"TOKEN-1"})");
    for (const PullService& service : pull_services) {
        for (PortalKit* kit : {&adapter, &lgsp}) {
            kit->http.say(R"({"error_code":"0","message":"","result":[{"A":"1"}]})");
            Document arguments = Document::object();
            for (const auto name : service.arguments)
                if (!name.empty()) arguments.set(std::string(name), Document::text("x y"));
            const auto result =
                test::run(kit->io, kit->portal->pull(std::string(service.name), arguments));
            REQUIRE_MESSAGE(result.has_value(), service.name);
            CHECK(result->items().size() == 1);
        }
        CHECK(holds(
            adapter.http.asked.back().body, "\"service\":\"" + std::string(service.name) + "\""
        ));
        CHECK(holds(lgsp.http.asked.back().url, "/KetNoiMotCuaQuocGia/" + std::string(service.name))
        );
    }
    CHECK(
        test::run(adapter.io, adapter.portal->pull("Khong", Document::object())).error().code ==
        "national_portal.operation"
    );
}

std::string procedure_answer(const std::string& code, const std::string& name) {
    return R"({"error_code":"0","message":"","result":[{"ID":"900001","MATTHC":")" + code +
           R"(","TENTTHC":")" + name + R"(","TRANGTHAI":"1",
 "LINHVUCTHUCHIEN":[{"MALINHVUC":"LV-MAU-01","TENLINHVUC":"Hộ tịch"}],"CACHTHUCTHUCHIEN":[{"KENH":"2","THOIGIAN":[
 {"THOIGIANGIAIQUYET":"0","DONVITINH":"Ngày làm việc","MOTA":"Trong ngày","PHILEPHI":[]}]}],
 "KETQUATHUCHIEN":[{"MAKETQUA":"KQ.G15.000031","TENKETQUA":"Giấy khai sinh"}]}]})";
}

TEST_CASE("NP-38 NP-40 F-225 catalogue: versions by hash, closed when vanished, kept over a restart"
) {
    PortalKit kit;
    kit.portal->catalogue() = Catalogue();
    std::string list =
        R"([{"MATTHC":"1.001193","TENTTHC":"Khai sinh"},{"MATTHC":"1.000656","TENTTHC":"Khai tử"}])";
    std::string name = "Khai sinh";
    kit.http.otherwise = [&](const ports::HttpRequest& r) {
        if (holds(r.url, "mapi/login"))
            return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
        if (holds(r.body, "LayDanhSachTTHC"))
            return test::answered(200, R"({"error_code":"0","message":"","result":)" + list + "}");
        const bool birth = holds(r.body, "1.001193");
        return test::answered(
            200, procedure_answer(birth ? "1.001193" : "1.000656", birth ? name : "Khai tử")
        );
    };
    CatalogueJob job(kit.portal);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    CHECK(kit.portal->catalogue().loaded());
    const core::Day today = core::local_day(kit.clock.now());
    CHECK(kit.portal->catalogue().find("1.001193", today)->field_name == "Hộ tịch");
    CHECK(kit.store.of_kind("procedure").size() == 2);
    const auto told = [&kit] {
        std::size_t count = 0;
        for (const auto& a : kit.store.accepted)
            for (const auto& item : a.feed) count += item.type == "catalogue.changed" ? 1 : 0;
        return count;
    };
    CHECK(told() == 1);  // when the list was read to its end, once for everything
    CHECK(kit.store.of_kind("catalogue").size() == 1);
    const auto calls = kit.http.asked.size();
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    CHECK(kit.http.asked.size() == calls);  // nothing is due

    name = "Thủ tục đăng ký khai sinh";
    list = R"([{"MATTHC":"1.001193","TENTTHC":"Thủ tục đăng ký khai sinh"}])";
    const auto tomorrow = kit.clock.now() + std::chrono::hours(25);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(tomorrow)).has_value());
    CHECK(kit.store.of_kind("procedure_version").size() == 1);
    CHECK(told() == 2);
    const auto next_day = tomorrow + std::chrono::hours(25);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(next_day)).has_value());
    CHECK(told() == 2);  // nothing changed
    CHECK(kit.portal->catalogue().find("1.001193", core::local_day(tomorrow))->name == name);
    CHECK(
        kit.portal->catalogue().find("1.001193", today)->name == "Khai sinh"
    );  // RD-11: the dossier keeps its version
    CHECK(
        kit.portal->catalogue().find(
            "1.000656", core::local_day(tomorrow + std::chrono::hours(24))
        ) == nullptr
    );
    CHECK(kit.store.of_kind("procedure").size() == 2);

    kit.portal->catalogue() = Catalogue();
    kit.http.otherwise = nullptr;
    CatalogueJob after_restart(kit.portal);
    CHECK_FALSE(test::run_virtual(kit.io, kit.clock, after_restart.run(tomorrow)).has_value()
    );  // the portal is down
    CHECK(kit.portal->catalogue().find("1.001193", core::local_day(tomorrow)) != nullptr);
    // A known procedure goes out; one that the store lacks may only be unread: it waits.
    CHECK_FALSE(kit.portal->catalogue().loaded());
    CHECK(kit.portal->catalogue().failure().has_value());
}

TEST_CASE("catalogue: a log-in that the portal refuses is named by the legs that wait for it") {
    PortalKit kit;
    kit.portal->catalogue() = Catalogue();
    CHECK(refusal(kit).code == "national_portal.catalogue_loading");
    kit.http.otherwise = [](const ports::HttpRequest&) { return test::answered(401, ""); };
    CatalogueJob job(kit.portal);
    CHECK_FALSE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    const auto e = refusal(kit);
    CHECK(e.advice == Advice::retry);
    CHECK(e.code == "national_portal.credential");
    CHECK(holds(e.what, "mật khẩu"));
    kit.portal->catalogue().set_loaded();
    CHECK(refusal(kit).code == "mapping_missing");
}

TEST_CASE("catalogue: a portal whose certificate nobody trusted issued is named, with the option") {
    PortalKit kit;
    kit.portal->catalogue() = Catalogue();
    kit.http.otherwise = [](const ports::HttpRequest&) {
        ports::HttpResult result;
        result.failure.what = "SSL certificate problem: unable to get local issuer certificate";
        return result;
    };
    CatalogueJob job(kit.portal);
    CHECK_FALSE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    CHECK(refusal(kit).code == "national_portal.certificate_unknown");
    CHECK(holds(refusal(kit).what, "`authorities`"));
}

TEST_CASE("catalogue: a procedure that somebody waits for is fetched first") {
    PortalKit kit;
    kit.portal->catalogue() = Catalogue();
    CHECK(refusal(kit).code == "national_portal.catalogue_loading");
    std::vector<std::string> fetched;
    kit.http.otherwise = [&](const ports::HttpRequest& r) {
        if (holds(r.url, "mapi/login"))
            return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
        if (holds(r.body, "LayDanhSachTTHC"))
            return test::answered(
                200,
                R"({"error_code":"0","message":"","result":[{"MATTHC":"1.000001"},{"MATTHC":"1.000002"},{"MATTHC":"1.001193"}]})"
            );
        const std::string code = r.body.substr(r.body.find("maTTHC\":\"") + 9, 8);
        fetched.push_back(code);
        return test::answered(200, procedure_answer(code, "Thủ tục"));
    };
    CatalogueJob job(kit.portal);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    CHECK(fetched == std::vector<std::string>{"1.001193", "1.000001", "1.000002"});
    CHECK(kit.sink->prepare(kit.packet(), kit.clock.now()).has_value());
}

TEST_CASE("NP-39 catalogue: units of time; an unknown one holds the procedure") {
    CHECK(duration_unit("Ngày làm việc") == "working_days");
    CHECK(duration_unit(" giờ LÀM việc ") == "hours");
    CHECK(duration_unit("Tháng") == "months");
    CHECK_FALSE(duration_unit("Tuần trăng").has_value());
    std::string odd = procedure_answer("1.001193", "x");
    odd.replace(odd.find("Ngày làm việc"), std::string("Ngày làm việc").size(), "Tuần trăng");
    const auto answer = formats::read_json(odd);
    CHECK(read_procedure(*answer->find("result")).error().code == "code_unmapped");
}

TEST_CASE("NP-10 catalogue: names are read in any case") {
    const auto list = formats::read_json(R"({"data":[{"maTTHC":"1.1","TenTTHC":"a"},{"x":1}]})");
    const auto rows = read_procedure_list(*list);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].code == "1.1");
}

TEST_CASE("NP-62 F-65 F-66 reconciliation: classes of each comparison") {
    CHECK(compare_status(4, 4, true, true) == ReconClass::match);
    CHECK(compare_status(4, 0, false, true) == ReconClass::missing);
    CHECK(compare_status(9, 4, true, true) == ReconClass::stale);
    CHECK(compare_status(4, 10, true, true) == ReconClass::ahead);
    CHECK(compare_status(4, 0, true, false) == ReconClass::unreadable);
    CHECK(compare_status(4, 0, true, true) == ReconClass::unreadable);
}

TEST_CASE("NP-62 reconciliation: every open dossier is looked up and counted") {
    PortalKit kit;
    core::Object dossier;
    dossier.kind = "dossier";
    dossier.agency = "H37";
    dossier.updated_at = kit.clock.now();
    for (const auto& [code, state] :
         {std::pair("H37.14-1", "processing"),
          {"H37.14-2", "finished"},
          {"H37.14-3", "received"}}) {
        dossier.id = code;
        dossier.state = state;
        kit.store.put(dossier);
    }
    kit.http.otherwise = [](const ports::HttpRequest& r) {
        if (holds(r.url, "mapi/login"))
            return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
        if (holds(r.body, "H37.14-1"))
            return test::answered(
                200,
                R"({"error_code":"0","message":"","result":[{"MaHoSo":"H37.14-1","TrangThaiHoSo":"4"}]})"
            );
        if (holds(r.body, "H37.14-2"))
            return test::answered(
                200,
                R"({"error_code":"0","message":"","result":[{"MaHoSo":"H37.14-2","TrangThaiHoSo":"4"}]})"
            );
        return test::answered(200, R"({"error_code":"0","message":"","result":[]})");
    };
    ReconciliationJob job(kit.portal);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    const auto report = formats::read_json(kit.store.of_kind("reconciliation").at(0).body);
    CHECK(report->find("MATCH")->as_integer() == 1);
    CHECK(report->find("STALE")->as_integer() == 1);
    CHECK(report->find("MISSING")->as_integer() == 1);
    CHECK(report->find("differences")->items().size() == 2);
}

/// Reconciles one dossier; the portal knows `there` as received and nothing else.
Document reconciled(const std::string& state, const std::string& body, const std::string& there) {
    PortalKit kit;
    core::Object dossier;
    dossier.kind = "dossier";
    dossier.agency = "H37";
    dossier.id = "H37.14-260302-0002";
    dossier.state = state;
    dossier.updated_at = kit.clock.now();
    dossier.body = body;
    kit.store.put(dossier);
    kit.http.otherwise = [&there](const ports::HttpRequest& r) {
        if (holds(r.url, "mapi/login"))
            return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
        const std::string row = R"({"MaHoSo":")" + there + R"(","TrangThaiHoSo":"2"})";
        const bool known = holds(r.body, R"("mahoso":")" + there + "\"");
        return test::answered(
            200, R"({"error_code":"0","message":"","result":[)" + (known ? row : "") + "]}"
        );
    };
    ReconciliationJob job(kit.portal);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    return *formats::read_json(kit.store.of_kind("reconciliation").at(0).body);
}

TEST_CASE("NP-62 reconciliation: a dossier filed there is looked up by its code there") {
    const auto report = reconciled(
        "received",
        R"({"code":"H37.14-260302-0002","origin":"national_portal","other_codes":[)"
        R"({"system":"national_portal","code":"G22.99.01-260302-0001"}]})",
        "G22.99.01-260302-0001"
    );
    CHECK(report.find("MATCH")->as_integer() == 1);
    CHECK(report.find("differences")->items().empty());
}

TEST_CASE("NP-62 reconciliation: a dossier that was never received here is not missing there") {
    for (const char* state : {"registered", "supplement_wanted", "withdrawn"}) {
        const auto report = reconciled(
            state, R"({"code":"H37.14-260302-0002","origin":"local"})", "G22.99.01-260302-0001"
        );
        CHECK(report.find("MISSING")->as_integer() == 0);
        CHECK(report.find("differences")->items().empty());
    }
    const auto report = reconciled(
        "supplement_wanted",
        R"({"code":"H37.14-260302-0002","received_at":"2026-03-02T09:00:00+07:00"})",
        "G22.99.01-260302-0001"
    );
    CHECK(report.find("MISSING")->as_integer() == 1);
}

TEST_CASE("NP-53 F-75 survey: whole percentages that sum to 100") {
    CHECK(percentages({90, 10, 0}) == std::vector<int>{90, 10, 0});
    CHECK(percentages({1, 1, 1}) == std::vector<int>{34, 33, 33});
    CHECK(percentages({2, 1, 0}) == std::vector<int>{67, 33, 0});
    CHECK(percentages({0, 0, 0}) == std::vector<int>{0, 0, 0});
    for (int a = 0; a < 12; ++a)
        for (int b = 0; b < 12; ++b) {
            const auto p = percentages({a, b, 7});
            CHECK(p[0] + p[1] + p[2] == 100);
        }
}

TEST_CASE("NP-53 NP-54 survey: totals of a month go out once a day, without any dossier code") {
    PortalKit kit;
    core::Object dossier;
    dossier.kind = "dossier";
    dossier.agency = "H37";
    int n = 0;
    for (const char* word : {"very_satisfied", "very_satisfied", "satisfied"}) {
        dossier.id = "H37.14-260302-000" + std::to_string(++n);
        dossier.body =
            R"({"code":")" + dossier.id +
            R"(","receiving_unit":{"code":"H37.14","name":"UBND xã Ví Dụ"},"survey":{"satisfaction":")" +
            word + R"(","given_at":"2026-03-02T10:00:00.000+07:00"}})";
        kit.store.put(dossier);
    }
    SurveyJob job(kit.portal);
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now())).has_value());
    const auto daily = kit.store.accepted.size();
    // Wednesday 1 April 2026: the third working day of the month is Friday.
    for (const char* day : {"2026-04-01", "2026-04-02", "2026-04-03", "2026-04-03", "2026-04-06"}) {
        const auto then = *core::parse_rfc3339(std::string(day) + "T01:00:00+07:00");
        const auto before = kit.store.accepted.size();
        REQUIRE(test::run_virtual(kit.io, kit.clock, job.run(then)).has_value());
        CAPTURE(day);
        const bool first_final = kit.store.accepted.size() == before + 1;
        CHECK(first_final == (before == daily && std::string(day) == "2026-04-03"));
        if (first_final)
            CHECK(
                kit.store.accepted.back().message.message_key ==
                "survey-final:national_portal:2026-03"
            );
    }
    REQUIRE(kit.store.accepted.size() >= 1);
    const auto& a = kit.store.accepted[0];
    REQUIRE(a.legs.size() == 1);
    CHECK(a.legs[0].leg.operation == push_survey);
    core::Claim claim;
    claim.leg = a.legs[0].leg;
    claim.snapshot = a.events[0].snapshot;
    claim.occurred_at = a.events[0].occurred_at;
    const auto prepared = kit.sink->prepare(claim, kit.clock.now());
    REQUIRE_MESSAGE(prepared.has_value(), prepared.error().what);
    CHECK(holds(
        prepared->bytes,
        R"("service":"DongBoDanhGia","data":{"NgayTongHop":"3-2026","TongSoNguoiDanhGia":"3")"
    ));
    CHECK(holds(
        prepared->bytes, R"("PhanTramDanhGiaRatHaiLong":"67%","PhanTramDanhGiaHaiLong":"33%")"
    ));
    CHECK_FALSE(holds(prepared->bytes, "260302"));
    kit.say_session();
    kit.http.say(R"({"error_code":"0","message":"Đồng bộ đánh giá thành công","result":[]})");
    CHECK(test::run(kit.io, kit.sink->send(*prepared, claim)).has_value());
}

TEST_CASE("options: the table fits the struct, and a wrong value is named") {
    CHECK(connector_kit::check_options(option_rows(), PortalKit().values).empty());
    connector_kit::Parts parts;
    parts.values = {{"url", "ftp://x"}};
    const auto built = build(std::move(parts));
    REQUIRE_FALSE(built.has_value());
    CHECK(holds(built.error().what, "url"));
    CHECK(holds(built.error().what, "madonvi"));
}

}  // namespace
}  // namespace gw::national_portal
