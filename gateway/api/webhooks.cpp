// Webhook endpoints: where the event feed is pushed to (contract, section 6).
#include "gateway/access/webhook_secrets.hpp"
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/network.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr std::string_view kind = "webhook_endpoint";

/// `with_secret`: the reference of the secret, see reveal().
Document shown(const Document& endpoint, bool with_secret) {
    constexpr std::string_view members[] = {
        "id", "url", "types", "description", "state", "previous_until", "created_at"};
    auto body = Document::object();
    for (const auto name : members)
        if (const auto* value = endpoint.find(name)) body.set(std::string(name), *value);
    if (with_secret) body.set("secret", *endpoint.find("secret"));
    return body;
}

/// The answer is kept with the reference; only the caller gets the secret in its place.
Reply reveal(const Context& context, const Call& call, Reply reply) {
    if (reply.status >= 300) return reply;
    auto body = formats::read_json(reply.body);
    if (!body) return refuse(call, "internal");
    auto secret = access::webhook_secret(*context.parts.signer, body->text_of("secret"));
    if (!secret) return refuse(call, secret.error());
    body->set("secret", Document::text(std::move(*secret)));
    reply.body = formats::write_json(*body);
    return reply;
}

/// A name's address is checked at the dial.
bool url_allowed(const Context& context, const std::string& url) {
    const auto& options = context.options();
    return core::callback_allowed(url, options.webhook_networks, options.webhook_plain_http);
}

std::optional<Reply> check_endpoint(const Context& context, const Call& call, Document& body) {
    if (auto refusal = check_body(call, body, "WebhookEndpoint")) return refusal;
    if (!url_allowed(context, body.text_of("url"))) return refuse(call, "webhook.url_not_allowed");
    return std::nullopt;
}

asio::awaitable<core::Result<Stored>> read(Context& context, const Call& call) {
    auto stored = co_await read_object(context, std::string(kind), call.who.tenant, call.path[0]);
    co_return stored;
}

asio::awaitable<Reply> save(
    Context& context, Call& call, Document body, std::int64_t version, int status, bool with_secret
) {
    const auto id = body.text_of("id");
    Reply reply(status, formats::write_json(shown(body, with_secret)));
    reply.with("ETag", etag(version + 1));
    if (status == 201) reply.with("Location", "/v1/webhook-endpoints/" + id);
    ports::Acceptance acceptance;
    acceptance.objects.push_back(object_write(call, std::string(kind), id, body, version));
    acceptance.audit.push_back(audit_row(call, "webhook/" + id));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return version_conflict(call, done.version);
    // Only when a secret is new it is shown, once.
    if (with_secret) co_return reveal(context, call, std::move(done.reply));
    co_return std::move(done.reply);
}

Document attempt_json(const engine::WebhookAttempt& attempt) {
    auto body = Document::object();
    body.set("at", Document::text(core::to_rfc3339(attempt.at)));
    body.set("event_id", Document::text(attempt.event));
    body.set("type", Document::text(attempt.type));
    body.set("attempt", Document::number(attempt.n));
    body.set("status", Document::number(attempt.status));
    body.set("took_ms", Document::number(attempt.took.count()));
    body.set("delivered", Document::boolean(attempt.error.empty()));
    if (!attempt.error.empty()) body.set("error", Document::text(attempt.error));
    return body;
}

}  // namespace

asio::awaitable<Reply> create_webhook(Context& context, Call& call) {
    if (auto refusal = check_endpoint(context, call, call.body); refusal)
        co_return std::move(*refusal);
    auto end = co_await context.parts.store->feed_end(call.who.tenant);
    if (!end) co_return refuse(call, end.error());
    auto body = Document::object();
    const auto id = context.new_id("whk");
    body.set("id", Document::text(id));
    for (auto& member : call.body.members()) body.set(member.name, std::move(member.value));
    body.set("state", Document::text("active"));
    body.set("secret", Document::text(access::webhook_secret_reference(id, 1)));
    body.set("cursor", Document::number(*end));
    body.set("created_at", Document::text(core::to_rfc3339(call.now)));
    auto reply = co_await save(context, call, std::move(body), 0, 201, true);
    co_return reply;
}

