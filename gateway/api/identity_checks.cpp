// Identity checks (contract 3.7): licence, question, comparison. Nothing of the answer is kept.
#include "gateway/api/handlers.hpp"
#include "gateway/api/objects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/identity_check.hpp"
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
constexpr std::string_view count_kind = "identity_quota";

/// A counter of one day; written in the same commit as the check it counts.
struct Counter {
    Counter() = default;
    std::string id;
    std::int64_t version = 0;
    Document body = Document::object();
    int of(std::string_view name) const {
        const Document* there = body.find(name);
        return there == nullptr ? 0 : static_cast<int>(there->as_integer().value_or(0));
    }
    void raise(const std::string& name) { body.set(name, Document::number(of(name) + 1)); }
    /// Times of the last ten minutes, the newest 50.
    std::vector<core::Instant> recent(core::Instant now) const {
        std::vector<core::Instant> times;
        const Document* list = body.find("recent");
        if (list == nullptr) return times;
        for (const Document& item : list->items()) {
            const auto at = core::parse_rfc3339(item.as_text());
            if (at && now - *at < std::chrono::minutes(10)) times.push_back(*at);
        }
        return times;
    }
    void add_recent(core::Instant now) {
        auto times = recent(now);
        times.push_back(now);
        if (times.size() > 50) times.erase(times.begin());
        auto list = Document::list();
        for (const auto at : times) list.push(Document::text(core::to_rfc3339(at)));
        body.set("recent", std::move(list));
    }
};

asio::awaitable<core::Result<Counter>> read_counter(
    Context& context, std::string tenant, std::string id
) {
    auto stored = co_await read_object(context, std::string(count_kind), std::move(tenant), id);
    if (!stored) co_return stored.error();
    Counter counter;
    counter.id = std::move(id);
    if (stored->found) {
        counter.version = stored->object.version;
        counter.body = std::move(stored->body);
    }
    co_return counter;
}

/// Everything counted of one officer and of the province on one day.
struct Counters {
    Counters() = default;
    Counter officer, province;
    std::string hour, unit, person;
};

core::AskedBefore before_of(const Counters& c, core::Instant now) {
    core::AskedBefore before;
    before.officer_hour = c.officer.of("hour " + c.hour);
    before.officer_day = c.officer.of("day");
    before.person_day = c.officer.of("person " + c.person);
    before.unit_day = c.province.of("unit " + c.unit);
    before.province_day = c.province.of("day");
    before.officer_ten_minutes = static_cast<int>(c.officer.recent(now).size());
    return before;
}

void raise(Counters& c, core::Instant now) {
    c.officer.add_recent(now);
    c.officer.raise("hour " + c.hour);
    c.officer.raise("day");
    c.officer.raise("person " + c.person);
    c.province.raise("unit " + c.unit);
    c.province.raise("day");
}

core::ObjectDraft draft_of(const Counter& counter) {
    core::ObjectDraft draft;
    draft.kind = count_kind;
    draft.id = counter.id;
    draft.state = "counting";
    draft.body = counter.body;
    draft.expected_version = counter.version;
    return draft;
}

/// Who was asked about, so that "who looked at this person" can be answered without the number
/// (PD-17).
std::string person_mark(const Context& context, const Document& subject) {
    const std::string number = subject.text_of("citizen_number", subject.text_of("old_id_number"));
    const auto mac = context.parts.signer->hmac_sha256("identity_audit", number);
    return mac ? crypto::to_hex(*mac).substr(0, 32) : std::string();
}

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
    const auto* officer = licences.officer(call.who.officer);
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
    return body;
}

ports::Lookup* lookup_for(const Context& context) {
    for (const auto& [partner, lookup] : context.parts.lookups)
        if (lookup->answers("identity_check")) return lookup;
    return nullptr;
}

asio::awaitable<core::Result<Counters>> read_counters(
    Context& context, const Call& call, std::string unit
) {
    const std::string now = core::to_rfc3339(call.now), day = now.substr(0, 10);
    Counters counters;
    auto officer = co_await read_counter(context, call.who.tenant, day + "/" + call.who.officer);
    if (!officer) co_return officer.error();
    auto province = co_await read_counter(context, call.who.tenant, day);
    if (!province) co_return province.error();
    counters.officer = std::move(*officer);
    counters.province = std::move(*province);
    counters.hour = now.substr(11, 2);
    counters.unit = std::move(unit);
    counters.person = person_mark(context, *call.body.find("subject"));
    co_return counters;
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

/// The commit before anything is asked: the check, its audit row and the quota it uses. A refusal
/// is audited and counts nothing.
asio::awaitable<core::Result<std::optional<Reply>>> reserve(
    Context& context, Call& call, core::Object& object
) {
    const core::Licences& licences = context.parts.licences;
    const auto* officer = licences.officer(call.who.officer);
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
            auto done = co_await commit(context, call, std::move(denied), std::move(none));
            co_return std::optional<Reply>(refuse(call, *problem));
        }
        raise(*counters, call.now);
        core::ObjectChange change;
        change.body = kept(call, object.id, counters->person, unit);
        change.more.push_back(draft_of(counters->officer));
        change.more.push_back(draft_of(counters->province));
        object.body = formats::write_json(*change.body);
        Reply none;
        auto done =
            co_await commit_change(context, call, object, std::move(change), std::move(none));
        if (done.race) continue;
        if (done.reply.status >= 400) co_return std::optional<Reply>(std::move(done.reply));
        co_return std::optional<Reply>();
    }
    co_return std::optional<Reply>(refuse(call, "overloaded"));
}

}  // namespace

asio::awaitable<Reply> check_identity(Context& context, Call& call) {
    if (auto refusal = check_body(call, call.body, "IdentityCheckRequest"))
        co_return std::move(*refusal);
    // Whom it was about is on record as a mark only (PD-16, PD-17): the call's body is not kept.
    call.raw = std::make_shared<const std::string>();
    call.digest = crypto::sha256("");
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
    Document answer = answer_of(object.id, outcome, differences, told);
    const auto* officer = context.parts.licences.officer(call.who.officer);
    if (found && officer != nullptr && officer->full_view) answer.set("person", told.says);
    auto body = formats::read_json(object.body);
    if (!body) co_return refuse(call, body.error());
    object.version = 1;
    auto change = completed(std::move(*body), outcome, differences);
    call.now = context.now();
    Reply none;
    auto done = co_await commit_change(
        context, call, std::move(object), std::move(change), std::move(none)
    );
    if (done.reply.status >= 400) co_return std::move(done.reply);
    Reply reply(200, formats::write_json(answer));
    reply.with("Cache-Control", "no-store");
    reply.kept = true;
    co_return reply;
}

}  // namespace gw::api
