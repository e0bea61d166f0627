// Deliveries by the post (contract 3.6).
#include "gateway/api/handlers.hpp"
#include "gateway/api/objects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/progress_list.hpp"
#include "gateway/core/parcel_commands.hpp"
#include "gateway/core/schema.hpp"
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
    out.remove("last_event_at");
    out.remove("last_event_id");
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

}  // namespace

asio::awaitable<Reply> create_delivery(Context& context, Call& call) {
    const std::string code = call.body.text_of("dossier_code"),
                      direction = call.body.text_of("direction"),
                      waybill = call.body.text_of("waybill");
    for (int race = 0; race < races_max; ++race) {
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, code);
        if (!dossier) co_return refuse(call, dossier.error());
        if (!dossier->found) co_return refuse(call, "not_found", "dossier_code");
        if (!waybill.empty()) {
            auto used = co_await context.parts.store->object("waybill", call.who.tenant, waybill);
            if (!used) co_return refuse(call, used.error());
            if (*used) co_return refuse(call, "delivery.waybill_unavailable");
        }
        auto page = co_await deliveries_of(context, call.who.tenant, code);
        if (!page) co_return refuse(call, page.error());
        auto number = core::order_number(code, direction, earlier_in(*page, direction));
        const Attachments none;
        const auto with = command_context(context, call, none);
        auto decision = core::request_delivery(dossier->body, call.body, number, with);
        if (auto* problem = std::get_if<core::Problem>(&decision)) co_return refuse(call, *problem);
        auto& change = std::get<core::ObjectChange>(decision);
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
    return change_object(context, call, kind, core::cancel_delivery, 200, shown);
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

        );
    ports::Question question;
    question.kind = "delivery_quote";
    question.asks = call.body;
    const auto answer = co_await lookup->second->ask(std::move(question));
    if (answer.outcome == "rejected") co_return refuse(call, "delivery.area_not_served");
    if (answer.outcome != "ok") co_return refuse(call, "partner.unavailable");
    Document body = answer.says;
    body.set("carrier", Document::text(carrier));
    body.set("eta", Document::null());
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
