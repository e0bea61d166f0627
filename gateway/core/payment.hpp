// A payment: its shape, its states, what providers say about it and what becomes of it. Pure.
#pragma once

#include "gateway/core/fact.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

// ---- The stored object (kind "payment", id "pay_…", ref = reference, dossier = its code) ----
//
//   id, reference        reference: 15 characters, what every provider is given; never used again
//   dossier_code, fee_ids[], fees[]   fees as they were at creation: {id, code, name, nature, kind,
//                        unit_amount, quantity, amount, beneficiary?}
//   amount, currency     whole VND, fixed; "VND"
//   method, provider     "online" | "qr" | "cash" | "pos" | "transfer" | "post_collected" | …;
//                        partner id, or "counter", "postal", "vneid"
//   state, state_reason? words of PaymentState; stable code
//   attempt              1, 2, … per fee set
//   created_at           RFC 3339
//   started_at           the same moment as "yyyyMMddHHmmss" in Vietnam: the time a provider is
//   told
//                        first and asked with later, character for character (PY-8)
//   expires_at           when the citizen's page closes; also given to providers that want it
//   national?            true: counts as 1 in the national index (DuocThanhToanTrucTuyen)
//   return_url?, client_ip?, payer? {name, identity, address, phone}
//   checkout? {url, qr, deeplink, expires_at}      given while pending
//   provider_transaction?, paid_at?, paid_amount, refunded_amount, late?
//   collected_at?, document_no?, collected_by?     offline, and by the post
//   delivery_id?         of the parcel whose receiver pays; provider "postal"
//   receipts[] {id, nature, number, series, template, amount, issued_at, attachment_id, state}
//   refunds[]  {id, n, request_id, payment_id, amount, kind, reason, reason_vi, state,
//   requested_by,
//               requested_at, approved_by, approved_at, confirm_by, sent_at, done_at,
//               provider_refund, bank_account}     request_id: "<reference>-r<n>"; overpayment:
//               true with provider_transaction: gives back a second sum, beside paid_amount
//   Kept inside, never shown: cancel {at, by}; asked_at (last answer to a question of ours);
//   state_before (rules 13 and 17); doubt {at, code}; dispute {why, at, says, proposed…};
//   resolved[] {why, says, resolution…}: disputes that two officers ended;
//   reconciled_on (day whose file has its line).
//
// ---- What a provider says: Fact{kind "payment", ref = reference, says} ----
//
//   provider             partner id
//   source               "init" answer to our request | "ipn" | "query" | "statement" line of a day
//                        file | "delivery" (postal only) | "bill" | "clock" (nobody said anything:
//                        only time passed)
//   state                "pending"   taken on, or undecided: the bank itself does not know
//                        "paid"      verified success: signature, reference, complete condition
//                        "failed"    verified final failure. A provider whose error notices are
//                                    weaker than its query (national platform) asks first and says
//                                    "pending" until then
//                        "expired"   "not paid": the citizen has not paid. Closes the payment only
//                                    when its time (and 30 minutes) is over or the office cancelled
//                        "unknown_reference"  not there; believed after 20 min or believed_after_ms
//                        "disputed"  reversed, suspected fraud
//                        "receipt"   receipts[] of this payment
//                        "refund_sent" | "refund_done" | "refund_refused"   of refund_id
//                        "receipt_missing"   the day's comparison found none (E11)
//                        "no_answer" with source "clock": see PaymentDue::time_over
//                        "booked" | "collected" | "returned" | "not_sent" with source "delivery":
//                        what became of the parcel whose receiver pays (PO-17, PO-19)
//   amount               number, whole VND; currency "VND"; merchant_ok bool. Stated = compared.
//                        Must be stated with "paid" unless source is "query"
//   provider_transaction their number; at: RFC 3339, their time
//   failure              with "pending" of a notice: it says "failed", and decides nothing. For
//                        what is paid the provider is asked
//   code, reason         raw code; stable reason: "user_cancelled", "insufficient_funds", …
//   checkout             {url, qr, deeplink, expires_at} with "pending"
//   receipts             [{nature "fee"|"charge", number, series, template, amount?, issued_at,
//                        attachment_id}]: one for each nature (PY-15)
//   refund_id            "rfd_…"; refund_amount: number; provider_refund: their number
//   receipt_no           of the clerk who took the money (PO-18), with a line of a settlement
//   day                  "yyyy-MM-dd" of the file, with source "statement"
//
// ---- Events (snapshot: {"key", "payment", "dossier"?, "refund"?}); routes choose by
//      when "/payment/provider" ----
//
//   payment.requested        key = payment id: tell the provider (INIT)
//   payment.paid             key = payment id: fetch the receipt. Offline payments too.
//   payment.check_requested  key = payment id + reason: ask the provider once (a failure notice
//                            for a paid payment, a difference found in the day file)
//   payment.receipt_requested  key = payment id + day: fetch the receipt again
//   refund.approved          key = refund id; snapshot has "refund". A provider without a route for
//                            it cannot refund: the refund is "manual" and a person confirms it.
//   dossier.updated          fees of the dossier changed with it
//
// ---- Question of kind "payment_state" (ports::Lookup) ----
//
//   asks {"payment": {…stored object…}}; outcome "ok" with says = one fact's `says` (source
//   "query"), or "unavailable". The asker takes the fact in; the connector does not.

