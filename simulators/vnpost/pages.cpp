// The pages a person looks at: parcels, one parcel with its buttons, settlements, journal.
#include "simulators/kit/pages.hpp"

#include "simulators/vnpost/journeys.hpp"
#include "simulators/vnpost/views.hpp"

#include <algorithm>

namespace sim::vnpost {
namespace {

using namespace kit::pages;

Frame frame() {
    Frame f;
    f.partner = "Bưu điện – bưu chính công ích";
    f.colour = "#0b4a8f";
    f.links = {{"/", "Bưu gửi"}, {"/settlement", "Đối soát"}, {"/journal", "Nhật ký"}};
    f.more_style =
        ".good{background:#d8f3df;color:#14582a}.bad{background:#fbdcd9;color:#861a13}"
        ".way{background:#dbe9ff;color:#123f86}";
    return f;
}

std::string badge(int code) {
    bool bad = code == not_delivered || code == returning || code == returned || code == cancelled;
    const char* look = code == delivered ? "good" : bad ? "bad" : "way";
    auto text = message_of(code);
    return std::string("<span class=\"badge ") + look + "\">" + std::to_string(code) + " · " +
           escaped(text.empty() ? "?" : text) + "</span>";
}

std::string link_to(const std::string& key) {
    return "<a href=\"/parcels/" + escaped(kit::url_encode(key)) + "\">" + escaped(key) + "</a>";
}

std::string money(std::int64_t amount) {
    auto text = std::to_string(amount);
    for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ".");
    return text + " đ";
}

std::string cards(const World& w) {
    std::size_t open = 0, done = 0, back = 0, twice = 0, repeats = 0;
    for (const auto& [key, p] : w.parcels) {
        open += p.ended() ? 0 : 1;
        done += p.code() == delivered ? 1 : 0;
        back += p.code() == returned ? 1 : 0;
        twice += p.creates > 1 ? 1 : 0;
        repeats += static_cast<std::size_t>(p.repeats);
    }
    std::size_t events = 0;
    for (const auto& [customer, feed] : w.feeds) events += feed.all().size();
    return "<div class=\"cards\">" + card(w.parcels.size(), "bưu gửi") + card(open, "đang đi") +
           card(done, "đã phát") + card(back, "đã chuyển hoàn") + card(events, "sự kiện") +
           card(repeats, "đơn gửi lại (101)") + card(twice, "tạo hai lần", true) +
           card(w.faults.all().size(), "lỗi đang bật") + "</div>";
}

std::string list_page(const World& w, const kit::Call& call) {
    auto text = call.parameter("q");
    std::vector<const Parcel*> found;
    for (const auto& [key, p] : w.parcels)
        if (text.empty() || key.find(text) != std::string::npos ||
            p.waybill.find(text) != std::string::npos ||
            p.field("ReceiverName").find(text) != std::string::npos)
            found.push_back(&p);
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        return a->created > b->created;
    });
    std::vector<std::vector<std::string>> rows;
    for (const auto* p : found) {
        if (rows.size() == 200) break;
        rows.push_back(
            {link_to(w.key(p->customer, p->order)),
             escaped(p->waybill),
             escaped(p->field("ReceiverName")),
             badge(p->code()),
             p->cod > 0 ? money(p->cod) : "",
             p->history.empty() ? "" : moment(p->history.back().at)}
        );
    }
    auto form =
        "<form action=\"/\" method=\"get\" role=\"search\"><input type=\"search\" name=\"q\" "
        "aria-label=\"Tìm bưu gửi\" placeholder=\"Số đơn, mã vận đơn, người nhận\" value=\"" +
        escaped(text) + "\"><button>Tìm</button></form>";
    auto inside = "<p class=\"soft\">Tìm thấy " + std::to_string(found.size()) +
                  " bưu gửi, hiện tối đa 200.</p>" +
                  table(
                      {"Số đơn", "Mã vận đơn", "Người nhận", "Trạng thái", "Thu hộ", "Lần cuối"},
                      rows,
                      "Chưa có bưu gửi nào."
                  );
    return framed(
        frame(),
        "Bưu gửi",
        "/",
        "<h1>Bưu gửi</h1>" + cards(w) + form + "<section>" + inside + "</section>"
    );
}

std::string facts(const Parcel& p) {
    std::vector<std::pair<const char*, std::string>> rows{
        {"Số đơn", p.order},
        {"Mã vận đơn", p.waybill + (p.own_waybill ? " (in sẵn)" : "")},
        {"Hồ sơ", p.dossier()},
        {"Người gửi", p.field("SenderName") + "\n" + p.field("SenderAddress")},
        {"Người nhận", p.field("ReceiverName") + "\n" + p.field("ReceiverAddress")},
        {"Điện thoại nhận", p.field("ReceiverTel")},
        {"Mô tả", p.field("SenderDesc")},
        {"Thu hộ", p.cod > 0 ? money(p.cod) : "không"},
        {"Kịch bản", p.journey},
        {"Số lần tạo / gửi lại", std::to_string(p.creates) + " / " + std::to_string(p.repeats)}};
    std::string out = "<dl>";
    for (const auto& [name, value] : rows)
        out += std::string("<dt>") + name + "</dt><dd>" + escaped(value) + "</dd>";
    if (p.collected)
        out += "<dt>Đã thu</dt><dd>" + money(p.collected->amount) + " · biên lai " +
               escaped(p.collected->receipt_no) +
               (p.collected->settled ? " · đã đối soát" : " · chưa đối soát") + "</dd>";
    return out + "</dl>";
}

