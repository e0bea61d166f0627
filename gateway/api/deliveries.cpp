// Deliveries by the post (contract 3.6).
#include "gateway/api/handlers.hpp"
#include "gateway/api/objects.hpp"
#include "gateway/api/order_legs.hpp"
#include "gateway/api/payment_calls.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/progress_list.hpp"
#include "gateway/core/parcel_commands.hpp"
#include "gateway/core/parcel_money.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/engine/traced.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr int races_max = 5;
const std::string kind = "delivery";

/// Without what only the gateway needs.
Document shown(const Document& delivery) {
    Document out = delivery;
    for (const char* name :
         {"last_event_at",
          "last_event_id",
          "waybill_stock",
          "waybill_tried",
          "waybill_wanted",
          "payment_reference"})
        out.remove(name);
    return out;
}

/// Deliveries of the dossier in this direction before this one (PO-6).
int earlier_in(const ports::ObjectPage& page, const std::string& direction) {
    int count = 0;
    for (const auto& object : page.items) {
        const auto body = formats::read_stored(object.body);
        if (body && body->text_of("direction") == direction) ++count;
    }
    return count;
}

/// The number a parcel gets and how it stands; none at all, or refused.
struct Waybill {
    Waybill() = default;
    std::string number;
    core::WaybillPlace place;
    bool refused = false;
};

std::string unit_of(const Document& dossier) {
    for (const char* place : {"/receiving_unit/canonical_code", "/receiving_unit/code"})
        if (const Document* code = dossier.at(place); code != nullptr && !code->as_text().empty())
            return code->as_text();
    return "";
}

/// PO-16: a number that the one-stop names.
asio::awaitable<core::Result<Waybill>> named_waybill(Context& context, Call& call) {
    Waybill waybill;
    waybill.number = call.body.text_of("waybill");
    auto there =
        co_await context.parts.store->object(core::waybill_kind, call.who.tenant, waybill.number);
    if (!there) co_return there.error();
    if (*there) {
        waybill.place.version = (*there)->version;
        waybill.place.stock = (*there)->ref;
        waybill.refused = !core::may_take(**there, call.now);
    }
    co_return waybill;
}

/// PO-13: the next number of the unit's roll, where it has one; for what the office sends.
asio::awaitable<core::Result<Waybill>> next_waybill(
    Context& context, Call& call, std::string stock
) {
    Waybill waybill;
    if (call.body.text_of("direction") != "return") co_return waybill;
    ports::ObjectFilter filter;
    filter.kind = core::waybill_kind;
    filter.agency = call.who.tenant;
    filter.state = "free";
    filter.ref = stock;
    filter.limit = 1;
    auto free = co_await context.parts.store->objects(std::move(filter));
    if (!free) co_return free.error();
    if (!free->items.empty()) {
        waybill.number = free->items.front().id;
        waybill.place.version = free->items.front().version;
        waybill.place.stock = std::move(stock);
        co_return waybill;
    }
    auto roll = co_await context.parts.store->object(
        core::waybill_stock_kind, call.who.tenant, std::move(stock)
    );
    if (!roll) co_return roll.error();
    waybill.refused = roll->has_value();
    co_return waybill;
}

asio::awaitable<core::Result<ports::ObjectPage>> deliveries_of(
    Context& context, std::string tenant, std::string code
) {
    ports::ObjectFilter filter;
    filter.kind = kind;
    filter.agency = std::move(tenant);
    filter.dossier = std::move(code);
    filter.limit = 500;
    return context.parts.store->objects(std::move(filter));
}

/// Why this delivery would wait for ever: no route carries its order to anybody.
std::optional<Reply> refuse_unserved(
    const Context& context,
    const Call& call,
    const Document& dossier,
    const core::ObjectChange& change
) {
    std::vector<core::Event> events;
    std::vector<Document> snapshots;
    for (const auto& draft : change.events) {
        core::Event event;
        event.kind = draft.kind;
        event.agency = call.who.tenant;
        event.dossier = dossier.text_of("code");
        event.occurred_at = draft.occurred_at;
        event.recorded_at = call.now;
        events.push_back(std::move(event));
        snapshots.push_back(draft.snapshot);
    }
    const auto& parts = context.parts;
    bool has_post = false;
    for (const auto& route : parts.routes) has_post |= route.event == "delivery.requested";
    if (!has_post) return std::nullopt;  // the office sends by itself, nobody waits for an answer
    if (!core::plan(events, snapshots, parts.routes, parts.operation_of).empty())
        return std::nullopt;
    const std::string carrier = call.body.text_of("carrier");
    core::Finding finding("/carrier", "field.not_in_list", {carrier, "bưu chính"});
    for (const auto& route : parts.routes)
        for (const auto& [pointer, value] : route.when)
            if (route.event == "delivery.requested" && pointer == "/delivery/carrier")
                finding.allowed.push_back(value);
    return refuse_field(call, std::move(finding));
}

