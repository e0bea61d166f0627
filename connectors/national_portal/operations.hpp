// What the gateway does at the National Public Service Portal: pushes with their effect, pulls with
// their arguments.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gw::national_portal {

namespace detail {
using std::chrono::minutes;
constexpr core::Duration portal_settle = minutes(10);  // NP-33, 2
}  // namespace detail

inline constexpr std::string_view push_packet = "national_portal.DongBoHoSoMC";
inline constexpr std::string_view push_progress = "national_portal.CapNhatTienDoHoSoMC";
inline constexpr std::string_view push_status = "national_portal.DongBoTrangThaiHoSo";
inline constexpr std::string_view push_survey = "national_portal.DongBoDanhGia";
inline constexpr std::string_view push_question = "national_portal.DongBoHoiDap";
inline constexpr std::string_view push_answer = "national_portal.DongBoKetQuaHoiDapGuiTuDVCQG";
inline constexpr std::string_view enquiry_service = "national_portal.TraCuuHoSo";

/// A dossier packet can be repeated by its code (create or update); a progress line has no key
/// there (NP-25); status, survey and answers replace what is there.
inline constexpr std::array<core::Operation, 6> operations{{
    {push_packet,
     core::Effect::conditional,
     enquiry_service,
     core::Urgency::p2,
     detail::minutes(1),
     detail::portal_settle,
     "national_portal/DongBoHoSoMC",
     false,
     "dossier",
     core::Group::write,
     core::HeadOfLine::supersede},  // NP-30: of the same status only
    {push_progress,
     core::Effect::once,
     enquiry_service,
     core::Urgency::p2,
     detail::minutes(1),
     detail::portal_settle,
     "national_portal/CapNhatTienDoHoSoMC",
     true,
     "progress"},
    {push_status,
     core::Effect::idempotent,
     enquiry_service,
     core::Urgency::p2,
     detail::minutes(1),
     detail::portal_settle,
     "national_portal/DongBoTrangThaiHoSo",
     false,
     "status"},
    {push_survey,
     core::Effect::idempotent,
     "",
     core::Urgency::p3,
     detail::minutes(1),
     detail::portal_settle,
     "national_portal/DongBoDanhGia",
     false,
     "survey"},
    {push_question,
     core::Effect::idempotent,
     "",
     core::Urgency::p2,
     detail::minutes(1),
     detail::portal_settle,
     "national_portal/DongBoHoiDap",
     false,
     "question"},
    {push_answer,
     core::Effect::idempotent,
     "",
     core::Urgency::p2,
     detail::minutes(1),
     detail::portal_settle,
     "national_portal/DongBoHoiDap",
     false,
     "answer"},
}};

/// nullptr: no push of that name.
constexpr const core::Operation* operation(std::string_view name) {
    for (const core::Operation& row : operations)
        if (row.name == name) return &row;
    return nullptr;
}
/// "DongBoHoSoMC" of "national_portal.DongBoHoSoMC": the name on the wire and in answers.toml.
constexpr std::string_view service_of(std::string_view operation_name) {
    return operation_name.substr(operation_name.find('.') + 1);
}

/// A service that only reads (national-portal.md 5).
struct PullService {
    std::string_view name;
    std::array<std::string_view, 2> arguments{};  // names on the wire; "" = none
    bool share = false;                           // dictionaries: the share endpoint of the adapter
    bool post_on_bus = false;                     // the bus wants POST with the arguments as body
};
inline constexpr std::array<PullService, 26> pull_services{{
    {"LayDanhSachTTHC", {}, true},
    {"LayThuTuc", {"maTTHC"}, true},
    {"LayQDCB", {"idQDCB"}, true},
    {"LayDVC", {}, true},
    {"LayDanhMucCoQuan", {}, true},
    {"LayDanhMucLinhVuc", {"madonvi"}, true},
    {"LayDanhMucGioiTinh", {}, true},
    {"LayDanhMucTinhThanh", {}, true},
    {"LayDanhMucQuanHuyen", {}, true},
    {"LayDanhMucPhuongXa", {}, true},
    {"LayDanhMucQuocGia", {}, true},
    {"LayDanhMucDanToc", {}, true},
    {"LayDanhMucTonGiao", {}, true},
    {"LayDanhMucTinhTrangHonNhan", {}, true},
    {"LayDanhMucDoiTuong", {}, true},
    {"LayDanhMucCapThucHien", {}, true},
    {"LayDanhMucCanCuPhapLy", {}, true},
    {"LayDanhMucLePhi", {}, true},
    {"LayDanhMucNhomThuTuc", {}, true},
    {"LayDanhMucThuTucThuocLoai", {}, true},
    {"TraCuuHoSo", {"mahoso"}},
    {"TraCuuTechID", {"provider", "mstorcmnd"}},
    {"LayDanhSachHoiDapGuiTuDVCQG", {}},
    {"LayDanhSachHoiDapBoCoQuan", {}},
    {"LayNoiDungTraLoiTheoCauHoi", {"cauhoiid"}},
    {"getfile", {"DuongDan"}, false, true},
}};
constexpr const PullService* pull_service(std::string_view name) {
    for (const PullService& row : pull_services)
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace gw::national_portal
