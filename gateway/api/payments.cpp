// Payments: options, beginning, reading, cancelling (contract 3.5).
#include "gateway/api/handlers.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/payment_calls.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

constexpr int races_max = 5;
constexpr core::Duration longest_look(2'000);  // a change wakes earlier; this hears of a drain

std::string location_of(const std::string& id) {
    return "/v1/payments/" + id;
}

/// The provider of a new payment, or why there is none.
struct Choice {
    Choice() = default;
    core::PaymentTerms terms;
    std::optional<core::Problem> problem;
};

bool takes(const Channel& channel, const std::string& method, std::int64_t amount) {
    const auto& methods = channel.limits.methods;
    const bool known = std::find(methods.begin(), methods.end(), method) != methods.end();
    const bool fits = channel.limits.amount_max == 0 || amount <= channel.limits.amount_max;
    return known && fits && amount >= channel.limits.amount_min;
}

core::Problem unknown_provider(const std::string& wanted, const std::vector<Channel>& channels) {
    core::Problem problem("validation.failed");
    core::Finding finding("/provider", "field.not_in_list", {wanted, "Đơn vị thanh toán"});
    for (const auto& channel : channels) finding.allowed.push_back(channel.partner);
    problem.findings.push_back(std::move(finding));
    return problem;
}

/// The one asked for, or the first that is up (payments, section 4).
Choice choose(const Context& context, const Document& dossier, const Document& request) {
    const PaymentSettings& settings = context.options().payments;
    const auto wanted = request.text_of("provider");
    const Document* amount = request.find("amount");
    const auto sum = amount == nullptr ? 0 : amount->as_integer().value_or(0);
    auto channels = channels_for(context, dossier);
    std::erase_if(channels, [&](const Channel& c) {
        return !takes(c, request.text_of("method"), sum);
    });
    Choice choice;
    choice.terms.page_life = settings.page_life;
    choice.terms.qr_life = settings.qr_life;
    bool known = wanted.empty();
    for (const auto& channel : channels) {
        if (!wanted.empty() && channel.partner != wanted) continue;
        known = true;
        if (!channel.up() || !choice.terms.provider.empty()) continue;
        choice.terms.provider = channel.partner;
    }
    choice.terms.national =
        !settings.national.empty() && choice.terms.provider == settings.national;
    if (!known)
        choice.problem = unknown_provider(wanted, channels);
    else if (choice.terms.provider.empty())
        choice.problem = core::Problem("payment.provider_unavailable");
    return choice;
}

Choice at_the_office(const Context&, const Document&, const Document& request) {
    const auto method = request.text_of("method");
    Choice choice;
    choice.terms.provider = "counter";
    if (method == "post_collected") choice.terms.provider = "postal";
    if (method == "paid_elsewhere") choice.terms.provider = "vneid";
    return choice;
}

using Chooser = Choice (*)(const Context&, const Document&, const Document&);
using Creator = core::
    PaymentDecision (*)(const Document&, Document, const core::PaymentTerms&, const std::vector<core::FeeSlot>&, const core::CommandContext&);

/// Stores a new payment; `status` of success. Sets `id` when it is stored.
asio::awaitable<Reply> begin(
    Context& context, Call& call, Chooser chooser, Creator creator, int status, std::string& id
) {
    const auto code = call.body.text_of("dossier_code");
    for (int race = 0; race < races_max; ++race) {
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, code);
        if (!dossier) co_return refuse(call, dossier.error());
        if (!dossier->found) co_return refuse(call, "not_found", "dossier_code");
        auto slots = co_await read_slots(context, call.who.tenant, fee_ids_of(call.body));
        if (!slots) co_return refuse(call, slots.error());
        auto choice = chooser(context, dossier->body, call.body);
        choice.terms.reference = draw_reference(context, call.now);
        const Attachments none;
        const auto with = command_context(context, call, none);
        auto decision = creator(dossier->body, call.body, choice.terms, *slots, with);
        if (auto* problem = std::get_if<core::Problem>(&decision)) co_return refuse(call, *problem);
        if (choice.problem) co_return refuse(call, *choice.problem);
        auto& change = std::get<core::ObjectChange>(decision);
        core::Object fresh;
        fresh.kind = "payment";
        fresh.id = change.body->text_of("id");
        fresh.dossier = code;
        fresh.ref = choice.terms.reference;
        const auto new_id = fresh.id;
        Reply reply(status, formats::write_json(core::payment_view(*change.body)));
        reply.with("Location", location_of(new_id));
        auto done = co_await commit_change(
            context, call, std::move(fresh), std::move(change), std::move(reply)
        );
        if (done.race) continue;
        if (done.reply.status == status) id = new_id;
        co_return std::move(done.reply);
    }
    co_return refuse(call, "overloaded");
}

