// Packets and calls for tests.
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <stdexcept>

namespace sim::national_portal {
namespace {

constexpr const char* item_text = R"({
 "MaHoSo":"H37.14-260302-0001","MaTTHC":"1.001193","TenTTHC":"Thủ tục đăng ký khai sinh","MaLinhVuc":"LV-MAU-01","TenLinhVuc":"Hộ tịch",
 "KenhThucHien":"2","SoBienNhan":"","SoGiayToChuHoSo":"020190000001","ChuHoSo":"TRẦN THỊ MẪU","LoaiDoiTuong":"1","MaDoiTuong":"tech-id-mau-0001",
 "DinhDanhCHS":[{"LoaiDinhDanh":"1","SoDinhDanh":"020190000001"}],"ThongTinKhac":"","Email":"mau@cong-dan.test","Fax":"","SoDienThoai":"0100000001",
 "TrichYeuHoSo":"Đăng ký khai sinh cho con","NgayNopHoSo":"20260302083000","NgayTiepNhan":"20260302090000","NgayHenTra":"20260302170000",
 "TrangThaiHoSo":"2","NgayTra":"","ThongTinTra":"","HinhThuc":"0","NgayKetThucXuLy":"","NgayTuChoi":"","DonViXuLy":"UBND xã Ví Dụ","GhiChu":"",
 "NoiNopHoSo":"2","HoSoCoThanhPhanSoHoa":"1","TaiKhoanDuocXacThucVoiVNeID":"1","DuocThanhToanTrucTuyen":"0","DSKetNoiCSDL":[{"MaCSDL":"7"}],
 "TaiLieuNop":[{"TepDinhKemId":"f-000000000001","TenTepDinhKem":"giay-chung-sinh.pdf","IsDeleted":"False","MaThanhPhanHoSo":"TP-MAU-01",
   "DuongDanTaiTepTin":"https://gateway.example/f/2b6f0c0a7f1e4d7c","DuocSoHoa":"1","DuocTaiSuDung":"0","DuocLayTuKhoDMQG":"0"}],
 "DanhSachLePhi":[],"DanhSachTepDinhKemKhac":[],"DanhSachHoSoBoSung":[],"DanhSachGiayToKetQua":[]})";
constexpr const char* line_text =
    R"({"MaHoSo":"H37.14-260302-0001","NguoiXuLy":"Nguyễn Văn Thử","ChucDanh":"Công chức một cửa",
 "ThoiDiemXuLy":"20260302090000","PhongBanXuLy":"Trung tâm PVHCC xã Ví Dụ","NoiDungXuLy":"Tiếp nhận hồ sơ","TrangThai":"2",
 "NgayBatDau":"20260302090000","NgayKetThucTheoQuyDinh":"20260302100000"})";
constexpr const char* status_text =
    R"({"MaHoSo":"G22.99.01-260302-0001","MaHoSoDonVi":"H37.14-260302-0002","MaDoiTuong":"tech-id-mau-0001",
 "NoiDung":"Hồ sơ đã được tiếp nhận","NgayXuLy":"20260302091500","TrangThai":"2","TaiLieuXuLy":[]})";
constexpr const char* survey_text =
    R"({"NgayTongHop":"3-2026","TongSoNguoiDanhGia":"120","PhanTramDanhGiaRatHaiLong":"90%",
 "PhanTramDanhGiaHaiLong":"10%","PhanTramDanhGiaChuaHaiLong":"0%","DanhSachNoiDungYKien":[],"MaThuTuc":"","NoiDung":"",
 "PhanTramDanhGiaDichVuRatHaiLong":"88%","PhanTramDanhGiaDichVuHaiLong":"12%","PhanTramDanhGiaDichVuChuaHaiLong":"0%",
 "Madonvi":"000.00.00.H37","TenDonVi":"UBND tỉnh Lạng Sơn"})";

