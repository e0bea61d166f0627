// What the handlers of payments share.
#include "gateway/api/payment_calls.hpp"

#include "gateway/api/problem_answer.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

constexpr int races_max = 5;

std::string text_at(const Document& document, std::string_view pointer) {
    const Document* value = document.at(pointer);
    return value == nullptr ? "" : value->as_text();
}

bool serves(const std::vector<std::string>& list, const std::string& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// Position in the preference; behind it for the others.
std::size_t rank(const PaymentSettings& settings, const std::string& partner) {
    const auto& order = settings.preference;
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), partner) - order.begin());
}

}  // namespace

std::set<std::string> payment_providers(const Context& context) {
    std::set<std::string> partners;
    for (const auto& route : context.parts.routes)
        if (route.event == "payment.requested") partners.insert(route.partner);
    return partners;
}

bool partner_is_down(const Context& context, std::string_view partner) {
    if (!context.parts.partners) return false;
    for (const auto& info : context.parts.partners())
        if (info.partner == partner) return info.state == "down";
    return false;
}

bool refunds_itself(const Context& context, std::string_view partner) {
    for (const auto& route : context.parts.routes)
        if (route.event == "refund.approved" && route.partner == partner) return true;
    return false;
}

std::vector<Channel> channels_for(const Context& context, const Document& dossier) {
    const PaymentSettings& settings = context.options().payments;
    std::vector<PartnerInfo> infos;
    if (context.parts.partners) infos = context.parts.partners();
    std::vector<Channel> channels;
    for (const auto& partner : payment_providers(context)) {
        Channel channel;
        channel.partner = partner;
        channel.state = "up";
        const auto row = settings.channels.find(partner);
        if (row != settings.channels.end()) channel.limits = row->second;
        if (channel.limits.methods.empty()) channel.limits.methods.push_back("online");
        const bool here =
            serves(channel.limits.units, text_at(dossier, "/receiving_unit/canonical_code")) &&
            serves(channel.limits.procedures, text_at(dossier, "/procedure/code"));
        if (!here) continue;
        for (const auto& info : infos)
            if (info.partner == partner) {
                channel.state = info.state;
                channel.name_vi = info.name_vi;
            }
        channels.push_back(std::move(channel));
    }
    std::stable_sort(channels.begin(), channels.end(), [&](const Channel& a, const Channel& b) {
        return rank(settings, a.partner) < rank(settings, b.partner);
    });
    return channels;
}

std::string draw_reference(Context& context, core::Instant now) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    while (true) {
        std::uint64_t bits = context.parts.random->next();
        std::string random7;
        for (int i = 0; i < 7; ++i, bits >>= 5) random7.push_back(alphabet[bits & 31U]);
        auto reference = core::payment_reference(core::local_day(now), random7);
        if (reference) return std::move(*reference);
    }
}

asio::awaitable<core::Result<Document>> payments_of(
    Context& context, std::string tenant, std::string code
) {
    ports::ObjectFilter filter;
    filter.kind = "payment";
    filter.agency = std::move(tenant);
    filter.dossier = std::move(code);
    filter.limit = 500;
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return page.error();
    auto list = Document::list();
    for (const auto& object : page->items) {
        auto body = formats::read_stored(object.body);
        if (!body) co_return body.error();
        list.push(core::payment_view(*body));
    }
    co_return list;
}

std::vector<std::string> fee_ids_of(const Document& request) {
    std::vector<std::string> out;
    const Document* ids = request.find("fee_ids");
    if (ids == nullptr) return out;
    for (const Document& id : ids->items()) out.push_back(id.as_text());
    return out;
}

asio::awaitable<core::Result<std::vector<core::FeeSlot>>> read_slots(
    Context& context, std::string tenant, std::vector<std::string> fee_ids
) {
    std::vector<core::FeeSlot> slots;
    for (const auto& id : fee_ids) {
        core::FeeSlot slot;
        slot.fee_id = id;
        auto there = co_await read_object(context, "payment_slot", tenant, slot.fee_id);
        if (!there) co_return there.error();
        if (there->found) {
            slot.version = there->object.version;
            const Document* attempt = there->body.find("attempt");
            if (attempt != nullptr)
                slot.attempt = static_cast<int>(attempt->as_integer().value_or(0));
            const auto holder_id = there->body.text_of("payment_id");
            auto holder = co_await read_object(context, "payment", tenant, holder_id);
            if (!holder) co_return holder.error();
            if (holder->found) {
                slot.provider_down = partner_is_down(context, holder->body.text_of("provider"));
                slot.payment = std::move(holder->body);
            }
        }
        slots.push_back(std::move(slot));
    }
    co_return slots;
}

