// Operations, the two JSON forms, and what every question has to keep to.
#include "simulators/population/query.hpp"

#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/text.hpp"

#include <algorithm>
#include <chrono>

namespace sim::population {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool real_day(std::string_view text) {
    if (text.size() != 8 || !all_digits(text)) return false;
    auto number = [&text](std::size_t at, std::size_t n) {
        return std::stoi(std::string(text.substr(at, n)));
    };
    std::chrono::year_month_day day(
        std::chrono::year(number(0, 4)),
        std::chrono::month(static_cast<unsigned>(number(4, 2))),
        std::chrono::day(static_cast<unsigned>(number(6, 2)))
    );
    return day.ok() && number(0, 4) >= 1900;
}

Refusal wrong(const char* code, const char* field, const char* what) {
    return Refusal(500, code, std::string(field) + ": " + what, field);
}

/// A limit in code points.
struct Limit {
    const char* field;
    std::size_t most;
};
constexpr Limit limits[] = {
    {"MaYeuCau", 40}, {"MaDVC", 20}, {"MaTichHop", 20}, {"MaCanBo", 20}, {"MaDonVi", 35}};

std::optional<Refusal> check_numbers(const Query& q) {
    if (q.has("SoDinhDanh") &&
        (q.field("SoDinhDanh").size() != 12 || !all_digits(q.field("SoDinhDanh"))))
        return wrong("Client.Format", "SoDinhDanh", "phải có đúng 12 chữ số");
    if (q.has("SoCMND") && (q.field("SoCMND").size() != 9 || !all_digits(q.field("SoCMND"))))
        return wrong("Client.Format", "SoCMND", "phải có đúng 9 chữ số");
    bool pair = q.field("MaTichHop") == "033";
    int given = (q.has("SoDinhDanh") ? 1 : 0) + (q.has("SoCMND") ? 1 : 0);
    if (given != (pair ? 2 : 1))
        return wrong(
            "Client.Choice",
            "SoDinhDanh",
            pair ? "MaTichHop 033 cần cả SoDinhDanh và SoCMND"
                 : "cần đúng một trong SoDinhDanh và SoCMND"
        );
    return {};
}

std::optional<Refusal> check_birth(const Query& q) {
    if (q.has("NgayThangNam") == q.has("Nam"))
        return wrong("Client.Choice", "NgayThangNamSinh", "cần đúng một trong NgayThangNam và Nam");
    if (q.has("NgayThangNam") && !real_day(q.field("NgayThangNam")))
        return wrong("Client.Format", "NgayThangNam", "phải là ngày dạng yyyyMMdd");
    auto year = q.field("Nam");
    if (q.has("Nam") && (year.size() != 4 || !all_digits(year)))
        return wrong("Client.Format", "Nam", "phải là năm dạng yyyy");
    return {};
}

std::optional<Refusal> check_kind(const Query& q) {
    auto kind = q.field("MaTichHop");
    static constexpr std::string_view known[] = {"037", "033", "034", "003"};
    if (std::ranges::find(known, kind) == std::end(known))
        return wrong("Client.Value", "MaTichHop", "không có trong danh mục");
    bool household = q.operation && q.operation->gives == Gives::household;
    if (household != (kind == "034"))
        return wrong("Client.Value", "MaTichHop", "không phù hợp với dịch vụ được gọi");
    return {};
}

void take(Query& q, const kit::Json& object, const char* name, const char* wire) {
    auto text = kit::text_at(object, name);
    if (!text.empty()) q.fields[wire] = text;
}

/// A birth in one text: eight digits or four.
void take_birth(Query& q, const std::string& text) {
    if (!text.empty()) q.fields[text.size() == 4 ? "Nam" : "NgayThangNam"] = text;
}

}  // namespace

