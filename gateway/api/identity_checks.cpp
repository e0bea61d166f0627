// Identity checks (contract 3.7): licence, question, comparison. Nothing of the answer is kept.
#include "gateway/api/answered.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/identity_counters.hpp"
#include "gateway/api/objects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/connected_databases.hpp"
#include "gateway/core/officer_licence.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/traced.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr int races_max = 8;
/// The check as it is kept: never the answer's content.
Document kept(
    const Call& call, const std::string& id, const std::string& person, const std::string& unit
) {
    Document body = Document::object();
    body.set("id", Document::text(id));
    body.set("state", Document::text("asked"));
    for (const auto name : {"kind", "dossier_code", "procedure_code", "purpose", "haste_reason"})
        if (const auto value = call.body.text_of(name); !value.empty())
            body.set(name, Document::text(value));
    body.set("officer", Document::text(call.who.officer));
    body.set("unit", Document::text(unit));
    body.set("person_mark", Document::text(person));
    body.set("asked_at", Document::text(core::to_rfc3339(call.now)));
    return body;
}

ports::Question question_of(
    const Call& call, const core::Licences& licences, const std::string& request_id
) {
    const auto* officer = core::officer_on(licences, call.who.officer, core::local_day(call.now));
    const auto* procedure =
        licences.procedure(call.body.text_of("procedure_code"), core::local_day(call.now));
    Document who = Document::object();
    who.set("citizen_number", Document::text(officer->citizen_number));
    who.set("account", Document::text(officer->account));
    who.set("phone", Document::text(officer->phone));
    who.set("key", Document::text(officer->key_ref));
    ports::Question question;
    question.kind = "identity_check";
    Document& asks = question.asks;
    asks = Document::object();
    asks.set("kind", Document::text(call.body.text_of("kind")));
    asks.set("request_id", Document::text(request_id));
    asks.set(
        "procedure_code",
        Document::text(
            procedure->national_code.empty() ? procedure->procedure : procedure->national_code
        )
    );
    asks.set("officer", std::move(who));
    asks.set("unit", Document::text(officer->agency_national));
    asks.set("subject", core::search_key(*call.body.find("subject")));
    return question;
}

core::ObjectChange completed(
    Document body, const std::string& outcome, const Document& differences
) {
    body.set("state", Document::text(outcome));
    Document fields = Document::list();
    for (const Document& row : differences.items()) {
        Document pair = Document::object();
        pair.set("field", Document::text(row.text_of("field")));
        pair.set("comparison", Document::text(row.text_of("comparison")));
        fields.push(std::move(pair));
    }
    core::FeedDraft feed;
    feed.type = "identity_check.completed";
    feed.data = Document::object();
    feed.data.set("identity_check_id", Document::text(body.text_of("id")));
    feed.data.set("outcome", Document::text(outcome));
    body.set("differences", std::move(fields));
    core::ObjectChange change;
    change.verdict = core::Verdict::applied;
    change.body = std::move(body);
    change.feed.push_back(std::move(feed));
    return change;
}

Document answer_of(
    const std::string& id,
    const std::string& outcome,
    const Document& differences,
    const ports::LookupAnswer& told
) {
    Document body = Document::object();
    body.set("id", Document::text(id));
    body.set("outcome", Document::text(outcome));
    body.set("differences", differences);
    const std::string as_of = told.says.text_of("data_as_of");
    body.set("data_as_of", as_of.empty() ? Document::null() : Document::text(as_of));
    body.set("source", Document::text("population_database"));
    body.set("expires_at", Document::null());
    if (outcome == "unavailable" && !told.says.text_of("unavailable_since").empty())
        body.set("unavailable_since", Document::text(told.says.text_of("unavailable_since")));
    if (!told.code.empty()) body.set("reason", Document::text(told.code));
    return body;
}

ports::Lookup* lookup_for(const Context& context) {
    for (const auto& [partner, lookup] : context.parts.lookups)
        if (lookup->answers("identity_check")) return lookup;
    return nullptr;
}

