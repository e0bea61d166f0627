// querydr and refund: checks in order, signed answers, and the journal rows they leave.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/vnpay/views.hpp"

#include <algorithm>

namespace sim::vnpay {
namespace {

using kit::Answer;
using kit::JsonWriter;

/// One question of a merchant and what becomes of it.
struct Turn {
    Turn(World& world, core::Instant at) : w(world), now(at) {}
    World& w;
    core::Instant now;
    Fields f;       // the question
    Fields answer;  // vnp_ResponseCode, vnp_Message, … without vnp_SecureHash
    const Merchant* merchant = nullptr;
    Payment* payment = nullptr;
    std::string effect = "none";
};

void say(Turn& t, const char* code, const char* words) {
    t.answer["vnp_ResponseCode"] = code;
    t.answer["vnp_Message"] = words;
    if (std::string_view(code) != "00") t.effect = std::string("refused ") + code;
}

bool number(const std::string& text) {
    return !text.empty() && text.size() <= 12 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Fields that must be there and be of their form.
bool well_formed(const Turn& t) {
    auto given = [&t](const char* name) {
        auto it = t.f.find(name);
        return it != t.f.end() && !it->second.empty();
    };
    for (const char* name : joined_fields(t.f.at("vnp_Command")))
        if (!given(name) && std::string_view(name) != "vnp_TransactionNo") return false;
    if (t.f.at("vnp_RequestId").size() > 32 || t.f.at("vnp_Version") != t.w.options.version)
        return false;
    for (const char* name : {"vnp_TransactionDate", "vnp_CreateDate"})
        if (!kit::from_compact_time(t.f.at(name))) return false;
    if (t.f.at("vnp_Command") != "refund") return true;
    const auto& type = t.f.at("vnp_TransactionType");
    return (type == "02" || type == "03") && number(t.f.at("vnp_Amount")) &&
           t.f.at("vnp_Amount").ends_with("00");
}

/// Everything that is the same for both commands. true: go on.
bool admitted(Turn& t, const kit::Occasion& o) {
    t.merchant = t.w.merchant(t.f["vnp_TmnCode"]);
    const auto& command = t.f["vnp_Command"];
    if (t.merchant == nullptr) return say(t, "02", "Invalid terminal"), false;
    if (command != "querydr" && command != "refund") return say(t, "03", "Invalid format"), false;
    if (!well_formed(t)) return say(t, "03", "Invalid format"), false;
    auto hash = hmac_sha512_hex(t.merchant->secret, joined(command, t.f));
    if (!kit::same_secret(kit::lower_ascii(t.f["vnp_SecureHash"]), hash))
        return say(t, "97", "Invalid checksum"), false;
    auto day = kit::short_day(t.now);
    bool fresh =
        t.w.request_ids.insert(t.merchant->terminal + " " + day + " " + t.f["vnp_RequestId"])
            .second;
    if (t.w.faults.strikes("duplicate_request_id", o)) fresh = false;
    if (!fresh) return say(t, "94", "Duplicate request"), false;
    t.payment = t.w.find(t.merchant->terminal, t.f["vnp_TxnRef"], t.f["vnp_TransactionDate"]);
    if (t.payment == nullptr) return say(t, "91", "Transaction not found"), false;
    return true;
}

/// Status that a question shows: of the last refund if there is one, else of the payment.
void querydr(Turn& t, const kit::Occasion& o) {
    auto& p = *t.payment;
    ++p.queries;
    if (t.w.faults.strikes("query_not_found", o)) return say(t, "91", "Transaction not found");
    if (t.w.faults.strikes("query_99", o)) return say(t, "99", "Other error");
    say(t, "00", "QueryDR Success");
    auto status = p.state == State::ended ? p.status : std::string("01");
    const auto* f = t.w.faults.on("query_pending_for");
    bool early = f && p.paid() && t.now < p.changed + core::Duration(f->number("s", 3'600) * 1'000);
    if (early && t.w.faults.strikes("query_pending_for", o)) status = "01";
    auto amount = p.amount * 100;
    if (t.w.faults.strikes("query_wrong_amount", o)) amount += 100'000;
    auto& a = t.answer;
    a["vnp_Amount"] = std::to_string(amount);
    a["vnp_BankCode"] = p.bank;
    a["vnp_PayDate"] = p.paid_at;
    a["vnp_TransactionNo"] = p.number;
    a["vnp_TransactionType"] = p.refunds.empty() ? "01" : p.refunds.back().type;
    a["vnp_TransactionStatus"] = p.refunds.empty() ? status : p.refunds.back().status;
    a["vnp_OrderInfo"] = p.text;
    t.effect = "status " + a["vnp_TransactionStatus"];
}

/// Why this refund is refused; "" = it is not.
std::string_view refusal(Turn& t, std::int64_t amount, const kit::Occasion& o) {
    const auto& p = *t.payment;
    if (!p.paid() || t.w.faults.strikes("refund_not_allowed", o)) return "95";
    const auto& number = t.f["vnp_TransactionNo"];
    if (!number.empty() && number != "0" && number != p.number) return "91";
    bool under_way = std::ranges::any_of(p.refunds, [](const auto& r) { return r.status == "05"; });
    if (under_way || t.w.faults.strikes("refund_in_progress", o)) return "94";
    bool full = t.f["vnp_TransactionType"] == "02";
    auto left = p.amount - p.refunded();
    if (amount <= 0 || amount > left || (full && amount != p.amount)) return "02";
    return t.w.faults.strikes("refund_over", o) ? "02" : "";
}

void refund(Turn& t, const kit::Occasion& o) {
    auto& p = *t.payment;
    auto amount = std::stoll(t.f["vnp_Amount"]) / 100;
    auto code = refusal(t, amount, o);
    if (code == "95") return say(t, "95", "Transaction was not successful");
    if (code == "91") return say(t, "91", "Transaction not found");
    if (code == "94") return say(t, "94", "Refund is being processed");
    if (code == "02") return say(t, "02", "Invalid refund amount");
    Refund r;
    r.request_id = t.f["vnp_RequestId"];
    r.type = t.f["vnp_TransactionType"];
    r.by = t.f["vnp_CreateBy"];
    r.amount = amount;
    r.number = t.w.next_number();
    r.requested = t.now;
    r.decided = t.now + t.w.options.refund_sent_after;
    if (const auto* f = t.w.faults.strikes("refund_pending_for", o))
        r.decided = t.now + core::Duration(f->number("s", 3 * 86'400) * 1'000);
    r.refuse = t.w.faults.strikes("refund_refused", o) != nullptr;
    p.refunds.push_back(r);
    t.w.plan_refund(p, r.decided);
    p.changed = t.now;
    say(t, "00", "Refund Success");
    t.effect = "refund " + std::to_string(amount);
    auto& a = t.answer;
    a["vnp_Amount"] = std::to_string(amount * 100);
    a["vnp_BankCode"] = p.bank;
    a["vnp_PayDate"] = kit::compact_time(t.now);
    a["vnp_TransactionNo"] = r.number;
    a["vnp_TransactionType"] = r.type;
    a["vnp_TransactionStatus"] = r.status;
    a["vnp_OrderInfo"] = t.f["vnp_OrderInfo"];
    if (t.w.faults.strikes("refund_99", o)) {  // it was taken, the answer does not say so
        for (const char* name : {"vnp_TransactionNo", "vnp_TransactionStatus"}) a[name].clear();
        a["vnp_ResponseCode"] = "99";
        a["vnp_Message"] = "Other error";
    }
}

std::string body_of(Turn& t, const kit::Occasion& o) {
    auto command = t.f["vnp_Command"] == "refund" ? std::string("refund") : std::string("querydr");
    auto& a = t.answer;
    a["vnp_ResponseId"] = t.w.next_response_id();
    a["vnp_Command"] = command;
    a["vnp_TmnCode"] = t.f["vnp_TmnCode"];
    a["vnp_TxnRef"] = t.f["vnp_TxnRef"];
    JsonWriter out;
    out.object();
    for (const char* name : joined_fields(command + "-reply")) out.field(name, a[name]);
    if (t.merchant) {
        auto hash = hmac_sha512_hex(t.merchant->secret, joined(command + "-reply", a));
        if (t.w.faults.strikes(command == "refund" ? "refund_bad_hash" : "query_bad_hash", o))
            hash.assign(hash.size(), '0');
        out.field("vnp_SecureHash", hash);
    }
    return out.end_object().take();
}

Answer process(Turn& t, const std::string& text, const kit::Occasion& o) {
    kit::JsonDocument doc;
    bool readable = kit::parse_json(doc, text) && doc.IsObject();
    if (!readable)
        say(t, "03", "Invalid format");
    else if (admitted(t, o))
        t.f["vnp_Command"] == "refund" ? refund(t, o) : querydr(t, o);
    return kit::json_answer(200, body_of(t, o));
}

}  // namespace

Answer merchant_service(World& w, const kit::Call& call, core::Instant now) {
    Turn t(w, now);
    kit::JsonDocument doc;
    if (kit::parse_json(doc, call.body) && doc.IsObject()) t.f = kit::texts_of(doc);
    auto o = w.occasion(t.f["vnp_Command"], t.f["vnp_TxnRef"], now);
    auto lie = w.wire.instead(o);
    Answer a;
    if (!lie || lie->processed) a = process(t, call.body, o);
    auto fault = lie ? lie->fault : w.wire.about(o, a);
    if (lie) a = lie->answer;
    kit::Entry e;
    e.at = now;
    e.service = o.service.empty() ? "?" : o.service;
    e.key = o.field;
    e.body_sha256 = kit::sha256_hex(call.body);
    e.effect = t.effect;
    if (t.payment) e.after = t.payment->response + "/" + t.payment->status;
    e.fault = fault;
    bool answered = a.fate == kit::Fate::answer || a.fate == kit::Fate::eof_before_length;
    e.status = answered ? a.status : 0;
    e.answer = a.body;
    w.journal.add(std::move(e));
    return a;
}

Answer bank_list() {
    struct Bank {
        const char *code, *name;
        int type;
    };
    static constexpr Bank banks[] = {
        {"VNPAYQR", "Cổng thanh toán VNPAYQR", 1},
        {"VNBANK", "Ngân hàng nội địa (mẫu)", 2},
        {"NCB", "Ngân hàng NCB (mẫu)", 2},
        {"INTCARD", "Thẻ quốc tế (mẫu)", 3}};
    JsonWriter out;
    out.array();
    int order = 0;
    for (const auto& b : banks) {
        out.object().field("bank_code", b.code).field("bank_name", b.name);
        out.field("logo_link", "/logo.png").field("bank_type", b.type);
        out.field("display_order", ++order).end_object();
    }
    return kit::json_answer(200, out.end_array().take());
}

}  // namespace sim::vnpay