/// PO-17: what the receiver pays gets its payment with the delivery. The refusal, if any.
asio::awaitable<std::optional<Reply>> add_money(
    Context& context,
    Call& call,
    const Document& dossier,
    core::ObjectChange& change,
    const core::CommandContext& with
) {
    auto fees = core::cod_fees(dossier, call.body);
    if (auto* problem = std::get_if<core::Problem>(&fees)) co_return refuse(call, *problem);
    const auto& ids = std::get<std::vector<std::string>>(fees);
    if (ids.empty()) co_return std::nullopt;
    auto slots = co_await read_slots(context, call.who.tenant, ids);
    if (!slots) co_return refuse(call, slots.error());
    core::PaymentTerms terms;
    terms.provider = "postal";
    terms.reference = draw_reference(context, call.now);
    auto problem = core::add_cod_payment(change, dossier, ids, terms, *slots, with);
    if (problem) co_return refuse(call, *problem);
    co_return std::nullopt;
}

}  // namespace

asio::awaitable<core::Result<Document>> deliveries_shown(
    Context& context, std::string tenant, std::string code
) {
    auto page = co_await deliveries_of(context, std::move(tenant), std::move(code));
    if (!page) co_return page.error();
    auto list = Document::list();
    for (const auto& object : page->items) {
        auto body = formats::read_stored(object.body);
        if (!body) co_return body.error();
        list.push(shown(*body));
    }
    co_return list;
}

asio::awaitable<Reply> create_delivery(Context& context, Call& call) {
    const std::string code = call.body.text_of("dossier_code"),
                      direction = call.body.text_of("direction"),
                      carrier = call.body.text_of("carrier");
    const bool named = !call.body.text_of("waybill").empty();
    for (int race = 0; race < races_max; ++race) {
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, code);
        if (!dossier) co_return refuse(call, dossier.error());
        if (!dossier->found) co_return refuse(call, "not_found", "dossier_code");
        core::Result<Waybill> waybill = Waybill();
        if (named) {
            waybill = co_await named_waybill(context, call);
        } else {
            auto stock = core::stock_name(carrier, unit_of(dossier->body));
            waybill = co_await next_waybill(context, call, std::move(stock));
        }
        if (!waybill) co_return refuse(call, waybill.error());
        if (waybill->refused) co_return refuse(call, "delivery.waybill_unavailable");
        Document request = call.body;
        if (!waybill->number.empty()) request.set("waybill", Document::text(waybill->number));
        auto page = co_await deliveries_of(context, call.who.tenant, code);
        if (!page) co_return refuse(call, page.error());
        auto number = core::order_number(code, direction, earlier_in(*page, direction));
        const Attachments none;
        const auto with = command_context(context, call, none);
        auto decision =
            core::request_delivery(dossier->body, std::move(request), number, with, waybill->place);
        if (auto* problem = std::get_if<core::Problem>(&decision)) co_return refuse(call, *problem);
        auto& change = std::get<core::ObjectChange>(decision);
        if (auto unserved = refuse_unserved(context, call, dossier->body, change))
            co_return std::move(*unserved);
        auto refusal = co_await add_money(context, call, dossier->body, change, with);
        if (refusal) co_return std::move(*refusal);
        core::Object fresh;
        fresh.kind = kind;
        fresh.id = change.body->text_of("id");
        fresh.dossier = code;
        fresh.ref = std::move(number);
        Reply reply(201, formats::write_json(shown(*change.body)));
        reply.with("Location", "/v1/deliveries/" + fresh.id);
        auto done = co_await commit_change(
            context, call, std::move(fresh), std::move(change), std::move(reply)
        );
        if (!done.race) co_return std::move(done.reply);
    }
    co_return refuse(call, "overloaded");
}

asio::awaitable<Reply> get_delivery(Context& context, Call& call) {
    return show_object(context, call, kind, shown);
}

asio::awaitable<Reply> cancel_delivery(Context& context, Call& call) {
    auto withdrawn = co_await withdraw_order(context, call);
    if (!withdrawn) co_return refuse(call, withdrawn.error());
    ObjectCommand command = core::cancel_delivery;
    if (*withdrawn)
        command = [](const Document&, const core::CommandContext&) { return core::ObjectChange(); };
    auto reply = co_await change_object(context, call, kind, std::move(command), 200, shown);
    co_return reply;
}

asio::awaitable<Reply> add_custody(Context& context, Call& call) {
    ObjectCommand command = [&call](const Document& current, const core::CommandContext& with) {
        return core::add_custody(current, call.body, with);
    };
    return change_object(context, call, kind, std::move(command), 201, shown);
}

asio::awaitable<Reply> quote_delivery(Context& context, Call& call) {
    if (auto refusal = check_body(call, call.body, "DeliveryQuoteRequest"))
        co_return std::move(*refusal);
    const std::string carrier = call.body.text_of("carrier");
    const auto lookup = context.parts.lookups.find(carrier);
    if (lookup == context.parts.lookups.end() || !lookup->second->answers("delivery_quote"))
        co_return refuse_field(
            call, core::Finding("/carrier", "field.not_in_list", {carrier, "bưu chính"})
        );
    ports::Question question;
    question.kind = "delivery_quote";
    question.asks = call.body;
    auto work = lookup->second->ask(std::move(question));
    auto traced = engine::in_trace(call.trace, std::move(work));
    const auto answer = co_await std::move(traced);
    if (answer.outcome == "rejected") co_return refuse(call, "delivery.area_not_served");
    if (answer.outcome != "ok") co_return refuse(call, "delivery.quote_unavailable");
    Document body = answer.says;
    body.set("carrier", Document::text(carrier));
    body.set("eta", Document::null());
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
