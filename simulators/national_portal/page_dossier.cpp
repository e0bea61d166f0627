// One dossier as the portal would show it: statuses in time, progress, papers, fields, raw packets.
#include "simulators/national_portal/page_dossier.hpp"

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_portal/page_parts.hpp"
#include "simulators/national_portal/views.hpp"

#include <charconv>

namespace sim::national_portal {
namespace {

using namespace parts;
using Rows = std::vector<std::vector<std::string>>;

std::string at(const Texts& fields, const char* name) {
    auto it = fields.find(name);
    return it == fields.end() ? std::string() : it->second;
}
std::string cell(const Texts& fields, const char* name) {
    auto value = at(fields, name);
    auto t = kit::from_compact_time(value);
    return t ? moment(*t) : escaped(value);
}

std::string coded(std::string_view name, const std::string& value) {
    static const std::map<std::string_view, std::map<std::string_view, std::string_view>> words{
        {"KenhThucHien", {{"1", "trực tiếp"}, {"2", "trực tuyến"}, {"3", "bưu chính"}}},
        {"LoaiDoiTuong",
         {{"1", "công dân"}, {"2", "doanh nghiệp"}, {"3", "cơ quan nhà nước"}, {"4", "khác"}}},
        {"HinhThuc", {{"0", "trả tại nơi tiếp nhận"}, {"1", "trả qua bưu chính"}}},
        {"NoiNopHoSo", {{"1", "Cổng DVCQG"}, {"2", "hệ thống của tỉnh"}}},
        {"HoSoCoThanhPhanSoHoa", {{"0", "không"}, {"1", "có"}}},
        {"TaiKhoanDuocXacThucVoiVNeID", {{"0", "không"}, {"1", "có"}}},
        {"DuocThanhToanTrucTuyen",
         {{"0", "không"},
          {"1", "trên Cổng DVCQG"},
          {"2", "trên hệ thống của tỉnh"},
          {"3", "chưa thanh toán"}}}};
    auto field = words.find(name);
    if (field == words.end()) return {};
    auto word = field->second.find(value);
    return word == field->second.end() ? std::string() : std::string(word->second);
}

std::string fields_part(const HeldDossier& d) {
    static constexpr const char* order[] = {
        "MaHoSo",
        "TrangThaiHoSo",
        "MaTTHC",
        "TenTTHC",
        "MaLinhVuc",
        "TenLinhVuc",
        "TrichYeuHoSo",
        "ChuHoSo",
        "SoGiayToChuHoSo",
        "LoaiDoiTuong",
        "MaDoiTuong",
        "SoDienThoai",
        "Email",
        "Fax",
        "KenhThucHien",
        "NoiNopHoSo",
        "SoBienNhan",
        "NgayNopHoSo",
        "NgayTiepNhan",
        "NgayHenTra",
        "NgayKetThucXuLy",
        "NgayTra",
        "NgayTuChoi",
        "HinhThuc",
        "ThongTinTra",
        "DonViXuLy",
        "HoSoCoThanhPhanSoHoa",
        "TaiKhoanDuocXacThucVoiVNeID",
        "DuocThanhToanTrucTuyen",
        "ThongTinKhac",
        "GhiChu"};
    std::string out = "<dl>";
    auto add = [&out](std::string_view name, const std::string& value) {
        auto word = coded(name, value);
        auto shown = value.empty() ? std::string("<span class=\"soft\">–</span>")
                                   : escaped(date_shown(value));
        if (name == "TrangThaiHoSo") {
            int n = 0;
            std::from_chars(value.data(), value.data() + value.size(), n);
            shown = badge(n);
        }
        out += "<dt>" + escaped(label(name)) + "<code>" + escaped(name) + "</code></dt><dd>" +
               shown + (word.empty() ? "" : " · " + word) + "</dd>";
    };
    for (const char* name : order)
        if (d.fields.count(name) > 0) add(name, d.field(name));
    for (const auto& [name, value] : d.fields)
        if (label(name) == name) add(name, value);
    return out + "</dl>";
}

std::string statuses_part(const HeldDossier& d) {
    std::string out = "<ol class=\"line\">";
    int before = 0;
    for (const auto& p : d.packets) {
        if (!p.effect || p.status == before) continue;
        before = p.status;
        out += "<li>" + badge(p.status) + moment(p.arrived) + "</li>";
    }
    if (before == 0 && d.status() > 0)
        out += "<li>" + badge(d.status()) + moment(d.first_seen) + "</li>";
    return out + "</ol>";
}

std::string progress_part(const HeldDossier& d) {
    Rows rows;
    for (const auto& l : d.progress)
        rows.push_back(
            {cell(l.fields, "ThoiDiemXuLy"),
             badge(l.status),
             cell(l.fields, "NguoiXuLy"),
             cell(l.fields, "PhongBanXuLy"),
             cell(l.fields, "NoiDungXuLy"),
             moment(l.arrived),
             l.duplicate ? "<span class=\"warn\">trùng lặp</span>" : ""}
        );
    return table(
        {"Thời điểm", "Trạng thái", "Người xử lý", "Phòng ban", "Nội dung", "Nhận lúc", ""},
        rows,
        "Chưa có dòng tiến độ nào."
    );
}

std::string list_part(
    const HeldDossier& d,
    const char* list,
    std::initializer_list<const char*> heads,
    std::initializer_list<const char*> names
) {
    Rows rows;
    auto it = d.lists.find(list);
    if (it != d.lists.end()) {
        for (const auto& one : it->second) {
            std::vector<std::string> row;
            for (const char* name : names) row.push_back(cell(one, name));
            rows.push_back(std::move(row));
        }
    }
    return table(heads, rows, "Không có.");
}

std::string messages_part(const HeldDossier& d) {
    Rows rows;
    for (const auto& m : d.status_messages)
        rows.push_back(
            {cell(m.fields, "NgayXuLy"),
             std::to_string(m.status),
             cell(m.fields, "MaHoSoDonVi"),
             cell(m.fields, "NoiDung"),
             moment(m.arrived)}
        );
    return table(
        {"Ngày xử lý", "Trạng thái", "Mã của đơn vị", "Nội dung", "Nhận lúc"}, rows, "Không có."
    );
}

std::string packets_part(const HeldDossier& d) {
    std::string out;
    if (d.packets_dropped > 0)
        out += "<p class=\"soft\">Đã bỏ " + std::to_string(d.packets_dropped) + " gói cũ nhất.</p>";
    int n = 0;
    for (const auto& p : d.packets) {
        kit::JsonDocument doc;
        auto text = kit::parse_json(doc, p.raw) ? kit::json_pretty(doc) : p.raw;
        out += "<details><summary>Gói " + std::to_string(++n) + " · " +
               (p.update ? "cập nhật" : "tạo mới") + " · trạng thái " + std::to_string(p.status) +
               " · " + kit::readable_time(p.arrived) + (p.effect ? "" : " · không thay đổi gì") +
               "</summary><pre>" + escaped(text) + "</pre></details>";
    }
    return out.empty() ? "<p class=\"soft\">Không có.</p>" : out;
}

}  // namespace

std::string dossier_page(const HeldDossier& d) {
    std::string out = "<p><a href=\"/\">← Danh sách</a> · <a href=\"/journal?key=" +
                      escaped(kit::url_encode(d.code)) + "\">Nhật ký của hồ sơ</a></p><h1>" +
                      escaped(d.code) + " " + badge(d.status()) + "</h1>";
    out += "<p class=\"soft\">" + std::to_string(d.creates) + " lần tạo · " +
           std::to_string(d.updates) + " lần cập nhật · " + std::to_string(d.repeats) +
           " lần gửi lại không đổi · " + std::to_string(d.duplicate_lines) +
           " dòng tiến độ trùng</p>";
    out += section("Trạng thái theo thời gian", statuses_part(d)) +
           section("Tiến độ xử lý", progress_part(d)) + section("Thông tin hồ sơ", fields_part(d));
    out += section(
        "Giấy tờ nộp",
        list_part(
            d,
            "TaiLieuNop",
            {"Tên tệp", "Thành phần", "Địa chỉ tải", "Số hóa", "Tái sử dụng", "Đã thu hồi"},
            {"TenTepDinhKem",
             "MaThanhPhanHoSo",
             "DuongDanTaiTepTin",
             "DuocSoHoa",
             "DuocTaiSuDung",
             "IsDeleted"}
        )
    );
    out += section(
        "Kết quả",
        list_part(
            d,
            "DanhSachGiayToKetQua",
            {"Tên giấy tờ", "Mã kết quả", "Địa chỉ tải"},
            {"TenGiayTo", "MaGiayToKetQua", "DuongDanTepTinKetQua"}
        )
    );
    out += section(
        "Phí, lệ phí",
        list_part(
            d,
            "DanhSachLePhi",
            {"Tên", "Mã", "Số tiền (đồng)", "Hình thức thu"},
            {"TenPhiLePhi", "MaPhiLePhi", "Gia", "HinhThucThu"}
        )
    );
    out += section(
        "Bổ sung",
        list_part(
            d,
            "DanhSachHoSoBoSung",
            {"Yêu cầu lúc", "Người yêu cầu", "Nội dung", "Nhận lúc", "Hẹn trả mới"},
            {"NgayBoSung",
             "NguoiYeuCauBoSung",
             "NoiDungBoSung",
             "NgayTiepNhanBoSung",
             "NgayHenTraMoi"}
        )
    );
    out += section("Thông báo trạng thái (DongBoTrangThaiHoSo)", messages_part(d)) +
           section("Gói tin đã nhận", packets_part(d));
    return framed(d.code, "", out);
}

}  // namespace sim::national_portal
