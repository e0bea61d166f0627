// The look of the pages: one style sheet inside, no script, nothing from elsewhere.
#include "simulators/kit/pages.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/text.hpp"

namespace sim::kit::pages {
namespace {

constexpr std::string_view style = R"css(
:root{--ink:#1d2433;--soft:#5b6579;--line:#dfe4ee;--paper:#fff;--back:#f3f5fa;--sim:#e08a00}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);background:var(--back);border:6px solid var(--sim);min-height:100vh}
.sim{background:var(--sim);color:#fff;font-weight:700;letter-spacing:.08em;text-align:center;padding:.15rem .5rem .4rem}
.sim small{font-weight:400;letter-spacing:0}
header{background:var(--main);color:#fff;padding:.8rem 1rem;display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;align-items:baseline}
header b{font-size:1.15rem}
header a{color:#fff;text-decoration:none;padding:.1rem .2rem;border-bottom:2px solid transparent}
header a.here,header a:hover{border-color:#fff}
main{max-width:1180px;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;margin:.4rem 0 .8rem;overflow-wrap:anywhere}
h2{font-size:1.02rem;margin:0 0 .6rem}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;margin:0 0 1rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(128px,1fr));gap:.6rem;margin-bottom:1rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.5rem .8rem}
.card b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
.card span{color:var(--soft);font-size:.85rem}
.card.bad b{color:#b3261e}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:0 0 .8rem}
form.one{display:inline-block;margin:0 .3rem .3rem 0}
input,select,button{font:inherit;padding:.35rem .6rem;border:1px solid var(--line);border-radius:6px;background:#fff;color:inherit;max-width:100%}
input[type=search]{flex:1 1 220px}
button{background:var(--main);color:#fff;border-color:var(--main);cursor:pointer}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}
a{color:#1b4f9c}
code{font:.88em/1.4 ui-monospace,Consolas,"DejaVu Sans Mono",monospace;color:var(--soft)}
.badge{display:inline-block;border-radius:999px;padding:.05rem .6rem;font-size:.85rem;background:#e7ebf3;white-space:nowrap}
.soft{color:var(--soft)}
.warn{color:#b3261e;font-weight:600}
dl{display:grid;grid-template-columns:minmax(130px,240px) 1fr;gap:.3rem 1rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
ol.line{list-style:none;margin:0;padding:0 0 0 .4rem;border-left:3px solid var(--line)}
ol.line li{padding:.1rem 0 .6rem 1rem}
)css";

}  // namespace

std::string escaped(std::string_view text) {
    return html_escape(is_utf8(text) ? std::string(text) : hex(text));
}

std::string framed(
    const Frame& f, std::string_view title, std::string_view at, const std::string& inside
) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>" +
        escaped(title) + " – " + escaped(f.partner) +
        " mô phỏng</title><style>:root{--main:" + f.colour + "}";
    out += style;
    out += f.more_style;
    out +=
        "</style></head><body><div class=\"sim\">MÔ PHỎNG <small>– dữ liệu không có thật, không "
        "phải hệ thống thật</small></div><header><b>" +
        escaped(f.partner) + "</b>";
    for (const auto& [path, text] : f.links)
        out += "<a href=\"" + escaped(path) + "\"" + (path == at ? " class=\"here\"" : "") + ">" +
               escaped(text) + "</a>";
    return out + "</header><main>" + inside + "</main></body></html>\n";
}

Answer answer(int status, std::string html) {
    auto a = html_answer(status, std::move(html));
    a.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    );
    a.headers.emplace_back("Cache-Control", "no-store");
    return a;
}

Answer see(std::string path) {
    auto a = text_answer(303, "");
    a.headers.emplace_back("Location", std::move(path));
    return a;
}

std::string card(std::size_t number, std::string_view what, bool bad) {
    return std::string("<div class=\"card") + (bad && number > 0 ? " bad" : "") + "\"><b>" +
           std::to_string(number) + "</b><span>" + escaped(what) + "</span></div>";
}

std::string table(
    std::initializer_list<const char*> heads,
    const std::vector<std::vector<std::string>>& rows,
    const char* empty
) {
    if (rows.empty()) return std::string("<p class=\"soft\">") + empty + "</p>";
    std::string out = "<div class=\"scroll\"><table><thead><tr>";
    for (const char* head : heads) out += std::string("<th scope=\"col\">") + head + "</th>";
    out += "</tr></thead><tbody>";
    for (const auto& row : rows) {
        out += "<tr>";
        for (const auto& cell : row) out += "<td>" + cell + "</td>";
        out += "</tr>";
    }
    return out + "</tbody></table></div>";
}

std::string section(std::string_view title, const std::string& inside) {
    return "<section><h2>" + escaped(title) + "</h2>" + inside + "</section>";
}

std::string moment(core::Instant t) {
    return "<time>" + readable_time(t) + "</time>";
}

std::string button(
    std::string_view path,
    std::string_view text,
    std::initializer_list<std::pair<const char*, std::string>> fields
) {
    std::string out = "<form class=\"one\" method=\"post\" action=\"" + escaped(path) + "\">";
    for (const auto& [name, value] : fields)
        out += std::string("<input type=\"hidden\" name=\"") + name + "\" value=\"" +
               escaped(value) + "\">";
    return out + "<button>" + escaped(text) + "</button></form>";
}

std::string form_field(const Call& call, std::string_view name) {
    Call form;
    form.query = call.body;
    return form.parameter(name);
}

}  // namespace sim::kit::pages
