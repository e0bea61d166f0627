// The inbox: what partners sent, claimed for ten minutes, acknowledged or refused (contract 3.3).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr std::string_view kind = "inbox_item";

/// The item as the one-stop sees it: without where its files come from and who holds it.
Document shown(const Document& item) {
    constexpr std::string_view members[] = {
        "id",
        "partner",
        "kind",
        "partner_ref",
        "dossier_code",
        "state",
        "received_at",
        "claimed_until",
        "supersedes",
        "tray",
        "reason"};
    constexpr std::string_view of_file[] = {"name", "size", "sha256", "attachment_id", "state"};
    auto body = Document::object();
    for (const auto name : members)
        if (const auto* value = item.find(name)) body.set(std::string(name), *value);
    auto manifest = Document::list();
    if (const auto* files = item.find("manifest")) {
        for (const auto& file : files->items()) {
            auto entry = Document::object();
            for (const auto name : of_file)
                if (const auto* value = file.find(name)) entry.set(std::string(name), *value);
            if (entry.find("attachment_id") == nullptr)
                entry.set("attachment_id", Document::null());
            manifest.push(std::move(entry));
        }
    }
    body.set("manifest", std::move(manifest));
    for (const auto name : {"payload", "raw_ref"})
        if (const auto* value = item.find(name)) body.set(name, *value);
    return body;
}

bool lease_runs(const Document& item, core::Instant now) {
    if (item.text_of("state") != "claimed") return false;
    const auto until = core::parse_rfc3339(item.text_of("claimed_until"));
    return until && *until > now;
}

/// The caller holds the claim: the same client, and not two different officers.
bool is_holder(const Document& item, const Call& call) {
    const auto* claim = item.find("claim");
    if (claim == nullptr || claim->text_of("client") != call.who.client) return false;
    const auto officer = claim->text_of("officer");
    return officer.empty() || call.who.officer.empty() || officer == call.who.officer;
}

/// The state in which the item was claimed.
std::string state_before(const Document& item) {
    const auto* claim = item.find("claim");
    return claim == nullptr ? "ready" : claim->text_of("from", "ready");
}

std::size_t files_missing(const Document& item) {
    const auto* files = item.find("manifest");
    if (files == nullptr) return 0;
    std::size_t missing = 0;
    for (const auto& file : files->items())
        if (file.text_of("attachment_id").empty()) ++missing;
    return missing;
}

core::ObjectWrite item_write(const Call& call, const Stored& stored) {
    auto write =
        object_write(call, std::string(kind), stored.object.id, stored.body, stored.object.version);
    write.object.ref = stored.object.ref;
    write.object.dossier = stored.object.dossier;
    write.object.created_at = stored.object.created_at;
    return write;
}

/// Items whose lease has run out are ready again for everybody.
asio::awaitable<core::Result<void>> free_expired(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = kind;
    filter.agency = call.who.tenant;
    filter.state = "claimed";
    filter.limit = 100;
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return page.error();
    ports::Acceptance acceptance;
    for (auto& object : page->items) {
        // Oldest first, and a claim is the last change of its item: the rest is held still.
        if (object.updated_at + context.options().inbox_lease > call.now) break;
        auto body = formats::read_stored(object.body);
        if (!body || lease_runs(*body, call.now)) continue;
        Stored stored;
        stored.object = std::move(object);
        stored.body = std::move(*body);
        stored.body.set("state", Document::text(state_before(stored.body)));
        stored.body.remove("claim");
        stored.body.remove("claimed_until");
        acceptance.objects.push_back(item_write(call, stored));
    }
    if (acceptance.objects.empty()) co_return core::Result<void>();
    Reply none;
    // Somebody else's claim or release in this moment is as good: the next list sees it.
    auto done = co_await commit(context, call, std::move(acceptance), std::move(none));
    (void)done;
    co_return core::Result<void>();
}

/// Stores the item as it is now, with what else belongs to the commit.
asio::awaitable<Reply> save(
    Context& context, Call& call, Stored& stored, ports::Acceptance acceptance
) {
    Reply reply(200, formats::write_json(shown(stored.body)));
    reply.with("ETag", etag(stored.object.version + 1));
    acceptance.objects.push_back(item_write(call, stored));
    acceptance.audit.push_back(audit_row(call, "inbox/" + stored.object.id));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return refuse(call, "inbox.claimed");
    co_return std::move(done.reply);
}

/// The fact for the partner's routes: inbox.acknowledged or inbox.refused.
void tell_partner(
    const Context& context,
    ports::Acceptance& acceptance,
    Call& call,
    const Stored& stored,
    std::string_view event,
    std::string_view member,
    std::string dossier
) {
    core::EventDraft draft;
    draft.kind = event;
    draft.occurred_at = call.now;
    draft.snapshot.set("key", Document::text(stored.object.id));
    if (const auto* payload = stored.body.find("payload")) draft.snapshot.set("dossier", *payload);
    draft.snapshot.set("inbox", shown(stored.body));
    draft.snapshot.set(std::string(member), call.body);
    add_event(context, acceptance, call, std::move(dossier), std::move(draft));
}

