// What every payment provider's connector does with what the provider says: facts, and asking until
// the end is known.
#pragma once

#include "connectors/kit/parts.hpp"
#include "gateway/core/fact.hpp"
#include "gateway/core/payment.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace gw::connector_kit {

/// "payment" fact about `reference`.
core::Fact payment_fact(std::string reference, core::Document says);
/// {"provider", "source", "state"}.
core::Document payment_says(
    std::string_view provider, std::string_view source, std::string_view state
);
/// One message with one fact. `key` "" = not deduplicated by message (the reducer is idempotent).
ports::FactMessage payment_message(
    const Parts& parts, std::string kind, std::string key, std::string raw, core::Fact fact
);
/// The payment in a claim's snapshot. Errors: give_up "<partner>.snapshot".
core::Result<core::Document> snapshot_part(
    const core::Claim& claim, std::string_view member, std::string_view partner
);

/// A question answered: what the provider says (without provider and source), or nothing.
struct PaymentAnswer {
    PaymentAnswer() = default;
    bool answered = false;
    core::Document says;
    std::string raw;  // evidence, without secrets
};
/// Asks a provider; given by its connector.
class PaymentDesk {
public:
    virtual ~PaymentDesk() = default;
    virtual ports::asio::awaitable<PaymentAnswer> query(core::Document payment) = 0;
    /// `refund`: one of the payment's refunds. Answered with state refund_done, refund_sent or
    /// refund_refused; with another state when nothing is said about this refund.
    virtual ports::asio::awaitable<PaymentAnswer> query_refund(
        core::Document payment, core::Document refund
    ) = 0;
    /// A notice that decides nothing: the next look of the watch asks, whatever its time.
    void ask_soon(std::string reference) { soon_.insert(std::move(reference)); }
    bool asked_for(const std::string& reference) { return soon_.erase(reference) > 0; }

private:
    std::set<std::string> soon_;
};

/// Open payments are asked for until their end is known, over restarts (rules 5, 8, 9, 16).
std::unique_ptr<ports::Job> make_payment_watch(
    std::shared_ptr<PaymentDesk> desk, const Parts& parts, core::Duration every
);
/// Answers "payment_state" by asking now.
std::unique_ptr<ports::Lookup> make_payment_lookup(
    std::shared_ptr<PaymentDesk> desk, std::string partner
);

}  // namespace gw::connector_kit
