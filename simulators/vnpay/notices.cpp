// The IPN on the wire, its faults, and whether the merchant's answer confirms it.
#include "simulators/kit/json_reader.hpp"
#include "simulators/vnpay/world.hpp"

namespace sim::vnpay {
namespace {

/// Faults that change what the message says; it is signed afterwards, so that the hash is right.
std::string lie_in_fields(World& w, const kit::Occasion& o, Fields& f) {
    if (const auto* hit = w.faults.strikes("ipn_wrong_amount", o)) {
        auto other = std::stoll(f["vnp_Amount"]) / 10;
        f["vnp_Amount"] = hit->param("amount", std::to_string(other));
        return "ipn_wrong_amount";
    }
    if (const auto* hit = w.faults.strikes("ipn_wrong_merchant", o)) {
        f["vnp_TmnCode"] = hit->param("merchant", "OTHERTM1");
        return "ipn_wrong_merchant";
    }
    if (const auto* hit = w.faults.strikes("ipn_unknown_ref", o)) {
        f["vnp_TxnRef"] = hit->param("reference", "LT26005KH0NGC0X");
        return "ipn_unknown_ref";
    }
    return {};
}

/// Blanks as %20 in what is sent; the signature stays over the form with '+'.
std::string other_encoding(std::string query) {
    for (std::size_t at; (at = query.find('+')) != std::string::npos;) query.replace(at, 1, "%20");
    return query;
}

}  // namespace

payments::OutCall compose_notice(World& w, const payments::Notice& notice, core::Instant now) {
    payments::OutCall call;
    const auto* m = w.merchant(notice.merchant);
    auto o = w.occasion("IPN", notice.reference, now);
    auto fields = notice.fields;
    call.fault = lie_in_fields(w, o, fields);
    auto secret = m->secret;
    if (w.faults.strikes("ipn_other_key", o)) {
        secret += "-OTHER";
        call.fault = "ipn_other_key";
    }
    auto query = signed_query(fields, secret);
    if (w.faults.strikes("ipn_bad_hash", o)) {
        query.replace(query.size() - 128, 128, std::string(128, '0'));
        call.fault = "ipn_bad_hash";
    }
    if (w.faults.strikes("ipn_encoding", o)) {
        query = other_encoding(std::move(query));
        call.fault = "ipn_encoding";
    }
    call.method = "GET";
    call.path = m->ipn_path + (m->ipn_path.find('?') == std::string::npos ? "?" : "&") + query;
    if (auto* p = w.find(notice.key)) ++p->notices_sent;
    return call;
}

bool judge_answer(World& w, const payments::Notice& notice, int status, std::string_view body) {
    auto* p = w.find(notice.key);
    kit::JsonDocument doc;
    if (status != 200 || !kit::parse_json(doc, body) || !doc.IsObject()) return false;
    auto code = kit::text_at(doc, "RspCode");
    if (p) ++p->answers[code];
    if (code != "00" && code != "02") return false;
    if (p) ++p->notices_acknowledged;
    return true;
}

}  // namespace sim::vnpay
