// Lines to payments, and what differs.
#include "gateway/core/payment_match.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/payment_internal.hpp"
#include "gateway/core/refund_lines.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace gw::core {
namespace {

constexpr std::chrono::hours file_due{24 + 6};  // of the next day, 06:00
constexpr std::chrono::hours line_within{24};
constexpr std::chrono::minutes cut_off{30};
constexpr std::chrono::minutes suggested_within{10};
constexpr std::chrono::hours receipt_within{24};

bool has_money(const MatchPayment& p) {
    return p.state == "paid" || p.state == "receipt_issued" || p.state == "refund_requested";
}

class Matching {
public:
    explicit Matching(const DayToMatch& day)
        : day_(day), line_of_(day.payments.size(), nullptr), refunds_(day.payments) {
        for (const MatchPayment& payment : day_.payments)
            by_fees_[payment.fee_set].push_back(&payment);
    }

    DayMatch run() {
        assign();
        for (const ProviderLine& line : day_.lines) look_at(line);
        for (const ProviderLine& line : day_.lines)
            if (is_failed_refund(line) && !refused(line)) refund_failed(line);
        for (const MatchPayment& payment : day_.payments) look_at(payment);
        batches();
        fee_sets();
        finish();
        return std::move(out_);
    }

private:
    Difference& differ(const char* code, const MatchPayment* payment, const ProviderLine* line) {
        Difference d;
        d.code = code;
        if (payment != nullptr) {
            d.payment = payment->id;
            d.reference = payment->reference;
            contradicted_.insert(payment->id);
        }
        if (line != nullptr) d.line = line->line;
        out_.differences.push_back(std::move(d));
        return out_.differences.back();
    }

    void fact(const MatchPayment& payment, Document says) {
        Fact f;
        f.kind = "payment";
        f.ref = payment.reference;
        f.says = std::move(says);
        f.says.set("source", Document::text("statement"));
        f.says.set("day", Document::text(to_iso_day(day_.day)));
        out_.facts.push_back(std::move(f));
    }

    Document said(const ProviderLine& line, const char* state) const {
        Document says = Document::object();
        says.set("state", Document::text(state));
        says.set("amount", Document::number(line.amount));
        says.set("provider_transaction", Document::text(line.provider_transaction));
        if (line.at) says.set("at", Document::text(to_rfc3339(*line.at)));
        if (!line.receipt_no.empty()) says.set("receipt_no", Document::text(line.receipt_no));
        return says;
    }

    bool refused(const ProviderLine& line) const {
        return !day_.merchants.empty() &&
               std::find(day_.merchants.begin(), day_.merchants.end(), line.merchant) ==
                   day_.merchants.end();
    }

    void take(const ProviderLine& line, std::size_t payment) {
        line_of_[payment] = &line;
        payment_of_[&line] = payment;
    }

    /// The first free payment whose `member` is what the line names; "" = it names none.
    template <class Named>
    void assign_by(std::string MatchPayment::*member, Named named) {
        std::map<std::string_view, std::deque<std::size_t>> free;
        for (std::size_t i = 0; i < day_.payments.size(); ++i)
            if (line_of_[i] == nullptr && !day_.payments[i].elsewhere)
                free[day_.payments[i].*member].push_back(i);
        for (const ProviderLine& line : day_.lines) {
            if (line.type != "TXN" || refused(line) || payment_of_.count(&line) > 0) continue;
            const std::string name = named(line);
            const auto found = name.empty() ? free.end() : free.find(name);
            if (found == free.end() || found->second.empty()) continue;
            take(line, found->second.front());
            found->second.pop_front();
        }
    }

    /// By their number first, so that two payments never share a line because of a reference.
    void assign() {
        assign_by(&MatchPayment::provider_transaction, [](const ProviderLine& line) {
            return line.provider_transaction;
        });
        assign_by(&MatchPayment::reference, [](const ProviderLine& line) {
            return line.reference;
        });
        assign_by(&MatchPayment::reference, [](const ProviderLine& line) {
            if (!line.reference.empty()) return std::string();
            const auto found = payment_references_in(line.description);
            return found.size() == 1 ? std::string(found.front()) : std::string();
        });
    }

    const std::vector<const MatchPayment*>& payments_for(const std::string& fee_set) const {
        static const std::vector<const MatchPayment*> none;
        const auto found = by_fees_.find(fee_set);
        return found == by_fees_.end() ? none : found->second;
    }

    /// Another payment whose line or state says that these fees are paid by it.
    bool fees_paid_by_other(const MatchPayment& payment) const {
        const auto& same = payments_for(payment.fee_set);
        return std::any_of(same.begin(), same.end(), [&](const MatchPayment* other) {
            return other->id != payment.id && has_money(*other);
        });
    }