enum class PaymentState : std::uint8_t {
    initiated,
    pending,
    paid,
    failed,
    expired,
    refund_requested,
    refunded,
    disputed,
    receipt_issued
};
std::string_view to_word(PaymentState);
std::optional<PaymentState> payment_state_from_word(std::string_view word);
/// One allowed step and the number of the rule that allows it (payments, section 3).
struct PaymentStep {
    PaymentState from, to;
    int rule;
};
const std::vector<PaymentStep>& payment_steps();
/// The rule that allows the step; 0 = impossible.
int payment_rule(PaymentState from, PaymentState to);

/// May still be paid by the citizen: initiated or pending.
bool is_open(const Document& payment);

/// The reducer of kind "payment". A repeat changes nothing. Verdict and why:
/// applied; unchanged ("" a repeat, "not_yet" believed later, "failure_after_paid", "in_dispute");
/// disputed ("amount_mismatch", "currency_mismatch", "merchant_mismatch", "duplicate_payment",
/// "dossier_closed", "fees_changed", "reversed", "no_final_answer", "refund_unconfirmed", …);
/// unknown ("other_provider": says a provider whom this payment is not with);
/// impossible ("amount_missing", "refund_unknown", "receipt_exists", "receipt_amount", "state").
ObjectChange reduce_payment(
    const Document& payment,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
);

/// What a provider's periodic job has to do about one payment now. Times count from creation:
/// 1, 5, 15, 30 min, hourly to 24 h, every 6 h to day 15, each shifted by up to 10 % (fixed by the
/// reference), and when its time plus 30 min is over, and at once when the office cancelled. Only
/// an answer taken in (any fact with source "query") moves on; an outage uses up nothing.
struct PaymentDue {
    PaymentDue() = default;
    bool ask = false;         // initiated, pending: query it
    bool ask_refund = false;  // a refund was sent and is not confirmed: query it
    bool time_over = false;   // take in {"source": "clock", "state": "no_answer"}: rules 9 and 16
    std::optional<Instant> next;  // the next time one of these becomes true; nullopt: never
};
PaymentDue payment_due(const Document& payment, Instant now);
/// States in which payment_due can be due, for the filter of the job.
const std::vector<std::string_view>& watched_payment_states();

/// Every fee of a dossier: its own and those of its supplements.
std::vector<const Document*> all_fees(const Document& dossier);
/// Ids of the fees of `before` that `after` lacks, or has with another amount or state.
std::vector<std::string> touched_fees(const Document& before, const Document& after);

/// DuocThanhToanTrucTuyen 0 to 3 from the fees of a dossier and the payments that settled them
/// (its list "payments": {id, provider, method, state, amount, national}).
int online_payment_flag(const Document& dossier);

}  // namespace gw::core