std::string changed(const char* text, const Changes& changes) {
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, text)) throw std::logic_error("test packet is no JSON");
    auto& a = doc.GetAllocator();
    for (const auto& [name, value] : changes) {
        doc.RemoveMember(name.c_str());
        if (value == "-") continue;
        kit::JsonDocument raw(&a);
        bool is_raw = value.starts_with('[') || value.starts_with('{') || value.starts_with('#');
        if (is_raw && !kit::parse_json(raw, value.starts_with('#') ? value.substr(1) : value))
            throw std::logic_error("raw value is no JSON");
        kit::Json v;
        if (is_raw)
            v = static_cast<kit::Json&>(raw).Move();
        else
            v.SetString(value.c_str(), static_cast<rapidjson::SizeType>(value.size()), a);
        doc.AddMember(kit::Json(name.c_str(), a), v, a);
    }
    return kit::json_text(doc);
}

}  // namespace

std::string an_item(const Changes& changes) {
    return changed(item_text, changes);
}
std::string a_line(const Changes& changes) {
    return changed(line_text, changes);
}
std::string a_status(const Changes& changes) {
    return changed(status_text, changes);
}
std::string a_survey(const Changes& changes) {
    return changed(survey_text, changes);
}

Heard hear(const kit::Answer& answer) {
    Heard h;
    h.answer = answer;
    kit::JsonDocument doc;
    h.json = kit::parse_json(doc, answer.body) && doc.IsObject();
    if (!h.json) return h;
    h.code = kit::text_at(doc, "error_code");
    h.message = kit::text_at(doc, "message");
    if (const auto* result = kit::member(doc, "result")) h.result = kit::json_text(*result);
    return h;
}

Caller::Caller(Options options, std::uint64_t seed)
    : portal(std::move(options), seed), now(*kit::from_rfc3339("2026-03-02T09:00:00+07:00")) {
    login();
}

kit::Answer Caller::raw(
    std::string method,
    std::string path,
    std::string body,
    std::vector<std::pair<std::string, std::string>> headers,
    std::string query
) {
    kit::Call c;
    c.method = std::move(method);
    c.path = std::move(path);
    c.body = std::move(body);
    c.headers = std::move(headers);
    c.query = std::move(query);
    return portal.handle(c, now);
}

Heard Caller::login() {
    auto h = hear(
        raw("POST",
            "/mapi/login",
            R"({"username":")" + portal.options().username + R"(","password":")" +
                portal.options().password + "\"}")
    );
    kit::JsonDocument doc;
    if (kit::parse_json(doc, h.answer.body) && doc.IsObject())
        session = kit::text_at(doc, "session");
    return h;
}

Heard Caller::call(const std::string& members) {
    return hear(
        raw("POST",
            "/mapi/g",
            R"({"session":")" + session + R"(","madonvi":"000.00.00.H37",)" + members + "}")
    );
}
Heard Caller::sync(const std::string& updating, const std::string& items) {
    return call(
        R"("service":"DongBoHoSoMC","isUpdating":")" + updating + R"(","data":[)" + items + "]"
    );
}
Heard Caller::progress(const std::string& lines) {
    return call(R"("service":"CapNhatTienDoHoSoMC","data":[)" + lines + "]");
}
Heard Caller::status(const std::string& data) {
    return call(R"("service":"DongBoTrangThaiHoSo","type":"2","data":)" + data);
}
Heard Caller::look_up(const std::string& code) {
    return call(R"("service":"TraCuuHoSo","mahoso":")" + code + "\"");
}

void Caller::fault(const std::string& json) {
    if (raw("POST", "/sim/faults", json).status != 201)
        throw std::logic_error("fault refused: " + json);
}

kit::Answer Caller::get_token() {
    auto basic =
        "Basic " + kit::base64(portal.options().lgsp_client + ":" + portal.options().lgsp_secret);
    auto a = raw("POST", "/token", "grant_type=client_credentials", {{"Authorization", basic}});
    kit::JsonDocument doc;
    if (kit::parse_json(doc, a.body) && doc.IsObject()) token = kit::text_at(doc, "access_token");
    return a;
}

kit::Answer Caller::platform(
    std::string method, std::string path, std::string body, std::string query
) {
    return raw(
        std::move(method),
        std::move(path),
        std::move(body),
        {{"Authorization", "Bearer " + token}},
        std::move(query)
    );
}

const HeldDossier& Caller::held(const std::string& code) {
    return portal.dossiers().at(code);
}

}  // namespace sim::national_portal
