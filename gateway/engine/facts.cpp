// Facts to changes to one commit; a race with another change is decided again.
#include "gateway/engine/facts.hpp"

#include "gateway/engine/changes.hpp"
#include "gateway/engine/unmatched.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gw::engine {

namespace {

using core::Document;
using core::Object;
using Key = std::pair<std::string, std::string>;  // kind, id

bool is_unknown(const ports::FactResult& result) {
    return result.verdict == core::Verdict::unknown;
}

}  // namespace

/// What one message has read and changed so far.
struct FactIntake::Work {
    Work() = default;
    core::Envelope message;
    core::Instant now{};
    ports::Acceptance acceptance;
    std::vector<ports::FactResult> results;
    std::map<Key, Object> seen;         // as read, or as an earlier fact of this message left it
    std::map<Key, std::string> ids;     // by kind and reference; "" = nobody's
    std::set<std::string> kept;         // unmatched facts that were here before
    std::set<std::string> kept_sought;  // those that were looked for
    bool answered = false;              // the sender waits for what we make of it

    /// One object that cannot be read holds up nothing else that the message tells: its fact waits
    /// until somebody has mended the object. Who waits for an answer hears the error and asks
    /// again.
    std::optional<core::Error> unreadable(
        const core::Fact& fact, const Object& object, core::Error why
    ) {
        ports::log::error(
            "fact.object_unreadable",
            {{"kind", ports::log::Word(object.kind)}, {"id", ports::log::Word(object.id)}}
        );
        if (answered) return why;
        ids[Key(fact.kind, fact.ref)].clear();
        return std::nullopt;
    }
};

FactIntake::FactIntake(
    ports::Store& store,
    ports::Intake& intake,
    ports::Clock& clock,
    Planner plan,
    FactsOptions options
)
    : store_(store),
      intake_(intake),
      clock_(clock),
      plan_(std::move(plan)),
      options_(std::move(options)) {}

/// A page of a feed is about many objects: two questions to the store instead of two for each fact.
ports::Async<void> FactIntake::read_ahead(Work& work, const std::vector<core::Fact>& facts) {
    for (const core::Fact& fact : facts)
        if (core::reducer_of(fact.kind) != nullptr && !fact.ref.empty())
            work.ids[Key(fact.kind, fact.ref)];
    std::map<std::string, ports::ObjectFilter> asked, dossiers;  // by kind; by agency
    for (const auto& [key, id] : work.ids) asked[key.first].refs.push_back(key.second);
    for (auto& [kind, filter] : asked) {
        filter.kind = kind;
        auto found = co_await store_.objects(std::move(filter));
        if (!found) co_return found.error();
        for (Object& object : found->items) {
            if (!object.dossier.empty()) dossiers[object.agency].ids.push_back(object.dossier);
            work.ids[Key(kind, object.ref)] = object.id;
            work.seen[Key(kind, object.id)] = std::move(object);
        }
    }
    for (auto& [agency, filter] : dossiers) {
        filter.kind = "dossier";
        filter.agency = agency;
        auto found = co_await store_.objects(std::move(filter));
        if (!found) co_return found.error();
        for (Object& object : found->items)
            work.seen[Key("dossier", object.id)] = std::move(object);
    }
    auto kept = co_await read_kept(work, facts);
    co_return kept;
}

/// A repeat of what nobody knew changes nothing, least of all what a person closed.
ports::Async<void> FactIntake::read_kept(Work& work, const std::vector<core::Fact>& facts) {
    ports::ObjectFilter filter;
    filter.kind = unmatched_kind;
    filter.agency = work.message.agency;
    for (const core::Fact& fact : facts) {
        const auto known = work.ids.find(Key(fact.kind, fact.ref));
        if (known == work.ids.end() || known->second.empty())
            filter.ids.push_back(unmatched_id(fact));
    }
    work.kept_sought.insert(filter.ids.begin(), filter.ids.end());
    if (filter.ids.empty()) co_return core::Result<void>();
    auto found = co_await store_.objects(std::move(filter));
    if (!found) co_return found.error();
    for (const Object& object : found->items) work.kept.insert(object.id);
    co_return core::Result<void>();
}

