// VNPAY 2.1.0 on the wire: questions, refunds and their answers.
#include "connectors/vnpay/codec.hpp"
#include "connectors/vnpay/wire.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::vnpay {

namespace {

using core::Document;

Document signed_body(
    const std::vector<std::pair<std::string, std::string>>& fields,
    const std::vector<std::string>& order,
    const std::string& secret
) {
    Document body = Document::object();
    std::vector<std::string> values;
    for (const auto& [name, value] : fields) body.set(name, Document::text(value));
    for (const std::string& name : order) values.push_back(body.text_of(name));
    body.set("vnp_SecureHash", Document::text(sign_values(values, secret)));
    return body;
}

const std::vector<std::string> query_order{
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo"};
const std::vector<std::string> refund_order{
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TransactionType",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_TransactionNo",
    "vnp_TransactionDate",
    "vnp_CreateBy",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo"};
const std::vector<std::string> reply_order{
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount"};

/// State of a transaction in a served answer (9.4).
Meaning state_of(const std::string& status) {
    if (status == "00") return {"00", "paid", ""};
    if (status == "02") return {"02", "failed", "refused"};
    if (status == "04") return {"04", "disputed", "reversed"};
    if (status == "07") return {"07", "disputed", "suspected_fraud"};
    if (status == "05") return {"05", "refund_sent", ""};
    if (status == "06") return {"06", "refund_done", ""};
    if (status == "09") return {"09", "refund_refused", "refused_by_bank"};
    return {"01", "pending", ""};
}
}  // namespace

std::string query_body(
    const Options& o, const Document& payment, const std::string& request_id, core::Instant now
) {
    return formats::write_json(signed_body(
        {{"vnp_RequestId", request_id},
         {"vnp_Version", "2.1.0"},
         {"vnp_Command", "querydr"},
         {"vnp_TmnCode", o.terminal},
         {"vnp_TxnRef", payment.text_of("reference")},
         {"vnp_OrderInfo", "Truy van " + payment.text_of("reference")},
         {"vnp_TransactionDate", payment.text_of("started_at")},
         {"vnp_CreateDate", stamp(now)},
         {"vnp_IpAddr", o.ip_address}},
        query_order,
        o.secret
    ));
}

std::string refund_body(
    const Options& o, const Document& payment, const Document& refund, core::Instant now
) {
    const std::string number =
        refund.text_of("provider_transaction", payment.text_of("provider_transaction"));
    return formats::write_json(signed_body(
        {{"vnp_RequestId", refund.text_of("request_id")},
         {"vnp_Version", "2.1.0"},
         {"vnp_Command", "refund"},
         {"vnp_TmnCode", o.terminal},
         {"vnp_TransactionType", refund.text_of("kind") == "partial" ? "03" : "02"},
         {"vnp_TxnRef", payment.text_of("reference")},
         {"vnp_Amount", times_100(vnd_of(refund))},
         {"vnp_TransactionNo", number.empty() ? "0" : number},
         {"vnp_TransactionDate", payment.text_of("started_at")},
         {"vnp_CreateBy", core::ascii_words(refund.text_of("approved_by", "office"), 245)},
         {"vnp_CreateDate", stamp(now)},
         {"vnp_IpAddr", o.ip_address},
         {"vnp_OrderInfo", "Hoan tien " + payment.text_of("reference")}},
        refund_order,
        o.secret
    ));
}

Answer read_answer(const Options& options, std::string_view body, bool of_refund) {
    Answer answer;
    const auto json = formats::read_json(body, {1 << 20, 8, 200});
    if (!json || !json->is_object()) return answer;
    answer.readable = true;
    const std::size_t count = reply_order.size() - (of_refund ? 2 : 0);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(json->text_of(reply_order[i]));
    const std::string given = lower_case(json->text_of("vnp_SecureHash"));
    answer.verified = crypto::equal_constant_time(sign_values(values, options.secret), given);
    if (!options.old_secret.empty())
        answer.verified |=
            crypto::equal_constant_time(sign_values(values, options.old_secret), given);
    answer.code = json->text_of("vnp_ResponseCode");
    answer.status = json->text_of("vnp_TransactionStatus");
    answer.reference = json->text_of("vnp_TxnRef");
    if (!answer.verified) return answer;
    if (answer.code == "91") {
        answer.says = Document::object();
        answer.says.set("state", Document::text("unknown_reference"));
        answer.says.set("code", Document::text("91"));
    } else if (answer.code == "00") {
        Fields f;
        for (const core::Member& m : json->members()) f[m.name] = m.value.as_text();
        answer.says =
            says_of(options, f, state_of(answer.status), answer.code + "/" + answer.status);
    }
    return answer;
}
}  // namespace gw::vnpay
