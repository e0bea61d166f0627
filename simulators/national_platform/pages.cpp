// The checkout page a citizen sees, and the pages a tester looks at.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_platform/rules.hpp"
#include "simulators/national_platform/views.hpp"
#include "simulators/payments/page.hpp"

#include <algorithm>
#include <set>

namespace sim::national_platform {
namespace {

using namespace payments;
using kit::html_escape;
using kit::pages::card;
using kit::pages::framed;
using kit::pages::section;
using kit::pages::table;

const kit::pages::Frame& look() {
    static const auto one = frame("Nền tảng thanh toán quốc gia", "#8f1d1d");
    return one;
}

std::string state_badge(State s) {
    switch (s) {
        case State::open:
            return badge("chờ thanh toán", "wait");
        case State::hanging:
            return badge("ngân hàng chưa trả lời", "wait");
        case State::paid:
            return badge("đã thanh toán", "good");
        case State::failed:
            return badge("thất bại", "bad");
        case State::cancelled:
            return badge("đã hủy", "bad");
        case State::expired:
            return badge("hết hạn", "bad");
    }
    return {};
}

std::string fee_rows(const Payment& p) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& f : p.fees)
        rows.push_back(
            {f.kind == "1" ? "Phí" : "Lệ phí", html_escape(f.name), html_escape(money(f.amount))}
        );
    return table({"Loại", "Khoản thu", "Số tiền"}, rows, "Không có khoản thu.");
}