    void look_at(const ProviderLine& line) {
        if (refused(line)) {
            differ("E12", nullptr, &line).action = "refuse_line";
            return;
        }
        if (line.type == "REFUND") return is_failed_refund(line) ? void() : refund_line(line);
        if (line.type != "TXN") return;
        const auto at = payment_of_.find(&line);
        if (at == payment_of_.end()) return unassigned(line);
        const MatchPayment& payment = day_.payments[at->second];
        if (line.status == "REVERSED") {
            if (!has_money(payment)) return;
            differ("E13", &payment, &line).action = "dispute";
            return fact(payment, said(line, "disputed"));
        }
        if (line.status == "SUCCESS") return success(payment, line);
        if (line.status == "REFUNDED") return given_back(payment, line);
        const bool open = payment.state == "initiated" || payment.state == "pending";
        if (line.status == "FAILED" && (open || has_money(payment))) {
            differ(open ? "E5" : "E2", &payment, &line).action = "query";
            ask_.insert(payment.id);
        }
    }

    bool collected_then(const MatchPayment& payment) const {
        const Instant begins = at_local(day_.day);
        return payment.collected_at && *payment.collected_at >= begins &&
               *payment.collected_at < begins + std::chrono::hours(24);
    }

    /// PO-17: delivered and settled is paid. Settled and not delivered is for a person, once its
    /// tracking had the time to come (E1).
    bool believed(const MatchPayment& payment, const ProviderLine& line) {
        if (payment.collected_at || payment.state == "disputed") return true;
        const bool open = payment.state == "initiated" || payment.state == "pending";
        if (open && day_.run_at < day_.settle_by)
            ++out_.waiting;
        else
            differ("E1", &payment, &line).found = line.amount;
        return false;
    }

    void success(const MatchPayment& payment, const ProviderLine& line) {
        const bool settled = has_money(payment) || payment.state == "refunded";
        if (settled && line.amount == payment.amount) {
            out_.matched.emplace_back(payment.id, line.line);
            return fact(payment, said(line, "paid"));
        }
        if (day_.settles && !settled && !believed(payment, line)) return;
        if (!settled && fees_paid_by_other(payment)) {
            differ("E4", &payment, &line).action = "dispute";
            return fact(payment, said(line, "paid"));
        }
        if (line.amount != payment.amount) {
            Difference& d = differ("E3", &payment, &line);
            d.action = "dispute";
            d.expected = payment.amount;
            d.found = line.amount;
            return fact(payment, said(line, "paid"));
        }
        const bool disputed = payment.state == "disputed";
        if (day_.settles && !disputed) {
            out_.matched.emplace_back(payment.id, line.line);
            return fact(payment, said(line, "paid"));
        }
        differ("E5", &payment, &line).action = disputed ? "" : "query";
        if (!disputed) ask_.insert(payment.id);
    }

    void unassigned(const ProviderLine& line) {
        if (line.status != "SUCCESS") return;
        for (std::size_t i = 0; i < day_.payments.size(); ++i) {
            const MatchPayment& payment = day_.payments[i];
            if (line.reference.empty() || payment.reference != line.reference) continue;
            if (line_of_[i] == nullptr) continue;
            // Its payment has a line: the same one again, or a second sum of money.
            const bool same = line.provider_transaction == line_of_[i]->provider_transaction;
            differ("E4", &payment, &line).action = same ? "" : "dispute";
            if (!same) fact(payment, said(line, "paid"));
            return;
        }
        Difference& d = differ("E1", nullptr, &line);
        d.reference = line.reference;
        d.found = line.amount;
        for (const MatchPayment& payment : day_.payments) {
            const auto at = payment.paid_at;
            const bool near = at && line.at && *at - *line.at <= suggested_within &&
                              *line.at - *at <= suggested_within;
            if (near && !payment.elsewhere && payment.amount == line.amount)
                d.suggestion = payment.id;
        }
    }

    Document said_back(const ProviderLine& line, const char* state) const {
        Document says = said(line, state);
        says.remove("amount");
        says.remove("provider_transaction");
        says.set("provider_refund", Document::text(line.provider_transaction));
        return says;
    }

    void refund_line(const ProviderLine& line) {
        const MatchPayment* payment = refunds_.payment_of(line);
        if (payment == nullptr || refunds_.is_repeated(*payment, line)) {
            differ("E7", payment, &line).found = line.amount;
            return;
        }
        Document says = said_back(line, "refund_done");
        if (const auto* refund = refunds_.find(*payment, line)) {
            refunds_.take(*refund);
            says.set("refund_id", Document::text(refund->id));
            return fact(*payment, std::move(says));
        }
        Difference& d = differ("E7", payment, &line);
        d.action = "dispute";
        d.found = line.amount;
        fact(*payment, std::move(says));
    }

    /// Nothing went back by this line: asked about, or disputed when we believed that it had.
    void refund_failed(const ProviderLine& line) {
        const MatchPayment* payment = refunds_.payment_of(line);
        const auto* refund = payment == nullptr ? nullptr : refunds_.find(*payment, line);
        if (refund == nullptr) return;
        Difference& d = differ("E6", payment, &line);
        d.expected = refund->amount;
        d.action = refund->state == "done" ? "dispute" : "query";
        if (refund->state != "done") {
            ask_.insert(payment->id);
            return;
        }
        Document says = said_back(line, "refund_refused");
        says.set("refund_id", Document::text(refund->id));
        fact(*payment, std::move(says));
    }

