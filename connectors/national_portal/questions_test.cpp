// Tests of what is pulled from the portal beside procedures: questions, dictionaries; and of tax
// rows that find their dossier later.
#include "connectors/national_portal/questions.hpp"

#include "connectors/national_portal/dictionaries.hpp"
#include "connectors/national_portal/tax_match.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Document;
using test::PortalKit;

Document json(const std::string& text) {
    return *formats::read_json(text);
}

/// A portal that answers each service with the result it is given here; "[]" otherwise.
class Stand {
public:
    Stand() {
        kit.http.otherwise = [this](const ports::HttpRequest& request) {
            if (request.url.find("mapi/login") != std::string::npos)
                return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
            const std::string service = json(request.body).text_of("service");
            asked.push_back(service);
            const auto found = results.find(service);
            return test::answered(
                200,
                R"({"error_code":"0","message":"","result":)" +
                    (found == results.end() ? std::string("[]") : found->second) + "}"
            );
        };
    }
    template <class Job>
    void run() {
        Job job(kit.portal);
        const auto done = test::run_virtual(kit.io, kit.clock, job.run(kit.clock.now()));
        REQUIRE_MESSAGE(done.has_value(), done.error().code);
    }
    std::vector<core::Object> inbox() const { return kit.store.of_kind("inbox_item"); }
    core::Object feedback() const {
        const auto all = kit.store.of_kind("feedback");
        REQUIRE(all.size() == 1);
        return all[0];
    }
    PortalKit kit;
    std::map<std::string, std::string> results;
    std::vector<std::string> asked;
};

constexpr const char* from_portal = "LayDanhSachHoiDapGuiTuDVCQG";
std::string row(const std::string& content, const std::string& more = "") {
    return R"([{"HOIDAPID":"HD-MAU-001","MALINHVUC":"LV-MAU-01","NOIDUNG":")" + content +
           R"(","MADONVI":"000.00.00.H37","TENDONVI":"UBND tỉnh Lạng Sơn","HOVATEN":"LÊ THỊ GIẢ",)"
           R"("THUDIENTU":"gia@cong-dan.test","SODIENTHOAI":"0100000001","MATTHCDP":"1.001193",)"
           R"("TRANGTHAI":"1")" +
           more + R"(},{"HOIDAPID":"HD-MAU-003","NOIDUNG":"bỏ qua","TRANGTHAI":"0"}])";
}

TEST_CASE("NP-55 questions: one is an inbox item and feedback, once, whatever is repeated") {
    Stand s;
    s.results[from_portal] = row("Cần giấy tờ gì?");
    s.run<QuestionJob>();
    s.run<QuestionJob>();  // a new job: what was read stands in the store
    REQUIRE(s.inbox().size() == 1);
    const Document item = json(s.inbox()[0].body);
    CHECK(item.text_of("kind") == "question");
    CHECK(item.text_of("partner_ref") == "HD-MAU-001");
    CHECK(item.text_of("state") == "ready");
    CHECK(item.at("/payload/content")->as_text() == "Cần giấy tờ gì?");
    CHECK(item.at("/payload/sender/phone")->as_text() == "0100000001");
    CHECK(item.at("/payload/feedback_id")->as_text() == s.feedback().id);
    CHECK(s.feedback().state == "new");
    CHECK(s.feedback().ref == "HD-MAU-001");
    REQUIRE(s.kit.store.accepted.size() == 1);
    const auto& feed = s.kit.store.accepted[0].feed;
    REQUIRE(feed.size() == 2);
    CHECK(feed[0].type == "feedback.received");
    CHECK(feed[1].type == "inbox.item_ready");
    for (const auto& told : feed) CHECK(told.data.find("GIẢ") == std::string::npos);
}

TEST_CASE("OC-10 questions: a changed text is a new item that supersedes the first") {
    Stand s;
    s.results[from_portal] = row("Cần giấy tờ gì?");
    s.run<QuestionJob>();
    const std::string first = s.inbox()[0].id;
    s.results[from_portal] = row("Cần giấy tờ gì, ở đâu?");
    s.run<QuestionJob>();
    REQUIRE(s.inbox().size() == 2);
    const auto items = s.inbox();
    const Document next = json((items[0].id == first ? items[1] : items[0]).body);
    CHECK(next.text_of("supersedes") == first);
    CHECK(json(s.feedback().body).text_of("content") == "Cần giấy tờ gì, ở đâu?");
}

TEST_CASE("NP-55 questions: one that the portal has answered itself needs nobody here") {
    Stand s;
    s.results[from_portal] = row("Cần giấy tờ gì?", R"(,"NOIDUNGTRALOI":"Giấy chứng sinh")");
    s.run<QuestionJob>();
    CHECK(s.inbox().empty());
}