std::string buttons(const Payment& p) {
    auto form = "<form method=\"post\" action=\"/checkout/" + p.token + "\">";
    bool undecided = p.state == State::open || p.state == State::hanging;
    std::string out;
    if (undecided)
        out += form + button("pay", "Thanh toán", true) + button("cancel", "Hủy") +
               button("expire", "Để hết hạn") + "</form>" +
               "<details><summary>Các tình huống khác</summary>" + form +
               button("fail", "Ngân hàng từ chối") + button("hang", "Ngân hàng treo") +
               button("pay_twice", "Trả hai lần") + button("pay_late", "Trả sau khi hết hạn") +
               "</form>" + form +
               "<input name=\"amount\" inputmode=\"numeric\" aria-label=\"Số tiền khác\" value=\"" +
               std::to_string(p.amount + 1'000) + "\">" + button("pay_other", "Trả số tiền khác") +
               "</form></details>";
    else if (p.state == State::paid)
        out += form + button("notify", "Gửi lại thông báo") + "</form>";
    else
        out += form + button("pay_late", "Trả muộn") + "</form>";
    return out;
}

std::string receipt_word(const Payment& p, const char* name) {
    auto it = p.receipt.find(name);
    return it == p.receipt.end() ? std::string() : it->second;
}

std::string checkout_page(const World& w, const Payment& p, const std::string& message) {
    std::string inside = "<h1>Thanh toán phí, lệ phí</h1>";
    if (!message.empty()) inside += "<p>" + badge(message, "bad") + "</p>";
    inside += section(
        "Hồ sơ " + p.dossier,
        "<p class=\"sum\">" + html_escape(money(p.amount)) + "</p><p>" + state_badge(p.state) +
            "</p>" +
            facts(
                {{"Đơn vị thu", receipt_word(p, "TenDonVi")},
                 {"Thủ tục", receipt_word(p, "TenTTHC")},
                 {"Người nộp", receipt_word(p, "HoTenNguoiNop")},
                 {"Nội dung", p.text},
                 {"Mã tham chiếu", p.reference},
                 {"Hết hạn lúc", kit::readable_time(p.expires)}}
            ) +
            fee_rows(p)
    );
    inside += section("Chọn", buttons(p));
    const auto* m = w.merchant(p.merchant);
    if (m != nullptr && !m->return_url.empty() && p.state != State::open) {
        auto mark = m->return_url.find('?') == std::string::npos ? "?" : "&";
        inside += "<p><a href=\"" +
                  html_escape(
                      m->return_url + mark + "MaThamChieu=" + kit::url_encode(p.reference) +
                      "&MaLoi=" + (p.state == State::paid ? "00" : "99")
                  ) +
                  "\">Quay lại trang dịch vụ công</a></p>";
    }
    return framed(look(), "Thanh toán", "", inside);
}

std::string payment_json(const Payment& p) {
    kit::JsonWriter out;
    out.object().field("reference", p.reference).field("state", name_of(p.state));
    out.field("amount", p.amount).field("paid_amount", p.paid_amount());
    out.field("expires", kit::rfc3339(p.expires));
    return out.end_object().take();
}

std::string list_page(const World& w) {
    std::vector<const Payment*> all;
    for (const auto& [reference, p] : w.held) all.push_back(&p);
    std::ranges::stable_sort(all, std::ranges::greater(), &Payment::changed);
    if (all.size() > 200) all.resize(200);
    std::vector<std::vector<std::string>> rows;
    for (const auto* p : all)
        rows.push_back(
            {"<a href=\"/payments/" + kit::url_encode(p->reference) + "\">" +
                 html_escape(p->reference) + "</a>",
             html_escape(p->dossier),
             html_escape(money(p->amount)),
             state_badge(p->state),
             std::to_string(p->notices_sent) + " / " + std::to_string(p->notices_acknowledged),
             std::to_string(p->queries),
             kit::readable_time(p->changed)}
        );
    auto count = [&w](State s) {
        return static_cast<std::uint64_t>(std::ranges::count_if(w.held, [s](const auto& one) {
            return one.second.state == s;
        }));
    };
    return framed(
        look(),
        "Giao dịch",
        "/",
        "<h1>Giao dịch</h1><div class=\"cards\">" + card(w.held.size(), "giao dịch") +
            card(count(State::paid), "đã thanh toán") + card(count(State::open), "đang chờ") +
            card(w.outbox.unfinished(), "thông báo chờ xác nhận") +
            card(w.faults.all().size(), "lỗi đang bật") + "</div><section>" +
            table(
                {"Mã tham chiếu",
                 "Hồ sơ",
                 "Số tiền",
                 "Trạng thái",
                 "IPN gửi / nhận",
                 "QUERY",
                 "Lúc"},
                rows,
                "Chưa có giao dịch nào."
            ) +
            "</section>"
    );
}

std::string payment_page(const World& w, const Payment& p) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& t : p.transactions)
        rows.push_back(
            {html_escape(t.number),
             kit::readable_time(t.at),
             html_escape(money(t.amount)),
             t.late ? badge("muộn", "wait") : ""}
        );
    std::vector<std::pair<std::string, std::string>> words{
        {"Đối tác", p.merchant},
        {"ThoiGianGD", p.started},
        {"IPN đã gửi", std::to_string(p.notices_sent)},
        {"IPN được xác nhận", std::to_string(p.notices_acknowledged)},
        {"Trả lời sai chữ ký", std::to_string(p.answers_badly_signed)},
        {"Trả lời từ chối", std::to_string(p.answers_refused)},
        {"QUERY, GET_BILL", std::to_string(p.queries) + ", " + std::to_string(p.bills)},
        {"INIT lặp lại", std::to_string(p.repeated_inits)},
        {"Đồng hồ 12 giờ", p.clock_12h_suspect ? "nghi ngờ" : "không"}};
    return framed(
        look(),
        p.reference,
        "",
        "<h1>" + html_escape(p.reference) + "</h1><p>" + state_badge(p.state) +
            " <a href=\"/checkout/" + p.token + "\">trang thanh toán</a></p>" +
            section("Số liệu", facts(words)) +
            section(
                "Tiền đã nhận", table({"Số giao dịch", "Lúc", "Số tiền", ""}, rows, "Chưa có.")
            ) +
            section("Nhật ký", journal_table(w.journal, p.reference))
    );
}

