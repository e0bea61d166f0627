// Tests of what the portal sends us: admission, repeats, files, tax batches, answers in both
// dialects.
#include "gateway/crypto/digest.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Document;
using test::PortalKit;

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

ports::InRequest signed_call(
    const std::string& service,
    const std::string& body,
    core::Instant at,
    const std::string& nonce = "n-1"
) {
    ports::InRequest r;
    r.method = "POST";
    r.path = "/in/dvcqg/" + service;
    r.body = body;
    r.remote = "10.1.2.3";
    const std::string stamp = std::to_string(core::to_ms(at) / 1'000);
    r.headers.emplace_back("X-Portal-Timestamp", stamp);
    r.headers.emplace_back("X-Portal-Nonce", nonce);
    r.headers.emplace_back(
        "X-Portal-Signature",
        crypto::to_hex(crypto::hmac_sha256("mau-inbound-secret", stamp + "." + nonce + "." + body))
    );
    return r;
}
ports::InAnswer call(PortalKit& kit, const std::string& service, const std::string& body) {
    static int nonce = 0;
    auto request = signed_call(service, body, kit.clock.now(), "n-" + std::to_string(++nonce));
    return test::run(kit.io, kit.source->receive(std::move(request), kit.store));
}
Document json(const std::string& text) {
    return *formats::read_json(text);
}

const std::string dossier_call =
    R"({"service":"nhanhsdvcqg","isUpdating":"False","isSync":"True","data":{
"MaHoSo":"G22.99.01-260302-0001","MaTTHC":"1.001193","ChuHoSo":"TRẦN THỊ MẪU","LoaiDoiTuong":"1","KenhThucHien":"2",
"NgayNopHoSo":"20260302083000","TaiLieuNop":[{"TenTepDinhKem":"a.pdf","MaThanhPhanHoSo":"TP-MAU-01","Base64":"JVBERi0x\r\nLjQK"}]}})";

TEST_CASE("source: a dossier from the portal becomes a ready inbox item with its file stored") {
    PortalKit kit;
    const auto answer = call(kit, "nhanhsdvcqg", dossier_call);
    CHECK(answer.status == 200);
    CHECK(holds(answer.body, R"("error_code":0,"message":"G22.99.01-260302-0001| )"));
    const auto items = kit.store.of_kind("inbox_item");
    REQUIRE(items.size() == 1);
    CHECK(items[0].state == "ready");
    CHECK(items[0].ref == "G22.99.01-260302-0001");
    const Document item = json(items[0].body);
    CHECK(item.text_of("kind") == "dossier");
    CHECK(item.at("/payload/code")->as_text() == "G22.99.01-260302-0001");
    CHECK(item.at("/manifest/0/state")->as_text() == "clean");
    const auto attachments = kit.store.of_kind("attachment");
    REQUIRE(attachments.size() == 1);
    CHECK(item.at("/manifest/0/attachment_id")->as_text() == attachments[0].id);
    CHECK(item.at("/payload/documents/0/attachment_id")->as_text() == attachments[0].id);
    CHECK(kit.blobs.files.size() == 1);
    REQUIRE(
        kit.store.accepted.size() == 1
    );  // message, item, attachment, feed and audit in one commit
    CHECK(kit.store.accepted[0].feed.at(0).type == "inbox.item_ready");
    CHECK(kit.store.accepted[0].audit.size() == 1);
    CHECK_FALSE(holds(kit.store.accepted[0].feed[0].data, "TRẦN"));
}

TEST_CASE(
    "NP-45 source: a file to be fetched keeps the item collecting, with its address for the "
    "collector"
) {
    PortalKit kit;
    const std::string body =
        R"({"data":{"MaHoSo":"G22.99.01-260302-0002","MaTTHC":"1.001193","TaiLieuNop":[
        {"TenTepDinhKem":"a.pdf","DuongDanTaiTepTin":"https://portal.test/files/1"}]}})";
    call(kit, "nhanhsdvcqg", body);
    const auto items = kit.store.of_kind("inbox_item");
    CHECK(items.at(0).state == "collecting");
    CHECK(json(items[0].body).at("/manifest/0/source")->as_text() == "https://portal.test/files/1");
    CHECK(kit.store.accepted[0].feed.empty());
}

