// The administration API for the command line, on the unix socket only. Shows no personal data
// except in `explain`.
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/leg_json.hpp"
#include "gateway/api/order_legs.hpp"
#include "gateway/api/partner_list.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/progress_list.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/api/unmatched.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <unistd.h>

#include <filesystem>

namespace gw::api {

namespace {

using core::Document;

Document health_json(const ports::StoreHealth& health) {
    auto body = Document::object();
    body.set("writable", Document::boolean(health.writable));
    if (!health.reason.empty()) body.set("reason", Document::text(health.reason));
    body.set("epoch", Document::number(health.epoch));
    body.set("queue", Document::number(health.queue));
    body.set("commits", Document::number(static_cast<std::int64_t>(health.commits)));
    body.set("writes", Document::number(static_cast<std::int64_t>(health.writes)));
    body.set("database_bytes", Document::number(health.database_bytes));
    body.set("wal_bytes", Document::number(health.wal_bytes));
    body.set("disk_level", Document::number(health.disk_level));
    body.set(
        "disk_used_percent", Document::number(static_cast<std::int64_t>(health.disk_used * 100))
    );
    return body;
}

Document queue_json(const ports::QueueStats& queue) {
    auto body = Document::object();
    body.set("partner", Document::text(queue.partner));
    const std::pair<const char*, std::int64_t> numbers[] = {
        {"ready", queue.ready},
        {"sending", queue.sending},
        {"retry", queue.retry},
        {"unknown", queue.unknown},
        {"blocked", queue.blocked},
        {"dead", queue.dead},
        {"delivered", queue.delivered}};
    for (const auto& [name, number] : numbers) body.set(name, Document::number(number));
    if (queue.oldest_waiting)
        body.set("oldest_waiting", Document::text(core::to_rfc3339(*queue.oldest_waiting)));
    if (queue.last_delivered)
        body.set("last_delivered", Document::text(core::to_rfc3339(*queue.last_delivered)));
    return body;
}

Document audit_json(const core::AuditRow& row) {
    auto body = Document::object();
    body.set("at", Document::text(core::to_rfc3339(row.at)));
    body.set("actor", Document::text(row.actor));
    body.set("action", Document::text(row.action));
    body.set("subject", Document::text(row.subject));
    if (!row.detail.empty()) body.set("detail", Document::text(row.detail));
    return body;
}

Document event_json(const core::Event& event) {
    auto body = Document::object();
    body.set("id", Document::number(core::raw(event.id)));
    body.set("message", Document::number(core::raw(event.message)));
    body.set("kind", Document::text(event.kind));
    body.set("occurred_at", Document::text(core::to_rfc3339(event.occurred_at)));
    body.set("recorded_at", Document::text(core::to_rfc3339(event.recorded_at)));
    if (!event.trace.empty()) body.set("trace", Document::text(event.trace));
    return body;
}

std::optional<core::LegId> leg_id(const Call& call) {
    const auto number = to_number(call.path[0]);
    if (!number || *number > 1ULL << 62) return std::nullopt;
    return core::LegId(static_cast<std::int64_t>(*number));
}

asio::awaitable<Reply> act(Context& context, Call& call, ports::LegAction action) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    const auto id = leg_id(call);
    if (!id) co_return refuse(call, "not_found");
    auto view = co_await context.parts.store->leg(*id);
    if (!view) co_return refuse(call, view.error());
    if (!*view) co_return refuse(call, "not_found");
    call.who.tenant = (*view)->leg.agency;
    auto detail = Document::object();
    detail.set("reason_vi", Document::text(reason));
    auto row = audit_row(call, "leg/" + call.path[0], formats::write_json(detail));
    auto acted = co_await context.parts.store->act(*id, action, std::move(row));
    if (!acted && acted.error().code == "leg.state") {
        const std::string state(core::to_word((*view)->state));
        core::Problem problem("leg.state", "not possible while the leg is " + state);
        problem.values = {state};
        co_return refuse(call, problem);
    }
    if (!acted && acted.error().code == "lane.passed")
        co_return refuse(call, "lane.passed", acted.error().what);
    if (!acted) co_return refuse(call, acted.error());
    if (action == ports::LegAction::cancel) {
        auto told = co_await order_withdrawn(context, std::move(**view), std::move(reason));
        if (!told) co_return refuse(call, told.error());
    }
    auto after = co_await context.parts.store->leg(*id);
    if (!after) co_return refuse(call, after.error());
    co_return Reply(200, formats::write_json(leg_json(**after)));
}

}  // namespace