namespace {

/// Notes that this payment is being asked about; false: somebody did so just now.
asio::awaitable<core::Result<bool>> may_ask(Context& context, Call asking, std::string id) {
    auto noted = co_await read_object(context, "payment_ask", asking.who.tenant, id);
    if (!noted) co_return noted.error();
    const auto last = core::parse_rfc3339(noted->body.text_of("at"));
    const auto every = context.options().payments.refresh_every;
    if (noted->found && last && *last + every > context.now()) co_return false;
    auto body = Document::object();
    body.set("at", Document::text(core::to_rfc3339(context.now())));
    const auto version = noted->found ? noted->object.version : 0;
    ports::Acceptance acceptance;
    acceptance.objects.push_back(object_write(asking, "payment_ask", id, body, version));
    Reply none;
    auto done = co_await commit(context, asking, std::move(acceptance), std::move(none));
    co_return !done.race;
}

const Route ask_route = [] {
    Route route;
    route.id = "payments.ask";
    route.method = "GET";
    route.path = "/v1/payments/{id}";
    return route;
}();

ports::FactMessage message_of(
    const Context& context, const core::Object& payment, const std::string& provider, Document says
) {
    ports::FactMessage message;
    message.message.partner = provider;
    message.message.agency = payment.agency;
    message.message.kind = "payment_state";
    message.message.received_at = context.now();
    auto body = formats::write_json(says);
    message.message.digest = crypto::sha256(body);
    message.message.body = std::make_shared<const std::string>(std::move(body));
    core::Fact fact;
    fact.kind = "payment";
    fact.ref = payment.ref;
    fact.says = std::move(says);
    message.facts.push_back(std::move(fact));
    return message;
}

}  // namespace

asio::awaitable<core::Result<void>> ask_provider(
    Context& context, const Call& call, const Stored& stored
) {
    const bool worth =
        core::is_open(stored.body) || stored.body.text_of("state") == "refund_requested";
    const auto provider = stored.body.text_of("provider");
    const auto lookup = context.parts.lookups.find(provider);
    if (!worth || lookup == context.parts.lookups.end()) co_return core::Result<void>();
    if (!lookup->second->answers("payment_state")) co_return core::Result<void>();
    Call asking = call;
    asking.route = &ask_route;  // its note is no answer to the caller's key
    asking.key.clear();
    auto may = co_await may_ask(context, std::move(asking), stored.object.id);
    if (!may) co_return may.error();
    if (!*may) co_return core::Result<void>();
    ports::Question question;
    question.kind = "payment_state";
    question.asks.set("payment", stored.body);
    auto answer = co_await lookup->second->ask(std::move(question));
    if (answer.outcome != "ok") co_return core::Result<void>();
    answer.says.set("source", Document::text("query"));
    auto message = message_of(context, stored.object, provider, std::move(answer.says));
    auto taken = co_await context.parts.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

asio::awaitable<Reply> change_payment(
    Context& context, Call& call, PaymentCommand command, int status, PaymentAnswer answer
) {
    for (int race = 0; race < races_max; ++race) {
        auto stored = co_await read_object(context, "payment", call.who.tenant, call.path[0]);
        if (!stored) co_return refuse(call, stored.error());
        if (!stored->found) co_return refuse(call, "not_found");
        const auto code = stored->object.dossier;
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, code);
        if (!dossier) co_return refuse(call, dossier.error());
        const Attachments none;
        const auto with = command_context(context, call, none);
        const Document* about = dossier->found ? &dossier->body : nullptr;
        auto decision = command(stored->body, about, with);
        if (auto* problem = std::get_if<core::Problem>(&decision)) co_return refuse(call, *problem);
        auto& change = std::get<core::ObjectChange>(decision);
        if (change.verdict == core::Verdict::impossible)
            co_return refuse(call, "payment.not_payable", change.why);
        const Document& after = change.body ? *change.body : stored->body;
        Reply reply(status, formats::write_json(answer(after)));
        auto done = co_await commit_change(
            context, call, std::move(stored->object), std::move(change), std::move(reply)
        );
        if (!done.race) co_return std::move(done.reply);
    }
    co_return refuse(call, "overloaded");
}

}  // namespace gw::api