TEST_CASE("F-62 NP-45 source: an announced file that is not there is never complete") {
    PortalKit kit;
    call(
        kit,
        "nhanhsdvcqg",
        R"({"data":{"MaHoSo":"G22.99.01-260302-0003","MaTTHC":"1.001193","TaiLieuNop":[{"TenTepDinhKem":"a.pdf"}]}})"
    );
    CHECK(kit.store.of_kind("inbox_item").at(0).state == "collecting");
}

TEST_CASE("F-60 NP-48 source: broken base64 is answered as an error, the rest is kept as incomplete"
) {
    PortalKit kit;
    const auto answer = call(
        kit,
        "nhanhsdvcqg",
        R"({"data":{"MaHoSo":"G22.99.01-260302-0004","MaTTHC":"1.001193","TaiLieuNop":[{"TenTepDinhKem":"a.pdf","Base64":"@@@"}]}})"
    );
    CHECK(holds(answer.body, R"("error_code":-1)"));
    CHECK(holds(answer.body, "a.pdf"));
    CHECK(kit.store.of_kind("inbox_item").at(0).state == "collecting");
}

TEST_CASE(
    "NP-43 F-58 F-76 source: the same content again gets the stored first answer and makes nothing"
) {
    PortalKit kit;
    const auto first = call(kit, "nhanhsdvcqg", dossier_call);
    const auto second = call(kit, "nhanhsdvcqg", dossier_call);
    CHECK(first.body == second.body);
    CHECK(first.status == second.status);
    CHECK(kit.store.of_kind("inbox_item").size() == 1);
    CHECK(kit.store.accepted.size() == 1);
}

TEST_CASE("NP-47 OC-10 source: another content under the same code is a new item that supersedes") {
    PortalKit kit;
    call(kit, "nhanhsdvcqg", dossier_call);
    std::string other = dossier_call;
    other.replace(other.find("TRẦN THỊ MẪU"), std::string("TRẦN THỊ MẪU").size(), "TRẦN THỊ THỬ");
    const auto answer = call(kit, "nhanhsdvcqg", other);
    CHECK(holds(answer.body, "Cập nhật"));
    const auto items = kit.store.of_kind("inbox_item");
    REQUIRE(items.size() == 2);
    const Document a = json(items[0].body), b = json(items[1].body);
    CHECK((a.text_of("supersedes") == items[1].id) != (b.text_of("supersedes") == items[0].id));
}

TEST_CASE("NP-47 source: a re-sent dossier that waits for papers is offered as a supplement") {
    PortalKit kit;
    core::Object dossier;
    dossier.kind = "dossier";
    dossier.agency = "H37";
    dossier.id = "G22.99.01-260302-0001";
    dossier.state = "supplement_wanted";
    dossier.body = R"({"submitted_at":"2026-03-01T08:00:00.000+07:00"})";
    kit.store.put(dossier);
    call(kit, "nhanhsdvcqg", dossier_call);
    const Document item = json(kit.store.of_kind("inbox_item").at(0).body);
    CHECK(item.text_of("kind") == "supplement");
    CHECK(item.at("/payload/submitted_before_at")->as_text() == "2026-03-01T08:00:00.000+07:00");
}