    /// A payment that the provider has given back as a whole.
    void given_back(const MatchPayment& payment, const ProviderLine& line) {
        const auto& refunds = payment.refunds;
        const bool settled = has_money(payment) || payment.state == "refunded";
        if (std::any_of(refunds.begin(), refunds.end(), was_approved))
            return settled ? success(payment, line) : void();
        Difference& d = differ("E7", &payment, &line);
        d.found = line.amount;
        if (!settled) return;
        d.action = "dispute";
        Document says = said_back(line, "refund_done");
        says.remove("provider_refund");
        fact(payment, std::move(says));
    }

    void look_at(const MatchPayment& payment) {
        if (payment.elsewhere) return;
        const auto index = static_cast<std::size_t>(&payment - day_.payments.data());
        const bool has_line = line_of_[index] != nullptr;
        if (has_money(payment) && !has_line && !payment.seen_before) missing(payment);
        if (day_.settles && payment.state == "pending" && !has_line && collected_then(payment)) {
            if (day_.run_at < day_.settle_by)
                ++out_.waiting;
            else
                differ("E2", &payment, nullptr).expected = payment.amount;
        }
        for (const auto& refund : payment.refunds) {
            const bool late = refund.confirm_by && *refund.confirm_by <= day_.run_at;
            const bool open = refund.state == "approved" || refund.state == "sent";
            if (!late || !open || refunds_.is_taken(refund)) continue;
            differ("E6", &payment, nullptr).action = "query";
            ask_.insert(payment.id);
        }
        const bool old = !payment.paid_at || day_.run_at >= *payment.paid_at + receipt_within;
        if (payment.state != "paid" || payment.has_receipts || !old) return;
        Difference d;  // the money is right: its payment stays matched
        d.code = "E11";
        d.payment = payment.id;
        d.reference = payment.reference;
        d.action = "issue";
        out_.differences.push_back(std::move(d));
        Document says = Document::object();
        says.set("state", Document::text("receipt_missing"));
        fact(payment, std::move(says));
    }

    /// E2, when the line cannot come any more; near midnight the neighbour's file has a day more.
    void missing(const MatchPayment& payment) {
        const Instant begins = at_local(day_.day), ends = begins + std::chrono::hours(24);
        Instant last = begins + file_due + line_within;
        const bool near = payment.paid_at && (*payment.paid_at < begins + cut_off ||
                                              *payment.paid_at >= ends - cut_off);
        if (near) last += std::chrono::hours(24);
        if (day_.run_at < last) {
            ++out_.waiting;
            return;
        }
        differ("E2", &payment, nullptr).action = "query";
        ask_.insert(payment.id);
    }

    void batches() {
        std::map<std::string, std::int64_t> sums;
        for (const ProviderLine& line : day_.lines)
            if (line.type == "TXN" && line.status == "SUCCESS") {
                out_.sum_provider += line.amount;
                if (!line.batch.empty()) sums[line.batch] += line.net;
            }
        if (!day_.credits) return;
        std::map<std::string, std::int64_t> credited;
        for (const BankCredit& credit : *day_.credits) {
            credited[credit.batch] += credit.amount;
            out_.sum_bank += credit.amount;
        }
        for (const auto& [batch, sum] : sums) {
            if (credited[batch] == sum) continue;
            Difference& d = differ("E8", nullptr, nullptr);
            d.batch = batch;
            d.expected = sum;
            d.found = credited[batch];
        }
    }

    void fee_sets() {
        for (const FeeSet& fees : day_.fee_sets) {
            const MatchPayment* payer = nullptr;
            bool known = false;
            for (const MatchPayment* payment : payments_for(fees.id)) {
                known |= payment->state != "failed" && payment->state != "expired";
                if (has_money(*payment)) payer = payment;
            }
            if (payer != nullptr && fees.state == "unpaid") {
                differ("E9", payer, nullptr).action = "resend";
            } else if (payer == nullptr && fees.state == "paid" && !known) {
                differ("E10", nullptr, nullptr).fee_set = fees.id;
            }
            if (payer != nullptr && fees.state == "paid") out_.sum_dossiers += payer->amount;
        }
    }

    void finish() {
        out_.ask.assign(ask_.begin(), ask_.end());
        std::set<std::string> matched;
        for (const auto& [payment, line] : out_.matched) matched.insert(payment);
        for (const MatchPayment& payment : day_.payments)
            if (!payment.elsewhere && matched.count(payment.id) == 0 &&
                contradicted_.count(payment.id) == 0)
                out_.untouched.push_back(payment.id);
    }

    const DayToMatch& day_;
    DayMatch out_;
    std::vector<const ProviderLine*> line_of_;
    std::map<const ProviderLine*, std::size_t> payment_of_;
    std::map<std::string_view, std::vector<const MatchPayment*>> by_fees_;
    std::set<std::string> contradicted_, ask_;
    RefundLines refunds_;
};

}  // namespace

DayMatch match_day(const DayToMatch& day) {
    return Matching(day).run();
}

}  // namespace gw::core
