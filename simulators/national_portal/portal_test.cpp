// Dossiers: create, update, every refusal, order of statuses.
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/rules.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>

namespace sim::national_portal {
namespace {

std::string supplement(const char* state = "0") {
    return std::string(
               R"([{"HoSoBoSungId":"1","NguoiYeuCauBoSung":"Lê Thị Giả","NoiDungBoSung":"Thiếu giấy chứng sinh","NgayBoSung":"20260302100000",)"
           ) +
           R"("TrangThaiBoSung":")" + state +
           R"(","DanhSachGiayToBoSung":[],"DanhSachLePhiBoSung":[],"NgayHenTraTruoc":"20260302170000"}])";
}

TEST_CASE("dossier: create, update, the same update again has no effect") {
    Caller c;
    auto made = c.create(an_item());
    CHECK(made.code == "0");
    CHECK(made.message == "Đồng bộ hồ sơ thành công");
    CHECK(made.result == "[]");
    auto four = an_item({{"TrangThaiHoSo", "4"}});
    CHECK(c.update(four).code == "0");
    CHECK(c.update(four).code == "0");
    const auto& d = c.held();
    CHECK(d.creates == 1);
    CHECK(d.updates == 1);
    CHECK(d.repeats == 1);
    CHECK(d.statuses == std::vector<int>{2, 4});
    CHECK(d.packets.size() == 3);
    CHECK_FALSE(d.packets.back().effect);
    CHECK(d.field("ChuHoSo") == "TRẦN THỊ MẪU");
    CHECK(d.lists.at("TaiLieuNop").at(0).at("TenTepDinhKem") == "giay-chung-sinh.pdf");
}

TEST_CASE("dossier: an update of other fields keeps the sequence of statuses short") {
    Caller c;
    c.create(an_item());
    c.update(an_item({{"GhiChu", "đã sửa"}}));
    CHECK(c.held().statuses == std::vector<int>{2});
    CHECK(c.held().updates == 1);
}

TEST_CASE("NP-33 dossier: create of a known one says it exists, with code 3, and changes nothing") {
    Caller c;
    c.create(an_item());
    auto again = c.create(an_item({{"TrangThaiHoSo", "4"}}));
    CHECK(again.code == "3");
    CHECK(again.message == "Hồ sơ H37.14-260302-0001 đã tồn tại trên hệ thống");
    CHECK(c.held().statuses == std::vector<int>{2});
    CHECK(c.held().creates == 1);
}

TEST_CASE("NP-33 dossier: update of an unknown one says it does not exist") {
    Caller c;
    auto h = c.update(an_item());
    CHECK(h.code == "-1");
    CHECK(h.message.find("không tồn tại") != std::string::npos);
    CHECK(c.portal.dossiers().empty());
}

TEST_CASE("dossier: a batch is taken whole or not at all") {
    Caller c;
    auto bad =
        c.create(an_item() + "," + an_item({{"MaHoSo", "H37.14-260302-0002"}, {"ChuHoSo", ""}}));
    CHECK(bad.code == "-1");
    CHECK(c.portal.dossiers().empty());
    CHECK(c.create(an_item() + "," + an_item({{"MaHoSo", "H37.14-260302-0002"}})).code == "0");
    CHECK(c.portal.dossiers().size() == 2);
}

struct Refusal {
    const char* what;
    Changes changes;
    const char* in_text;
};

