// What the files about payments share. Used by payment*.cpp only.
#pragma once

#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/payment.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::core::payment_parts {

using dossier_parts::integer_of;
using dossier_parts::time_of;

inline constexpr std::chrono::days answer_within{15};          // rule 9
inline constexpr std::chrono::minutes believed_after{20};      // unknown_reference, rule 5
inline constexpr std::chrono::minutes grace_after_expiry{30};  // rule 8
inline constexpr int refund_working_days = 10;                 // rule 16

PaymentState state_of(const Document& payment);
/// "said amount" of a statement; nullopt: not stated or no whole number.
std::optional<std::int64_t> amount_in(const Document& object, std::string_view name);
/// Refund of this id; nullptr when there is none.
Document* refund_of(Document& payment, std::string_view id);
/// Every nature among its fees has an issued receipt.
bool all_receipts(const Document& payment);

/// Approved and not ended: its money may be on the way.
bool is_live(const Document& refund);
bool has_live_refund(const Document& payment);
/// Of a second sum under the same reference: beside the amount that paid the fees.
bool is_overpayment(const Document& refund);

/// A payment on its way from one state to the next, and what must be told about it.
class Working {
public:
    Working(const Document& payment, const Document* dossier, const CommandContext& context);

    Document body;
    ObjectChange out;
    const CommandContext& context() const { return context_; }
    const Document* dossier() const { return dossier_; }
    PaymentState state() const { return state_of(body); }
    bool touched() const { return touched_; }

    /// Sets a member; the payment is written.
    void set(std::string name, Document value);
    void remove(std::string_view name);
    /// Marks the payment as changed inside (a refund, a receipt).
    void touch() { touched_ = true; }
    /// Goes to `to` when a rule allows it, with the feed item of the new state; false: impossible.
    bool step(PaymentState to, std::string_view reason);
    /// As step, to disputed, with what was said; in a dispute: what it is about now. Remembers the
    /// state before.
    void dispute(std::string_view why, const Document& says);

    /// Any fee of this payment was settled by somebody else.
    bool fees_settled_otherwise() const;
    /// Any fee of this payment is gone, or costs something else than when it began.
    bool fees_changed() const;
    bool dossier_final() const;
    /// Its fees get this state, if it settled them ("paid": if they are unpaid); the dossier is
    /// told about.
    void settle_fees(std::string_view fee_state);
    void feed(std::string type, Document data);
    /// Event with {"key", "payment", "dossier"} as they are now, and `member`.
    void event(std::string kind, std::string key, std::string member = "", Document part = {});
    /// Rules 4, 6, 10, 18: the money is here.
    void money_arrived(const Document& says, std::int64_t amount);
    /// Nothing is changed; an alarm.
    void impossible(std::string_view why);
    /// Gives up the result; `verdict` unless a dispute or something impossible set one; applied
    /// without a change is unchanged.
    ObjectChange finish(Verdict verdict, std::string_view why = "");

private:
    const Document* dossier_;
    const CommandContext& context_;
    std::optional<Document> dossier_after_;
    bool touched_ = false, decided_ = false;
};

/// {"payment_id", "amount", "currency", "state", "provider", "state_reason"?}
Document payment_feed(const Document& payment);

// payment_receipts.cpp: PY-18. What becomes of the receipts of `refund`: those of our own roll by
// themselves, others as `request` says ("receipts": what their issuer did). False: one of them is
// still valid, and nothing was changed.
bool change_receipts(Working& work, const Document& refund, const Document& request);

// payment_postal.cpp: what happened to the parcel whose receiver pays.
void take_from_post(Working& work, const Document& says);

// payment_settled.cpp: what is said about a payment whose money is here.
void take_receipts(Working& work, const Document& says);
void take_refund(Working& work, const Document& says);
/// The refund is confirmed: rules 14 and 15.
void refund_done(Working& work, Document& refund);
/// The refund will not happen: rule 15, or 16 after a dispute.
void refund_refused(Working& work, Document& refund, std::string_view reason);

}  // namespace gw::core::payment_parts
