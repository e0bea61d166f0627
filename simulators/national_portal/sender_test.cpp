// What the portal sends to the province: bodies, proof of origin, repeat rule, inbound faults.
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>
#include <pugixml.hpp>

namespace sim::national_portal {
namespace {

using std::chrono::seconds;

OutCall send(Caller& c, const std::string& request) {
    std::string why;
    auto ids = c.portal.send(request, c.now, &why);
    CAPTURE(why);
    REQUIRE_FALSE(ids.empty());
    auto calls = c.portal.due(c.now);
    REQUIRE(calls.size() == 1);
    return calls[0];
}
std::string header(const OutCall& call, std::string_view name) {
    for (const auto& [key, value] : call.headers)
        if (key == name) return value;
    return {};
}
kit::JsonDocument parsed(const std::string& body) {
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, body));
    return doc;
}
std::string between(const std::string& text, const std::string& from, const std::string& to) {
    auto a = text.find(from);
    if (a == std::string::npos) return {};
    a += from.size();
    return text.substr(a, text.find(to, a) - a);
}
const std::string yes = R"({"error_code":"0","message":"G22| đã nhận"})";

TEST_CASE("NP-42 sender: signs time stamp, nonce and raw body; a repeat has a fresh nonce") {
    Caller c;
    auto call = send(c, R"({"kind":"dossier"})");
    CHECK(call.path == "/in/dvcqg/nhanhsdvcqg");
    auto stamp = header(call, "X-Portal-Timestamp"), nonce = header(call, "X-Portal-Nonce");
    CHECK(stamp == std::to_string(core::to_ms(c.now) / 1'000));
    CHECK(
        header(call, "X-Portal-Signature") ==
        kit::hmac_sha256_hex("mau-inbound-secret", stamp + "." + nonce + "." + call.body)
    );
    CHECK(call.body.find("SecurityKey") == std::string::npos);
    c.portal.answered(call.id, 500, "", c.now);
    c.now += seconds(5);
    auto again = c.portal.due(c.now).at(0);
    CHECK(again.attempt == 2);
    CHECK(again.body == call.body);
    CHECK(header(again, "X-Portal-Nonce") != nonce);
}

TEST_CASE("NP-42 sender: the key in the body for senders that have nothing better") {
    Options o;
    o.inbound_proof = Proof::security_key;
    Caller c(o);
    auto call = send(c, R"({"kind":"dossier"})");
    CHECK(call.body.starts_with(R"({"SecurityKey":"mau-security-key",)"));
    CHECK(header(call, "X-Portal-Signature").empty());
}

TEST_CASE("sender: repeats until 2xx with a readable answer, waiting longer each time") {
    Caller c;
    auto call = send(c, R"({"kind":"dossier"})");
    struct Try {
        int status;
        const char* body;
        int wait;
    };
    for (const auto& t :
         {Try{0, "", 5}, {500, "{}", 10}, {200, "", 20}, {200, "<html>", 40}, {302, "{}", 80}}) {
        c.portal.answered(call.id, t.status, t.body, c.now);
        c.now += seconds(t.wait - 1);
        CHECK(c.portal.due(c.now).empty());
        c.now += seconds(1);
        REQUIRE(c.portal.due(c.now).size() == 1);
    }
    c.portal.answered(call.id, 200, yes, c.now);
    CHECK(c.portal.sender().unfinished() == 0);
    CHECK_FALSE(c.portal.sender().next_due());
    c.now += std::chrono::hours(1);
    CHECK(c.portal.due(c.now).empty());
    CHECK(c.portal.journal().held().back().direction == "out");
    CHECK(c.portal.journal().held().back().after == "done");
}

TEST_CASE(
    "sender: no answer within its time counts as none; a clear no ends it; so does the last day"
) {
    Caller c;
    auto call = send(c, R"({"kind":"dossier"})");
    c.now += seconds(60);
    CHECK(c.portal.due(c.now).empty());
    c.now += seconds(5);
    CHECK(c.portal.due(c.now).size() == 1);
    c.portal.answered(call.id, 200, R"({"error_code":"-1","message":"lỗi"})", c.now);
    CHECK(c.portal.sender().all().at(call.id).state == SendState::refused);
    auto late = send(c, R"({"kind":"dossier"})");
    c.now += std::chrono::hours(72);
    c.portal.answered(late.id, 503, "", c.now);
    CHECK(c.portal.sender().all().at(late.id).state == SendState::given_up);
    c.portal.answered(late.id, 200, yes, c.now);
    CHECK(c.portal.sender().all().at(late.id).state == SendState::given_up);
}

TEST_CASE("NP-45 inbound dossier: names of section 6, files by address that the simulator serves") {
    Caller c;
    c.portal.set_public_url("http://127.0.0.1:18080");
    auto call = send(
        c,
        R"({"kind":"dossier","procedure":"1.001193","files":2,"file_bytes":4096,"citizen_number":"020190000007"})"
    );
    auto doc = parsed(call.body);
    CHECK(kit::text_at(doc, "service") == "nhanhsdvcqg");
    const auto& data = doc["data"];
    CHECK(kit::text_at(data, "MaHoSo") == call.dossier);
    CHECK(kit::text_at(data, "MaTTHC") == "1.001193");
    CHECK(kit::text_at(data["ThongTinNguoiNop"], "SoDinhDanh") == "020190000007");
    REQUIRE(data["TaiLieuNop"].Size() == 2);
    auto url = kit::text_at(data["TaiLieuNop"][0], "DuongDanTaiTepTin");
    CHECK(url.starts_with("http://127.0.0.1:18080/files/"));
    auto file = c.raw("GET", url.substr(22));
    CHECK(file.status == 200);
    CHECK(file.body.size() == 4'096);
    CHECK(file.body.starts_with("%PDF-"));
    CHECK(c.held(call.dossier).portal_origin);
    CHECK(c.held(call.dossier).statuses == std::vector<int>{1});
}

TEST_CASE("F-60 F-62 F-49 inbound dossier: base64, broken base64, missing files, placeholder number"
) {
    Caller c;
    auto ask = R"({"kind":"dossier","as":"base64","files":1,"file_bytes":500})";
    auto first = [&](const OutCall& call) {
        auto doc = parsed(call.body);
        return kit::text_at(doc["data"]["TaiLieuNop"][0], "Base64");
    };
    CHECK(kit::from_base64(first(send(c, ask))).value_or("").size() == 500);
    c.fault(R"({"switch":"*.base64_linebreaks","count":1})");
    auto broken_lines = first(send(c, ask));
    CHECK(broken_lines.find("\r\n") == 76);
    CHECK(kit::from_base64(broken_lines).has_value());
    c.fault(R"({"switch":"national_portal.inbound_base64_broken","count":1})");
    CHECK_FALSE(kit::from_base64(first(send(c, ask))).has_value());
    c.fault(R"({"switch":"national_portal.inbound_placeholder_id","count":1})");
    CHECK(send(c, ask).body.find(R"("SoDinhDanh":"000000000")") != std::string::npos);
    c.fault(R"({"switch":"national_portal.inbound_missing_files","count":1})");
    auto url = between(
        send(c, R"({"kind":"dossier"})").body, R"("DuongDanTaiTepTin":"http://127.0.0.1)", "\""
    );
    CHECK(c.raw("GET", url).status == 404);
    c.portal.faults().clear();
    c.fault(R"({"switch":"national_portal.inbound_missing_files","params":{"mode":"omitted"}})");
    CHECK(send(c, R"({"kind":"dossier"})").body.find(R"("TaiLieuNop":[])") != std::string::npos);
}

TEST_CASE("F-58 inbound duplicate: the same bytes again after success") {
    Caller c;
    c.fault(R"({"switch":"national_portal.inbound_duplicate","count":1})");
    auto call = send(c, R"({"kind":"dossier"})");
    c.portal.answered(call.id, 200, yes, c.now);
    c.now += seconds(1);
    auto again = c.portal.due(c.now);
    REQUIRE(again.size() == 1);
    CHECK(again[0].body == call.body);
    c.portal.answered(call.id, 200, yes, c.now);
    CHECK(c.portal.sender().unfinished() == 0);
}

TEST_CASE(
    "NP-47 F-73 promotion: the packet of section 14.2, sent again with other content, and its "
    "supplement"
) {
    Caller c;
    c.fault(R"({"switch":"national_portal.inbound_resend","count":1})");
    c.portal.send(R"({"kind":"promotion","dossier":"G22.99.02-260302-0007"})", c.now);
    auto first = c.portal.due(c.now);
    REQUIRE(first.size() == 1);
    CHECK(first[0].path == "/in/dvcqg/NhanHoSoKhuyenMai");
    auto doc = parsed(first[0].body);
    CHECK(kit::text_at(doc["DiaChiDoanhNghiep"], "MaXa") == "00001");
    CHECK(kit::from_base64(kit::text_at(doc, "TepDonDangKy")).value_or("").starts_with("%PDF-"));
    c.now += seconds(2);
    auto second = c.portal.due(c.now);
    REQUIRE(second.size() == 1);
    CHECK(second[0].body.find("Nộp lại có sửa đổi") != std::string::npos);
    CHECK(second[0].dossier == first[0].dossier);
    auto more = send(c, R"({"kind":"promotion_supplement","dossier":"G22.99.02-260302-0007"})");
    auto supplement = parsed(more.body);
    CHECK(kit::text_at(supplement["data"], "MaHoSoQG") == "G22.99.02-260302-0007");
    CHECK(kit::text_at(supplement["data"], "URLTepDangKy").find("/files/") != std::string::npos);
}

std::string notice_of(const OutCall& call) {
    auto doc = parsed(call.body);
    return kit::from_base64(kit::text_at(doc["Data"], "FileThongBaoThue")).value_or("");
}

TEST_CASE(
    "NP-50 F-59 F-61 tax notice: both spellings and an unknown code in the middle of one batch"
) {
    Caller c;
    c.create(an_item() + "," + an_item({{"MaHoSo", "H37.14-260302-0002"}}));
    auto call = send(c, R"({"kind":"tax_notice"})");
    CHECK(call.path == "/in/dvcqg/NhanThongBaoThueDat");
    pugi::xml_document doc;
    REQUIRE(doc.load_string(notice_of(call).c_str()));
    std::vector<std::string> codes;
    for (auto row : doc.child("DATA").child("BODY").child("ROW_LIST").children("ROW"))
        codes.push_back(row.child_value("MA_HSO"));
    CHECK(
        codes ==
        std::vector<std::string>{"H37.14-260302-0001", "H56.99-260302-9999", "H37.14-260302-0002"}
    );
    auto list = doc.child("DATA").child("BODY").child("ROW_LIST").child("ROW").child("LIST");
    CHECK(list.first_child().child("TEN_TIEU_MUC"));
    CHECK(list.last_child().child("TEN_TIEUMUC"));
    CHECK(std::string(list.first_child().child_value("NGAY_QUYET_DINH")) == "02-03-2026");
    c.fault(R"({"switch":"national_portal.tax_tag_variant"})");
    auto other = notice_of(
        send(c, R"({"kind":"tax_notice","dossiers":["H37.14-260302-0001"],"unknown":"false"})")
    );
    CHECK(other.find("<ROW>") == std::string::npos);
    CHECK(other.find("<CHI_TIET>") != std::string::npos);
    CHECK(other.find("H56.99") == std::string::npos);
    c.fault(R"({"switch":"national_portal.tax_unknown_mid_batch"})");
    CHECK(
        notice_of(
            send(c, R"({"kind":"tax_notice","dossiers":["H37.14-260302-0001"],"unknown":"false"})")
        )
            .find("H56.99") != std::string::npos
    );
}

TEST_CASE("tax receipt: paid, with a file of proof") {
    Caller c;
    c.create(an_item());
    auto call = send(c, R"({"kind":"tax_receipt","notice":"002/TB-MAU","amount":"7"})");
    auto doc = parsed(call.body);
    CHECK(kit::text_at(doc, "MaHoSo") == "H37.14-260302-0001");
    CHECK(kit::text_at(doc["ThongTinThanhToan"], "MaThongBaoThue") == "002/TB-MAU");
    CHECK(kit::text_at(doc["ThongTinThanhToan"], "ThoiGianThanhToan") == "20260302090000");
    CHECK(c.raw("GET", kit::text_at(doc, "UrlFileChungTu").substr(16)).status == 200);
}

TEST_CASE("send: what cannot be sent is refused with a reason; /sim/send queues") {
    Caller c;
    std::string why;
    for (const char* bad :
         {"{",
          "[]",
          R"({"kind":"x"})",
          R"({"kind":"dossier","procedure":"1.999999"})",
          R"({"kind":"promotion_supplement","dossier":"G1"})",
          R"({"kind":"tax_receipt"})"}) {
        CAPTURE(bad);
        CHECK(c.portal.send(bad, c.now, &why).empty());
        CHECK_FALSE(why.empty());
        CHECK(c.raw("POST", "/sim/send", bad).status == 400);
    }
    CHECK(c.raw("POST", "/sim/send", R"({"kind":"dossier"})").body == R"({"ids":[1]})");
    CHECK(c.raw("GET", "/sim/state/outbox").body.find(R"("state":"waiting")") != std::string::npos);
}

TEST_CASE("schedule: sends by itself, one period after the first look") {
    Options o;
    Scheduled every;
    every.kind = "dossier";
    every.every = core::Duration(60'000);
    o.schedule.push_back(every);
    Caller c(o);
    CHECK(c.portal.due(c.now).empty());
    c.now += seconds(59);
    CHECK(c.portal.due(c.now).empty());
    c.now += seconds(62);
    CHECK(c.portal.due(c.now).size() == 2);
}

}  // namespace
}  // namespace sim::national_portal