TEST_CASE("NP-13 NP-14 F-54 F-55 F-56 dossier: every refusal names what is wrong and holds nothing"
) {
    const std::string long_text(1'001, 'a'), very_long(2'001, 'a');
    const std::vector<Refusal> table{
        {"foreign prefix", {{"MaHoSo", "H99.14-260302-0001"}}, "không hợp lệ"},
        {"no code", {{"MaHoSo", ""}}, "MaHoSo"},
        {"code over 50", {{"MaHoSo", "H37-" + std::string(47, '1')}}, "MaHoSo"},
        {"no procedure", {{"MaTTHC", "-"}}, "MaTTHC"},
        {"unknown procedure", {{"MaTTHC", "1.999999"}}, "MaTTHC không tồn tại"},
        {"missing name of procedure", {{"TenTTHC", "-"}}, "TenTTHC"},
        {"missing field code", {{"MaLinhVuc", ""}}, "MaLinhVuc"},
        {"missing owner", {{"ChuHoSo", ""}}, "ChuHoSo"},
        {"owner over 255", {{"ChuHoSo", std::string(256, 'a')}}, "ChuHoSo"},
        {"missing e-mail", {{"Email", "-"}}, "Email"},
        {"channel 9", {{"KenhThucHien", "9"}}, "KenhThucHien"},
        {"kind of owner 0", {{"LoaiDoiTuong", "0"}}, "LoaiDoiTuong"},
        {"summary over 1000", {{"TrichYeuHoSo", long_text}}, "TrichYeuHoSo"},
        {"note over 2000", {{"GhiChu", very_long}}, "GhiChu"},
        {"date with dashes", {{"NgayNopHoSo", "2026-03-02"}}, "NgayNopHoSo"},
        {"day that is none", {{"NgayHenTra", "20260230170000"}}, "NgayHenTra"},
        {"status 11", {{"TrangThaiHoSo", "11"}}, "TrangThaiHoSo"},
        {"status as number", {{"TrangThaiHoSo", "#2"}}, "TrangThaiHoSo"},
        {"way of return 2", {{"HinhThuc", "2"}}, "HinhThuc"},
        {"online payment 4", {{"DuocThanhToanTrucTuyen", "4"}}, "DuocThanhToanTrucTuyen"},
        {"missing flag", {{"TaiKhoanDuocXacThucVoiVNeID", "-"}}, "TaiKhoanDuocXacThucVoiVNeID"},
        {"accepted without date", {{"NgayTiepNhan", ""}}, "NgayTiepNhan"},
        {"accepted without due date", {{"NgayHenTra", ""}}, "NgayHenTra"},
        {"refused without its date", {{"TrangThaiHoSo", "3"}}, "NgayTuChoi"},
        {"finished without its date", {{"TrangThaiHoSo", "9"}}, "NgayKetThucXuLy"},
        {"returned without its date",
         {{"TrangThaiHoSo", "10"}, {"NgayKetThucXuLy", "20260302160000"}},
         "NgayTra"},
        {"finished before accepted",
         {{"TrangThaiHoSo", "9"}, {"NgayKetThucXuLy", "20260301160000"}},
         "NgayKetThucXuLy"},
        {"account without online channel", {{"KenhThucHien", "1"}}, "MaDoiTuong"},
        {"supplement wanted without list", {{"TrangThaiHoSo", "5"}}, "DanhSachHoSoBoSung"},
        {"supplement received without officer",
         {{"TrangThaiHoSo", "5"}, {"DanhSachHoSoBoSung", supplement("1")}},
         "NguoiTiepNhanBoSung"},
        {"list that is text", {{"TaiLieuNop", "x"}}, "TaiLieuNop"},
        {"no list of papers", {{"TaiLieuNop", "-"}}, "TaiLieuNop"},
        {"file without address",
         {{"TaiLieuNop", R"([{"TenTepDinhKem":"a","IsDeleted":"False","MaThanhPhanHoSo":"b"}])"}},
         "TaiLieuNop[0].DuongDanTaiTepTin"},
        {"file over http",
         {{"TaiLieuNop",
           R"([{"TenTepDinhKem":"a","IsDeleted":"False","MaThanhPhanHoSo":"b","DuongDanTaiTepTin":"http://x.test/"}])"}},
         "TaiLieuNop[0].DuongDanTaiTepTin"},
        {"file flag false",
         {{"TaiLieuNop",
           R"([{"TenTepDinhKem":"a","IsDeleted":"false","MaThanhPhanHoSo":"b","DuongDanTaiTepTin":"https://x.test/"}])"}},
         "TaiLieuNop[0].IsDeleted"},
        {"identity kind 3",
         {{"DinhDanhCHS", R"([{"LoaiDinhDanh":"3","SoDinhDanh":"020190000001"}])"}},
         "DinhDanhCHS[0].LoaiDinhDanh"},
        {"fee with a point",
         {{"DanhSachLePhi",
           R"([{"TenPhiLePhi":"Lệ phí","MaPhiLePhi":"PLP001","HinhThucThu":"1","Gia":"8.000","LoaiPhiLePhi":"1"}])"}},
         "DanhSachLePhi[0].Gia"},
        {"result without code",
         {{"DanhSachGiayToKetQua",
           R"([{"TenGiayTo":"Giấy","DuongDanTepTinKetQua":"https://x.test/"}])"}},
         "DanhSachGiayToKetQua[0].MaGiayToKetQua"},
    };
    for (const auto& row : table) {
        CAPTURE(row.what);
        Caller c;
        auto h = c.create(an_item(row.changes));
        CHECK(h.code == "-1");
        CHECK(h.message.find(row.in_text) != std::string::npos);
        CHECK(c.portal.dossiers().empty());
    }
}

TEST_CASE("dossier: a good supplement, fee and result are taken; nested lists are kept as JSON") {
    Caller c;
    auto fee =
        R"([{"TenPhiLePhi":"Lệ phí","MaPhiLePhi":"PLP001","HinhThucThu":"1","Gia":"8000","LoaiPhiLePhi":"1"}])";
    auto result =
        R"([{"TenGiayTo":"Giấy khai sinh","DuongDanTepTinKetQua":"https://x.test/r","MaGiayToKetQua":"KQ.G15.000031"}])";
    auto h = c.create(an_item(
        {{"TrangThaiHoSo", "5"},
         {"DanhSachHoSoBoSung", supplement()},
         {"DanhSachLePhi", fee},
         {"DanhSachGiayToKetQua", result}}
    ));
    CHECK(h.code == "0");
    CHECK(c.held().lists.at("DanhSachHoSoBoSung").at(0).at("DanhSachGiayToBoSung") == "[]");
    CHECK(c.held().lists.at("DanhSachLePhi").at(0).at("Gia") == "8000");
    // Once in status 5 the list stays due.
    auto later = c.update(an_item({{"TrangThaiHoSo", "2"}}));
    CHECK(later.message.find("DanhSachHoSoBoSung") != std::string::npos);
}

TEST_CASE("dossier: fees and results are demanded only when so set") {
    Options o;
    o.require_fees = o.require_results = true;
    Caller strict(o);
    CHECK(
        strict.create(an_item({{"MaTTHC", "2.000635"}})).message.find("DanhSachLePhi") !=
        std::string::npos
    );
    CHECK(
        strict.create(an_item({{"TrangThaiHoSo", "9"}, {"NgayKetThucXuLy", "20260302160000"}})
        ).message.find("DanhSachGiayToKetQua") != std::string::npos
    );
    Caller mild;
    CHECK(
        mild.create(an_item(
                        {{"MaTTHC", "2.000635"},
                         {"TrangThaiHoSo", "9"},
                         {"NgayKetThucXuLy", "20260302160000"}}
                    )
        ).code == "0"
    );
}

TEST_CASE("NP-15 dossier: what was stopped is returned without an end of processing") {
    Caller c;
    c.create(an_item());
    auto ten = Changes{{"TrangThaiHoSo", "10"}, {"NgayTra", "20260302163000"}};
    CHECK(c.update(an_item(ten)).message.find("NgayKetThucXuLy") != std::string::npos);
    CHECK(c.update(an_item({{"TrangThaiHoSo", "8"}})).code == "0");
    CHECK(c.update(an_item(ten)).code == "0");
    CHECK(c.update(an_item(ten)).code == "0");  // and the same again
    CHECK(c.held().statuses == std::vector<int>{2, 8, 10});
}

TEST_CASE("dossier: the older field set does not ask for the fields of 2025") {
    Options o;
    o.fields = FieldSet::y2021;
    Caller c(o);
    auto old = an_item(
        {{"ChuHoSo", "-"},
         {"NgayNopHoSo", "-"},
         {"NoiNopHoSo", "-"},
         {"HoSoCoThanhPhanSoHoa", "-"},
         {"TaiKhoanDuocXacThucVoiVNeID", "-"},
         {"DuocThanhToanTrucTuyen", "-"},
         {"DinhDanhCHS", "-"},
         {"DSKetNoiCSDL", "-"}}
    );
    CHECK(c.create(old).code == "0");
}

TEST_CASE(
    "dossier: a procedure without deadline needs no due date; long codes are known by their first "
    "eight characters"
) {
    Caller c;
    CHECK(c.create(an_item({{"MaTTHC", "9.000011"}, {"NgayHenTra", ""}})).code == "0");
    CHECK(
        c.create(
             an_item({{"MaHoSo", "000.00.14.H56-260302-0001"}, {"MaTTHC", "1.002835.000.00.00.H56"}}
             )
        ).code == "0"
    );
}

TEST_CASE("dossier: isUpdating is one of two texts, data a list of 1 to 10") {
    Caller c;
    CHECK(c.sync("true", an_item()).message.find("isUpdating") != std::string::npos);
    CHECK(
        c.call(R"("service":"DongBoHoSoMC","data":[])").message.find("isUpdating") !=
        std::string::npos
    );
    CHECK(c.sync("False", "").message.find("10") != std::string::npos);
    std::string eleven = an_item();
    for (int i = 0; i < 10; ++i) eleven += "," + an_item();
    CHECK(c.sync("False", eleven).code == "-1");
    CHECK(
        c.call(R"("service":"DongBoHoSoMC","isUpdating":"False","data":)" + an_item()).code == "-1"
    );
}

TEST_CASE("NP-29 F-57 dossier: the table of transitions, all hundred pairs") {
    // One line for each status it may leave: reachable without and (after the bar) with a reason.
    const std::map<int, std::pair<std::string, std::string>> allowed{
        {1, {"1 2 3 5 7", ""}},
        {2, {"2 4 5 6 7 8 9", ""}},
        {3, {"3", "2"}},
        {4, {"4 5 6 7 8 9", ""}},
        {5, {"1 2 3 4 5 7 8", ""}},
        {6, {"4 6 7 8 9", ""}},
        {7, {"7", "4"}},
        {8, {"4 8 10", "9"}},
        {9, {"9 10", "4"}},
        {10, {"10", "9"}}};
    Options o;
    for (const auto& [from, to] : allowed) {
        for (int s = 1; s <= 10; ++s) {
            auto listed = [s](const std::string& list) {
                for (const auto& one : kit::split(list, ' '))
                    if (one == std::to_string(s)) return true;
                return false;
            };
            CAPTURE(from);
            CAPTURE(s);
            CHECK(may_go(from, s, false, o) == listed(to.first));
            CHECK(may_go(from, s, true, o) == (listed(to.first) || listed(to.second)));
        }
    }
    o.allow_pre_reception_supplement = false;
    CHECK_FALSE(may_go(1, 5, true, o));
    CHECK_FALSE(may_go(5, 1, true, o));
}

TEST_CASE(
    "NP-29 F-57 dossier: a wrong order is refused, a correction needs a reason, the order can be "
    "switched off"
) {
    Caller c;
    c.create(an_item());
    auto ten = Changes{
        {"TrangThaiHoSo", "10"},
        {"NgayKetThucXuLy", "20260302160000"},
        {"NgayTra", "20260302163000"}};
    CHECK(c.update(an_item(ten)).message.find("2 -> 10") != std::string::npos);
    auto nine = Changes{{"TrangThaiHoSo", "9"}, {"NgayKetThucXuLy", "20260302160000"}};
    CHECK(c.update(an_item(nine)).code == "0");
    CHECK(c.update(an_item({{"TrangThaiHoSo", "4"}})).code == "-1");
    CHECK(c.update(an_item({{"TrangThaiHoSo", "4"}, {"GhiChu", "Kết quả in sai"}})).code == "0");
    CHECK(c.held().statuses == std::vector<int>{2, 9, 4});
    c.fault(R"({"switch":"national_portal.enforce_order","params":{"on":"false"}})");
    CHECK(c.update(an_item(ten)).code == "0");
}

}  // namespace
}  // namespace sim::national_portal