std::optional<Reply> read_reason(Call& call, std::string& reason) {
    const auto actor = call.body.text_of("actor");
    if (access::is_actor(actor)) call.who.officer = actor;
    reason = call.body.text_of("reason_vi");
    if (reason.empty())
        return refuse_field(call, core::Finding("/reason_vi", "field.required", {"Lý do"}));
    if (!call.who.has_actor()) return refuse(call, "auth.actor_missing");
    return std::nullopt;
}

asio::awaitable<Reply> admin_status(Context& context, Call& call) {
    auto queues = co_await context.parts.store->stats();
    if (!queues) co_return refuse(call, queues.error());
    auto partners = co_await partners_json(context);
    if (!partners) co_return refuse(call, partners.error());
    auto unmatched = co_await count_unmatched(*context.parts.store);
    if (!unmatched) co_return refuse(call, unmatched.error());
    auto open = Document::object();
    for (const auto& [about, number] : *unmatched) open.set(about, Document::number(number));
    auto list = Document::list();
    for (const auto& queue : *queues) list.push(queue_json(queue));
    auto body = Document::object();
    body.set("version", Document::text(context.options().version));
    body.set("time", Document::text(core::to_rfc3339(call.now)));
    body.set("draining", Document::boolean(context.draining));
    body.set("store", health_json(context.parts.store->health()));
    body.set("queues", std::move(list));
    body.set("partners", std::move(*partners));
    body.set("unmatched_open", std::move(open));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_partners(Context& context, Call& call) {
    auto partners = co_await partners_json(context);
    if (!partners) co_return refuse(call, partners.error());
    auto body = Document::object();
    body.set("items", std::move(*partners));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_dossier(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.dossier = call.path[0];
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    if (page->items.empty()) co_return refuse(call, "not_found");
    const auto& object = page->items.front();
    auto& store = *context.parts.store;
    auto events = co_await store.events_of(object.agency, object.id, "");
    if (!events) co_return refuse(call, events.error());
    auto legs = co_await store.legs_of(object.agency, object.id);
    if (!legs) co_return refuse(call, legs.error());
    auto audit = co_await store.audit_of(object.agency, "dossier/" + object.id);
    if (!audit) co_return refuse(call, audit.error());
    const auto dossier = formats::read_stored(object.body);
    auto body = Document::object();
    body.set("agency", Document::text(object.agency));
    if (dossier) body.set("dossier", dossier_digest(*dossier, false));
    auto list = Document::list();
    for (const auto& event : *events) list.push(event_json(event));
    body.set("events", std::move(list));
    list = Document::list();
    for (const auto& view : *legs) list.push(leg_json(view));
    body.set("legs", std::move(list));
    list = Document::list();
    for (const auto& row : *audit) list.push(audit_json(row));
    body.set("audit", std::move(list));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_message(Context& context, Call& call) {
    const auto number = to_number(call.path[0]);
    if (!number || *number > 1ULL << 62) co_return refuse(call, "not_found");
    const auto id = core::MessageId(static_cast<std::int64_t>(*number));
    auto message = co_await context.parts.store->message(id);
    if (!message) co_return refuse(call, message.error());
    if (!*message) co_return refuse(call, "not_found");
    const auto& envelope = (*message)->envelope;
    auto body = Document::object();
    body.set("id", Document::number(core::raw((*message)->id)));
    body.set("partner", Document::text(envelope.partner));
    body.set("agency", Document::text(envelope.agency));
    body.set("kind", Document::text(envelope.kind));
    body.set("message_key", Document::text(envelope.message_key));
    body.set("received_at", Document::text(core::to_rfc3339(envelope.received_at)));
    body.set("sha256", Document::text(crypto::to_hex(envelope.digest)));
    const auto size = envelope.body ? envelope.body->size() : 0;
    body.set("bytes", Document::number(static_cast<std::int64_t>(size)));
    auto events = Document::list();
    for (const auto event : (*message)->events) events.push(Document::number(core::raw(event)));
    body.set("events", std::move(events));
    if (!(*message)->trace.empty()) body.set("trace", Document::text((*message)->trace));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_leg(Context& context, Call& call) {
    const auto id = leg_id(call);
    if (!id) co_return refuse(call, "not_found");
    auto view = co_await context.parts.store->leg(*id);
    if (!view) co_return refuse(call, view.error());
    if (!*view) co_return refuse(call, "not_found");
    auto attempts = co_await context.parts.store->attempts_of(*id);
    if (!attempts) co_return refuse(call, attempts.error());
    auto body = leg_json(**view);
    auto list = Document::list();
    for (const auto& attempt : *attempts) list.push(attempt_json(attempt));
    body.set("history", std::move(list));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_explain(Context& context, Call& call) {
    const auto id = leg_id(call);
    if (!id) co_return refuse(call, "not_found");
    auto claim = co_await context.parts.store->claim_view(*id);
    if (!claim) co_return refuse(call, claim.error());
    if (!*claim || !context.parts.explain) co_return refuse(call, "not_found");
    const auto prepared = context.parts.explain(**claim);
    auto body = Document::object();
    body.set("leg", Document::number(core::raw(*id)));
    body.set("partner", Document::text((*claim)->leg.partner));
    body.set("operation", Document::text((*claim)->leg.operation));
    body.set("would_send", Document::boolean(prepared.has_value()));
    if (prepared) {
        body.set("sha256", Document::text(crypto::to_hex(prepared->digest)));
        body.set("bytes", Document::text(prepared->bytes));
    } else {
        body.set("code", Document::text(prepared.error().code));
        body.set("what", Document::text(prepared.error().what));
    }
    // Reading a body is an action of its own.
    call.who.tenant = (*claim)->leg.agency;
    ports::Acceptance acceptance;
    acceptance.audit.push_back(audit_row(call, "leg/" + call.path[0]));
    acceptance.needed = true;
    Reply reply(200, formats::write_json(body));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    co_return std::move(done.reply);
}

asio::awaitable<Reply> admin_redrive(Context& context, Call& call) {
    return act(context, call, ports::LegAction::redrive);
}

asio::awaitable<Reply> admin_done(Context& context, Call& call) {
    return act(context, call, ports::LegAction::record_done);
}

asio::awaitable<Reply> admin_cancel(Context& context, Call& call) {
    return act(context, call, ports::LegAction::cancel);
}

asio::awaitable<Reply> admin_replay(Context& context, Call& call) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    call.body.remove("actor");
    auto reply = co_await create_replay(context, call);
    co_return reply;
}

asio::awaitable<Reply> admin_backup(Context& context, Call& call) {
    const auto path = call.body.text_of("path");
    if (path.empty() || !std::filesystem::path(path).is_absolute())
        co_return refuse_field(
            call,
            core::Finding("/path", "field.format", {"path", "/var/backups/lienthong/lienthong.db"})
        );
    const auto folder = std::filesystem::path(path).parent_path().string();
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        core::Problem problem("backup.folder", "the gateway's user cannot write in " + folder);
        problem.values = {folder};
        co_return refuse(call, problem);
    }
    auto done = co_await context.parts.store->backup(path);
    if (!done) {
        const core::Problem problem("internal", done.error().code + ": " + done.error().what);
        co_return refuse(call, problem);
    }
    ports::Acceptance acceptance;
    acceptance.audit.push_back(audit_row(call, "backup"));
    acceptance.needed = true;
    auto body = Document::object();
    body.set("path", Document::text(path));
    body.set("made_at", Document::text(core::to_rfc3339(context.now())));
    Reply reply(200, formats::write_json(body));
    auto noted = co_await commit(context, call, std::move(acceptance), std::move(reply));
    co_return std::move(noted.reply);
}

}  // namespace gw::api
