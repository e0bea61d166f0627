// The pages a person looks at: overview, one person, who asked for whom.
#include "simulators/kit/pages.hpp"

#include "simulators/kit/text.hpp"
#include "simulators/population/tables.hpp"
#include "simulators/population/world.hpp"

namespace sim::population {
namespace {

namespace parts = kit::pages;
using kit::html_escape;
using parts::card;
using parts::section;
using parts::table;
using Rows = std::vector<std::vector<std::string>>;

kit::Answer framed(const char* title, const char* at, const std::string& inside) {
    parts::Frame frame;
    frame.partner = "CSDL quốc gia về dân cư";
    frame.colour = "#7a1f1f";
    frame.links = {{"/", "Tổng quan"}, {"/audit", "Nhật ký tra cứu"}};
    auto body = std::string("<h1>") + title + "</h1>" + inside;
    return parts::answer(200, parts::framed(frame, title, at, body));
}

std::string link_to(const Person& p) {
    const auto& number = p.number.empty() ? p.old_number : p.number;
    return "<a href=\"/nguoi?so=" + html_escape(number) + "\">" + html_escape(number) + "</a>";
}

std::string born(const Birth& b) {
    return b.whole() ? b.dashed() : b.year_text();
}

std::string search_form(const std::string& number) {
    return "<form action=\"/nguoi\" method=\"get\" role=\"search\"><input name=\"so\" "
           "aria-label=\"Số định danh\" placeholder=\"Số định danh 12 chữ số hoặc CMND 9 chữ "
           "số\" value=\"" +
           html_escape(number) + "\"><button>Tìm</button></form>";
}

std::string_view outcome_vi(Outcome o) {
    static constexpr std::string_view words[] = {
        "tìm thấy",
        "đúng",
        "không đúng",
        "không có",
        "nhiều người",
        "bị từ chối",
        "sai yêu cầu",
        "không trả lời được"};
    return words[static_cast<std::size_t>(o)];
}

kit::Answer overview(const World& w, core::Instant now) {
    std::uint64_t fired = 0;
    for (const auto& f : w.faults.all()) fired += f.fired;
    std::string cards = "<div class=\"cards\">" + card(w.people->size(), "người mô phỏng") +
                        card(w.people->enrolled().size(), "người đặc biệt") +
                        card(w.audit.written(), "lượt tra cứu") +
                        card(w.audit.officers().size(), "cán bộ đã tra cứu") +
                        card(w.faults.all().size(), "lỗi đang bật") +
                        card(fired, "lần lỗi đã xảy ra") + "</div>";
    if (w.cut_off) cards += "<p class=\"warn\">Kết nối của tỉnh đang bị tạm dừng.</p>";
    Rows rows, notable;
    for (const auto& [code, n] : w.audit.officers())
        rows.push_back(
            {html_escape(code),
             std::to_string(n.asked),
             std::to_string(n.persons.size()),
             std::to_string(n.found),
             std::to_string(n.denied),
             std::to_string(w.audit.asked_within(code, core::Duration(600'000), now))}
        );
    std::size_t shown = 0;
    for (const auto& p : w.people->enrolled()) {
        if (++shown > 100) break;
        notable.push_back(
            {link_to(p), html_escape(p.name.whole()), born(p.birth), html_escape(p.note)}
        );
    }
    return framed(
        "Tổng quan",
        "/",
        cards + search_form("") +
            section(
                "Cán bộ",
                table(
                    {"Mã cán bộ", "Lượt", "Số người", "Tìm thấy", "Bị từ chối", "10 phút qua"},
                    rows,
                    "Chưa ai tra cứu."
                )
            ) +
            section(
                "Người đặc biệt",
                table({"Số", "Họ tên", "Ngày sinh", "Vì sao"}, notable, "Không có.")
            )
    );
}

std::string place_shown(const Address& a) {
    auto name = province_name(a.province, a.old_codes);
    return html_escape(a.detail) + ", xã " + html_escape(a.commune) +
           (a.district.empty() ? "" : ", huyện " + html_escape(a.district)) + ", tỉnh " +
           html_escape(a.province) + " " + html_escape(name) +
           (a.old_codes ? " (mã trước 1/7/2025)" : "") + ", " + html_escape(a.country);
}

std::string person_shown(const Person& p) {
    std::string out = "<dl>";
    auto line = [&out](const char* what, const std::string& value) {
        if (!value.empty()) out += std::string("<dt>") + what + "</dt><dd>" + value + "</dd>";
    };
    auto relative = [&line](const char* what, const std::optional<Relative>& r) {
        if (r)
            line(
                what,
                html_escape(r->name.whole()) + " " + html_escape(r->number + r->old_number) + " " +
                    html_escape(r->relation)
            );
    };
    line("Số định danh", html_escape(p.number));
    line("CMND", html_escape(p.old_number));
    line("Ngày sinh", born(p.birth));
    line("Giới tính", p.sex == 2 ? "nữ" : p.sex == 1 ? "nam" : "chưa rõ");
    line("Dân tộc", html_escape(p.ethnic));
    line("Quốc tịch", html_escape(p.nationality));
    line("Thường trú", place_shown(p.permanent));
    line("Nơi ở hiện tại", place_shown(p.current));
    relative("Cha", p.father);
    relative("Mẹ", p.mother);
    relative("Vợ hoặc chồng", p.spouse);
    relative("Chủ hộ", p.head);
    line("Sổ hộ khẩu", html_escape(p.household));
    line("Tình trạng", p.dead ? "đã khai tử" : "");
    line("Ghi chú", html_escape(p.note));
    return out + "</dl>";
}

Rows audit_rows(const World& w, const std::string& number, const std::string& officer) {
    Rows rows;
    for (auto it = w.audit.rows().rbegin(); it != w.audit.rows().rend() && rows.size() < 200;
         ++it) {
        if ((!number.empty() && it->number != number) ||
            (!officer.empty() && it->officer != officer))
            continue;
        rows.push_back(
            {std::to_string(it->sequence),
             parts::moment(it->at),
             html_escape(it->officer),
             html_escape(it->unit),
             html_escape(it->operation),
             html_escape(it->procedure),
             "<a href=\"/nguoi?so=" + html_escape(kit::url_encode(it->number)) + "\">" +
                 html_escape(it->number) + "</a>",
             html_escape(it->request_id),
             std::string(outcome_vi(it->outcome)) + " <span class=\"soft\">" +
                 html_escape(it->reason) + "</span>",
             it->fault.empty() ? "" : "<span class=\"warn\">" + html_escape(it->fault) + "</span>"}
        );
    }
    return rows;
}

std::string audit_table(const Rows& rows) {
    return table(
        {"#",
         "Lúc",
         "Cán bộ",
         "Đơn vị",
         "Dịch vụ",
         "Thủ tục",
         "Số tra cứu",
         "Mã yêu cầu",
         "Kết quả",
         "Lỗi"},
        rows,
        "Chưa có lượt tra cứu nào."
    );
}

kit::Answer person_page(const World& w, const std::string& number) {
    auto found =
        number.size() == 9 ? w.people->with_old_number(number) : w.people->with_number(number);
    std::string inside = search_form(number);
    if (found.empty()) inside += "<p>Không có người nào mang số này.</p>";
    for (const auto& p : found) inside += section(p.name.whole(), person_shown(p));
    return framed(
        "Người", "", inside + section("Ai đã tra cứu", audit_table(audit_rows(w, number, "")))
    );
}

}  // namespace

std::optional<kit::Answer> page(const World& w, const kit::Call& call, core::Instant now) {
    if (call.path == "/") return overview(w, now);
    if (call.path == "/nguoi") return person_page(w, call.parameter("so"));
    if (call.path == "/audit")
        return framed(
            "Nhật ký tra cứu",
            "/audit",
            "<p class=\"soft\">Mới nhất ở trên, tối đa 200 dòng.</p>" +
                section(
                    "Ai đã hỏi về ai",
                    audit_table(audit_rows(w, call.parameter("so"), call.parameter("canbo")))
                )
        );
    return {};
}

}  // namespace sim::population
