// Progress, statuses, look-ups, surveys, questions, catalogue, texts.
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>

#include <set>

namespace sim::national_portal {
namespace {

constexpr const char* code = "H37.14-260302-0001";

struct Refusal {
    const char* what;
    Changes changes;
    const char* in_text;
};

TEST_CASE(
    "NP-23 progress: lines are kept in order of arrival, up to ten in a call, only for held "
    "dossiers"
) {
    Caller c;
    CHECK(c.progress(a_line()).message.find("không tồn tại") != std::string::npos);
    c.create(an_item());
    CHECK(
        c.progress(
             a_line() + "," + a_line({{"ThoiDiemXuLy", "20260302143000"}, {"TrangThai", "9"}})
        ).code == "0"
    );
    REQUIRE(c.held().progress.size() == 2);
    CHECK(c.held().progress[1].status == 9);
    std::string eleven = a_line();
    for (int i = 0; i < 10; ++i) eleven += "," + a_line({{"NoiDungXuLy", std::to_string(i)}});
    CHECK(c.progress(eleven).code == "-1");
    CHECK(c.held().progress.size() == 2);
}

TEST_CASE("F-67 NP-25 progress: a repeated line is stored twice and counted") {
    Caller c;
    c.create(an_item());
    c.progress(a_line());
    CHECK(c.progress(a_line()).code == "0");
    CHECK(c.held().progress.size() == 2);
    CHECK(c.held().progress[1].duplicate);
    CHECK(c.held().duplicate_lines == 1);
    CHECK(c.portal.journal().held().back().effect == "duplicate_line");
}

TEST_CASE("progress: refusals") {
    const std::vector<Refusal> table{
        {"officer over 50", {{"NguoiXuLy", std::string(51, 'a')}}, "NguoiXuLy"},
        {"no officer", {{"NguoiXuLy", ""}}, "NguoiXuLy"},
        {"no text", {{"NoiDungXuLy", "-"}}, "NoiDungXuLy"},
        {"time", {{"ThoiDiemXuLy", "02/03/2026"}}, "ThoiDiemXuLy"},
        {"status", {{"TrangThai", "0"}}, "TrangThai"}};
    Caller c;
    c.create(an_item());
    for (const auto& row : table) {
        CAPTURE(row.what);
        CHECK(c.progress(a_line(row.changes)).message.find(row.in_text) != std::string::npos);
    }
    CHECK(c.held().progress.empty());
}

TEST_CASE(
    "NP-27 status: a dossier filed on the portal takes status messages and then the full packet as "
    "an update"
) {
    Caller c;
    auto ids = c.portal.send(R"({"kind":"dossier","dossier":"G22.99.01-260302-0001"})", c.now);
    CHECK(ids.size() == 1);
    CHECK(c.status(a_status()).code == "0");
    CHECK(c.status(a_status()).code == "0");
    CHECK(c.status(a_status({{"TrangThai", "5"}})).code == "0");
    const auto& d = c.held("G22.99.01-260302-0001");
    CHECK(d.portal_origin);
    CHECK(d.status_messages.size() == 2);
    CHECK(d.repeats == 1);
    CHECK(c.create(an_item({{"MaHoSo", d.code}})).message.find("đã tồn tại") != std::string::npos);
    CHECK(c.update(an_item({{"MaHoSo", d.code}})).code == "0");
    CHECK(d.statuses == std::vector<int>{1, 2});
}

TEST_CASE("status: unknown dossier, wrong type, wrong status") {
    Caller c;
    CHECK(c.status(a_status()).message.find("không tồn tại") != std::string::npos);
    c.portal.send(R"({"kind":"dossier","dossier":"G22.99.01-260302-0001"})", c.now);
    CHECK(
        c.call(R"("service":"DongBoTrangThaiHoSo","type":"1","data":)" + a_status())
            .message.find("type") != std::string::npos
    );
    CHECK(c.status(a_status({{"TrangThai", "4"}})).message.find("TrangThai") != std::string::npos);
    CHECK(
        c.status(a_status({{"MaHoSoDonVi", ""}})).message.find("MaHoSoDonVi") != std::string::npos
    );
}

TEST_CASE("look-up: what is held, with progress lines; nothing for unknown codes") {
    Caller c;
    c.create(an_item());
    c.progress(a_line());
    auto h = c.look_up(code);
    CHECK(h.code == "0");
    CHECK(
        h.result.find(
            R"("TrangThaiHoSo":"2","NgayTiepNhan":"20260302090000","NgayHenTra":"20260302170000","DanhSachTienDo":[{)"
        ) != std::string::npos
    );
    CHECK(c.look_up("H37.14-260302-9999").result == "[]");
    Options o;
    o.detail = false;
    Caller brief(o);
    brief.create(an_item());
    CHECK(brief.look_up(code).result.find("DanhSachTienDo") == std::string::npos);
}

TEST_CASE("NP-53 F-75 survey: month, shares that make 100, repeat without effect") {
    Caller c;
    auto send = [&c](const Changes& changes) {
        return c.call(R"("service":"DongBoDanhGia","data":)" + a_survey(changes));
    };
    CHECK(send({}).code == "0");
    CHECK(send({}).code == "0");
    CHECK(c.portal.survey_effects() == 1);
    CHECK(send({{"PhanTramDanhGiaHaiLong", "11%"}}).code == "-1");
    CHECK(send({{"PhanTramDanhGiaDichVuHaiLong", "11%"}}).code == "-1");
    CHECK(send({{"NgayTongHop", "03-2026"}}).message.find("NgayTongHop") != std::string::npos);
    CHECK(send({{"PhanTramDanhGiaHaiLong", "10"}}).code == "-1");
    c.fault(R"({"switch":"refuse_survey_sum","params":{"on":"false"}})");
    CHECK(send({{"PhanTramDanhGiaHaiLong", "11%"}}).code == "0");
    CHECK(c.portal.survey_effects() == 2);
}

TEST_CASE("NP-55 questions: pulled, answered once, published, read back") {
    Caller c;
    auto list = c.call(R"("service":"LayDanhSachHoiDapGuiTuDVCQG")").result;
    CHECK(list.find("HD-MAU-001") != std::string::npos);
    CHECK(list.find(R"("TRANGTHAI":"0")") != std::string::npos);
    std::string data =
        R"({"HOIDAPID":"HD-MAU-001","MADONVI":"000.00.00.H37","NGUOITRALOI":"Lê Thị Giả","CHUCVUNGUOITRALOI":"",)"
        R"("NGAYTRALOI":"02/03/2026","NOIDUNGTRALOI":"Cần giấy chứng sinh"})";
    CHECK(c.call(R"("service":"DongBoKetQuaHoiDapGuiTuDVCQG","data":)" + data).code == "0");
    CHECK(c.call(R"("service":"DongBoKetQuaHoiDapGuiTuDVCQG","data":)" + data).code == "0");
    CHECK(
        c.call(R"("service":"LayNoiDungTraLoiTheoCauHoi","cauhoiid":"HD-MAU-001")")
            .result.find("Cần giấy chứng sinh") != std::string::npos
    );
    auto own = data;
    own.replace(own.find("HD-MAU-001"), 10, "HD-H37-001");
    CHECK(c.call(R"("service":"DongBoKetQuaHoiDapGuiTuDVCQG","data":)" + own).code == "-1");
    CHECK(c.call(R"("service":"DongBoHoiDap","data":)" + own).code == "0");
    CHECK(
        c.call(R"("service":"LayDanhSachHoiDapBoCoQuan")").result.find("HD-H37-001") !=
        std::string::npos
    );
    CHECK(
        c.raw("GET", "/sim/state/questions")
            .body.find(
                R"("id":"HD-MAU-001","from_portal":true,"text":"Hồ sơ đăng ký khai sinh cần những giấy tờ gì?","answers":1)"
            ) != std::string::npos
    );
}

TEST_CASE("catalogue: list, procedure, decision, services, dictionaries, TechID") {
    Caller c;
    auto list = c.call(R"("service":"LayDanhSachTTHC")").result;
    for (const char* known : {"2.000635", "1.001193", "1.002835", "2.000033"})
        CHECK(list.find(known) != std::string::npos);
    auto one = c.call(R"("service":"LayThuTuc","maTTHC":"1.001193")").result;
    CHECK(
        one.find(R"("KETQUATHUCHIEN":[{"MAKETQUA":"KQ.G15.000031","TENKETQUA":"Giấy khai sinh"}])"
        ) != std::string::npos
    );
    CHECK(c.call(R"("service":"LayThuTuc","maTTHC":"1.000000")").result == "[]");
    CHECK(
        c.call(R"("service":"LayQDCB","idQDCB":"800001")").result.find("001/QĐ-MAU") !=
        std::string::npos
    );
    CHECK(c.call(R"("service":"LayDVC")").result.starts_with(R"({"data":[)"));
    for (const char* name :
         {"CoQuan",
          "LinhVuc",
          "GioiTinh",
          "TinhThanh",
          "QuanHuyen",
          "PhuongXa",
          "QuocGia",
          "DanToc",
          "TonGiao",
          "TinhTrangHonNhan",
          "DoiTuong",
          "CapThucHien",
          "CanCuPhapLy",
          "LePhi",
          "NhomThuTuc",
          "ThuTucThuocLoai"}) {
        CAPTURE(name);
        CHECK(c.call(std::string(R"("service":"LayDanhMuc)") + name + "\"").code == "0");
    }
    CHECK(
        c.call(R"("service":"LayDanhMucGioiTinh")")
            .result.find(R"({"MAGIOITINH":"1","TENGIOITINH":"Nam"})") != std::string::npos
    );
    CHECK(
        c.call(R"("service":"TraCuuTechID","provider":"wso2is","mstorcmnd":"020190000001")")
            .result == R"([{"TECHNICALID":"tech-id-mau-0001"}])"
    );
    CHECK(
        c.call(R"("service":"TraCuuTechID","provider":"wso2is","mstorcmnd":"020190000099")")
            .result == "[]"
    );
    CHECK(c.call(R"("service":"KhongCo")").code == "-1");
}

TEST_CASE("texts: variants are chosen by the setting, and drawn by the seed") {
    Options o;
    o.text_variant = 1;
    Caller c(o);
    c.create(an_item());
    CHECK(c.create(an_item()).message == "Hồ sơ đã tồn tại");
    o.text_variant = -1;
    std::set<std::string> heard;
    Caller drawn(o), same(o);
    drawn.create(an_item());
    same.create(an_item());
    for (int i = 0; i < 40; ++i) {
        auto text = drawn.create(an_item()).message;
        CHECK(text == same.create(an_item()).message);
        heard.insert(text);
    }
    CHECK(heard.size() == 5);
}

}  // namespace
}  // namespace sim::national_portal
