// The pages a person looks at: list of dossiers and journal. The page of one dossier is in
// page_dossier.cpp.
#include "simulators/kit/admin.hpp"
#include "simulators/national_portal/page_dossier.hpp"
#include "simulators/national_portal/page_parts.hpp"
#include "simulators/national_portal/views.hpp"

#include <algorithm>
#include <charconv>

namespace sim::national_portal {
namespace {

using namespace parts;
constexpr std::size_t rows_on_page = 50;

std::string card(std::size_t number, const char* what, bool bad = false) {
    return std::string("<div class=\"card") + (bad && number > 0 ? " bad" : "") + "\"><b>" +
           std::to_string(number) + "</b><span>" + what + "</span></div>";
}

std::string cards(const World& w, const Sender& sender) {
    std::size_t updates = 0, lines = 0, duplicates = 0, messages = 0, fired = 0;
    for (const auto& [code, d] : w.dossiers.all()) {
        updates += static_cast<std::size_t>(d.updates);
        lines += d.progress.size();
        duplicates += static_cast<std::size_t>(d.duplicate_lines);
        messages += d.status_messages.size();
    }
    for (const auto& f : w.faults.all()) fired += f.fired;
    return "<div class=\"cards\">" + card(w.dossiers.all().size(), "hồ sơ") +
           card(updates, "lần cập nhật") + card(lines, "dòng tiến độ") +
           card(duplicates, "dòng trùng lặp", true) + card(messages, "thông báo trạng thái") +
           card(w.surveys.all().size(), "phiếu đánh giá") +
           card(sender.unfinished(), "chờ gửi về tỉnh") +
           card(w.faults.all().size(), "lỗi đang bật") + card(fired, "lần lỗi đã xảy ra") +
           card(w.dossiers.forgotten().size(), "hồ sơ đã quên", true) + "</div>";
}

std::string search_form(const std::string& text, int status) {
    std::string out =
        "<form action=\"/\" method=\"get\" role=\"search\"><input type=\"search\" name=\"q\" "
        "aria-label=\"Tìm hồ sơ\" "
        "placeholder=\"Mã hồ sơ, chủ hồ sơ, mã hoặc tên thủ tục\" value=\"" +
        escaped(text) +
        "\"><select name=\"status\" aria-label=\"Trạng thái\"><option value=\"\">Mọi trạng "
        "thái</option>";
    for (int s = 1; s <= 10; ++s)
        out += "<option value=\"" + std::to_string(s) + "\"" + (s == status ? " selected" : "") +
               ">" + std::to_string(s) + " · " + std::string(status_name(s)) + "</option>";
    return out + "</select><button>Tìm</button></form>";
}

bool fits(const HeldDossier& d, const std::string& text, int status) {
    if (status > 0 && d.status() != status) return false;
    if (text.empty() || d.code.find(text) != std::string::npos) return true;
    for (const char* name : {"ChuHoSo", "MaTTHC", "TenTTHC"})
        if (d.field(name).find(text) != std::string::npos) return true;
    return false;
}

std::size_t whole(const std::string& text) {
    std::size_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

std::string count_cell(int n, bool bad) {
    return n > 0 && bad ? "<span class=\"warn\">" + std::to_string(n) + "</span>"
                        : std::to_string(n);
}

std::vector<std::string> row_of(const HeldDossier& d) {
    std::string origin = d.portal_origin ? " <span class=\"badge\">nộp tại Cổng</span>" : "";
    return {
        "<a href=\"/dossiers/" + escaped(kit::url_encode(d.code)) + "\">" + escaped(d.code) +
            "</a>" + origin,
        escaped(d.field("ChuHoSo")),
        escaped(d.field("TenTTHC")) + " <code>" + escaped(d.field("MaTTHC")) + "</code>",
        badge(d.status()),
        std::to_string(d.updates),
        std::to_string(d.progress.size()),
        count_cell(d.duplicate_lines, true),
        moment(d.last_changed)};
}

std::string pager(const kit::Call& call, std::size_t page, std::size_t pages) {
    if (pages < 2) return {};
    std::string out = "<p>", base = "/?q=" + kit::url_encode(call.parameter("q")) +
                                    "&amp;status=" + kit::url_encode(call.parameter("status")) +
                                    "&amp;page=";
    if (page > 1) out += "<a href=\"" + base + std::to_string(page - 1) + "\">← Trước</a> ";
    out += "Trang " + std::to_string(page) + "/" + std::to_string(pages);
    if (page < pages) out += " <a href=\"" + base + std::to_string(page + 1) + "\">Sau →</a>";
    return out + "</p>";
}

std::string list_page(const World& w, const Sender& sender, const kit::Call& call) {
    auto text = call.parameter("q");
    auto status = static_cast<int>(std::min<std::size_t>(whole(call.parameter("status")), 99));
    std::vector<const HeldDossier*> found;
    for (const auto& [code, d] : w.dossiers.all())
        if (fits(d, text, status)) found.push_back(&d);
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        return a->last_changed > b->last_changed;
    });
    auto pages = std::max<std::size_t>(1, (found.size() + rows_on_page - 1) / rows_on_page);
    auto page = std::clamp<std::size_t>(whole(call.parameter("page")), 1, pages);
    std::vector<std::vector<std::string>> rows;
    for (auto i = (page - 1) * rows_on_page; i < std::min(found.size(), page * rows_on_page); ++i)
        rows.push_back(row_of(*found[i]));
    auto inside = "<p class=\"soft\">Tìm thấy " + std::to_string(found.size()) + " hồ sơ.</p>" +
                  table(
                      {"Mã hồ sơ",
                       "Chủ hồ sơ",
                       "Thủ tục",
                       "Trạng thái",
                       "Cập nhật",
                       "Tiến độ",
                       "Trùng",
                       "Thay đổi lần cuối"},
                      rows,
                      "Chưa có hồ sơ nào."
                  ) +
                  pager(call, page, pages);
    return framed(
        "Hồ sơ",
        "/",
        "<h1>Hồ sơ đã đồng bộ</h1>" + cards(w, sender) + search_form(text, status) + "<section>" +
            inside + "</section>"
    );
}

std::string journal_page(const World& w, const kit::Call& call) {
    auto key = call.parameter("key");
    auto bad = call.parameter("fault") == "1";
    std::vector<std::vector<std::string>> rows;
    const auto& held = w.journal.held();
    for (auto it = held.rbegin(); it != held.rend() && rows.size() < 200; ++it) {
        if ((!key.empty() && it->key != key) || (bad && it->fault.empty())) continue;
        auto change = it->before.empty() && it->after.empty()
                          ? std::string()
                          : " <span class=\"soft\">" + escaped(it->before) + " → " +
                                escaped(it->after) + "</span>";
        auto status = it->status > 0 ? std::to_string(it->status) : std::string("không trả lời");
        rows.push_back(
            {std::to_string(it->sequence),
             moment(it->at),
             it->direction == "in" ? "nhận" : "gửi",
             escaped(it->service),
             it->key.empty() ? ""
                             : "<a href=\"/journal?key=" + escaped(kit::url_encode(it->key)) +
                                   "\">" + escaped(it->key) + "</a>",
             escaped(it->effect) + change,
             it->fault.empty() ? "" : "<span class=\"warn\">" + escaped(it->fault) + "</span>",
             status,
             "<details><summary>xem</summary><pre>" + escaped(it->answer) + "</pre><code>sha256 " +
                 escaped(it->body_sha256) + "</code></details>"}
        );
    }
    auto form =
        "<form action=\"/journal\" method=\"get\"><input type=\"search\" name=\"key\" "
        "aria-label=\"Mã hồ sơ\" placeholder=\"Mã hồ sơ\" value=\"" +
        escaped(key) + "\"><label><input type=\"checkbox\" name=\"fault\" value=\"1\"" +
        (bad ? " checked" : "") + "> chỉ khi có lỗi</label><button>Lọc</button></form>";
    auto counts = "<p class=\"soft\">Đã ghi " + std::to_string(w.journal.written()) +
                  " dòng, bộ nhớ giữ " + std::to_string(held.size()) + ", đã rời bộ nhớ " +
                  std::to_string(w.journal.forgotten()) + ". Mới nhất ở trên, tối đa 200 dòng.</p>";
    return framed(
        "Nhật ký",
        "/journal",
        "<h1>Nhật ký</h1>" + form + counts + "<section>" +
            table(
                {"#",
                 "Thời điểm",
                 "Chiều",
                 "Dịch vụ",
                 "Hồ sơ",
                 "Tác động",
                 "Lỗi cố ý",
                 "HTTP",
                 "Trả lời"},
                rows,
                "Chưa có dòng nào."
            ) +
            "</section>"
    );
}

}  // namespace

std::optional<kit::Answer> page(
    const World& w, const Sender& sender, const kit::Call& call, core::Instant
) {
    static constexpr std::string_view one = "/dossiers/";
    std::string html;
    if (call.path == "/")
        html = list_page(w, sender, call);
    else if (call.path == "/journal")
        html = journal_page(w, call);
    else if (call.path.starts_with(one)) {
        const auto* d = w.dossiers.find(std::string_view(call.path).substr(one.size()));
        if (!d)
            return kit::html_answer(
                404,
                framed(
                    "Không tìm thấy",
                    "",
                    "<h1>Cổng không có hồ sơ này</h1><p><a href=\"/\">Về danh sách</a></p>"
                )
            );
        html = dossier_page(*d);
    } else {
        return {};
    }
    auto answer = kit::html_answer(200, std::move(html));
    answer.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    );
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

}  // namespace sim::national_portal