TEST_CASE("NP-42 source: wrong, old, missing and reused proofs are answered 401 and store nothing"
) {
    PortalKit kit;
    const auto status = [&kit](ports::InRequest request) {
        return test::run(kit.io, kit.source->receive(std::move(request), kit.store)).status;
    };
    auto forged = signed_call("nhanhsdvcqg", dossier_call, kit.clock.now());
    forged.body += " ";
    CHECK(status(forged) == 401);
    CHECK(
        status(signed_call("nhanhsdvcqg", dossier_call, kit.clock.now() - core::Duration(301'000))
        ) == 401
    );
    CHECK(
        status(signed_call("nhanhsdvcqg", dossier_call, kit.clock.now() + core::Duration(301'000))
        ) == 401
    );
    ports::InRequest bare;
    bare.path = "/in/dvcqg/nhanhsdvcqg";
    bare.body = dossier_call;
    CHECK(status(bare) == 401);
    CHECK(kit.store.accepted.empty());
    CHECK(status(signed_call("nhanhsdvcqg", dossier_call, kit.clock.now(), "same")) == 200);
    CHECK(status(signed_call("nhanhsdvcqg", R"({"data":{}})", kit.clock.now(), "same")) == 401);
    CHECK(
        status(signed_call("nhanhsdvcqg", dossier_call, kit.clock.now(), "same")) == 200
    );  // a repeat, not a replay
}

TEST_CASE("F-20 NP-42 source: five minutes of clock difference are tolerated") {
    PortalKit kit;
    auto r = signed_call("nhanhsdvcqg", dossier_call, kit.clock.now() - core::Duration(299'000));
    CHECK(test::run(kit.io, kit.source->receive(std::move(r), kit.store)).status == 200);
}

TEST_CASE("NP-42 NP-6 source: a SecurityKey counts only from an allowed network and is never stored"
) {
    PortalKit kit(connector_kit::OptionValues{
        {"hmac_secret", ""},
        {"security_key", "synthetic-key-0001"},
        {"allowed_networks", "10.0.0.0/8"}});
    ports::InRequest r;
    r.path = "/in/dvcqg/nhanhsdvcqg";
    r.body = R"({"SecurityKey":"synthetic-key-0001",)" + dossier_call.substr(1);
    r.remote = "192.168.0.1";
    CHECK(test::run(kit.io, kit.source->receive(r, kit.store)).status == 401);
    r.remote = "10.9.9.9";
    CHECK(test::run(kit.io, kit.source->receive(r, kit.store)).status == 200);
    CHECK_FALSE(holds(*kit.store.accepted.at(0).message.body, "synthetic-key-0001"));
    r.body.replace(r.body.find("0001"), 4, "0002");
    CHECK(test::run(kit.io, kit.source->receive(r, kit.store)).status == 401);
}

TEST_CASE("NP-42 F-231 source: without any credential every path is closed") {
    PortalKit kit(connector_kit::OptionValues{{"hmac_secret", ""}});
    CHECK(call(kit, "nhanhsdvcqg", dossier_call).status == 401);
    CHECK(kit.source->body_bytes_max() == 0);  // nor is a body read
    CHECK(PortalKit().source->body_bytes_max() > 0);
}

TEST_CASE("NP-42 source: a service that the profile does not open is not there") {
    PortalKit kit(connector_kit::OptionValues{{"inbound_services", "NhanThongBaoThueDat"}});
    CHECK(call(kit, "nhanhsdvcqg", dossier_call).status == 404);
}

TEST_CASE("NP-44 source: the newer dialect answers with HTTP status and body") {
    PortalKit kit(connector_kit::OptionValues{{"reply_dialect", "newer"}});
    CHECK(call(kit, "nhanhsdvcqg", dossier_call).status == 201);
    std::string other = dossier_call;
    other.replace(other.find("20260302083000"), 14, "20260302083001");
    const auto update = call(kit, "nhanhsdvcqg", other);
    CHECK(update.status == 200);
    CHECK(holds(update.body, R"("error_code":200)"));
    CHECK(call(kit, "nhanhsdvcqg", "không phải JSON").status == 500);
}

TEST_CASE(
    "source: an undecodable call is kept as it came, quarantined and refused in the portal's form"
) {
    for (const char* body : {"không phải JSON", "[1,2]", R"({"data":{"MaTTHC":"1.001193"}})"}) {
        PortalKit kit;
        const auto answer = call(kit, "nhanhsdvcqg", body);
        CHECK(holds(answer.body, R"("error_code":-1)"));
        REQUIRE(kit.store.accepted.size() == 1);
        CHECK(*kit.store.accepted[0].message.body == body);
        CHECK(kit.store.of_kind("inbox_item").at(0).state == "failed");
        CHECK(kit.store.accepted[0].feed.at(0).type == "inbox.item_failed");
        CHECK(call(kit, "nhanhsdvcqg", body).body == answer.body);
        CHECK(kit.store.accepted.size() == 1);
    }
}

TEST_CASE("source: when the store cannot take it the portal hears no yes") {
    PortalKit kit;
    kit.store.fail =
        core::Error(core::Advice::retry, core::Blame::ours, "store.disk_nearly_full", "");
    CHECK(holds(call(kit, "nhanhsdvcqg", dossier_call).body, R"("error_code":-1)"));
    // What cannot be read is not said to be kept either.
    const auto unread = call(kit, "nhanhsdvcqg", "không phải JSON").body;
    CHECK(holds(unread, R"("error_code":-1)"));
    CHECK_FALSE(holds(unread, "đã lưu"));
    kit.store.fail.reset();
    CHECK(holds(call(kit, "nhanhsdvcqg", dossier_call).body, R"("error_code":0)"));
    CHECK(holds(call(kit, "nhanhsdvcqg", "không phải JSON").body, "đã lưu"));
}

TEST_CASE("NP-47 source: a promotion notice and its supplement") {
    PortalKit kit;
    const auto answer = call(
        kit,
        "NhanHoSoKhuyenMai",
        R"({"MaHoSo":"G22.99.02-260302-0007","MaTTHC":"2.000033","SoVanBan":"01/VD",
        "NgayNopHoSo":"20260302100000","MaSoThue":"0000000001","TenThuongNhan":"Công ty TNHH Ví Dụ","DienThoai":"0100000002",
        "TenChuongTrinhKhuyenMai":"Chương trình mẫu","ThoiGianKhuyenMaiTu":"10/03/2026","ThoiGianKhuyenMaiDen":"20/03/2026",
        "TenTepDonDangKy":"don.pdf","TepDonDangKy":"JVBERi0xLjQK","TaiLieuNop":[]})"
    );
    CHECK(holds(answer.body, R"("error_code":0)"));
    CHECK(kit.store.of_kind("inbox_item").at(0).state == "ready");
    CHECK(kit.store.of_kind("attachment").size() == 1);
    const auto more = call(
        kit,
        "NhanBoSungKhuyenMai",
        R"({"service":"x","isUpdating":"True","data":{"MaHoSoQG":"G22.99.02-260302-0007",
        "ThongTinDaNop":{"MaHoSoQGDNP":"G22.99.02-260302-0007"},"ThongTinSuaDoi":{"NoiDungChiTietKM":"mới"},"LyDoDieuChinh":"lý do",
        "TenTepDangKy":"bo-sung.pdf","URLTepDangKy":"https://portal.test/files/9"}})"
    );
    CHECK(holds(more.body, R"("error_code":0)"));
    const auto items = kit.store.of_kind("inbox_item");
    REQUIRE(items.size() == 2);
    const bool first = holds(items[0].body, R"("kind":"supplement")");
    CHECK((first ? items[0] : items[1]).state == "collecting");
}

std::string tax_call(const std::string& xml) {
    return R"({"Service":"NhanThongBaoThueDat","Ngay":"20260305100000","IsUpdating":"False","Data":{"FileThongBaoThue":")" +
           crypto::to_base64(xml) + "\"}}";
}
const char* const tax_item =
    "<MA_SO_THUE>0000000002</MA_SO_THUE><SO_QUYET_DINH>001/TB-MAU</SO_QUYET_DINH>"
    "<NGAY_QUYET_DINH>05-03-2026</NGAY_QUYET_DINH><SO_TIEN>1500000</SO_TIEN>";

