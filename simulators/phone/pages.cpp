// The pages a person looks at: one phone per number with its messages as the screen would show
// them, and buttons for what a person does.
#include "simulators/kit/pages.hpp"

#include "simulators/phone/views.hpp"

#include <algorithm>

namespace sim::phone {
namespace {

using namespace kit::pages;

Frame frame() {
    Frame f;
    f.partner = "Điện thoại của người dân";
    f.colour = "#134e4a";
    f.links = {{"/", "Điện thoại"}, {"/journal", "Nhật ký"}};
    f.more_style = R"css(
.phones{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:1rem}
.phone{background:#111827;border-radius:26px;padding:.8rem .6rem 1rem;max-width:420px}
.phone h2{color:#e5e7eb;text-align:center;font-size:.95rem;margin:.1rem 0 .5rem}
.phone h2 a{color:inherit;text-decoration:none}
.screen{background:#f8fafc;border-radius:16px;padding:.6rem;min-height:170px;max-height:70vh;overflow-y:auto}
.msg{border-radius:12px;padding:.45rem .7rem;margin:0 0 .55rem;max-width:92%;overflow-wrap:anywhere;background:#e5e7eb}
.msg.zns{background:#dbeafe;border-left:4px solid #0068ff}
.msg.lost{opacity:.45;border:1px dashed #b3261e}
.msg.twice{outline:2px solid #b3261e}
.msg b{display:block;font-size:.78rem;color:#374151}
.msg small{display:block;color:#6b7280;font-size:.75rem}
.mine{margin-left:auto;background:#bbf7d0}
.flags{color:#fca5a5;text-align:center;font-size:.8rem;margin:0 0 .4rem})css";
    return f;
}

std::string ticks(const Message& m) {
    switch (m.arrival) {
        case Arrival::on_the_way:
            return "đang gửi";
        case Arrival::delivered:
            return "✓ đã nhận";
        case Arrival::read:
            return "✓✓ đã đọc";
        case Arrival::lost:
            return "đã mất: nhà mạng báo nhận nhưng không tới máy";
    }
    return {};
}

std::string bubble(const Message& m) {
    std::string look = m.channel == Channel::zns ? "msg zns" : "msg";
    if (m.arrival == Arrival::lost) look += " lost";
    if (m.same_before > 0) look += " twice";
    auto kind = m.channel == Channel::zns
                    ? "Zalo · " + m.template_name
                    : "SMS · " + std::to_string(m.parts) + " phần" + (m.accented ? " có dấu" : "");
    return "<div class=\"" + look + "\"><b>" + escaped(m.sender) + "</b>" + escaped(m.text) +
           "<small>" + escaped(kind) + " · " + moment(m.accepted) + " · " + ticks(m) +
           (m.same_before > 0
                ? " · <span class=\"warn\">lần thứ " + std::to_string(m.same_before + 1) + "</span>"
                : "") +
           "</small></div>";
}

std::string flags(const Phone& p) {
    std::string out;
    if (!p.exists) out += " · số không tồn tại";
    if (!p.on_zalo) out += " · không có Zalo";
    if (p.refuses_sms) out += " · từ chối SMS";
    if (p.refuses_zns) out += " · từ chối Zalo";
    if (p.doubled() > 0) out += " · " + std::to_string(p.doubled()) + " tin trùng";
    return out.empty() ? out : "<p class=\"flags\">" + out.substr(4) + "</p>";
}

/// The newest `most` messages; with `buttons` what a person may press under each.
std::string screen(const Phone& p, std::size_t most, bool buttons) {
    std::string out = "<div class=\"phone\"><h2><a href=\"/phones/" +
                      escaped(kit::url_encode(p.number)) + "\">" + escaped(p.number) + "</a></h2>" +
                      flags(p) + "<div class=\"screen\">";
    auto begin = p.messages.size() > most ? p.messages.size() - most : 0;
    if (begin > 0) out += "<p class=\"soft\">… " + std::to_string(begin) + " tin cũ hơn</p>";
    for (auto i = begin; i < p.messages.size(); ++i) {
        const auto& m = p.messages[i];
        out += bubble(m);
        if (!buttons) continue;
        auto id = std::to_string(m.id);
        for (auto [action, text] :
             {std::pair("delivered", "Đã nhận"),
              std::pair("read", "Đã đọc"),
              std::pair("refuse", "Từ chối")})
            out +=
                button("/press", text, {{"phone", p.number}, {"message", id}, {"action", action}});
        if (m.channel == Channel::zns)
            out += button(
                "/press",
                "5 sao",
                {{"phone", p.number}, {"message", id}, {"action", "feedback"}, {"text", "5"}}
            );
    }
    for (const auto& s : p.said)
        out += "<div class=\"msg mine\">" + escaped(s.text) + "<small>" + name_of(s.channel) +
               " · " + moment(s.at) + "</small></div>";
    return out + "</div></div>";
}

std::string cards(const World& w) {
    auto t = totals_of(w);
    return "<div class=\"cards\">" + card(w.phones.size(), "điện thoại") + card(t.sms, "SMS") +
           card(t.zns, "Zalo") + card(t.received, "đã nhận") + card(t.read, "đã đọc") +
           card(t.lost, "mất trên đường", true) +
           card(static_cast<std::size_t>(t.doubled), "tin trùng", true) +
           card(w.outbox.unfinished(), "chờ báo về cổng") +
           card(w.faults.all().size(), "lỗi đang bật") + "</div>";
}

std::string list_page(const World& w, const kit::Call& call) {
    auto text = call.parameter("q");
    std::vector<const Phone*> found;
    for (const auto& [number, p] : w.phones)
        if (text.empty() || number.find(text) != std::string::npos ||
            std::ranges::any_of(p.messages, [&](const Message& m) {
                return m.text.find(text) != std::string::npos;
            }))
            found.push_back(&p);
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        auto newest = [](const Phone* p) {
            return p->messages.empty() ? core::Instant() : p->messages.back().accepted;
        };
        return newest(a) > newest(b);
    });
    std::string phones;
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 24); ++i)
        phones += screen(*found[i], 3, false);
    auto form =
        "<form action=\"/\" method=\"get\" role=\"search\"><input type=\"search\" name=\"q\" "
        "aria-label=\"Tìm\" placeholder=\"Số điện thoại, mã hồ sơ trong tin\" value=\"" +
        escaped(text) + "\"><button>Tìm</button></form>";
    if (phones.empty()) phones = "<p class=\"soft\">Chưa có tin nào.</p>";
    return framed(
        frame(),
        "Điện thoại",
        "/",
        "<h1>Người dân thấy gì</h1>" + cards(w) + form + "<p class=\"soft\">" +
            std::to_string(found.size()) +
            " điện thoại, hiện tối đa 24.</p><div class=\"phones\">" + phones + "</div>"
    );
}

std::string phone_page(const Phone& p) {
    auto say =
        "<form method=\"post\" action=\"/press\"><input type=\"hidden\" name=\"phone\" "
        "value=\"" +
        escaped(p.number) +
        "\"><input type=\"hidden\" name=\"action\" value=\"say\"><select name=\"channel\" "
        "aria-label=\"Kênh\"><option value=\"sms\">SMS</option><option "
        "value=\"zns\">Zalo</option></select><input name=\"text\" aria-label=\"Nội dung\" "
        "placeholder=\"Trả lời, ví dụ: TC\"><button>Gửi</button></form>";
    return framed(
        frame(),
        p.number,
        "",
        "<h1>Điện thoại " + escaped(p.number) + "</h1>" + section("Người dân nhắn", say) +
            screen(p, 200, true)
    );
}

std::string journal_page(const World& w) {
    std::vector<std::vector<std::string>> rows;
    const auto& held = w.journal.held();
    for (auto it = held.rbegin(); it != held.rend() && rows.size() < 200; ++it)
        rows.push_back(
            {std::to_string(it->sequence),
             moment(it->at),
             it->direction == "in" ? "nhận" : "gửi",
             escaped(it->service),
             escaped(it->key),
             escaped(it->effect + " " + it->after),
             it->fault.empty() ? "" : "<span class=\"warn\">" + escaped(it->fault) + "</span>",
             it->status > 0 ? std::to_string(it->status) : "không trả lời",
             "<code>" + escaped(it->answer.substr(0, 400)) + "</code>"}
        );
    return framed(
        frame(),
        "Nhật ký",
        "/journal",
        "<h1>Nhật ký</h1><section>" +
            table(
                {"#",
                 "Thời điểm",
                 "Chiều",
                 "Dịch vụ",
                 "Số",
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

std::optional<kit::Answer> page(const World& w, const kit::Call& call) {
    static constexpr std::string_view one = "/phones/";
    if (call.path == "/") return answer(200, list_page(w, call));
    if (call.path == "/journal") return answer(200, journal_page(w));
    if (!call.path.starts_with(one)) return {};
    auto it = w.phones.find(call.path.substr(one.size()));
    if (it != w.phones.end()) return answer(200, phone_page(it->second));
    return answer(
        404,
        framed(
            frame(),
            "Không tìm thấy",
            "",
            "<h1>Chưa có tin nào tới số này</h1><p><a href=\"/\">Về danh sách</a></p>"
        )
    );
}

}  // namespace sim::phone
