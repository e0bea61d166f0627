// The report of a compared day, and the stored payment as the comparison sees it.
#include "gateway/core/payment_internal.hpp"
#include "gateway/core/payment_match.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using namespace payment_parts;

Document difference_json(const Difference& d) {
    Document out = Document::object();
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) out.set(name, Document::text(value));
    };
    put("code", d.code);
    put("payment_id", d.payment);
    put("reference", d.reference);
    if (d.line >= 0) out.set("line", Document::number(d.line));
    put("batch", d.batch);
    put("fee_set", d.fee_set);
    if (d.expected >= 0) out.set("expected", Document::number(d.expected));
    if (d.found >= 0) out.set("found", Document::number(d.found));
    put("action", d.action);
    put("suggestion", d.suggestion);
    return out;
}

}  // namespace

MatchPayment::MatchPayment(const Document& payment)
    : id(payment.text_of("id")),
      reference(payment.text_of("reference")),
      provider_transaction(payment.text_of("provider_transaction")),
      state(payment.text_of("state")),
      amount(integer_of(payment, "paid_amount")),
      has_receipts(all_receipts(payment)),
      seen_before(payment.find("reconciled_on") != nullptr),
      paid_at(time_of(payment, "paid_at")),
      collected_at(time_of(payment, "collected_at")) {
    // PO-18: the clerk gave a receipt; there is no second one.
    has_receipts |= payment.text_of("provider") == "postal" && payment.find("document_no");
    if (amount == 0) amount = integer_of(payment, "amount");
    std::vector<std::string> fees;
    if (const Document* ids = payment.find("fee_ids"))
        for (const Document& fee : ids->items()) fees.push_back(fee.as_text());
    std::sort(fees.begin(), fees.end());
    for (const std::string& fee : fees) fee_set += (fee_set.empty() ? "" : "+") + fee;
    if (const Document* all = payment.find("refunds"))
        for (const Document& refund : all->items()) {
            Refund r;
            r.id = refund.text_of("id");
            r.state = refund.text_of("state");
            r.provider_refund = refund.text_of("provider_refund");
            r.of = refund.text_of("provider_transaction");
            r.amount = integer_of(refund, "amount");
            r.confirm_by = time_of(refund, "confirm_by");
            refunds.push_back(std::move(r));
        }
}

Document day_report(
    const DayToMatch& day, const DayMatch& match, std::string_view provider, std::string_view file
) {
    Document report = Document::object();
    report.set("date", Document::text(to_iso_day(day.day)));
    report.set("provider", Document::text(std::string(provider)));
    const char* state = match.waiting > 0           ? "matching"
                        : match.differences.empty() ? "closed"
                                                    : "matched";
    report.set("state", Document::text(state));
    report.set("file", Document::text(std::string(file)));
    report.set("run_at", Document::text(to_rfc3339(day.run_at)));
    report.set("matched", Document::number(static_cast<std::int64_t>(match.matched.size())));
    report.set("waiting", Document::number(match.waiting));
    Document exceptions = Document::list();
    for (const Difference& d : match.differences) exceptions.push(difference_json(d));
    report.set("exceptions", std::move(exceptions));
    Document sums = Document::object();
    sums.set("dossiers", Document::number(match.sum_dossiers));
    sums.set("provider", Document::number(match.sum_provider));
    if (day.credits) sums.set("bank", Document::number(match.sum_bank));
    report.set("sums", std::move(sums));
    return report;
}

ObjectChange
reduce_reconciliation(const Document& report, const Document*, const Document& says, const CommandContext&) {
    ObjectChange out;
    const std::string state = report.text_of("state");
    if (state == "closed" || state == "closed_with_exceptions") {
        out.why = "day_closed";
        return out;
    }
    Document same = says;
    if (const Document* at = report.find("run_at")) same.set("run_at", *at);
    if (same == report) return out;
    out.verdict = Verdict::applied;
    out.body = says;
    FeedDraft feed;
    feed.type = "reconciliation.completed";
    for (const char* name : {"date", "provider", "matched"})
        if (const Document* value = says.find(name)) feed.data.set(name, *value);
    const Document* exceptions = says.find("exceptions");
    const std::size_t count = exceptions == nullptr ? 0 : exceptions->size();
    feed.data.set("exceptions", Document::number(static_cast<std::int64_t>(count)));
    out.feed.push_back(std::move(feed));
    return out;
}

}  // namespace gw::core