TEST_CASE("NP-50 F-34 F-59 source: an unknown code in the middle of a tax batch stops no other row"
) {
    PortalKit kit;
    core::Object dossier;
    dossier.kind = "dossier";
    dossier.agency = "H37";
    dossier.state = "processing";
    for (const char* code : {"H37.20-260302-0003", "H37.20-260302-0005"}) {
        dossier.id = code;
        kit.store.put(dossier);
    }
    std::string rows;
    for (const char* code : {"H37.20-260302-0003", "H37.99-260302-9999", "H37.20-260302-0005"})
        rows += std::string("<ROW><MA_HSO>") + code + "</MA_HSO><LIST><ITEM>" + tax_item +
                "<TEN_TIEU_MUC>Lệ phí</TEN_TIEU_MUC></ITEM></LIST></ROW>";
    const auto answer = call(
        kit,
        "NhanThongBaoThueDat",
        tax_call("<DATA><BODY><ROW_LIST>" + rows + "</ROW_LIST></BODY></DATA>")
    );
    CHECK(holds(answer.body, R"("error_code":0)"));
    CHECK(holds(answer.body, "H37.99-260302-9999"));
    const auto items = kit.store.of_kind("inbox_item");
    CHECK(items.size() == 3);
    int matched = 0;
    for (const auto& item : items)
        matched += json(item.body).at("/payload/matched")->as_boolean() ? 1 : 0;
    CHECK(matched == 2);
}