/// The dossier a check is for: ours, or one that a partner handed over and nobody has answered yet,
/// for a clerk checks the person before the dossier is taken in. Unset: there is none of that code.
asio::awaitable<core::Result<std::optional<Document>>> read_case(
    Context& context, std::string tenant, std::string code
) {
    auto stored = co_await read_object(context, "dossier", tenant, code);
    if (!stored) co_return stored.error();
    std::optional<Document> found;
    if (stored->found) {
        found = std::move(stored->body);
        co_return found;
    }
    ports::ObjectFilter filter;
    filter.kind = "inbox_item";
    filter.agency = std::move(tenant);
    filter.ref = std::move(code);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return page.error();
    for (const auto& object : page->items) {
        if (object.state != "ready" && object.state != "claimed") continue;
        const auto item = formats::read_stored(object.body);
        if (!item || item->text_of("kind") != "dossier") continue;
        if (const Document* payload = item->find("payload")) found = *payload;
    }
    co_return found;
}

/// Only the reserving commit stands under the key of the call.
Call without_key(const Call& call) {
    Call note = call;
    note.key.clear();
    return note;
}

Reply refusal_of(const Call& call, const core::Problem& problem) {
    auto refusal = refuse(call, problem);
    for (const auto& [name, value] : problem.extra)
        if (const auto at = core::parse_rfc3339(value); at && name == "free_at")
            return repeat_after(std::move(refusal), *at - call.now);
    return refusal;
}

/// The commit before anything is asked: the check, its audit row and the quota it uses. A refusal
/// is audited and counts nothing.
asio::awaitable<core::Result<std::optional<Reply>>> reserve(
    Context& context, Call& call, core::Object& object
) {
    const core::Licences& licences = context.parts.licences;
    const auto* officer = core::officer_on(licences, call.who.officer, core::local_day(call.now));
    const std::string unit = officer == nullptr ? "" : officer->agency;
    for (int race = 0; race < races_max; ++race) {
        auto dossier =
            co_await read_case(context, call.who.tenant, call.body.text_of("dossier_code"));
        if (!dossier) co_return dossier.error();
        auto counters = co_await read_counters(context, call, unit);
        if (!counters) co_return counters.error();
        const Document* about = dossier->has_value() ? &**dossier : nullptr;
        const auto before = before_of(*counters, call.now);
        if (officer != nullptr && core::asks_in_haste(licences, before))
            ports::log::warning(
                "identity_check.haste", {{"ten_minutes", before.officer_ten_minutes}}
            );
        const auto problem = core::refuse_identity_check(
            call.body, call.who.officer, licences, about, before, call.now
        );
        if (problem) {
            // Nothing is sent; the denial itself is on record (population-database.md 5).
            ports::Acceptance denied;
            denied.audit.push_back(audit_row(call, "identity_check/denied/" + problem->code));
            Reply none;
            const auto note = without_key(call);
            auto done = co_await commit(context, note, std::move(denied), std::move(none));
            co_return std::optional<Reply>(refusal_of(call, *problem));
        }
        raise(*counters, call.now);
        core::ObjectChange change;
        change.body = kept(call, object.id, counters->person, unit);
        change.more.push_back(draft_of(counters->officer));
        change.more.push_back(draft_of(counters->province));
        object.body = formats::write_json(*change.body);
        // The key stands for the look-up from here on: its repeat is never a second one.
        Document begun = Document::object();
        begun.set("id", Document::text(object.id));
        Reply reply(200, formats::write_json(begun));
        auto done =
            co_await commit_change(context, call, object, std::move(change), std::move(reply));
        if (done.race) continue;
        if (done.reply.status >= 400) co_return std::optional<Reply>(std::move(done.reply));
        co_return std::optional<Reply>();
    }
    co_return std::optional<Reply>(refuse(call, "overloaded"));
}

/// The first answer to this key, from what is on record: neither the person nor any value.
asio::awaitable<Reply> answer_again(Context& context, const Call& call, Reply first) {
    if (first.status != 200) co_return first;
    const auto begun = formats::read_json(first.body);
    if (!begun) co_return refuse(call, begun.error());
    auto id = begun->text_of("id");
    auto stored = co_await read_object(context, "identity_check", call.who.tenant, id);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "gone");
    const auto state = stored->body.text_of("state");
    const Document* differences = stored->body.find("differences");
    ports::LookupAnswer told;
    told.says = Document::object();
    if (const Document* as_of = stored->body.find("data_as_of"))
        told.says.set("data_as_of", *as_of);
    told.code = stored->body.text_of("reason");
    // A process that ended before the answer came has left it open.
    first.body = formats::write_json(answer_of(
        id,
        state == "asked" ? "unavailable" : state,
        differences == nullptr ? Document::list() : *differences,
        told
    ));
    co_return first;
}

