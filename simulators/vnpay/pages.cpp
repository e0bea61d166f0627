// The pages a tester looks at: payments, notices, day files, journal.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/payments/page.hpp"
#include "simulators/vnpay/look.hpp"
#include "simulators/vnpay/views.hpp"

#include <algorithm>
#include <set>

namespace sim::vnpay {
namespace {

using namespace payments;
using kit::pages::card;
using kit::pages::escaped;
using kit::pages::framed;
using kit::pages::section;
using kit::pages::table;

std::string link(const std::string& key) {
    return "<a href=\"/payments/" + kit::url_encode(key) + "\">" + escaped(key) + "</a>";
}

std::string list_page(const World& w) {
    std::vector<std::pair<core::Instant, std::string>> order;
    for (const auto& [key, p] : w.held) order.emplace_back(p.changed, key);
    std::ranges::sort(order, std::ranges::greater());
    if (order.size() > 200) order.resize(200);
    std::vector<std::vector<std::string>> rows;
    for (const auto& [at, key] : order) {
        const auto& p = w.held.at(key);
        rows.push_back(
            {link(key),
             escaped(p.terminal),
             escaped(money(p.amount)),
             state_badge(p),
             std::to_string(p.notices_sent) + " / " + std::to_string(p.notices_acknowledged),
             std::to_string(p.queries),
             p.refunds.empty() ? "" : escaped(money(p.refunded())),
             kit::readable_time(at)}
        );
    }
    auto paid = static_cast<std::size_t>(std::ranges::count_if(w.held, [](const auto& one) {
        return one.second.paid();
    }));
    return framed(
        look(),
        "Giao dịch",
        "/",
        "<h1>Giao dịch</h1><div class=\"cards\">" + card(w.held.size(), "giao dịch") +
            card(paid, "đã thanh toán") + card(w.outbox.unfinished(), "thông báo chờ xác nhận") +
            card(static_cast<std::size_t>(w.refused_openings), "địa chỉ bị từ chối", true) +
            card(w.faults.all().size(), "lỗi đang bật") + "</div><section>" +
            table(
                {"Mã tham chiếu",
                 "Website",
                 "Số tiền",
                 "Trạng thái",
                 "IPN gửi / nhận",
                 "querydr",
                 "Hoàn",
                 "Lúc"},
                rows,
                "Chưa có giao dịch nào."
            ) +
            "</section>"
    );
}

std::string payment_page(const World& w, const std::string& key, const Payment& p) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& r : p.refunds)
        rows.push_back(
            {escaped(r.request_id),
             r.type == "02" ? "toàn phần" : "một phần",
             escaped(money(r.amount)),
             r.status,
             escaped(r.by),
             kit::readable_time(r.requested)}
        );
    std::string codes;
    for (const auto& [code, n] : p.answers) codes += code + " × " + std::to_string(n) + "  ";
    return framed(
        look(),
        key,
        "",
        "<h1>" + escaped(key) + "</h1><p>" + state_badge(p) + " <a href=\"/paymentv2/pay/" +
            p.token + "\">trang thanh toán</a></p>" +
            section(
                "Số liệu",
                facts(
                    {{"Website", p.terminal},
                     {"vnp_CreateDate", p.started},
                     {"vnp_TransactionNo", p.number},
                     {"Mã kết quả", p.response + " / " + p.status},
                     {"Mở trang", std::to_string(p.opened)},
                     {"Trình duyệt quay lại", std::to_string(p.returns)},
                     {"IPN đã gửi", std::to_string(p.notices_sent)},
                     {"RspCode đã nhận", codes},
                     {"querydr", std::to_string(p.queries)}}
                )
            ) +
            section(
                "Hoàn tiền",
                table({"Yêu cầu", "Loại", "Số tiền", "Mã", "Người", "Lúc"}, rows, "Chưa có.")
            ) +
            section("Nhật ký", journal_table(w.journal, p.reference))
    );
}