TEST_CASE("F-61 source: both spellings of a tag and every nesting are read") {
    const std::string other = std::string(tax_item) + "<TEN_TIEUMUC>Lệ phí</TEN_TIEUMUC>";
    const std::string second =
        "<MA_SO_THUE>0000000003</MA_SO_THUE><SO_QUYET_DINH>002/TB-MAU</SO_QUYET_DINH><SO_TIEN>5</"
        "SO_TIEN>";
    const std::string forms[] = {
        "<DATA><BODY><ROW_LIST><MA_HSO>A-1</MA_HSO><LIST><CHI_TIET>" + other +
            "</CHI_TIET><CHI_TIET>" + second + "</CHI_TIET></LIST></ROW_LIST></BODY></DATA>",
        "<DATA><BODY><ROW_LIST><MA_HSO>A-1</MA_HSO><LIST>" + other + second +
            "</LIST></ROW_LIST></BODY></DATA>",
        "<DATA><BODY><ROW_LIST><MA_HSO>A-1</MA_HSO><LIST>" + other + "</LIST><LIST>" + second +
            "</LIST></ROW_LIST></BODY></DATA>",
    };
    for (const std::string& form : forms) {
        const auto items = read_tax_notice(json(tax_call(form)));
        REQUIRE_MESSAGE(items.has_value(), form);
        REQUIRE_MESSAGE(items->size() == 2, form);
        CHECK((*items)[0].partner_ref == "A-1|0000000002|001/TB-MAU");
        CHECK((*items)[0].payload.text_of("name") == "Lệ phí");
        CHECK((*items)[0].payload.text_of("decided_on") == "2026-03-05");
        CHECK((*items)[1].dossier_code == "A-1");
    }
}

TEST_CASE("NP-49 source: a repeated notice says nothing; another amount is shown as a change") {
    PortalKit kit;
    const auto batch = [](const std::string& amount, const char* day) {
        return "<DATA><BODY><ROW_LIST><ROW><MA_HSO>H37.20-260302-0003</"
               "MA_HSO><LIST><ITEM><MA_SO_THUE>2</MA_SO_THUE><SO_QUYET_DINH>1</SO_QUYET_DINH>"
               "<NGAY_QUYET_DINH>" +
               std::string(day) + "</NGAY_QUYET_DINH><SO_TIEN>" + amount +
               "</SO_TIEN></ITEM></LIST></ROW></ROW_LIST></BODY></DATA>";
    };
    call(kit, "NhanThongBaoThueDat", tax_call(batch("1000", "05-03-2026")));
    call(kit, "NhanThongBaoThueDat", tax_call(batch("1000", "06-03-2026")));
    CHECK(kit.store.of_kind("inbox_item").size() == 1);
    call(kit, "NhanThongBaoThueDat", tax_call(batch("2000", "06-03-2026")));
    const auto items = kit.store.of_kind("inbox_item");
    REQUIRE(items.size() == 2);
    bool shown = false;
    for (const auto& item : items) {
        const Document body = json(item.body);
        const Document* from = body.at("/payload/changes/amount/from");
        shown = shown || (from != nullptr && from->as_text() == "1000");
    }
    CHECK(shown);
}