/// Stores how the check ended; the dossier says from now on that the database was asked. The
/// refusal, if any.
asio::awaitable<std::optional<Reply>> store_outcome(
    Context& context, const Call& call, core::Object object, core::ObjectChange ended
) {
    const auto state = ended.body->text_of("state");
    const bool answered = state == "match" || state == "mismatch";
    const Attachments none;
    const auto with = command_context(context, call, none);
    for (int race = 0; race < races_max; ++race) {
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, object.dossier);
        if (!dossier) co_return refuse(call, dossier.error());
        auto change = ended;
        if (answered && dossier->found)
            change.dossier = core::note_database(dossier->body, core::population_database, with);
        Reply reply;
        auto done =
            co_await commit_change(context, call, object, std::move(change), std::move(reply));
        if (done.race) continue;
        if (done.reply.status >= 400) co_return std::move(done.reply);
        co_return std::nullopt;
    }
    co_return refuse(call, "overloaded");
}

}  // namespace

asio::awaitable<Reply> check_identity(Context& context, Call& call) {
    // Whom it was about is on record as a mark only (PD-16, PD-17): the call's body is not kept,
    // not even with a refusal, and what tells a repeat from another body says nothing without our
    // key.
    const auto mark = context.parts.signer->hmac_sha256("identity_audit", *call.raw);
    if (!mark) co_return refuse(call, mark.error());
    call.raw = std::make_shared<const std::string>();
    call.digest = crypto::sha256(*mark);
    if (auto refusal = check_body(call, call.body, "IdentityCheckRequest"))
        co_return std::move(*refusal);
    auto before = co_await answered_before(context, call);
    if (before) {
        auto again = co_await answer_again(context, call, std::move(*before));
        co_return again;
    }
    ports::Lookup* lookup = lookup_for(context);
    if (lookup == nullptr) co_return refuse(call, "identity_check.unavailable");
    core::Object object;
    object.kind = "identity_check";
    object.id = context.new_id("idc");
    object.dossier = call.body.text_of("dossier_code");
    object.ref = call.who.officer;
    auto refused = co_await reserve(context, call, object);
    if (!refused) co_return refuse(call, refused.error());
    if (*refused) co_return std::move(**refused);
    auto question = question_of(call, context.parts.licences, "LT" + object.id.substr(4));
    auto work = lookup->ask(std::move(question));
    auto traced = engine::in_trace(call.trace, std::move(work));
    const auto told = co_await std::move(traced);
    const bool found = told.outcome == "found";
    Document differences = Document::list();
    if (found) differences = core::compare_person(*call.body.find("subject"), told.says);
    const auto outcome = core::contract_outcome(told.outcome, differences);
    if (outcome == "unavailable")
        ports::log::warning(
            "identity_check.unanswered",
            {{"outcome", ports::log::Word(told.outcome)}, {"code", ports::log::Word(told.code)}}
        );
    Document answer = answer_of(object.id, outcome, differences, told);
    const auto* officer =
        core::officer_on(context.parts.licences, call.who.officer, core::local_day(call.now));
    if (found && officer != nullptr && officer->full_view) answer.set("person", told.says);
    auto body = formats::read_json(object.body);
    if (!body) co_return refuse(call, body.error());
    if (const auto* as_of = answer.find("data_as_of")) body->set("data_as_of", *as_of);
    object.version = 1;
    call.now = context.now();
    if (!told.code.empty()) body->set("reason", Document::text(told.code));
    auto ended = completed(std::move(*body), outcome, differences);
    const auto note = without_key(call);
    auto failed = co_await store_outcome(context, note, std::move(object), std::move(ended));
    if (failed) co_return std::move(*failed);
    Reply reply(200, formats::write_json(answer));
    reply.with("Cache-Control", "no-store");
    reply.kept = true;
    co_return reply;
}

}  // namespace gw::api