const std::map<std::string_view, Operation>& operations() {
    static const std::map<std::string_view, Operation> all = [] {
        std::map<std::string_view, Operation> out;
        auto add = [&out](std::string_view name, Gives gives) {
            out[name] = Operation{name, gives};
        };
        for (auto name : {"TraCuuThongTinCongDan", "CungCapThongTinCongDan"})
            add(name, Gives::person);
        add("XacThucThongTinCongDan", Gives::yes_no);
        for (auto name :
             {"XacMinhThongTinNhanThan",
              "XacMinhThongTinNguoiGiamHo",
              "XacMinhThongTinChuHo",
              "XacMinhThongTinNoiOHienTai",
              "XacMinhTinhTrangHonNhan",
              "XacMinhTinhTrangChetMatTich",
              "CungCapThongTinNhomMau"})
            add(name, Gives::detail);
        add("CungCapThongTinHoGiaDinh", Gives::household);
        for (auto name :
             {"CungCapDanhSachTheoDiaPhuong",
              "CungCapDanhSachTheoDoTuoi",
              "CungCapDanhSachTheoNhomMau",
              "CungCapDanhSachTheoGioiTinh",
              "CungCapDanhSachTheoDanToc",
              "CungCapDanhSachTheoTonGiao"})
            add(name, Gives::list);
        for (auto name :
             {"GetRequests",
              "GetRequestStatus",
              "GetRequestDetail",
              "GetRequestHistory",
              "GetRequestResult",
              "GetResultDetailAsRecords",
              "GetResultDetailAsFile",
              "DeleteRequest"})
            add(name, Gives::asynchronous);
        return out;
    }();
    return all;
}

const Operation* operation_named(std::string_view name) {
    auto it = operations().find(name);
    return it == operations().end() ? nullptr : &it->second;
}

std::optional<Refusal> read_json_query(std::string_view body, Query& q) {
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, body) || !doc.IsObject())
        return Refusal(400, "Client.Json", "Nội dung không phải JSON");
    q.form = Form::json;
    q.name = "TraCuuThongTinCongDan";
    q.operation = operation_named(q.name);
    for (const char* name :
         {"MaYeuCau",
          "MaDVC",
          "MaTichHop",
          "MaCanBo",
          "SoDinhDanh",
          "SoCMND",
          "HoVaTen",
          "Nam",
          "NgayThangNam"})
        take(q, doc, name, name);
    return {};
}

std::optional<Refusal> read_rest_query(std::string_view body, Query& q) {
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, body) || !doc.IsObject())
        return Refusal(400, "Client.Json", "Nội dung không phải JSON");
    q.form = Form::rest;
    q.name = "XacThucThongTinCongDan";
    q.operation = operation_named(q.name);
    take(q, doc, "maYeuCau", "MaYeuCau");
    take(q, doc, "maDVC", "MaDVC");
    take(q, doc, "maCanBo", "MaCanBo");
    take(q, doc, "soDinhDanh", "SoDinhDanh");
    take(q, doc, "soCMND", "SoCMND");
    take(q, doc, "hoVaTen", "HoVaTen");
    take_birth(q, kit::text_at(doc, "ngayThangNam"));
    // This form has no kind of its own: two numbers ask whether they are one person.
    q.fields["MaTichHop"] = q.has("SoDinhDanh") && q.has("SoCMND") ? "033" : "003";
    if (kit::text_at(doc, "userNameService").empty())
        return Refusal(
            400, "Client.Missing", "userNameService: không được để trống", "userNameService"
        );
    return {};
}

std::optional<Refusal> check_fields(const Query& q) {
    std::vector<const char*> due{"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "HoVaTen"};
    if (q.form == Form::soap && q.profile == Profile::c06_2025)
        due.insert(due.begin() + 4, {"MaDonVi", "TaiKhoan", "SoDienThoai"});
    for (const char* name : due)
        if (q.field(name).empty()) return wrong("Client.Missing", name, "không được để trống");
    for (const auto& [field, most] : limits)
        if (kit::code_points(q.field(field)) > most)
            return wrong("Client.Length", field, "quá dài");
    if (auto no = check_numbers(q)) return no;
    if (auto no = check_birth(q)) return no;
    return check_kind(q);
}

}  // namespace sim::population
