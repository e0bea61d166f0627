// The fields of the portal's packets: form, need, length (domain description, sections 6 to 8, 16,
// 17).
#pragma once

#include <cstddef>

namespace sim::national_portal::fields {

enum class Kind { text, date, one_of, digits, url, flag, percent };
enum class Need { required, present, optional };  // present: must be there, may be empty
enum class Since { always, y2025 };

struct Field {
    const char* name;
    Kind kind = Kind::text;
    Need need = Need::required;
    std::size_t max = 0;       // code points, 0 = no limit
    const char* allowed = "";  // one_of: values between blanks
    Since since = Since::always;
};

inline constexpr Field item_fields[] = {
    {"MaHoSo", Kind::text, Need::required, 50},
    {"MaTTHC"},
    {"TenTTHC"},
    {"MaLinhVuc"},
    {"TenLinhVuc"},
    {"KenhThucHien", Kind::one_of, Need::required, 0, "1 2 3"},
    {"SoBienNhan", Kind::text, Need::optional, 50},
    {"SoGiayToChuHoSo", Kind::text, Need::optional, 50, "", Since::y2025},
    {"ChuHoSo", Kind::text, Need::required, 255, "", Since::y2025},
    {"LoaiDoiTuong", Kind::one_of, Need::required, 0, "1 2 3 4"},
    {"MaDoiTuong", Kind::text, Need::optional, 100},
    {"ThongTinKhac", Kind::text, Need::optional},
    {"Email", Kind::text, Need::present},
    {"Fax", Kind::text, Need::optional},
    {"SoDienThoai", Kind::text, Need::present},
    {"TrichYeuHoSo", Kind::text, Need::required, 1'000},
    {"NgayNopHoSo", Kind::date, Need::required, 0, "", Since::y2025},
    {"NgayTiepNhan", Kind::date, Need::optional},
    {"NgayHenTra", Kind::date, Need::optional},
    {"TrangThaiHoSo", Kind::one_of, Need::required, 0, "1 2 3 4 5 6 7 8 9 10"},
    {"NgayTra", Kind::date, Need::optional},
    {"ThongTinTra", Kind::text, Need::optional},
    {"HinhThuc", Kind::one_of, Need::required, 0, "0 1"},
    {"NgayKetThucXuLy", Kind::date, Need::optional},
    {"NgayTuChoi", Kind::date, Need::optional, 0, "", Since::y2025},
    {"DonViXuLy"},
    {"GhiChu", Kind::text, Need::optional, 2'000},
    {"NoiNopHoSo", Kind::one_of, Need::required, 0, "1 2", Since::y2025},
    {"HoSoCoThanhPhanSoHoa", Kind::one_of, Need::required, 0, "0 1", Since::y2025},
    {"TaiKhoanDuocXacThucVoiVNeID", Kind::one_of, Need::required, 0, "0 1", Since::y2025},
    {"DuocThanhToanTrucTuyen", Kind::one_of, Need::required, 0, "0 1 2 3", Since::y2025},
};
inline constexpr Field identity_fields[] = {
    {"LoaiDinhDanh", Kind::one_of, Need::required, 0, "1 2"}, {"SoDinhDanh", Kind::digits}};
inline constexpr Field database_fields[] = {{"MaCSDL"}};
inline constexpr Field file_fields[] = {
    {"TepDinhKemId", Kind::text, Need::optional, 50},
    {"TenTepDinhKem", Kind::text, Need::required, 4'000},
    {"IsDeleted", Kind::flag},
    {"MaThanhPhanHoSo"},
    {"DuongDanTaiTepTin", Kind::url, Need::required, 1'000},
    {"DuocSoHoa", Kind::one_of, Need::required, 0, "0 1", Since::y2025},
    {"DuocTaiSuDung", Kind::one_of, Need::required, 0, "0 1 2", Since::y2025},
    {"DuocLayTuKhoDMQG", Kind::one_of, Need::required, 0, "0 1", Since::y2025},
    {"MaKetQuaThayThe", Kind::text, Need::optional},
};
inline constexpr Field fee_fields[] = {
    {"TenPhiLePhi"},
    {"MaPhiLePhi", Kind::text, Need::required, 50},
    {"HinhThucThu", Kind::one_of, Need::required, 0, "1 2 4"},
    {"Gia", Kind::digits},
    {"LoaiPhiLePhi", Kind::one_of, Need::required, 0, "1 2 3"},
};
inline constexpr Field paper_fields[] = {
    {"TenGiayTo"},
    {"SoLuong", Kind::digits, Need::optional},
    {"LoaiGiayTo", Kind::text, Need::optional}};
inline constexpr Field supplement_fields[] = {
    {"HoSoBoSungId"},
    {"NguoiYeuCauBoSung"},
    {"NoiDungBoSung"},
    {"NgayBoSung", Kind::date},
    {"NguoiTiepNhanBoSung", Kind::text, Need::optional},
    {"ThongTinTiepNhan", Kind::text, Need::optional},
    {"NgayTiepNhanBoSung", Kind::date, Need::optional},
    {"TrangThaiBoSung", Kind::one_of, Need::required, 0, "0 1"},
    {"NgayHenTraTruoc", Kind::date, Need::present},
    {"NgayHenTraMoi", Kind::date, Need::optional},
};
inline constexpr Field result_fields[] = {
    {"TenGiayTo", Kind::text, Need::required, 2'000},
    {"MaThanhPhanHoSo", Kind::text, Need::optional},
    {"GiayToId", Kind::text, Need::optional},
    {"DuongDanTepTinKetQua", Kind::url, Need::required, 1'000},
    {"MaGiayToKetQua", Kind::text, Need::required, 0, "", Since::y2025},
};
inline constexpr Field line_fields[] = {
    {"MaHoSo", Kind::text, Need::required, 50},
    {"NguoiXuLy", Kind::text, Need::required, 50},
    {"ChucDanh", Kind::text, Need::optional},
    {"ThoiDiemXuLy", Kind::date},
    {"PhongBanXuLy", Kind::text, Need::optional},
    {"NoiDungXuLy", Kind::text, Need::required, 2'000},
    {"TrangThai", Kind::one_of, Need::required, 0, "1 2 3 4 5 6 7 8 9 10"},
    {"NgayBatDau", Kind::date, Need::optional},
    {"NgayKetThucTheoQuyDinh", Kind::date, Need::optional},
};
inline constexpr Field status_fields[] = {
    {"MaHoSo", Kind::text, Need::required, 50},
    {"MaHoSoDonVi", Kind::text, Need::required, 50},
    {"MaDoiTuong", Kind::text, Need::optional},
    {"NoiDung", Kind::text, Need::required, 2'000},
    {"NgayXuLy", Kind::date},
    {"TrangThai", Kind::one_of, Need::required, 0, "1 2 5 11"},
};
inline constexpr Field status_file_fields[] = {
    {"TepDinhKemId", Kind::text, Need::optional, 50},
    {"TenTepDinhKem", Kind::text, Need::required, 4'000},
    {"IsDeleted", Kind::flag},
    {"MaThanhPhanHoSo", Kind::text, Need::optional},
    {"DuongDanTaiTepTin", Kind::url, Need::required, 1'000},
};
inline constexpr Field survey_fields[] = {
    {"NgayTongHop"},
    {"TongSoNguoiDanhGia", Kind::digits},
    {"PhanTramDanhGiaRatHaiLong", Kind::percent},
    {"PhanTramDanhGiaHaiLong", Kind::percent},
    {"PhanTramDanhGiaChuaHaiLong", Kind::percent},
    {"MaThuTuc", Kind::text, Need::optional},
    {"NoiDung", Kind::text, Need::optional},
    {"PhanTramDanhGiaDichVuRatHaiLong", Kind::percent, Need::optional},
    {"PhanTramDanhGiaDichVuHaiLong", Kind::percent, Need::optional},
    {"PhanTramDanhGiaDichVuChuaHaiLong", Kind::percent, Need::optional},
    {"Madonvi"},
    {"TenDonVi"},
};
inline constexpr Field question_fields[] = {
    {"HOIDAPID"},
    {"MADONVI"},
    {"NGUOITRALOI"},
    {"CHUCVUNGUOITRALOI", Kind::text, Need::present},
    {"NGAYTRALOI"},
    {"NOIDUNGTRALOI"},
};

}  // namespace sim::national_portal::fields