TEST_CASE("NP-55 questions: our answer that stands at the portal makes it published") {
    Stand s;
    s.results[from_portal] = row("Cần giấy tờ gì?");
    s.run<QuestionJob>();
    core::Object feedback = s.feedback();
    Document body = json(feedback.body);
    body.set("state", Document::text("answered"));
    body.set("answer", json(R"({"text":"Giấy chứng sinh"})"));
    feedback.state = "answered";
    feedback.body = formats::write_json(body);
    s.kit.store.put(feedback);
    s.run<QuestionJob>();
    CHECK(s.feedback().state == "answered");
    s.results["LayNoiDungTraLoiTheoCauHoi"] =
        R"([{"HOIDAPID":"HD-MAU-001","TRALOIID":"TL-1","NOIDUNGTRALOI":"Giấy chứng sinh"}])";
    s.run<QuestionJob>();
    CHECK(s.feedback().state == "published");
    CHECK(s.inbox().size() == 1);
}

TEST_CASE("NP-55 F-78 answers: both services say who answered, when and what") {
    PortalKit kit;
    const Document snapshot = json(
        R"({"key":"fbk_1:v1","publish":false,"feedback":{"external_id":"HD-MAU-001","source":"portal",)"
        R"("agency":{"code":"000.00.14.H37"}},"answer":{"text":"Cần giấy chứng sinh",)"
        R"("officer":{"officer_code":"CB0001","name":"Lê Thị Giả","title":"Công chức"},)"
        R"("at":"2026-03-02T15:00:00.000+07:00"}})"
    );
    for (const std::string_view operation : {push_answer, push_question}) {
        auto claim = kit.claim(operation, snapshot);
        claim.leg.dossier.clear();
        const auto prepared = kit.sink->prepare(claim, kit.clock.now());
        REQUIRE_MESSAGE(prepared.has_value(), prepared.error().what);
        CHECK(
            formats::write_json(*json(prepared->bytes).find("data")) ==
            R"({"HOIDAPID":"HD-MAU-001","MADONVI":"000.00.14.H37","NGUOITRALOI":"Lê Thị Giả",)"
            R"("CHUCVUNGUOITRALOI":"Công chức","NGAYTRALOI":"02/03/2026","NOIDUNGTRALOI":"Cần giấy chứng sinh"})"
        );
    }
    kit.say_session();
    kit.http.say(R"({"error_code":"0","message":"Đồng bộ thành công","result":[]})");
    CHECK(kit.send(kit.claim(push_answer, snapshot)).has_value());
}

TEST_CASE("NP-38 dictionaries: kept by name, a changed one is a new version, an empty one nothing"
) {
    Stand s;
    const std::string sexes = "LayDanhMucGioiTinh", id = "national_portal.GioiTinh";
    s.results[sexes] = R"([{"MAGIOITINH":"1","TENGIOITINH":"Nam"}])";
    s.run<DictionaryJob>();
    CHECK(s.asked.size() == dictionary_services().size());
    auto lists = s.kit.store.of_kind("code_list");
    REQUIRE(lists.size() == 1);
    CHECK(lists[0].id == id);
    CHECK(json(lists[0].body).at("/rows/0/TENGIOITINH")->as_text() == "Nam");
    s.results[sexes] = "[]";
    s.run<DictionaryJob>();
    CHECK(s.kit.store.of_kind("code_list_version").empty());
    s.results[sexes] =
        R"([{"MAGIOITINH":"1","TENGIOITINH":"Nam"},{"MAGIOITINH":"2","TENGIOITINH":"Nữ"}])";
    s.run<DictionaryJob>();
    lists = s.kit.store.of_kind("code_list");
    REQUIRE(lists.size() == 1);
    CHECK(json(lists[0].body).find("rows")->size() == 2);
    const auto closed = s.kit.store.of_kind("code_list_version");
    REQUIRE(closed.size() == 1);
    CHECK(closed[0].ref == id);
    CHECK(json(closed[0].body).find("valid_to") != nullptr);
}

TEST_CASE("NP-50 tax: an unmatched row is attached when its dossier has come") {
    Stand s;
    core::Object item;
    item.kind = "inbox_item";
    item.agency = "H37";
    item.id = "inb_01";
    item.state = "ready";
    item.body =
        R"({"id":"inb_01","kind":"tax_notice","state":"ready","manifest":[],)"
        R"("payload":{"dossier_code":"H37.14-260302-0009","amount":"1500000","matched":false}})";
    s.kit.store.put(item);
    s.run<TaxMatchJob>();
    CHECK(s.inbox()[0].dossier.empty());
    core::Object dossier;
    dossier.kind = "dossier";
    dossier.agency = "H37";
    dossier.id = "H37.14-260302-0009";
    s.kit.store.put(dossier);
    s.run<TaxMatchJob>();
    s.run<TaxMatchJob>();
    CHECK(s.inbox()[0].dossier == "H37.14-260302-0009");
    const Document body = json(s.inbox()[0].body);
    CHECK(body.text_of("dossier_code") == "H37.14-260302-0009");
    CHECK(body.at("/payload/matched")->as_boolean());
    REQUIRE(s.kit.store.accepted.size() == 1);
    CHECK(s.kit.store.accepted[0].feed.at(0).dossier == "H37.14-260302-0009");
}

}  // namespace
}  // namespace gw::national_portal