std::string buttons(const std::string& key) {
    static const std::pair<const char*, int> hands[] = {
        {"Đã nhận bưu gửi", picked_up},
        {"Đang đi phát", out_for_delivery},
        {"Phát thành công", delivered},
        {"Phát không thành công", not_delivered},
        {"Chuyển hoàn", returning},
        {"Đã chuyển hoàn", returned}};
    std::string out;
    for (const auto& [text, code] : hands)
        out += button("/press", text, {{"key", key}, {"code", std::to_string(code)}});
    out +=
        "<form class=\"one\" method=\"post\" action=\"/press\"><input type=\"hidden\" "
        "name=\"key\" value=\"" +
        escaped(key) + "\"><select name=\"journey\" aria-label=\"Kịch bản\">";
    for (const auto& name : journey_names()) out += "<option>" + name + "</option>";
    return out + "</select><button>Đổi kịch bản</button></form>";
}

std::string parcel_page(const World& w, const std::string& key, const Parcel& p) {
    std::string line = "<ol class=\"line\">";
    for (const auto& h : p.history)
        line += "<li>" + badge(h.code) + " " + moment(h.at) + " <span class=\"soft\">" +
                escaped(h.office) + "</span><br>" + escaped(h.note) + "</li>";
    line += "</ol>";
    if (p.next_at) line += "<p class=\"soft\">Bước tiếp theo: " + moment(*p.next_at) + "</p>";
    std::string papers;
    if (auto it = w.documents.find(key); it != w.documents.end()) {
        papers = "<p>" + escaped(it->second.procedure_title) + "</p><ul>";
        for (const auto& name : it->second.elements) papers += "<li>" + escaped(name) + "</li>";
        papers = section("Giấy tờ phải kiểm tra", papers + "</ul>");
    }
    return framed(
        frame(),
        p.order,
        "",
        "<h1>" + escaped(p.order) + " " + badge(p.code()) + "</h1>" + section("Hành trình", line) +
            section("Bưu tá bấm", buttons(key)) + section("Đơn hàng", facts(p)) + papers
    );
}

std::string settlement_page(const World& w) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, f] : w.settlements.files())
        rows.push_back(
            {"<a href=\"/settlement/" + escaped(name) + "\">" + escaped(name) + "</a>",
             std::to_string(f.lines),
             money(f.sum),
             "<a href=\"/settlement/" + escaped(name) + ".sha256\">sha256</a>"}
        );
    return framed(
        frame(),
        "Đối soát",
        "/settlement",
        "<h1>Tệp đối soát tiền thu hộ</h1><section>" +
            table({"Tệp", "Dòng", "Tổng", "Mã băm"}, rows, "Chưa có tệp nào.") + "</section>"
    );
}

std::string journal_page(const World& w, const kit::Call& call) {
    auto key = call.parameter("key");
    std::vector<std::vector<std::string>> rows;
    const auto& held = w.journal.held();
    for (auto it = held.rbegin(); it != held.rend() && rows.size() < 200; ++it) {
        if (!key.empty() && it->key != key) continue;
        rows.push_back(
            {std::to_string(it->sequence),
             moment(it->at),
             escaped(it->service),
             it->key.empty() ? "" : link_to(it->key),
             escaped(it->effect),
             it->fault.empty() ? "" : "<span class=\"warn\">" + escaped(it->fault) + "</span>",
             it->status > 0 ? std::to_string(it->status) : "không trả lời",
             "<code>" + escaped(it->answer.substr(0, 400)) + "</code>"}
        );
    }
    return framed(
        frame(),
        "Nhật ký",
        "/journal",
        "<h1>Nhật ký</h1><section>" +
            table(
                {"#", "Thời điểm", "Dịch vụ", "Đơn", "Tác động", "Lỗi cố ý", "HTTP", "Trả lời"},
                rows,
                "Chưa có dòng nào."
            ) +
            "</section>"
    );
}

}  // namespace

std::optional<kit::Answer> page(const World& w, const kit::Call& call) {
    static constexpr std::string_view one = "/parcels/";
    if (call.path == "/") return answer(200, list_page(w, call));
    if (call.path == "/settlement") return answer(200, settlement_page(w));
    if (call.path == "/journal") return answer(200, journal_page(w, call));
    if (!call.path.starts_with(one)) return {};
    auto key = call.path.substr(one.size());
    auto it = w.parcels.find(key);
    if (it != w.parcels.end()) return answer(200, parcel_page(w, key, it->second));
    return answer(
        404,
        framed(
            frame(),
            "Không tìm thấy",
            "",
            "<h1>Bưu điện không có đơn này</h1><p><a href=\"/\">Về danh sách</a></p>"
        )
    );
}

}  // namespace sim::vnpost
