// Orders of the signed fields, as the dialect 1.0.6 gives them.
#include "simulators/national_platform/signing.hpp"

#include "simulators/kit/text.hpp"

namespace sim::national_platform {
namespace {

constexpr const char* init[] = {
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "LoaiHinhThanhToan",
    "MaKenhThanhToan",
    "MaThietBi",
    "NgonNgu",
    "MaTienTe",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
    "Ip"};
constexpr const char* question[] = {
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"};
constexpr const char* ipn[] = {
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich"};
constexpr const char* ipn_answer[] = {"MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"};

}  // namespace

std::span<const char* const> signed_fields(std::string_view kind) {
    if (kind == "INIT") return init;
    if (kind == "QUERY" || kind == "GET_BILL") return question;
    if (kind == "IPN") return ipn;
    if (kind == "IPN_ANSWER") return ipn_answer;
    return {};
}

std::string canonical(std::string_view kind, const Fields& fields, std::string_view secret) {
    std::string out;
    for (const char* name : signed_fields(kind)) {
        auto it = fields.find(name);
        if (it != fields.end()) out += it->second;
        out += '|';
    }
    return out += secret;
}

std::string sign(std::string_view kind, const Fields& fields, std::string_view secret) {
    return kit::sha256_hex(canonical(kind, fields, secret));
}

}  // namespace sim::national_platform