asio::awaitable<Reply> list_webhooks(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = kind;
    filter.agency = call.who.tenant;
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto items = Document::list();
    for (const auto& object : page->items) {
        const auto body = formats::read_json(object.body);
        if (body) items.push(shown(*body, false));
    }
    co_return Reply(200, page_json(std::move(items), page->next));
}

asio::awaitable<Reply> get_webhook(Context& context, Call& call) {
    auto stored = co_await read(context, call);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    Reply reply(200, formats::write_json(shown(stored->body, false)));
    reply.with("ETag", etag(stored->object.version));
    co_return reply;
}

asio::awaitable<Reply> patch_webhook(Context& context, Call& call) {
    auto stored = co_await read(context, call);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    bool named = false;
    if (auto refusal = check_match(call, stored->object.version, named); refusal)
        co_return std::move(*refusal);
    // Switching on and off is the one change of state that a one-stop makes itself.
    const auto state = call.body.text_of("state");
    if (!state.empty() && state != "active" && state != "disabled")
        co_return refuse_field(call, core::Finding("/state", "field.not_in_list", {state}));
    call.body.remove("state");
    auto wanted = Document::object();
    for (const auto name : {"url", "types", "description"}) {
        const auto* given = call.body.find(name);
        const auto* value = given != nullptr ? given : stored->body.find(name);
        if (value != nullptr && !value->is_null()) wanted.set(name, *value);
    }
    for (const auto& member : call.body.members())
        if (wanted.find(member.name) == nullptr && !member.value.is_null())
            wanted.set(member.name, member.value);
    if (auto refusal = check_endpoint(context, call, wanted); refusal)
        co_return std::move(*refusal);
    stored->body.remove("description");
    for (auto& member : wanted.members()) stored->body.set(member.name, std::move(member.value));
    if (!state.empty()) stored->body.set("state", Document::text(state));
    const auto version = stored->object.version;
    auto reply = co_await save(context, call, std::move(stored->body), version, 200, false);
    co_return reply;
}

asio::awaitable<Reply> delete_webhook(Context& context, Call& call) {
    auto stored = co_await read(context, call);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    const auto& id = call.path[0];
    ports::Acceptance acceptance;
    acceptance.objects.push_back(object_write(call, std::string(kind), id, stored->body, -1));
    acceptance.objects.back().remove = true;
    auto cursor = object_write(call, "webhook_cursor", id, Document::object(), -1);
    cursor.remove = true;
    acceptance.objects.push_back(std::move(cursor));
    acceptance.audit.push_back(audit_row(call, "webhook/" + id));
    Reply reply(204);
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return refuse(call, "not_found");
    co_return std::move(done.reply);
}

asio::awaitable<Reply> rotate_webhook(Context& context, Call& call) {
    auto stored = co_await read(context, call);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    const auto until = call.now + context.options().webhook_rotation;
    const auto previous = stored->body.text_of("secret");
    const auto number = access::webhook_secret_number(previous) + 1;
    stored->body.set("previous_secret", Document::text(previous));
    stored->body.set("previous_until", Document::text(core::to_rfc3339(until)));
    stored->body.set(
        "secret", Document::text(access::webhook_secret_reference(call.path[0], number))
    );
    const auto version = stored->object.version;
    auto reply = co_await save(context, call, std::move(stored->body), version, 200, true);
    co_return reply;
}

asio::awaitable<Reply> test_webhook(Context& context, Call& call) {
    auto stored = co_await read(context, call);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    if (context.parts.webhooks == nullptr)
        co_return refuse(call, "maintenance", "webhooks are not running");
    auto attempt = co_await context.parts.webhooks->test(std::move(stored->object));
    co_return Reply(200, formats::write_json(attempt_json(attempt)));
}

asio::awaitable<Reply> list_webhook_attempts(Context& context, Call& call) {
    auto stored = co_await read(context, call);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    auto items = Document::list();
    if (context.parts.webhooks != nullptr)
        for (const auto& attempt : context.parts.webhooks->attempts(call.path[0]))
            items.push(attempt_json(attempt));
    co_return page_reply(call, std::move(items));
}

}  // namespace gw::api
