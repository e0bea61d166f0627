// Parts of pages; everything that comes from outside is escaped here or by the caller, as the
// header says.
#include "simulators/payments/page.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/text.hpp"

namespace sim::payments {
namespace {

using kit::html_escape;

constexpr const char* style = R"css(
.sum{font-size:1.7rem;font-weight:700;font-variant-numeric:tabular-nums;margin:0 0 .4rem}
form button{background:#fff;color:var(--ink);border-color:#c9d1e0}
form button.main{background:var(--main);color:#fff;border-color:var(--main);font-weight:700}
details form{margin-top:.6rem}
td{font-variant-numeric:tabular-nums}
.pay{border-radius:4px;padding:.1rem .4rem;background:#e6eaf2;white-space:nowrap}
.pay.good{background:#d7f0dd;color:#11602a}.pay.bad{background:#fbdcd9;color:#8c1d18}.pay.wait{background:#fdf0cf;color:#6d4c00}
)css";

}  // namespace

kit::pages::Frame frame(std::string name, std::string colour) {
    kit::pages::Frame f;
    f.partner = std::move(name);
    f.colour = std::move(colour);
    f.links = {
        {"/", "Giao dịch"},
        {"/notices", "Thông báo"},
        {"/day-files", "Tệp ngày"},
        {"/journal", "Nhật ký"}};
    f.more_style = style;
    return f;
}

kit::Answer shown(int status, std::string html) {
    auto answer = kit::html_answer(status, std::move(html));
    answer.headers.emplace_back(
        "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action *"
    );
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

std::string facts(const std::vector<std::pair<std::string, std::string>>& rows) {
    std::string out = "<table><tbody>";
    for (const auto& [word, value] : rows)
        out += "<tr><th>" + html_escape(word) + "</th><td>" + html_escape(value) + "</td></tr>";
    return out + "</tbody></table>";
}

std::string badge(std::string_view word, std::string_view kind) {
    return "<span class=\"pay " + std::string(kind) + "\">" + html_escape(word) + "</span>";
}

std::string button(std::string_view action, std::string_view word, bool main) {
    return "<button name=\"action\" value=\"" + std::string(action) + "\"" +
           (main ? " class=\"main\"" : "") + ">" + html_escape(word) + "</button>";
}

std::string money(std::int64_t amount) {
    auto digits = std::to_string(amount);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0 && digits[i - 1] != '-') out += '.';
        out += digits[i];
    }
    return out + " đồng";
}

std::string journal_table(const kit::Journal& journal, const std::string& key) {
    std::vector<std::vector<std::string>> rows;
    const auto& held = journal.held();
    for (auto it = held.rbegin(); it != held.rend() && rows.size() < 200; ++it) {
        if (!key.empty() && it->key != key) continue;
        rows.push_back(
            {std::to_string(it->sequence),
             kit::readable_time(it->at),
             it->direction == "in" ? "nhận" : "gửi",
             html_escape(it->service),
             "<a href=\"/payments/" + kit::url_encode(it->key) + "\">" + html_escape(it->key) +
                 "</a>",
             html_escape(it->effect) + " <span class=\"soft\">" + html_escape(it->before) +
                 (it->after.empty() ? "" : " → ") + html_escape(it->after) + "</span>",
             it->fault.empty() ? "" : badge(it->fault, "bad"),
             it->status > 0 ? std::to_string(it->status) : "không trả lời",
             "<details><summary>xem</summary><pre>" + html_escape(it->answer) + "</pre></details>"}
        );
    }
    return kit::pages::table(
        {"#", "Thời điểm", "Chiều", "Việc", "Mã tham chiếu", "Tác động", "Lỗi cố ý", "HTTP", ""},
        rows,
        "Chưa có dòng nào."
    );
}

std::string files_table(const std::vector<std::string>& names) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& name : names)
        rows.push_back({"<a href=\"/day-files/" + name + "\">" + html_escape(name) + "</a>"});
    return kit::pages::table(
        {"Tệp"}, rows, "Chưa có tệp nào: tệp của một ngày có từ 06:00 ngày hôm sau."
    );
}

std::map<std::string, std::string> form_of(const kit::Call& call) {
    std::map<std::string, std::string> out;
    kit::JsonDocument doc;
    if (call.body.starts_with("{") && kit::parse_json(doc, call.body)) return kit::texts_of(doc);
    for (const auto& text : {call.query, call.body})
        for (const auto& part : kit::split(text, '&')) {
            auto eq = part.find('=');
            if (eq != std::string::npos)
                out[kit::url_decode(part.substr(0, eq))] = kit::url_decode(part.substr(eq + 1));
        }
    return out;
}

bool wants_json(const kit::Call& call) {
    auto accept = call.header("Accept");
    return accept.find("json") != std::string_view::npos ||
           (call.body.starts_with("{") && accept.find("html") == std::string_view::npos);
}

}  // namespace sim::payments