ports::Async<void> FactIntake::keep_unmatched(Work& work, const core::Fact& fact) {
    if (!work.kept_sought.contains(unmatched_id(fact))) {
        const std::vector<core::Fact> one{fact};
        auto read = co_await read_kept(work, one);
        if (!read) co_return read.error();
    }
    if (work.kept.insert(unmatched_id(fact)).second)
        add_write(work.acceptance.objects, unmatched_write(fact, work.message, work.now));
    ports::FactResult result;
    result.verdict = core::Verdict::unknown;
    result.why = "unmatched";
    work.results.push_back(std::move(result));
    co_return core::Result<void>();
}

/// What the fact is about; without id when it is about nothing we know.
ports::Async<Object> FactIntake::subject_of(Work& work, const core::Fact& fact) {
    const auto known = work.ids.find(Key(fact.kind, fact.ref));
    if (known != work.ids.end()) {
        if (known->second.empty()) co_return Object();
        co_return work.seen[Key(fact.kind, known->second)];
    }
    if (core::reducer_of(fact.kind) == nullptr || fact.ref.empty()) co_return Object();
    ports::ObjectFilter filter;
    filter.kind = fact.kind;
    filter.ref = fact.ref;
    filter.limit = 1;
    auto found = co_await store_.objects(std::move(filter));
    if (!found) co_return found.error();
    Object object;
    if (!found->items.empty()) object = std::move(found->items.front());
    work.ids[Key(fact.kind, fact.ref)] = object.id;
    co_return object;
}

ports::Async<void> FactIntake::apply(Work& work, core::Fact fact) {
    auto subject = co_await subject_of(work, fact);
    if (!subject) co_return subject.error();
    Object object = std::move(*subject);
    if (object.id.empty()) {
        auto kept = co_await keep_unmatched(work, fact);
        co_return kept;
    }
    work.seen[Key(object.kind, object.id)] = object;
    const Key dossier_key("dossier", object.dossier);
    if (!object.dossier.empty() && !work.seen.contains(dossier_key)) {
        auto read = co_await store_.object("dossier", object.agency, object.dossier);
        if (!read) co_return read.error();
        if (*read) work.seen[dossier_key] = std::move(**read);
    }
    const auto body = formats::read_stored(object.body);
    if (!body) {
        if (auto error = work.unreadable(fact, object, body.error())) co_return *error;
        auto kept = co_await keep_unmatched(work, fact);
        co_return kept;
    }
    Document dossier;
    const auto there = work.seen.find(dossier_key);
    const bool has_dossier = there != work.seen.end();
    if (has_dossier) {
        auto parsed = formats::read_stored(there->second.body);
        if (!parsed) {
            if (auto error = work.unreadable(fact, there->second, parsed.error())) co_return *error;
            auto kept = co_await keep_unmatched(work, fact);
            co_return kept;
        }
        dossier = std::move(*parsed);
    }
    core::CommandContext context;
    context.now = work.now;
    context.agency = object.agency;
    context.actor = "partner:" + work.message.partner;
    context.transitions = options_.transitions;
    context.calendar = options_.calendar;
    context.new_id = options_.new_id;
    const core::Reducer reduce = core::reducer_of(fact.kind);
    auto change = reduce(*body, has_dossier ? &dossier : nullptr, fact.says, context);
    ports::FactResult result;
    result.verdict = change.verdict;
    result.why = change.why;
    result.before = object.state;
    result.after = change.body ? change.body->text_of("state") : object.state;
    work.results.push_back(result);
    if (change.verdict == core::Verdict::impossible)
        ports::log::warning(
            "fact.impossible",
            {{"partner", ports::log::Word(work.message.partner)},
             {"kind", ports::log::Word(fact.kind)},
             {"why", ports::log::Word(change.why)}}
        );
    ChangeNote note;
    note.agency = object.agency;
    note.actor = context.actor;
    note.now = work.now;
    note.plan = &plan_;
    note.notice = &options_.notice;
    // Later facts of the same message see what this one made; versions stay those of the store.
    if (change.body) {
        Object& after = work.seen[Key(object.kind, object.id)];
        after.state = result.after;
        after.body = formats::write_json(*change.body);
    }
    if (change.dossier && has_dossier) {
        // One commit raises the version once, however many facts change the dossier.
        Document next = change.dossier->dossier;
        next.set("version", Document::number(there->second.version));
        there->second.body = formats::write_json(next);
    }
    auto more = std::move(change.facts);
    add_change(work.acceptance, object, std::move(change), note);
    for (core::Fact& about : more) {
        auto told = co_await apply(work, std::move(about));
        if (!told) co_return told.error();
        work.results.pop_back();  // the sender hears of what it said itself
    }
    co_return core::Result<void>();
}