std::string notices_page(const World& w) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [id, n] : w.outbox.all())
        rows.push_back(
            {std::to_string(id),
             escaped(n.reference),
             escaped(n.fields.at("vnp_ResponseCode") + "/" + n.fields.at("vnp_TransactionStatus")),
             badge(name_of(n.state), n.state == SendState::acknowledged ? "good" : "wait"),
             std::to_string(n.attempts),
             escaped(n.last_answer),
             kit::readable_time(n.due)}
        );
    return framed(
        look(),
        "Thông báo",
        "/notices",
        "<h1>Thông báo (IPN)</h1><section>" +
            table(
                {"#", "Mã tham chiếu", "Mã", "Trạng thái", "Lần", "Trả lời", "Hạn"},
                rows,
                "Chưa có."
            ) +
            "</section>"
    );
}

std::optional<kit::Answer> files_page(World& w, const kit::Call& call, core::Instant now) {
    static constexpr std::string_view one = "/day-files/";
    auto files = files_now(w, now);
    if (call.path.starts_with(one)) {
        auto it = files.find(call.path.substr(one.size()));
        if (it == files.end()) return {};
        return kit::text_answer(200, it->second);
    }
    std::vector<std::string> names;
    for (const auto& [name, content] : files) names.push_back(name);
    if (wants_json(call)) {
        kit::JsonWriter out;
        out.array();
        for (const auto& name : names) out.value(name);
        return kit::json_answer(200, out.end_array().take());
    }
    auto inside = "<h1>Tệp ngày</h1><section>" + files_table(names) + "</section>";
    return shown(200, framed(look(), "Tệp ngày", "/day-files", inside));
}

}  // namespace

const kit::pages::Frame& look() {
    static const auto one = frame("VNPAY", "#005baa");
    return one;
}

std::string state_badge(const Payment& p) {
    if (p.state == State::open) return badge("chờ thanh toán", "wait");
    if (p.state == State::hanging) return badge("ngân hàng chưa trả lời", "wait");
    if (p.paid()) return badge(p.late ? "đã thanh toán (muộn)" : "đã thanh toán", "good");
    auto words = std::string(meaning_of(p.response));
    if (p.response == "00") words = p.status == "04" ? "đảo giao dịch" : "chưa hoàn tất";
    return badge(words + " (" + p.response + "/" + p.status + ")", "bad");
}

std::optional<kit::Answer> page(World& w, const kit::Call& call, core::Instant now) {
    static constexpr std::string_view one = "/payments/";
    if (call.path == "/") return shown(200, list_page(w));
    if (call.path == "/notices") return shown(200, notices_page(w));
    if (call.path == "/journal") {
        auto inside = "<h1>Nhật ký</h1><section>" +
                      journal_table(w.journal, call.parameter("key")) + "</section>";
        return shown(200, framed(look(), "Nhật ký", "/journal", inside));
    }
    if (call.path.starts_with(one)) {
        auto key = call.path.substr(one.size());
        const auto* p = w.find(key);
        if (p) return shown(200, payment_page(w, key, *p));
    }
    if (call.path.starts_with("/day-files")) return files_page(w, call, now);
    return {};
}

std::map<std::string, std::string> files_now(World& w, core::Instant now) {
    std::set<std::pair<std::string, std::chrono::sys_days>> days;
    auto add = [&days](const Payment& p, core::Instant at) {
        days.emplace(p.terminal, std::chrono::sys_days(core::local_day(at)));
    };
    for (const auto& [key, p] : w.held) {
        if (auto at = kit::from_compact_time(p.paid_at); at && p.money_taken()) add(p, *at);
        for (const auto& r : p.refunds)
            if (r.status == "06") add(p, r.decided);
    }
    std::map<std::string, std::string> out;
    for (const auto& [terminal, day] : days) {
        core::Day d(day);
        auto made = w.day_files.make(terminal, d, w.lines_of(terminal, d), w.faults, now);
        if (!made) continue;
        out[made->name] = made->csv;
        out[made->digest_name] = made->digest;
    }
    return out;
}

}  // namespace sim::vnpay
