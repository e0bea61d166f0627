// The daily comparison of payments: ours, the provider's day file, the money on the account, the
// fees of the dossiers (payments, section 16). Pure.
#pragma once

#include "gateway/core/fact.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// One line of a day file that is no trailer.
struct ProviderLine {
    ProviderLine() = default;
    int line = 0;      // data lines count from 1
    std::string type;  // "TXN", "REFUND", "FEE"
    std::string merchant, provider_transaction, reference, dossier_code;
    std::string status;  // "SUCCESS", "FAILED", "REVERSED", "REFUNDED"
    std::string batch, original, description;
    std::string waybill, receipt_no;  // of a settlement by the post
    std::optional<Instant> at;
    std::int64_t amount = 0, net = 0;
};
/// Money that came to the account.
struct BankCredit {
    BankCredit() = default;
    std::string batch;
    std::int64_t amount = 0;
};
/// What a dossier says about the fees that belong together in one payment.
struct FeeSet {
    FeeSet() = default;
    std::string id;     // as in MatchPayment
    std::string state;  // "paid", "unpaid", "refunded", "exempt"
};
struct MatchPayment {
    MatchPayment() = default;
    /// From a stored payment (payment.hpp).
    explicit MatchPayment(const Document& payment);
    struct Refund {
        std::string id, state;
        std::string provider_refund;  // the number under which a line confirmed it
        std::string of;               // the second sum that it gives back; "" = what paid
        std::int64_t amount = 0;
        std::optional<Instant> confirm_by;
    };
    std::string id, reference, provider_transaction, state, fee_set;
    std::int64_t amount = 0;
    bool has_receipts = false;  // one for each nature
    bool seen_before = false;   // the file of another day has its line
    bool elsewhere = false;     // of another provider: only what it did to the fees counts
    std::optional<Instant> paid_at, collected_at;  // collected: the post has the money
    std::vector<Refund> refunds;
};
struct DayToMatch {
    DayToMatch() = default;
    Day day{};
    Instant run_at{};
    std::vector<std::string> merchants;  // ours; empty = not checked
    std::vector<MatchPayment> payments;
    std::vector<ProviderLine> lines;
    std::vector<FeeSet> fee_sets;
    std::optional<std::vector<BankCredit>> credits;  // nullopt: no statement yet
    /// Lines of these files are what makes a payment paid (PO-17), until then they may be missing.
    bool settles = false;
    Instant settle_by{};
};

/// One difference. Numbers -1 and texts "" = not part of it.
struct Difference {
    Difference() = default;
    std::string code;  // "E1" to "E13"
    std::string payment, reference, batch, fee_set;
    int line = -1;
    std::int64_t expected = -1, found = -1;
    std::string action;  // "dispute", "query", "refuse_line", "resend", "issue"; "": for a person
    std::string suggestion;  // E1: payment of the same amount within ten minutes
};
struct DayMatch {
    DayMatch() = default;
    std::vector<std::pair<std::string, int>> matched;  // payment, line
    std::vector<std::string> untouched;                // payments nobody contradicts
    std::vector<Difference> differences;
    /// What the lines say, to be taken in: disputes, refunds and the mark of the day.
    std::vector<Fact> facts;
    /// Payments to ask the provider about (E2, E5, E6).
    std::vector<std::string> ask;
    int waiting = 0;  // paid here, and their line may still come
    std::int64_t sum_dossiers = 0, sum_provider = 0, sum_bank = 0;
};
DayMatch match_day(const DayToMatch& day);

/// The report of GET /v1/reconciliations/{date}. State "closed" without differences, "matching"
/// while lines may still come, else "matched".
Document day_report(
    const DayToMatch& day, const DayMatch& match, std::string_view provider, std::string_view file
);
/// The reducer of kind "reconciliation": `says` is the report; a closed day stays as it is. Feed:
/// reconciliation.completed.
ObjectChange reduce_reconciliation(
    const Document& report,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
);

}  // namespace gw::core
