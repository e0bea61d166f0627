// What the handlers of payments share: providers, slots of fees, questions to providers.
#pragma once

#include "gateway/api/objects.hpp"
#include "gateway/core/payment_commands.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

/// A provider that could take a payment, and whether its partner is up.
struct Channel {
    Channel() = default;
    std::string partner, name_vi, state;
    PaymentChannel limits;
    bool up() const { return state != "down"; }
};
/// All that serve this dossier's unit and procedure, best first. A partner is a provider when a
/// route sends it payment.requested.
std::vector<Channel> channels_for(const Context& context, const core::Document& dossier);
/// Partners that a route sends payment.requested to.
std::set<std::string> payment_providers(const Context& context);
bool partner_is_down(const Context& context, std::string_view partner);
/// Has a route for refund.approved: else a person pays back.
bool refunds_itself(const Context& context, std::string_view partner);

/// The ids in `fee_ids` of a request.
std::vector<std::string> fee_ids_of(const core::Document& request);
/// Slots of these fees. Errors: those of the store.
asio::awaitable<core::Result<std::vector<core::FeeSlot>>> read_slots(
    Context& context, std::string tenant, std::vector<std::string> fee_ids
);
/// All payments of a dossier as the one-stop sees them, a list. Errors: those of the store.
asio::awaitable<core::Result<core::Document>> payments_of(
    Context& context, std::string tenant, std::string code
);
std::string draw_reference(Context& context, core::Instant now);

/// Asks the provider now and takes its answer in; nothing when it cannot be asked or was asked
/// less than 30 s ago. Errors: those of the store.
asio::awaitable<core::Result<void>> ask_provider(
    Context& context, const Call& call, const Stored& stored
);

using PaymentCommand = std::function<
    core::
        PaymentDecision(const core::Document& payment, const core::Document* dossier, const core::CommandContext&)>;
using PaymentAnswer = std::function<core::Document(const core::Document& payment)>;
/// Reads the payment of path[0] with its dossier, runs the command, commits; races are run again.
asio::awaitable<Reply> change_payment(
    Context& context, Call& call, PaymentCommand command, int status, PaymentAnswer answer
);

}  // namespace gw::api
