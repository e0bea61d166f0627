// One small check for each field; the first that fails is said.
#include "simulators/national_platform/rules.hpp"

#include "simulators/kit/text.hpp"

#include <algorithm>
#include <charconv>

namespace sim::national_platform {
namespace {

using kit::Json;

bool digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool ipv4(const std::string& text) {
    auto parts = kit::split(text, '.');
    return parts.size() == 4 && std::ranges::all_of(parts, [](const std::string& p) {
               return digits(p) && p.size() <= 3 && std::stoi(p) <= 255;
           });
}

struct Constant {
    const char *name, *value;
};
constexpr Constant constants[] = {
    {"LoaiHinhThanhToan", "PAY"},
    {"MaKenhThanhToan", "1"},
    {"MaThietBi", "1"},
    {"NgonNgu", "vi-VN"},
    {"MaTienTe", "VND"}};

constexpr const char* receipt_always[] = {
    "MaDichVu",
    "MaDVC",
    "TenDVC",
    "MaTTHC",
    "TenTTHC",
    "MaDonVi",
    "TenDonVi",
    "MaHoSo",
    "TKThuHuong",
    "MaNHThuHuong",
    "TenTKThuHuong",
    "HoTenNguoiNop"};
constexpr const char* receipt_fines[] = {
    "MaLoaiHinhThuPhat",
    "TenLoaiHinhThuPhat",
    "MaCoQuanQD",
    "TenCoQuanQD",
    "NgayQD",
    "SoQD",
    "ThoiGianViPham",
    "DiaDiemViPham",
    "TenNguoiViPham"};

std::string text_in(const Json& object, const char* name) {
    auto it = object.FindMember(name);
    return it != object.MemberEnd() && it->value.IsString() ? kit::text_of(&it->value)
                                                            : std::string();
}

/// Sum of SoTien of the rows; -1 when a row lacks a field or has no amount.
std::int64_t sum_of(const Json& block, const char* list, std::initializer_list<const char*> need) {
    auto it = block.FindMember(list);
    if (it == block.MemberEnd() || !it->value.IsArray() || it->value.Empty()) return -1;
    if (it->value.Size() > 1'000) return -1;
    std::int64_t sum = 0;
    for (const auto& row : it->value.GetArray()) {
        if (!row.IsObject()) return -1;
        for (const char* name : need)
            if (text_in(row, name).empty()) return -1;
        auto amount = amount_of(text_in(row, "SoTien"));
        if (!amount) return -1;
        sum += *amount;
    }
    return sum;
}

std::string check_kinds(const Json& block) {
    for (const auto& row : block["PhiLePhi"].GetArray()) {
        auto kind = text_in(row, "LoaiPhiLePhi");
        if (kind != "1" && kind != "2") return "LoaiPhiLePhi khong hop le";
    }
    return {};
}

std::string check_receipt(const Json& body, std::int64_t amount) {
    auto it = body.FindMember("ThongTinBienLai");
    if (it == body.MemberEnd() || !it->value.IsObject()) return "Thieu ThongTinBienLai";
    const Json& block = it->value;
    for (const char* name : receipt_always)
        if (text_in(block, name).empty()) return std::string("Thieu ") + name;
    auto service = text_in(block, "MaDichVu");
    if (service != "1" && service != "2") return "MaDichVu khong hop le";
    if (service == "1")
        for (const char* name : receipt_fines)
            if (text_in(block, name).empty()) return std::string("Thieu ") + name;
    auto fees = sum_of(block, "PhiLePhi", {"LoaiPhiLePhi", "MaPhiLePhi", "TenPhiLePhi"});
    if (fees < 0) return "PhiLePhi khong hop le";
    if (fees != amount) return "Tong PhiLePhi khac SoTien";
    auto lines = sum_of(block, "DSKhoanNop", {"NoiDung"});
    if (lines < 0) return "DSKhoanNop khong hop le";
    if (lines != amount) return "Tong DSKhoanNop khac SoTien";
    return check_kinds(block);
}

}  // namespace

std::optional<std::int64_t> amount_of(std::string_view text) {
    if (!digits(text) || text.size() > 13 || text.front() == '0') return {};
    std::int64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

std::optional<Fields> read_fields(const Json& body, std::string_view kind, std::string& why) {
    Fields out;
    auto take = [&](const char* name) {
        auto it = body.FindMember(name);
        bool good = it != body.MemberEnd() && it->value.IsString();
        if (good)
            out[name] = kit::text_of(&it->value);
        else
            why = std::string(it == body.MemberEnd() ? "Thieu " : "Sai kieu ") + name;
        return good;
    };
    for (const char* name : signed_fields(kind))
        if (!take(name)) return {};
    if (!take("MaXacThuc")) return {};
    return out;
}

std::string check_init(const Json& body, const Fields& f, const Options& rules) {
    // The joined text would be ambiguous: another message with the same hash exists.
    for (const char* name : signed_fields("INIT"))
        if (f.at(name).find('|') != std::string::npos)
            return std::string("Ky tu khong hop le trong ") + name;
    if (f.at("PhienBan") != rules.version) return "PhienBan khong ho tro";
    for (const auto& c : constants)
        if (f.at(c.name) != c.value) return std::string(c.name) + " khong hop le";
    const auto& reference = f.at("MaThamChieu");
    if (reference.empty() || reference.size() > rules.reference_max) return "MaThamChieu qua dai";
    auto amount = amount_of(f.at("SoTien"));
    if (!amount) return "SoTien khong hop le";
    if (f.at("MaNganHang").empty()) return "Thieu MaNganHang";
    const auto& text = f.at("ThongTinGiaoDich");
    if (text.empty() || kit::code_points(text) > 255) return "ThongTinGiaoDich khong hop le";
    if (!kit::from_compact_time(f.at("ThoiGianGD"))) return "ThoiGianGD khong hop le";
    if (!ipv4(f.at("Ip"))) return "Ip khong hop le";
    return check_receipt(body, *amount);
}

std::vector<Fee> fees_of(const Json& body) {
    std::vector<Fee> out;
    for (const auto& row : body["ThongTinBienLai"]["PhiLePhi"].GetArray()) {
        Fee fee;
        fee.kind = text_in(row, "LoaiPhiLePhi");
        fee.code = text_in(row, "MaPhiLePhi");
        fee.name = text_in(row, "TenPhiLePhi");
        fee.amount = amount_of(text_in(row, "SoTien")).value_or(0);
        out.push_back(std::move(fee));
    }
    return out;
}

}  // namespace sim::national_platform
