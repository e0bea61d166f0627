// Which leg orders a delivery, and what its end means for the delivery.
#include "gateway/api/order_legs.hpp"

#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr std::string_view order_event = "delivery.requested";
const std::string delivery_kind = "delivery";

/// Id of the delivery; the effect key is "OPERATION:DOSSIER:ID" or "OPERATION:DOSSIER:ID:WAYBILL".
std::string ordered_by(const ports::LegView& view) {
    if (view.event_kind != order_event) return {};
    const auto before = view.leg.operation.size() + view.leg.dossier.size() + 2;
    if (view.leg.effect_key.size() <= before) return {};
    const std::string key = view.leg.effect_key.substr(before);
    return key.substr(0, key.find(':'));
}

bool can_be_withdrawn(core::LegState state) {
    using enum core::LegState;
    return state == ready || state == retry || state == blocked || state == dead;
}

asio::awaitable<core::Result<bool>> never_left(Context& context, core::LegId leg) {
    auto attempts = co_await context.parts.store->attempts_of(leg);
    if (!attempts) co_return attempts.error();
    co_return attempts->empty();
}

/// What the reducer of deliveries hears in place of the carrier.
asio::awaitable<core::Result<void>> say(
    Context& context, std::string agency, std::string order_number, Document says
) {
    ports::FactMessage message;
    message.message.partner = "parcels";
    message.message.agency = std::move(agency);
    message.message.kind = "deliveries.withdraw";
    message.message.received_at = context.now();
    message.message.body = std::make_shared<const std::string>("{}");
    message.message.digest = crypto::sha256(*message.message.body);
    core::Fact fact;
    fact.kind = delivery_kind;
    fact.ref = std::move(order_number);
    fact.says = std::move(says);
    message.facts.push_back(std::move(fact));
    auto taken = co_await context.parts.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

/// Its orders, or none when one of them may have reached the carrier.
asio::awaitable<core::Result<std::vector<ports::LegView>>> unsent_orders(
    Context& context, const core::Object& delivery
) {
    auto legs = co_await context.parts.store->legs_of(delivery.agency, delivery.dossier);
    if (!legs) co_return legs.error();
    std::vector<ports::LegView> orders;
    for (ports::LegView& view : *legs) {
        if (ordered_by(view) != delivery.id) continue;
        const auto id = view.leg.id;
        auto unsent = co_await never_left(context, id);
        if (!unsent) co_return unsent.error();
        const bool ours = can_be_withdrawn(view.state) || view.state == core::LegState::cancelled;
        if (!*unsent || !ours) co_return std::vector<ports::LegView>();
        orders.push_back(std::move(view));
    }
    co_return orders;
}

}  // namespace

asio::awaitable<core::Result<bool>> withdraw_order(Context& context, Call& call) {
    if (context.parts.facts == nullptr) co_return false;
    auto stored = co_await read_object(context, delivery_kind, call.who.tenant, call.path[0]);
    if (!stored) co_return stored.error();
    if (!stored->found || stored->object.state != "requested") co_return false;
    auto orders = co_await unsent_orders(context, stored->object);
    if (!orders) co_return orders.error();
    if (orders->empty()) co_return false;
    for (const ports::LegView& view : *orders) {
        if (view.state == core::LegState::cancelled) continue;
        const auto id = view.leg.id;
        auto row = audit_row(call, "leg/" + std::to_string(core::raw(id)));
        auto acted =
            co_await context.parts.store->act(id, ports::LegAction::cancel, std::move(row));
        // It goes out just now, or later ones of its lane have gone: the carrier is asked.
        const bool moved =
            !acted && (acted.error().code == "leg.state" || acted.error().code == "lane.passed");
        if (moved) co_return false;
        if (!acted) co_return acted.error();
    }
    Document says = Document::object();
    says.set("source", Document::text("cancel"));
    says.set("state", Document::text("cancelled"));
    auto said = co_await say(context, stored->object.agency, stored->object.ref, std::move(says));
    if (!said) co_return said.error();
    co_return true;
}

asio::awaitable<core::Result<void>> order_withdrawn(
    Context& context, ports::LegView leg, std::string reason
) {
    std::string id = ordered_by(leg);
    if (id.empty() || context.parts.facts == nullptr) co_return core::Result<void>();
    auto unsent = co_await never_left(context, leg.leg.id);
    if (!unsent) co_return unsent.error();
    if (!*unsent) co_return core::Result<void>();
    auto stored = co_await read_object(context, delivery_kind, leg.leg.agency, std::move(id));
    if (!stored) co_return stored.error();
    if (!stored->found) co_return core::Result<void>();
    Document says = Document::object();
    says.set("source", Document::text("order"));
    says.set("state", Document::text("rejected"));
    reason = "Quản trị đã rút đơn trước khi gửi: " + reason;
    says.set("reason", Document::text(core::truncate_marked(reason, 500)));
    auto said = co_await say(context, leg.leg.agency, stored->object.ref, std::move(says));
    co_return said;
}

}  // namespace gw::api
