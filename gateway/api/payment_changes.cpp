// Refunds, receipts, disputes and the daily comparison (contract 3.5).
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/payment_calls.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::CommandContext;
using core::Document;

Document last_refund(const Document& payment) {
    const Document* refunds = payment.find("refunds");
    if (refunds == nullptr || refunds->items().empty()) return Document::object();
    return core::refund_view(refunds->items().back());
}

PaymentAnswer refund_named(const std::string& id) {
    return [id](const Document& payment) {
        if (const Document* refunds = payment.find("refunds"))
            for (const Document& refund : refunds->items())
                if (refund.text_of("id") == id) return core::refund_view(refund);
        return Document::object();
    };
}

bool by_provider(const Context& context, const Document& payment) {
    return refunds_itself(context, payment.text_of("provider"));
}

}  // namespace

asio::awaitable<Reply> request_refund(Context& context, Call& call) {
    PaymentCommand command =
        [&call](const Document& payment, const Document*, const CommandContext& with) {
            return core::request_refund(payment, call.body, with);
        };
    return change_payment(context, call, std::move(command), 201, last_refund);
}

asio::awaitable<Reply> approve_refund(Context& context, Call& call) {
    PaymentCommand command =
        [&context,
         &call](const Document& payment, const Document* dossier, const CommandContext& with) {
            const bool itself = by_provider(context, payment);
            return core::approve_refund(payment, dossier, call.path[1], itself, with, call.body);
        };
    return change_payment(context, call, std::move(command), 200, refund_named(call.path[1]));
}

asio::awaitable<Reply> confirm_refund(Context& context, Call& call) {
    PaymentCommand command =
        [&call](const Document& payment, const Document* dossier, const CommandContext& with) {
            return core::confirm_refund(payment, dossier, call.path[1], call.body, with);
        };
    return change_payment(context, call, std::move(command), 200, refund_named(call.path[1]));
}

asio::awaitable<Reply> resolve_dispute(Context& context, Call& call) {
    PaymentCommand command =
        [&context,
         &call](const Document& payment, const Document* dossier, const CommandContext& with) {
            const bool itself = by_provider(context, payment);
            return core::resolve_dispute(payment, dossier, call.body, itself, with);
        };
    return change_payment(context, call, std::move(command), 200, core::payment_view);
}

asio::awaitable<Reply> list_receipts(Context& context, Call& call) {
    auto stored = co_await read_object(context, "payment", call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    const auto view = core::payment_view(stored->body);
    const Document* receipts = view.find("receipts");
    co_return page_reply(call, receipts == nullptr ? Document::list() : *receipts);
}

asio::awaitable<Reply> get_reconciliation(Context& context, Call& call) {
    const auto& day = call.path[0];
    if (!core::parse_iso_day(day)) co_return refuse(call, "not_found", "not a day");
    const std::string wanted(value_of(call.query, "provider"));
    auto items = Document::list();
    auto providers = payment_providers(context);
    providers.insert("postal");  // it has no route: its payments begin with a delivery
    for (const auto& provider : providers) {
        if (!wanted.empty() && provider != wanted) continue;
        const auto id = provider + ":" + day;
        auto report = co_await read_object(context, "reconciliation", call.who.tenant, id);
        if (!report) co_return refuse(call, report.error());
        if (report->found) items.push(std::move(report->body));
    }
    if (!wanted.empty() && items.items().empty()) co_return refuse(call, "not_found");
    if (!wanted.empty()) co_return Reply(200, formats::write_json(items.items().front()));
    auto body = Document::object();
    body.set("items", std::move(items));
    body.set("next_cursor", Document::null());
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