std::optional<Reply> may_ack(Call& call, const Document& item) {
    const auto state = item.text_of("state");
    if (state == "acknowledged" || state == "refused") return refuse(call, "inbox.not_claimed");
    const bool failed = state == "failed" || (state == "claimed" && state_before(item) == "failed");
    const bool incomplete = state == "collecting" || failed || files_missing(item) > 0;
    const bool accepted = call.body.find("accept_incomplete") != nullptr;
    if (accepted && !call.who.has_person()) return refuse(call, "auth.actor_missing");
    if (incomplete && !accepted) {
        core::Problem problem("inbox.incomplete");
        problem.values.push_back(std::to_string(files_missing(item)));
        return refuse(call, problem);
    }
    if (state == "claimed" && !is_holder(item, call)) return refuse(call, "inbox.claimed");
    if (state == "ready") return refuse(call, "inbox.not_claimed");
    return std::nullopt;
}

}  // namespace

asio::awaitable<Reply> list_inbox(Context& context, Call& call) {
    auto freed = co_await free_expired(context, call);
    if (!freed) co_return refuse(call, freed.error());
    ports::ObjectFilter filter;
    filter.kind = kind;
    filter.agency = call.who.tenant;
    const auto state = value_of(call.query, "state");
    if (!state.empty()) filter.state = state;
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    const auto wanted = value_of(call.query, "kind");
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto items = Document::list();
    for (const auto& object : page->items) {
        const auto body = formats::read_stored(object.body);
        if (!body || (!wanted.empty() && body->text_of("kind") != wanted)) continue;
        items.push(shown(*body));
    }
    co_return Reply(200, page_json(std::move(items), page->next));
}

asio::awaitable<Reply> get_inbox(Context& context, Call& call) {
    auto stored = co_await read_object(context, std::string(kind), call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    Reply reply(200, formats::write_json(shown(stored->body)));
    reply.with("ETag", etag(stored->object.version));
    co_return reply;
}

asio::awaitable<Reply> claim_inbox(Context& context, Call& call) {
    auto stored = co_await read_object(context, std::string(kind), call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    const auto state = stored->body.text_of("state");
    if (state == "acknowledged" || state == "refused") co_return refuse(call, "inbox.not_claimed");
    if (state == "collecting") {
        core::Problem problem("inbox.incomplete");
        problem.values.push_back(std::to_string(files_missing(stored->body)));
        co_return refuse(call, problem);
    }
    // Jobs share a name: a second one of them is another worker.
    const bool mine = call.who.has_person() && is_holder(stored->body, call);
    if (lease_runs(stored->body, call.now) && !mine) co_return refuse(call, "inbox.claimed");
    auto claim = Document::object();
    claim.set("client", Document::text(call.who.client));
    if (!call.who.officer.empty()) claim.set("officer", Document::text(call.who.officer));
    claim.set("from", Document::text(state == "claimed" ? state_before(stored->body) : state));
    const auto until = call.now + context.options().inbox_lease;
    stored->body.set("state", Document::text("claimed"));
    stored->body.set("claim", std::move(claim));
    stored->body.set("claimed_until", Document::text(core::to_rfc3339(until)));
    ports::Acceptance acceptance;
    auto reply = co_await save(context, call, *stored, std::move(acceptance));
    co_return reply;
}

asio::awaitable<Reply> ack_inbox(Context& context, Call& call) {
    auto stored = co_await read_object(context, std::string(kind), call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    const bool question = stored->body.text_of("kind") == "question";
    if (auto refusal = check_body(call, call.body, question ? "QuestionAck" : "InboxAck"); refusal)
        co_return std::move(*refusal);
    if (auto refusal = may_ack(call, stored->body); refusal) co_return std::move(*refusal);
    const auto dossier = call.body.text_of("dossier_code");
    stored->body.set("state", Document::text("acknowledged"));
    if (!dossier.empty()) stored->body.set("dossier_code", Document::text(dossier));
    stored->body.set("acknowledged", call.body);
    stored->body.remove("claim");
    stored->body.remove("claimed_until");
    stored->object.dossier = dossier;
    ports::Acceptance acceptance;
    tell_partner(context, acceptance, call, *stored, "inbox.acknowledged", "ack", dossier);
    auto reply = co_await save(context, call, *stored, std::move(acceptance));
    co_return reply;
}

asio::awaitable<Reply> refuse_inbox(Context& context, Call& call) {
    if (auto refusal = check_body(call, call.body, "InboxRefusal"); refusal)
        co_return std::move(*refusal);
    auto stored = co_await read_object(context, std::string(kind), call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    const auto state = stored->body.text_of("state");
    if (state == "acknowledged" || state == "refused") co_return refuse(call, "inbox.not_claimed");
    if (lease_runs(stored->body, call.now) && !is_holder(stored->body, call))
        co_return refuse(call, "inbox.claimed");
    stored->body.set("state", Document::text("refused"));
    stored->body.set("refused", call.body);
    stored->body.remove("claim");
    stored->body.remove("claimed_until");
    const auto dossier =
        stored->object.dossier.empty() ? stored->object.ref : stored->object.dossier;
    ports::Acceptance acceptance;
    tell_partner(context, acceptance, call, *stored, "inbox.refused", "refusal", dossier);
    auto reply = co_await save(context, call, *stored, std::move(acceptance));
    co_return reply;
}

}  // namespace gw::api