TEST_CASE("NP-49 source: an amount is compared with the notice that came last") {
    PortalKit kit;
    const auto notice = [&kit](const std::string& amount, const std::string& day) {
        const auto next = kit.clock.now() + std::chrono::minutes(1);
        kit.clock.at(next, [] {});
        kit.clock.advance(next);
        call(
            kit,
            "NhanThongBaoThueDat",
            tax_call(
                "<DATA><BODY><ROW_LIST><MA_HSO>H37.20-260302-0003</MA_HSO><LIST><ITEM>"
                "<MA_SO_THUE>1</MA_SO_THUE><SO_QUYET_DINH>2</SO_QUYET_DINH><SO_TIEN>" +
                amount + "</SO_TIEN><NGAY_QUYET_DINH>" + day +
                "</NGAY_QUYET_DINH></ITEM></LIST></ROW_LIST></BODY></DATA>"
            )
        );
    };
    notice("1000", "05-03-2026");
    notice("2000", "06-03-2026");
    REQUIRE(kit.store.of_kind("inbox_item").size() == 2);
    std::string first, second;
    for (core::Object item : kit.store.of_kind("inbox_item")) {
        const bool corrected = json(item.body).at("/payload/amount")->as_text() == "2000";
        (corrected ? second : first) = item.id;
        // The first was worked on later: the store shows it last.
        core::Object seen = item;
        if (!corrected) seen.updated_at = kit.clock.now() + std::chrono::hours(1);
        kit.store.put(seen);
    }
    kit.store.by_update = true;
    notice("1000", "07-03-2026");  // corrected back: this is news
    REQUIRE(kit.store.of_kind("inbox_item").size() == 3);
    for (const core::Object& item : kit.store.of_kind("inbox_item"))
        if (item.id != first && item.id != second) {
            CHECK(json(item.body).text_of("supersedes") == second);
            CHECK(json(item.body).at("/payload/changes/amount/from")->as_text() == "2000");
        }
}

TEST_CASE("NP-52 source: a tax batch with a document type, too deep or no XML is refused as a whole"
) {
    for (const std::string& xml :
         {std::string("<!DOCTYPE a [<!ENTITY x 'y'>]><DATA/>"),
          std::string("xin chào"),
          std::string("<DATA/>"),
          [] {
              std::string d;
              for (int i = 0; i < 40; ++i) d += "<a>";
              for (int i = 0; i < 40; ++i) d += "</a>";
              return d;
          }()}) {
        PortalKit kit;
        CHECK(holds(call(kit, "NhanThongBaoThueDat", tax_call(xml)).body, R"("error_code":-1)"));
    }
}

TEST_CASE(
    "NP-51 source: a receipt without a notice is kept; with one the amounts are compared, not "
    "corrected"
) {
    PortalKit kit;
    const std::string receipt =
        R"({"MaHoSo":"H37.20-260302-0003","HoTenNguoiNopTien":"LÊ VĂN THỬ","SoCMTNguoiNopTien":"020090000002",
        "MaSoThue":"0000000002","ThongTinThanhToan":{"MaThongBaoThue":"001/TB-MAU","ThoiGianThanhToan":"20260306101500","SoTien":"1400000",
        "NoiDungThanhToan":"nộp","TrangThaiThanhToan":"1"},"UrlFileChungTu":"https://portal.test/files/r1"})";
    call(kit, "NhanChungTuThueDat", receipt);
    Document item = json(kit.store.of_kind("inbox_item").at(0).body);
    CHECK_FALSE(item.at("/payload/notice/known")->as_boolean());
    CHECK(item.text_of("state") == "collecting");
    CHECK(item.at("/payload/paid_at")->as_text() == "2026-03-06T10:15:00.000+07:00");

    PortalKit with;
    call(
        with,
        "NhanThongBaoThueDat",
        tax_call(
            std::string("<DATA><ROW_LIST><ROW><MA_HSO>H37.20-260302-0003</MA_HSO><LIST><ITEM>") +
            tax_item + "</ITEM></LIST></ROW></ROW_LIST></DATA>"
        )
    );
    call(with, "NhanChungTuThueDat", receipt);
    for (const auto& object : with.store.of_kind("inbox_item")) {
        const Document body = json(object.body);
        if (body.text_of("kind") != "tax_receipt") continue;
        CHECK(body.at("/payload/notice/known")->as_boolean());
        CHECK_FALSE(body.at("/payload/notice/same_amount")->as_boolean());
        CHECK(body.at("/payload/amount")->as_text() == "1400000");
    }
}

}  // namespace
}  // namespace gw::national_portal
