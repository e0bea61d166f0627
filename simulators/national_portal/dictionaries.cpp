// The dictionaries (LayDanhMuc…): small, with invented rows where the real ones are long.
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/catalogue.hpp"

namespace sim::national_portal {
namespace {

struct Dictionary {
    std::string_view service;
    std::vector<std::string_view> columns;
    std::vector<std::vector<std::string_view>> rows;
};

const std::vector<Dictionary> dictionaries{
    {"LayDanhMucCoQuan",
     {"MADONVI", "TENDONVI", "CAPDONVI"},
     {{"000.00.00.G22", "Văn phòng Chính phủ", "1"},
      {"000.00.00.H37", "UBND tỉnh Lạng Sơn", "1"},
      {"000.00.14.H37", "UBND xã Ví Dụ", "3"},
      {"000.00.00.H56", "UBND tỉnh Thanh Hóa", "1"},
      {"000.00.14.H56", "UBND phường Ví Dụ", "3"}}},
    {"LayDanhMucLinhVuc",
     {"MALINHVUC", "TENLINHVUC", "MANGANH"},
     {{"LV-MAU-01", "Hộ tịch", "G15"},
      {"LV-MAU-02", "Chứng thực", "G15"},
      {"LV-MAU-03", "Đường bộ", "G09"},
      {"LV-MAU-04", "Xúc tiến thương mại", "G02"},
      {"LV-MAU-05", "Thử nghiệm", "G22"},
      {"LV-MAU-08", "Đất đai", "G13"}}},
    {"LayDanhMucGioiTinh",
     {"MAGIOITINH", "TENGIOITINH"},
     {{"1", "Nam"}, {"2", "Nữ"}, {"3", "Khác"}}},
    {"LayDanhMucTinhThanh",
     {"MATINHTHANH", "TENTINHTHANH"},
     {{"20", "Lạng Sơn"}, {"38", "Thanh Hóa"}, {"01", "Hà Nội"}}},
    {"LayDanhMucQuanHuyen", {"MAQUANHUYEN", "TENQUANHUYEN", "MATINHTHANH"}, {}},
    {"LayDanhMucPhuongXa",
     {"MAPHUONGXA", "TENPHUONGXA", "MATINHTHANH"},
     {{"00001", "Xã Ví Dụ", "20"}, {"00002", "Phường Ví Dụ", "38"}}},
    {"LayDanhMucQuocGia",
     {"MAQUOCGIA", "TENQUOCGIA"},
     {{"VN", "Việt Nam"}, {"LA", "Lào"}, {"KH", "Campuchia"}}},
    {"LayDanhMucDanToc",
     {"MADANTOC", "TENDANTOC"},
     {{"01", "Kinh"}, {"02", "Tày"}, {"03", "Thái"}}},
    {"LayDanhMucTonGiao",
     {"MATONGIAO", "TENTONGIAO"},
     {{"00", "Không"}, {"01", "Phật giáo"}, {"02", "Công giáo"}}},
    {"LayDanhMucTinhTrangHonNhan",
     {"MATINHTRANGHONNHAN", "TENTINHTRANGHONNHAN"},
     {{"1", "Chưa kết hôn"}, {"2", "Đang có vợ hoặc chồng"}, {"3", "Đã ly hôn"}}},
    {"LayDanhMucDoiTuong",
     {"MADOITUONG", "TENDOITUONG"},
     {{"1", "Công dân"}, {"2", "Doanh nghiệp"}, {"3", "Cơ quan nhà nước"}, {"4", "Tổ chức khác"}}},
    {"LayDanhMucCapThucHien",
     {"MACAPTHUCHIEN", "TENCAPTHUCHIEN"},
     {{"1", "Cấp tỉnh"}, {"3", "Cấp xã"}}},
    {"LayDanhMucCanCuPhapLy",
     {"MACANCUPHAPLY", "TENCANCUPHAPLY"},
     {{"01/2020/MAU", "Văn bản mẫu"}}},
    {"LayDanhMucLePhi",
     {"MALEPHI", "TENLEPHI"},
     {{"1", "Phí, lệ phí thông thường"}, {"2", "Phí thẩm định cấp phép"}, {"3", "Phí gia hạn"}}},
    {"LayDanhMucNhomThuTuc",
     {"MANHOMTHUTUC", "TENNHOMTHUTUC"},
     {{"N1", "Có con nhỏ"}, {"N2", "Học tập"}, {"N3", "Kinh doanh"}}},
    {"LayDanhMucThuTucThuocLoai",
     {"MALOAI", "TENLOAI"},
     {{"1", "Thủ tục do trung ương công bố"}, {"2", "Thủ tục đặc thù của tỉnh"}}},
};

}  // namespace

std::optional<std::string> dictionary(std::string_view service) {
    for (const auto& d : dictionaries) {
        if (d.service != service) continue;
        kit::JsonWriter w;
        w.array();
        for (const auto& row : d.rows) {
            w.object();
            for (std::size_t i = 0; i < d.columns.size(); ++i) w.field(d.columns[i], row[i]);
            w.end_object();
        }
        return w.end_array().take();
    }
    return {};
}

}  // namespace sim::national_portal
