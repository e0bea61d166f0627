// What the citizen's browser sees: payment address, payment page, return to the merchant, error
// page.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/payments/page.hpp"
#include "simulators/vnpay/look.hpp"
#include "simulators/vnpay/views.hpp"

namespace sim::vnpay {
namespace {

using namespace payments;
using kit::pages::escaped;
using kit::pages::framed;
using kit::pages::section;

constexpr std::string_view page_path = "/paymentv2/pay/";

std::string codes_form(const std::string& form) {
    std::string out = form + "<select name=\"code\" aria-label=\"Mã kết quả\">";
    for (const auto& code : failure_codes())
        out += "<option value=\"" + code + "\">" + code + " · " + escaped(meaning_of(code)) +
               "</option>";
    return out + "</select>" + button("fail", "Kết thúc với mã này") + "</form>";
}

std::string buttons(const World& w, const Payment& p) {
    auto form = "<form method=\"post\" action=\"" + std::string(page_path) + p.token + "\">";
    if (p.state == State::ended) {
        auto more = p.money_taken() ? "" : button("pay_late", "Trả muộn");
        return "<p><a href=\"" + escaped(return_address(w, p)) +
               "\">Quay lại trang của đơn vị</a></p>" + form + button("notify", "Gửi lại IPN") +
               more + "</form>";
    }
    return form + button("pay", "Thanh toán", true) + button("cancel", "Hủy giao dịch") +
           button("expire", "Để hết hạn") +
           "</form><details><summary>Các tình huống khác</summary>" + codes_form(form) + form +
           button("suspect", "Nghi ngờ gian lận (07)") + button("reverse", "Đảo giao dịch (04)") +
           button("incomplete", "Mã 00, trạng thái 01") + button("hang", "Ngân hàng treo") +
           button("pay_late", "Trả sau khi hết hạn") + "</form></details>";
}

std::string checkout_page(const World& w, const Payment& p, const std::string& message) {
    std::string inside = "<h1>Thanh toán qua VNPAY</h1>";
    if (!message.empty()) inside += "<p>" + badge(message, "bad") + "</p>";
    inside += section(
        "Đơn hàng " + p.reference,
        "<p class=\"sum\">" + escaped(money(p.amount)) + "</p><p>" + state_badge(p) + "</p>" +
            facts(
                {{"Nội dung", p.text},
                 {"Website", p.terminal},
                 {"Ngân hàng", p.bank},
                 {"Hết hạn lúc", kit::readable_time(p.expires)}}
            )
    );
    return framed(look(), "Thanh toán", "", inside + section("Chọn", buttons(w, p)));
}

std::string payment_json(const World& w, const Payment& p) {
    kit::JsonWriter out;
    out.object().field("reference", p.reference).field("state", name_of(p.state));
    out.field("amount", p.amount).field("response", p.response).field("status", p.status);
    out.field("expires", kit::rfc3339(p.expires)).field("page", std::string(page_path) + p.token);
    out.field("return_url", p.state == State::ended ? return_address(w, p) : std::string());
    return out.end_object().take();
}

void note(
    World& w,
    const char* service,
    const std::string& key,
    const std::string& effect,
    core::Instant now
) {
    kit::Entry e;
    e.at = now;
    e.service = service;
    e.key = key;
    e.effect = effect;
    e.status = 200;
    w.journal.add(std::move(e));
}

kit::Answer to(int status, std::string address) {
    auto a = kit::text_answer(status, "");
    a.headers.emplace_back("Location", std::move(address));
    return a;
}

kit::Answer opened(World& w, const kit::Call& call, core::Instant now) {
    auto got = open_payment(w, call.query, now);
    note(
        w,
        "pay",
        read_query(call.query)["vnp_TxnRef"],
        got.error.empty() ? "open" : "refused " + got.error,
        now
    );
    if (!got.error.empty()) {
        if (wants_json(call)) return kit::error_answer(400, got.error);
        return to(302, "/paymentv2/Payment/Error.html?code=" + got.error);
    }
    auto& p = *w.find(got.key);
    if (wants_json(call)) return kit::json_answer(200, payment_json(w, p));
    return shown(200, checkout_page(w, p, ""));
}

kit::Answer pressed(World& w, Payment& p, const kit::Call& call, core::Instant now) {
    auto form = form_of(call);
    auto why = w.act(p, form["action"], form["code"], now);
    bool ended = p.state == State::ended;
    if (!why.empty()) {
        if (wants_json(call)) return kit::error_answer(409, why);
        return shown(409, checkout_page(w, p, why));
    }
    bool leaves = ended && form["action"] != "notify";
    if (leaves) ++p.returns;
    if (wants_json(call)) return kit::json_answer(200, payment_json(w, p));
    return to(303, leaves ? return_address(w, p) : std::string(page_path) + p.token);
}

}  // namespace

std::string return_address(const World& w, const Payment& p) {
    const auto* m = w.merchant(p.terminal);
    if (m == nullptr || p.state != State::ended) return {};
    auto fields = w.result_of(p);
    auto secret = m->secret;
    if (w.faults.on("return_forged")) {  // somebody edits the address on the way to the merchant
        fields["vnp_ResponseCode"] = fields["vnp_TransactionStatus"] = "00";
        secret = "FORGED";
    }
    if (w.faults.on("return_bad_hash")) secret = "OTHER";
    auto mark = p.return_url.find('?') == std::string::npos ? "?" : "&";
    return p.return_url + mark + signed_query(fields, secret);
}

kit::Answer payment_door(World& w, const kit::Call& call, core::Instant now) {
    kit::Occasion o = w.occasion("pay", read_query(call.query)["vnp_TxnRef"], now);
    if (auto lie = w.wire.instead(o)) return lie->answer;
    kit::Answer a;
    if (call.path == "/paymentv2/vpcpay.html") {
        a = opened(w, call, now);
    } else if (call.path == "/paymentv2/Payment/Error.html") {
        auto code = call.parameter("code");
        auto inside = "<h1>Thông báo</h1><p>" + escaped(error_words(code)) + "</p><p><code>" +
                      escaped(code) + "</code></p>";
        a = shown(200, framed(look(), "Thông báo", "", inside));
    } else {
        auto it = w.by_token.find(call.path.substr(std::min(page_path.size(), call.path.size())));
        auto* p = it == w.by_token.end() ? nullptr : w.find(it->second);
        if (p == nullptr)
            a = shown(
                404, framed(look(), "Không tìm thấy", "", "<h1>Không tìm thấy giao dịch</h1>")
            );
        else if (call.method == "POST")
            a = pressed(w, *p, call, now);
        else if (wants_json(call))
            a = kit::json_answer(200, payment_json(w, *p));
        else
            a = shown(200, checkout_page(w, *p, ""));
    }
    w.wire.about(o, a);
    return a;
}

}  // namespace sim::vnpay