std::string notices_page(const World& w) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [id, n] : w.outbox.all())
        rows.push_back(
            {std::to_string(id),
             html_escape(n.reference),
             html_escape(n.fields.at("MaLoi")),
             badge(name_of(n.state), n.state == SendState::acknowledged ? "good" : "wait"),
             std::to_string(n.attempts),
             n.last_status > 0 ? std::to_string(n.last_status) : "",
             kit::readable_time(n.due)}
        );
    return framed(
        look(),
        "Thông báo",
        "/notices",
        "<h1>Thông báo (IPN)</h1><section>" +
            table(
                {"#", "Mã tham chiếu", "MaLoi", "Trạng thái", "Lần", "HTTP", "Hạn"},
                rows,
                "Chưa có."
            ) +
            "</section>"
    );
}

}  // namespace

kit::Answer checkout(World& w, const kit::Call& call, core::Instant now) {
    auto it = w.by_checkout.find(call.path.substr(std::string_view("/checkout/").size()));
    auto* p = it == w.by_checkout.end() ? nullptr : w.find(it->second);
    if (p == nullptr)
        return shown(
            404, framed(look(), "Không tìm thấy", "", "<h1>Không tìm thấy giao dịch</h1>")
        );
    auto o = w.occasion("checkout", p->reference, now);
    if (auto lie = w.wire.instead(o)) return lie->answer;
    std::string why;
    if (call.method == "POST") {
        auto form = form_of(call);
        why = w.act(*p, form["action"], amount_of(form["amount"]).value_or(0), now);
        if (!wants_json(call) && why.empty()) {  // so that a reload does nothing again
            auto a = kit::text_answer(303, "");
            a.headers.emplace_back("Location", "/checkout/" + p->token);
            return a;
        }
    }
    int status = why.empty() ? 200 : 409;
    if (!wants_json(call)) return shown(status, checkout_page(w, *p, why));
    return why.empty() ? kit::json_answer(200, payment_json(*p)) : kit::error_answer(409, why);
}

std::optional<kit::Answer> page(World& w, const kit::Call& call, core::Instant now) {
    static constexpr std::string_view one = "/payments/", file = "/day-files/";
    if (call.path == "/") return shown(200, list_page(w));
    if (call.path == "/notices") return shown(200, notices_page(w));
    if (call.path == "/journal")
        return shown(
            200,
            framed(
                look(),
                "Nhật ký",
                "/journal",
                "<h1>Nhật ký</h1><section>" + journal_table(w.journal, call.parameter("key")) +
                    "</section>"
            )
        );
    if (call.path.starts_with(one)) {
        const auto* p = w.find(call.path.substr(one.size()));
        if (p != nullptr) return shown(200, payment_page(w, *p));
    }
    auto files = call.path.starts_with("/day-files") ? files_now(w, now)
                                                     : std::map<std::string, std::string>();
    if (call.path == "/day-files") {
        std::vector<std::string> names;
        for (const auto& [name, content] : files) names.push_back(name);
        if (wants_json(call)) {
            kit::JsonWriter out;
            out.array();
            for (const auto& name : names) out.value(name);
            return kit::json_answer(200, out.end_array().take());
        }
        return shown(
            200,
            framed(
                look(),
                "Tệp ngày",
                "/day-files",
                "<h1>Tệp ngày</h1><section>" + files_table(names) + "</section>"
            )
        );
    }
    if (call.path.starts_with(file)) {
        auto it = files.find(call.path.substr(file.size()));
        if (it != files.end()) return kit::text_answer(200, it->second);
    }
    return {};
}

std::map<std::string, std::string> files_now(World& w, core::Instant now) {
    std::set<std::pair<std::string, std::chrono::sys_days>> days;
    for (const auto& [reference, p] : w.held)
        for (const auto& t : p.transactions)
            days.emplace(p.merchant, std::chrono::sys_days(core::local_day(t.at)));
    std::map<std::string, std::string> out;
    for (const auto& [merchant, day] : days) {
        core::Day d(day);
        auto made = w.day_files.make(merchant, d, w.lines_of(merchant, d), w.faults, now);
        if (!made) continue;
        out[made->name] = made->csv;
        out[made->digest_name] = made->digest;
    }
    return out;
}

}  // namespace sim::national_platform
