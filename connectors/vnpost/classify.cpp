// Answers of the order service.
#include "connectors/vnpost/classify.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/core/text.hpp"

namespace gw::vnpost {

namespace {

using core::Document;
using mapping::ReplyClass;

core::Fact fact_about(const std::string& order_number, std::string_view source) {
    core::Fact fact;
    fact.kind = "delivery";
    fact.ref = order_number;
    fact.says = Document::object();
    fact.says.set("source", Document::text(std::string(source)));
    return fact;
}

/// What a clerk reads of a refusal: our sentence and the post's own words (postal.md 3.1).
std::string reason_of(const Reading& reading) {
    std::string out = reading.verdict.sentence;
    const std::string text = core::single_blanks(connector_kit::mask_digits(reading.text));
    if (!text.empty()) out += " Trả lời: " + core::truncate_marked(text, 200);
    return core::truncate_marked(out, 500);
}

bool is_success(ReplyClass meaning) {
    return meaning == ReplyClass::ok || meaning == ReplyClass::already;
}

}  // namespace

std::optional<core::Fact> order_fact(
    const std::string& order_number, const std::string& waybill, const Reading& reading
) {
    const Verdict& v = reading.verdict;
    core::Fact fact = fact_about(order_number, "order");
    if (is_success(v.meaning)) {
        fact.says.set("state", Document::text("booked"));
        const std::string given =
            reading.result.is_object() ? reading.result.text_of("ItemCode") : "";
        const std::string& number = given.empty() ? waybill : given;
        if (!number.empty()) fact.says.set("waybill", Document::text(number));
        return fact;
    }
    if (v.meaning != ReplyClass::reject || v.ours) return std::nullopt;
    const bool printed = v.code == "vnpost.waybill_used";
    fact.says.set("state", Document::text(printed ? "waybill_used" : "rejected"));
    fact.says.set("reason", Document::text(reason_of(reading)));
    return fact;
}

std::optional<core::Fact> cancel_fact(const std::string& order_number, const Reading& reading) {
    const Verdict& v = reading.verdict;
    core::Fact fact = fact_about(order_number, "cancel");
    if (is_success(v.meaning) || v.meaning == ReplyClass::not_found) {
        fact.says.set("state", Document::text("cancelled"));
        return fact;
    }
    if (v.meaning != ReplyClass::reject || v.ours) return std::nullopt;
    fact.says.set("state", Document::text(""));
    fact.says.set("reason", Document::text(reason_of(reading)));
    return fact;
}

core::Result<core::Receipt> outcome(const Reading& reading, bool told) {
    if (!told || is_success(reading.verdict.meaning))
        return connector_kit::outcome_of(reading.verdict);
    core::Receipt receipt;
    receipt.answer = reading.verdict.answer;
    receipt.flag = reading.verdict.meaning == ReplyClass::not_found ? "no_order" : "refused";
    return receipt;
}

}  // namespace gw::vnpost