ports::Async<ports::Taken> FactIntake::try_once(const ports::FactMessage& message) {
    Work work;
    work.message = message.message;
    work.now = clock_.now();
    work.answered = bool(message.answer);
    if (!work.message.message_key.empty()) {
        auto before = co_await store_.answer_of(
            work.message.partner, work.message.message_key, work.message.digest
        );
        if (!before) co_return before.error();
        if (before->repeated) {
            ports::Taken taken;
            taken.repeated = true;
            taken.answer = std::move(before->answer);
            co_return taken;
        }
    }
    if (message.facts.size() > 1) {
        auto ahead = co_await read_ahead(work, message.facts);
        if (!ahead) co_return ahead.error();
    }
    for (const core::Fact& fact : message.facts) {
        if (fact.kind == "payment") work.acceptance.urgency = core::Urgency::p0;
        // What became of a text that was sent: taken also while new work is refused.
        if (fact.kind == "notification") work.acceptance.needed = true;
        auto applied = co_await apply(work, fact);
        if (!applied) co_return applied.error();
    }
    for (const auto& write : message.beside) add_write(work.acceptance.objects, write);
    // What is unknown today may be known when the partner repeats it: nothing is kept as its
    // answer.
    const bool known = std::none_of(work.results.begin(), work.results.end(), is_unknown);
    if (!known) work.message.message_key.clear();
    if (known && message.answer) work.acceptance.answer = message.answer(work.results);
    core::AuditRow audit;
    audit.at = work.now;
    audit.agency = work.message.agency;
    audit.actor = "partner:" + work.message.partner;
    audit.action = "fact.taken_in";
    audit.subject = work.message.partner + "/" + work.message.kind;
    work.acceptance.audit.push_back(std::move(audit));
    work.acceptance.message = std::move(work.message);
    std::vector<Key> changed;
    for (const auto& write : work.acceptance.objects)
        changed.emplace_back(write.object.kind, write.object.id);
    auto accepted = co_await intake_.accept(std::move(work.acceptance));
    if (!accepted) co_return accepted.error();
    ports::Taken taken;
    taken.repeated = accepted->repeated;
    taken.answer = std::move(accepted->answer);
    if (options_.on_change)
        for (const auto& [kind, id] : changed) options_.on_change(kind, id);
    if (!taken.repeated) taken.results = std::move(work.results);
    co_return taken;
}

ports::Async<ports::Taken> FactIntake::take_in(ports::FactMessage message) {
    for (int race = 0; race < options_.races_max; ++race) {
        auto taken = co_await try_once(message);
        if (taken || taken.error().code != "object.version") co_return taken;
    }
    co_return core::Error(
        core::Advice::retry, core::Blame::ours, "facts.race", "an object kept changing"
    );
}

}  // namespace gw::engine
