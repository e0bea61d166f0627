// Dossiers: create, read, replace, patch, withdraw, check without storing (contract 3.1).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/payment_calls.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/progress_list.hpp"
#include "gateway/api/sync_state.hpp"
#include "gateway/core/connected_databases.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

std::string location_of(std::string_view code) {
    return "/v1/dossiers/" + percent_encode(code);
}

/// Commits a dossier that is not there yet.
asio::awaitable<Reply> commit_new(
    Context& context, Call& call, core::Change change, const Attachments& attachments
) {
    auto body = formats::write_json(change.dossier);
    Reply reply(201, answer_body(change, body));
    reply.with("ETag", etag(1)).with("Location", location_of(change.dossier.text_of("code")));
    auto acceptance = acceptance_of(context, call, change, std::move(body), attachments);
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return refuse(call, "dossier.exists");
    co_return std::move(done.reply);
}

/// Runs core's creation on the body of the call.
asio::awaitable<Reply> create_from(Context& context, Call& call, Document request) {
    auto attachments = co_await attachments_of(context, call.who.tenant, request);
    if (!attachments) co_return refuse(call, attachments.error());
    auto known = co_await know_procedure(context, call, request);
    if (!known) co_return refuse(call, known.error());
    auto asked = co_await population_was_asked(context, call.who.tenant, request.text_of("code"));
    if (!asked) co_return refuse(call, asked.error());
    if (*asked) core::name_database(request, core::population_database);
    const auto with = command_context(context, call, *attachments);
    auto decision = core::create_dossier(std::move(request), with);
    if (const auto* problem = std::get_if<core::Problem>(&decision); problem != nullptr)
        co_return refuse(call, *problem);
    auto& change = std::get<core::Change>(decision);
    auto reply = co_await commit_new(context, call, std::move(change), *attachments);
    co_return reply;
}

/// What a list shows of a dossier: nothing personal unless `with_owner`.
bool is_public(std::string_view name, bool with_owner) {
    constexpr std::string_view shown[] = {
        "code",
        "other_codes",
        "procedure",
        "channel",
        "origin",
        "status",
        "receiving_unit",
        "deciding_agency",
        "submitted_at",
        "received_at",
        "due_at",
        "refused_at",
        "finished_at",
        "returned_at",
        "result_delivery",
        "version",
        "created_at",
        "updated_at"};
    if (name == "owner" || name == "submitter") return with_owner;
    return std::find(std::begin(shown), std::end(shown), name) != std::end(shown);
}

bool is_part(std::string_view word) {
    constexpr std::string_view parts[] = {
        "", "documents", "progress", "payments", "deliveries", "sync"};
    return std::find(std::begin(parts), std::end(parts), word) != std::end(parts);
}

/// Its papers with what is known of their files.
asio::awaitable<core::Result<void>> add_files(Context& context, const Call& call, Document& body) {
    auto* papers = body.find("documents");
    if (papers == nullptr) co_return core::Result<void>();
    auto files = co_await attachments_of(context, call.who.tenant, *papers);
    if (!files) co_return files.error();
    for (auto& paper : papers->items()) {
        const auto found = files->find(paper.text_of("attachment_id"));
        if (found == files->end()) continue;
        auto file = formats::read_stored(found->second.body);
        if (!file) co_return file.error();
        paper.set("attachment", std::move(*file));
    }
    co_return core::Result<void>();
}

/// Puts what `?include=` names beside the dossier.
asio::awaitable<core::Result<void>> add_part(
    Context& context, const Call& call, std::string word, Document& body
) {
    if (word.empty()) co_return core::Result<void>();
    if (word == "documents") {
        auto added = co_await add_files(context, call, body);
        co_return added;
    }
    core::Result<Document> part = Document();
    if (word == "progress") part = co_await progress_of(context, call.who.tenant, call.path[0]);
    if (word == "payments") part = co_await payments_of(context, call.who.tenant, call.path[0]);
    if (word == "deliveries")
        part = co_await deliveries_shown(context, call.who.tenant, call.path[0]);
    if (word == "sync") part = co_await sync_of(context, call.who.tenant, call.path[0]);
    if (!part) co_return part.error();
    if (word == "sync") *part = sync_summary(*part);
    body.set(word, std::move(*part));
    co_return core::Result<void>();
}

}  // namespace