core::Duration wait_of(const Context& context, const Call& call) {
    const auto prefer = ports::header(call.request.headers, "Prefer");
    if (prefer.find("wait=") == std::string_view::npos) return context.options().payments.wait;
    return core::Duration(prefer_wait(context, call) * 1'000);
}

Reply provider_refused(const Call& call, const Document& payment) {
    core::Problem problem("payment.provider_refused", payment.text_of("state_reason"));
    problem.extra.emplace_back("payment_id", payment.text_of("id"));
    auto reply = refuse(call, problem);
    reply.kept = true;
    return reply;
}

/// Holds the answer until the provider has said something. A repeat of the call gets the 202 that
/// was stored with the payment and its Location.
asio::awaitable<Reply> wait_for_provider(
    Context& context, Call& call, std::string id, Reply otherwise
) {
    const auto until = context.now() + wait_of(context, call);
    engine::ObjectWaits::Watch watch(*context.parts.waits, "payment", id);
    while (context.now() < until && !context.draining) {
        auto stored = co_await read_object(context, "payment", call.who.tenant, id);
        if (!stored || !stored->found) break;
        const auto& state = stored->object.state;
        if (state == "failed") co_return provider_refused(call, stored->body);
        if (state != "initiated") {
            otherwise.status = 201;
            otherwise.body = formats::write_json(core::payment_view(stored->body));
            break;
        }
        const auto next_look = std::min(until, context.now() + longest_look);
        co_await watch.until(next_look);
    }
    co_return otherwise;
}

/// The payment as it is stored now.
asio::awaitable<Reply> show(Context& context, Call& call, int status) {
    auto stored = co_await read_object(context, "payment", call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    co_return Reply(status, formats::write_json(core::payment_view(stored->body)));
}

}  // namespace

asio::awaitable<Reply> list_payment_options(Context& context, Call& call) {
    const std::string code(value_of(call.query, "dossier_code"));
    if (code.empty()) co_return refuse(call, "request.parameter", "dossier_code is needed");
    auto dossier = co_await read_object(context, "dossier", call.who.tenant, code);
    if (!dossier) co_return refuse(call, dossier.error());
    if (!dossier->found) co_return refuse(call, "not_found");
    auto items = Document::list();
    for (const auto& channel : channels_for(context, dossier->body)) {
        auto item = Document::object();
        item.set("provider", Document::text(channel.partner));
        if (!channel.name_vi.empty()) item.set("name_vi", Document::text(channel.name_vi));
        item.set("state", Document::text(channel.state));
        auto methods = Document::list();
        for (const auto& method : channel.limits.methods) methods.push(Document::text(method));
        item.set("methods", std::move(methods));
        item.set("amount_min", Document::number(channel.limits.amount_min));
        if (channel.limits.amount_max > 0)
            item.set("amount_max", Document::number(channel.limits.amount_max));
        item.set(
            "refunds", Document::text(refunds_itself(context, channel.partner) ? "api" : "manual")
        );
        items.push(std::move(item));
    }
    auto body = Document::object();
    body.set("items", std::move(items));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> create_payment(Context& context, Call& call) {
    std::string id;
    auto reply = co_await begin(context, call, choose, core::create_payment, 202, id);
    if (id.empty() || reply.status != 202) co_return reply;
    auto answer = co_await wait_for_provider(context, call, id, std::move(reply));
    co_return answer;
}

asio::awaitable<Reply> create_offline_payment(Context& context, Call& call) {
    std::string id;
    auto reply =
        co_await begin(context, call, at_the_office, core::create_offline_payment, 201, id);
    co_return reply;
}

asio::awaitable<Reply> get_payment(Context& context, Call& call) {
    const auto refresh = value_of(call.query, "refresh");
    if (!refresh.empty() && refresh != "true" && refresh != "false")
        co_return refuse(call, "request.parameter", "refresh is true or false");
    if (refresh == "true") {
        auto stored = co_await read_object(context, "payment", call.who.tenant, call.path[0]);
        if (!stored) co_return refuse(call, stored.error());
        if (!stored->found) co_return refuse(call, "not_found");
        auto asked = co_await ask_provider(context, call, *stored);
        if (!asked) co_return refuse(call, asked.error());
    }
    auto reply = co_await show(context, call, 200);
    co_return reply;
}

asio::awaitable<Reply> cancel_payment(Context& context, Call& call) {
    PaymentCommand command = [](const Document& payment, const Document*, const auto& with) {
        return core::cancel_payment(payment, with);
    };
    auto reply =
        co_await change_payment(context, call, std::move(command), 200, core::payment_view);
    if (reply.status != 200) co_return reply;
    auto stored = co_await read_object(context, "payment", call.who.tenant, call.path[0]);
    if (!stored || !stored->found) co_return reply;
    auto asked = co_await ask_provider(context, call, *stored);
    if (!asked) co_return reply;
    auto after = co_await show(context, call, 200);
    if (after.status == 200) reply.body = std::move(after.body);
    co_return reply;
}

}  // namespace gw::api
