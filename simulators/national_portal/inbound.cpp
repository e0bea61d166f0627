// Dossiers and promotions that the portal sends. People and numbers are invented.
#include "simulators/national_portal/inbound.hpp"

#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/inbound_maker.hpp"

namespace sim::national_portal {
namespace {

using namespace inbound;
using kit::Json;
using kit::JsonWriter;

std::string national_code(World& w, const char* group, core::Instant now) {
    return std::string(group) + "-" + kit::short_day(now) + "-" + padded(++w.inbound_counter, 4);
}

void files(JsonWriter& out, const Maker& m) {
    out.key("TaiLieuNop").array();
    auto count = m.number("files", 2, 50);
    auto size = m.number("file_bytes", 10'240, 50 << 20);
    const auto* gone = m.w.faults.on("inbound_missing_files");
    if (gone && gone->param("mode") == "omitted" && m.struck("inbound_missing_files")) count = 0;
    for (std::size_t i = 1; i <= count; ++i) {
        auto number = std::to_string(i);
        auto name = m.wish(("file_" + number).c_str(), "giay-to-" + number + ".pdf");
        out.object()
            .field("TepDinhKemId", "p-" + padded(m.w.words.next() % 1'000'000'000'000ULL, 12))
            .field("TenTepDinhKem", name);
        out.field("IsDeleted", "False")
            .field("MaThanhPhanHoSo", "TP-MAU-0" + std::to_string(i % 10));
        auto content =
            content_for(m.w, name, m.number(("bytes_" + number).c_str(), size, 50 << 20));
        if (m.wish("as", "url") == "base64")
            out.field("Base64", spelled_base64(m, content));
        else
            out.field("DuongDanTaiTepTin", offer(m, name, std::move(content)));
        out.end_object();
    }
    out.end_array();
}

void applicant(JsonWriter& out, const Person& p) {
    out.key("ThongTinNguoiNop")
        .object()
        .field("HoVaTen", p.name)
        .field("SoDinhDanh", p.citizen_number)
        .field("SoDienThoai", p.phone);
    out.field("Email", p.mail)
        .key("DiaChi")
        .object()
        .field("MaTinh", "20")
        .field("MaHuyen", "")
        .field("MaXa", "00001");
    out.field("DiaChiChiTiet", "Số 1 đường Thử Nghiệm").end_object().end_object();
}

void general_item(JsonWriter& out, const Maker& m, const Procedure& procedure) {
    auto person = invented(m);
    bool placeholder = person.citizen_number.size() != 12;
    out.object()
        .field("MaHoSo", m.dossier)
        .field("MaTTHC", procedure.code)
        .field("TenTTHC", procedure.name);
    out.field("MaLinhVuc", procedure.field_code)
        .field("TenLinhVuc", procedure.field_name)
        .field("KenhThucHien", "2");
    out.field("SoGiayToChuHoSo", person.citizen_number)
        .field("ChuHoSo", person.name)
        .field("LoaiDoiTuong", "1");
    out.field(
        "MaDoiTuong",
        m.wish(
            "tech_id",
            "tech-id-mau-" + person.citizen_number.substr(person.citizen_number.size() - 4)
        )
    );
    out.key("DinhDanhCHS")
        .array()
        .object()
        .field("LoaiDinhDanh", placeholder ? "2" : "1")
        .field("SoDinhDanh", person.citizen_number);
    out.end_object()
        .end_array()
        .field("Email", person.mail)
        .field("SoDienThoai", person.phone)
        .field("TrichYeuHoSo", procedure.name);
    out.field("NgayNopHoSo", kit::compact_time(m.now))
        .field("TrangThaiHoSo", "1")
        .field("HinhThuc", "0");
    out.field("DonViXuLy", "UBND xã Ví Dụ")
        .field("NoiNopHoSo", "1")
        .field("TaiKhoanDuocXacThucVoiVNeID", "1");
    files(out, m);
    applicant(out, person);
    out.end_object();
}

std::vector<Outgoing> dossier(Maker m, std::string& why) {
    m.service = "nhanhsdvcqg";
    m.dossier = m.wish("dossier", "");
    if (m.dossier.empty()) m.dossier = national_code(m.w, "G22.99.01", m.now);
    const auto* procedure = m.w.catalogue.find(m.wish("procedure", "2.000635"));
    if (!procedure) {
        why = "unknown procedure";
        return {};
    }
    JsonWriter item;
    general_item(item, m, *procedure);
    kit::JsonDocument held;
    kit::parse_json(held, item.text());
    m.w.dossiers.file_here(m.dossier, held, m.now);
    JsonWriter out;
    begin(out, m.w);
    out.field("service", m.service)
        .field("isUpdating", "False")
        .field("isSync", "True")
        .key("data")
        .raw(item.text());
    return {outgoing(m, "dossier", out.end_object().take())};
}

std::string promotion_body(const Maker& m, const std::string& detail) {
    JsonWriter out;
    begin(out, m.w);
    out.field("MaHoSo", m.dossier)
        .field("MaTTHC", "2.000033")
        .field("SoVanBan", "01/VD")
        .field("NgayNopHoSo", kit::compact_time(m.now));
    out.field("MaSoThue", "0000000001")
        .field("TenThuongNhan", m.wish("name", "Công ty TNHH Ví Dụ"));
    out.key("DiaChiDoanhNghiep")
        .object()
        .field("MaTinh", "20")
        .field("MaHuyen", "")
        .field("MaXa", "00001");
    out.field("DiaChiChiTiet", "Số 1 đường Thử Nghiệm")
        .end_object()
        .field("DienThoai", "0100000002")
        .field("Fax", "");
    out.field("Email", "lienhe@vidu.test")
        .field("NguoiLienHe", "Lê Văn Thử")
        .field("SoDienThoaiNguoiLienHe", "0100000003");
    out.field("TenChuongTrinhKhuyenMai", "Chương trình mẫu").field("HinhThucKhuyenMai", "Giảm giá");
    out.field("ThoiGianKhuyenMaiTu", "10/03/2026")
        .field("ThoiGianKhuyenMaiDen", "20/03/2026")
        .field("HangHoaDichVuKhuyenMai", "Hàng mẫu");
    out.field("SoLuongHangHoaDichVu", "100")
        .field("KhachHang", "Khách lẻ")
        .field("CoCauGiaiThuong", "")
        .field("TongGiaTriHangHoa", "10000000");
    out.field("NoiDungChiTiet", detail)
        .field("TenCacThuongNhanCungThucHien", "")
        .field("TenTepDonDangKy", "don.pdf");
    out.field("TepDonDangKy", spelled_base64(m, pdf(m.w, m.number("file_bytes", 2'048, 50 << 20))))
        .key("TaiLieuNop")
        .array();
    auto more = m.number("files", 1, 20);
    for (std::size_t i = 1; i <= more; ++i)
        out.object()
            .field("TenTepDinhKem", "tai-lieu-" + std::to_string(i) + ".pdf")
            .field("Base64", spelled_base64(m, pdf(m.w, 1'024)))
            .end_object();
    return out.end_array().end_object().take();
}

void hold_promotion(const Maker& m) {
    JsonWriter item;
    item.object()
        .field("MaHoSo", m.dossier)
        .field("MaTTHC", "2.000033")
        .field("TenTTHC", "Thông báo hoạt động khuyến mại")
        .field("ChuHoSo", m.wish("name", "Công ty TNHH Ví Dụ"))
        .field("TrangThaiHoSo", "1")
        .end_object();
    kit::JsonDocument held;
    kit::parse_json(held, item.text());
    m.w.dossiers.file_here(m.dossier, held, m.now);
}

std::vector<Outgoing> promotion(Maker m) {
    m.service = m.w.options.inbound_promotion;
    m.dossier = m.wish("dossier", "");
    if (m.dossier.empty()) m.dossier = national_code(m.w, "G22.99.02", m.now);
    hold_promotion(m);
    std::vector<Outgoing> out{outgoing(m, "promotion", promotion_body(m, ""))};
    if (m.struck("inbound_resend")) {  // F-73: the same code again, other content
        out.push_back(outgoing(m, "promotion", promotion_body(m, "Nộp lại có sửa đổi")));
        out.back().due = m.now + core::Duration(2'000);
    }
    return out;
}

std::vector<Outgoing> promotion_supplement(Maker m, std::string& why) {
    m.service = m.w.options.inbound_supplement;
    m.dossier = m.wish("dossier", "");
    if (!m.w.dossiers.knows(m.dossier)) {
        why = "dossier: not the code of a promotion that is held here";
        return {};
    }
    JsonWriter out;
    begin(out, m.w);
    out.field("service", m.service)
        .field("isUpdating", "True")
        .key("data")
        .object()
        .field("MaHoSoQG", m.dossier);
    out.key("ThongTinDaNop")
        .object()
        .field("MaHoSoQGDNP", m.dossier)
        .field("SoVanBanDaNopDNP", "01/VD");
    out.field("NgayNopHoSoDNP", kit::compact_time(m.now))
        .field("TenChuongTrinhKhuyenMaiDNP", "Chương trình mẫu");
    out.field("ThoiGianKhuyenMaiTuDNP", "10/03/2026")
        .field("ThoiGianKhuyenMaiDenDNP", "20/03/2026")
        .field("DiaBanKhuyenMaiDNP", "Toàn tỉnh");
    out.end_object()
        .key("ThongTinSuaDoi")
        .object()
        .field("SoLuongHangHoaDichVuKM", "200")
        .field("HangHoaDichVuKM", "Hàng mẫu");
    out.field("CoCauGiaiThuongKM", "")
        .field("NoiDungChiTietKM", "Tăng số lượng")
        .field("HangHoaDichVuDungKM", "Hàng mẫu")
        .end_object();
    out.field("LyDoDieuChinh", "Bổ sung theo yêu cầu")
        .field("NoiDungCamKetKhac", "")
        .field("TenTepDangKy", "bo-sung.pdf");
    out.field(
        "URLTepDangKy", offer(m, "bo-sung.pdf", pdf(m.w, m.number("file_bytes", 2'048, 50 << 20)))
    );
    return {outgoing(m, "promotion_supplement", out.end_object().end_object().take())};
}

}  // namespace

std::vector<Outgoing> compose(World& w, const Json& request, core::Instant now, std::string& why) {
    auto kind = kit::text_at(request, "kind");
    Maker m{w, request, now, "", ""};
    if (kind == "dossier") return dossier(m, why);
    if (kind == "promotion") return promotion(m);
    if (kind == "promotion_supplement") return promotion_supplement(m, why);
    if (kind == "tax_notice") return tax_notice(m);
    if (kind == "tax_receipt") return tax_receipt(m, why);
    why = "kind: dossier, promotion, promotion_supplement, tax_notice or tax_receipt";
    return {};
}

}  // namespace sim::national_portal