Document dossier_digest(const Document& dossier, bool with_owner) {
    auto digest = Document::object();
    for (const auto& member : dossier.members())
        if (is_public(member.name, with_owner)) digest.add(member.name, member.value);
    return digest;
}

asio::awaitable<Reply> create_dossier(Context& context, Call& call) {
    auto reply = co_await create_from(context, call, std::move(call.body));
    co_return reply;
}

asio::awaitable<Reply> get_dossier(Context& context, Call& call) {
    const auto wanted = split(value_of(call.query, "include"), ',');
    for (const auto& word : wanted)
        if (!is_part(word)) co_return refuse(call, "request.parameter", "include");
    auto dossier = co_await read_object(context, "dossier", call.who.tenant, call.path[0]);
    if (!dossier) co_return refuse(call, dossier.error());
    if (!dossier->found) co_return refuse(call, "not_found");
    Reply reply;
    reply.with("ETag", etag(dossier->object.version));
    if (wanted.empty()) {
        reply.body = std::move(dossier->object.body);
        co_return reply;
    }
    for (const auto& word : wanted) {
        auto added = co_await add_part(context, call, word, dossier->body);
        if (!added) co_return refuse(call, added.error());
    }
    reply.body = formats::write_json(dossier->body);
    co_return reply;
}

asio::awaitable<Reply> put_dossier(Context& context, Call& call) {
    const auto& code = call.path[0];
    const auto* given = call.body.find("code");
    if (given == nullptr)
        call.body.set("code", Document::text(code));
    else if (given->as_text() != code)
        co_return refuse_field(call, core::Finding("/code", "field.immutable", {"Mã hồ sơ"}));
    const bool may_create = ports::header(call.request.headers, "If-None-Match") == "*";
    if (may_create) {
        auto found = co_await context.parts.store->object("dossier", call.who.tenant, code);
        if (!found) co_return refuse(call, found.error());
        if (*found) {
            co_return version_conflict(call, (*found)->version);
        }
        auto created = co_await create_from(context, call, std::move(call.body));
        co_return created;
    }
    Command command = [&call](const Document& current, const core::CommandContext& with) {
        return core::replace_dossier(current, call.body, with);
    };
    auto reply = co_await change_dossier(context, call, std::move(command), 200, Location());
    co_return reply;
}

asio::awaitable<Reply> patch_dossier(Context& context, Call& call) {
    Command command = [&call](const Document& current, const core::CommandContext& with) {
        return core::patch_dossier(current, call.body, with);
    };
    auto reply = co_await change_dossier(context, call, std::move(command), 200, Location());
    co_return reply;
}

asio::awaitable<Reply> withdraw_dossier(Context& context, Call& call) {
    Command command = [&call](const Document& current, const core::CommandContext& with) {
        return core::withdraw(current, call.body, with);
    };
    auto reply = co_await change_dossier(context, call, std::move(command), 200, Location());
    co_return reply;
}

asio::awaitable<Reply> validate_dossier(Context& context, Call& call) {
    const auto code = call.body.text_of("code");
    auto attachments = co_await attachments_of(context, call.who.tenant, call.body);
    if (!attachments) co_return refuse(call, attachments.error());
    auto there = co_await context.parts.store->object("dossier", call.who.tenant, code);
    if (!there) co_return refuse(call, there.error());
    auto known = co_await know_procedure(context, call, call.body);
    if (!known) co_return refuse(call, known.error());
    const auto with = command_context(context, call, *attachments);
    auto decision = core::create_dossier(std::move(call.body), with);
    std::vector<core::Finding> findings;
    if (auto* problem = std::get_if<core::Problem>(&decision); problem != nullptr) {
        findings = std::move(problem->findings);
        if (findings.empty()) findings.emplace_back("", problem->code, problem->values);
    } else {
        findings = std::move(std::get<core::Change>(decision).warnings);
    }
    if (*there) findings.emplace_back("/code", "dossier.exists");
    auto errors = Document::list(), warnings = Document::list();
    for (const auto& finding : findings)
        (finding.warning ? warnings : errors).push(finding_json(finding));
    auto body = Document::object();
    body.set("ok", Document::boolean(errors.size() == 0));
    body.set("errors", std::move(errors));
    body.set("warnings", std::move(warnings));
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
