// Checks of packets: tables of fields first, conditions after them.
#include "simulators/national_portal/rules.hpp"

#include "simulators/national_portal/fields.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace sim::national_portal {
namespace {

using kit::Json;
using namespace fields;

bool digits_only(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool listed(std::string_view allowed, std::string_view value) {
    for (const auto& one : kit::split(allowed, ' '))
        if (one == value) return true;
    return false;
}

bool well_formed(const Field& f, const std::string& value, const Options& o) {
    switch (f.kind) {
        case Kind::text:
            return true;
        case Kind::date:
            return kit::from_compact_time(value).has_value();
        case Kind::one_of:
            return listed(f.allowed, value);
        case Kind::digits:
            return digits_only(value);
        case Kind::url:
            return value.starts_with("https://") ||
                   (!o.require_https && value.starts_with("http://"));
        case Kind::flag:
            return value == "True" || value == "False";
        case Kind::percent:
            return value.size() > 1 && value.back() == '%' &&
                   digits_only(value.substr(0, value.size() - 1));
    }
    return true;
}

Checked check_field(
    const Json& object, const Field& f, const Options& o, const std::string& where
) {
    const Json* v = kit::member(object, f.name);
    std::string name = where + f.name;
    bool demanded = f.since == Since::always || o.fields == FieldSet::y2025;
    if (!v || v->IsNull()) {
        if (f.need == Need::optional || !demanded) return {};
        return Finding(Say::required, name);
    }
    // All values of a packet are texts, numbers and flags too.
    if (!v->IsString()) return o.refuse_format ? Checked(Finding(Say::format, name)) : Checked();
    auto value = kit::text_of(v);
    if (value.empty())
        return f.need == Need::required && demanded ? Checked(Finding(Say::required, name))
                                                    : Checked();
    if (!o.refuse_format) return {};
    if (f.max > 0 && kit::code_points(value) > f.max)
        return Finding(Say::too_long, name, std::to_string(f.max));
    if (!well_formed(f, value, o))
        return Finding(f.kind == Kind::one_of ? Say::bad_value : Say::format, name, value);
    return {};
}

template <class Fields>
Checked check_fields(
    const Json& object, const Fields& fields, const Options& o, const std::string& where = {}
) {
    for (const auto& f : fields)
        if (auto wrong = check_field(object, f, o, where)) return wrong;
    return {};
}

template <class Fields>
Checked check_list(
    const Json& object,
    const char* name,
    const Fields& fields,
    const Options& o,
    const std::string& where = {}
) {
    const Json* list = kit::member(object, name);
    if (!list || list->IsNull()) return {};
    if (!list->IsArray()) return Finding(Say::format, where + name);
    for (rapidjson::SizeType i = 0; i < list->Size(); ++i) {
        auto at = where + name + "[" + std::to_string(i) + "].";
        if (!(*list)[i].IsObject()) return Finding(Say::format, at.substr(0, at.size() - 1));
        if (auto wrong = check_fields((*list)[i], fields, o, at)) return wrong;
    }
    return {};
}

bool has_elements(const Json& object, const char* name) {
    const Json* list = kit::member(object, name);
    return list && list->IsArray() && !list->Empty();
}

Checked check_lists(const Json& item, const Options& o) {
    if (!kit::member(item, "TaiLieuNop")) return Finding(Say::required, "TaiLieuNop");
    if (auto w = check_list(item, "DinhDanhCHS", identity_fields, o)) return w;
    if (auto w = check_list(item, "DSKetNoiCSDL", database_fields, o)) return w;
    if (auto w = check_list(item, "TaiLieuNop", file_fields, o)) return w;
    if (auto w = check_list(item, "DanhSachLePhi", fee_fields, o)) return w;
    if (auto w = check_list(item, "DanhSachTepDinhKemKhac", paper_fields, o)) return w;
    if (auto w = check_list(item, "DanhSachGiayToKetQua", result_fields, o)) return w;
    if (auto w = check_list(item, "DanhSachHoSoBoSung", supplement_fields, o)) return w;
    const Json* supplements = kit::member(item, "DanhSachHoSoBoSung");
    if (!supplements || !supplements->IsArray()) return {};
    for (rapidjson::SizeType i = 0; i < supplements->Size(); ++i) {
        const auto& one = (*supplements)[i];
        auto at = "DanhSachHoSoBoSung[" + std::to_string(i) + "].";
        for (const char* list : {"DanhSachGiayToBoSung", "DanhSachLePhiBoSung"})
            if (!kit::member(one, list)) return Finding(Say::required, at + list);
        if (auto w = check_list(one, "DanhSachGiayToBoSung", paper_fields, o, at)) return w;
        if (auto w = check_list(one, "DanhSachLePhiBoSung", fee_fields, o, at)) return w;
        if (kit::text_at(one, "TrangThaiBoSung") != "1") continue;
        for (const char* name : {"NguoiTiepNhanBoSung", "NgayTiepNhanBoSung", "NgayHenTraMoi"})
            if (kit::text_at(one, name).empty()) return Finding(Say::required, at + name);
    }
    return {};
}

Checked check_conditions(const Json& item, const Options& o, const ItemContext& c) {
    auto status = kit::text_at(item, "TrangThaiHoSo");
    auto has = [&item](const char* name) { return !kit::text_at(item, name).empty(); };
    auto missing = [&](std::initializer_list<const char*> names) -> Checked {
        for (const char* name : names)
            if (!has(name)) return Finding(Say::required, name);
        return {};
    };
    bool deadline = !c.procedure || c.procedure->has_deadline();
    Checked wrong;
    if (status != "1" && status != "3") wrong = missing({"NgayTiepNhan"});
    if (!wrong && deadline && listed("2 4 5 6 9 10", status)) wrong = missing({"NgayHenTra"});
    bool finished = status == "9" || (status == "10" && !c.was_stopped);
    if (!wrong && finished) wrong = missing({"NgayKetThucXuLy"});
    if (!wrong && status == "10") wrong = missing({"NgayTra"});
    if (!wrong && status == "3" && o.fields == FieldSet::y2025) wrong = missing({"NgayTuChoi"});
    if (wrong) return wrong;
    if (has("MaDoiTuong") && kit::text_at(item, "KenhThucHien") != "2" && o.refuse_format)
        return Finding(Say::bad_value, "MaDoiTuong", kit::text_at(item, "MaDoiTuong"));
    if (has("NgayKetThucXuLy") &&
        kit::text_at(item, "NgayTiepNhan") > kit::text_at(item, "NgayKetThucXuLy") &&
        o.refuse_format)
        return Finding(Say::bad_value, "NgayKetThucXuLy", kit::text_at(item, "NgayKetThucXuLy"));
    if (o.require_supplements && (status == "5" || c.was_in_supplement) &&
        !has_elements(item, "DanhSachHoSoBoSung"))
        return Finding(Say::required, "DanhSachHoSoBoSung");
    if (o.require_fees && c.procedure && c.procedure->has_fee() &&
        !has_elements(item, "DanhSachLePhi"))
        return Finding(Say::required, "DanhSachLePhi");
    if (o.require_results && c.procedure && c.procedure->yields_paper() && listed("9 10", status) &&
        !has_elements(item, "DanhSachGiayToKetQua"))
        return Finding(Say::required, "DanhSachGiayToKetQua");
    return {};
}

/// Shares of one question must make 100.
Checked check_sum(const Json& data, const char* prefix) {
    int sum = 0, seen = 0;
    for (const char* end : {"RatHaiLong", "HaiLong", "ChuaHaiLong"}) {
        auto text = kit::text_at(data, std::string(prefix) + end);
        if (text.empty()) continue;
        ++seen;
        sum += std::stoi(text.substr(0, std::min<std::size_t>(text.size() - 1, 4)));
    }
    return seen > 0 && sum != 100 ? Checked(Finding(Say::survey_sum, prefix)) : Checked();
}

bool is_month(const std::string& text) {
    auto parts = kit::split(text, '-');
    return parts.size() == 2 && digits_only(parts[0]) && parts[0].size() <= 2 &&
           parts[0][0] != '0' && std::stoi(parts[0]) <= 12 && digits_only(parts[1]) &&
           parts[1].size() == 4;
}

bool is_day(const std::string& text) {  // dd/MM/yyyy
    auto parts = kit::split(text, '/');
    return parts.size() == 3 && parts[0].size() == 2 && parts[1].size() == 2 &&
           parts[2].size() == 4 &&
           kit::from_compact_time(parts[2] + parts[1] + parts[0] + "000000").has_value();
}

}  // namespace

Checked check_item(const Json& item, const Options& o, const ItemContext& context) {
    if (!item.IsObject()) return Finding(Say::format, "data");
    auto code = kit::text_at(item, "MaHoSo");
    if (code.empty()) return Finding(Say::required, "MaHoSo");
    if (o.refuse_foreign_prefix && !context.known_portal_origin &&
        !belongs_here(code.substr(0, code.find('-')), o))
        return Finding(Say::foreign_prefix, "MaHoSo", code);
    auto procedure = kit::text_at(item, "MaTTHC");
    if (procedure.empty()) return Finding(Say::required, "MaTTHC");
    if (o.refuse_unknown_procedure && !context.procedure)
        return Finding(Say::procedure_unknown, "MaTTHC", procedure);
    if (auto wrong = check_fields(item, item_fields, o)) return wrong;
    if (auto wrong = check_lists(item, o)) return wrong;
    return check_conditions(item, o, context);
}

Checked check_line(const Json& line, const Options& o) {
    if (!line.IsObject()) return Finding(Say::format, "data");
    return check_fields(line, line_fields, o);
}

Checked check_status(const Json& data, const Options& o) {
    if (!data.IsObject()) return Finding(Say::format, "data");
    if (auto wrong = check_fields(data, status_fields, o)) return wrong;
    return check_list(data, "TaiLieuXuLy", status_file_fields, o);
}

Checked check_survey(const Json& data, const Options& o) {
    if (!data.IsObject()) return Finding(Say::format, "data");
    if (auto wrong = check_fields(data, survey_fields, o)) return wrong;
    if (o.refuse_format && !is_month(kit::text_at(data, "NgayTongHop")))
        return Finding(Say::format, "NgayTongHop");
    if (!o.refuse_survey_sum || !o.refuse_format) return {};
    if (auto wrong = check_sum(data, "PhanTramDanhGia")) return wrong;
    return check_sum(data, "PhanTramDanhGiaDichVu");
}

Checked check_question(const Json& data, const Options& o) {
    if (!data.IsObject()) return Finding(Say::format, "data");
    if (auto wrong = check_fields(data, question_fields, o)) return wrong;
    if (o.refuse_format && !is_day(kit::text_at(data, "NGAYTRALOI")))
        return Finding(Say::format, "NGAYTRALOI");
    return {};
}

bool may_go(int from, int to, bool has_reason, const Options& o) {
    if (from == to) return true;
    // Row: from; letters: y allowed, c before reception only when allowed so, k correction with a
    // reason.
    static constexpr std::array<const char*, 11> table{
        "",
        ".yy.c.y...",
        "...yyyyyy.",
        ".k........",
        "....yyyyy.",
        "cyyy..yy..",
        "...y..yyy.",
        "...k......",
        "...y....ky",
        "...k.....y",
        "........k."};
    if (from < 1 || from > 10 || to < 1 || to > 10) return false;
    switch (table[static_cast<std::size_t>(from)][to - 1]) {
        case 'y':
            return true;
        case 'c':
            return o.allow_pre_reception_supplement;
        case 'k':
            return has_reason;
        default:
            return false;
    }
}

bool belongs_here(std::string_view code, const Options& o) {
    for (const auto& group : kit::split(code, '.'))
        if (std::ranges::find(o.provinces, group) != o.provinces.end()) return true;
    return false;
}

}  // namespace sim::national_portal
