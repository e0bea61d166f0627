// Tells what time does to dossiers.
#include "gateway/engine/dossier_clock.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>
#include <vector>

namespace gw::engine {

namespace {

using core::Document;
using core::Object;

constexpr std::string_view told_kind = "dossier_due", actor = "system:dossiers.clock";
/// Not everything open is kept in memory: what is due later is found when all are read again.
constexpr core::Duration horizon = std::chrono::hours(24), read_all_every = std::chrono::hours(12);
constexpr int page_size = 100;

bool is_open(const std::string& state) {
    return state == "received" || state == "processing" || state == "supplement_wanted";
}

core::CommandContext context_of(const std::string& agency, core::Instant now) {
    core::CommandContext context;
    context.now = now;
    context.agency = agency;
    context.actor = std::string(actor);
    return context;
}

void add_feed(
    ports::Acceptance& a,
    const std::vector<core::FeedDraft>& drafts,
    const Object& dossier,
    core::Instant now
) {
    for (const core::FeedDraft& draft : drafts) {
        core::FeedItem item;
        item.agency = dossier.agency;
        item.type = draft.type;
        item.dossier = dossier.id;
        item.actor = std::string(actor);
        item.timestamp = now;
        item.data = formats::write_json(draft.data);
        a.feed.push_back(std::move(item));
    }
}

core::ObjectWrite told_write(
    const Object& dossier, const Document& told, std::int64_t version, core::Instant now
) {
    core::ObjectWrite write;
    write.expected_version = version;
    write.object.kind = std::string(told_kind);
    write.object.agency = dossier.agency;
    write.object.id = write.object.dossier = dossier.id;
    write.object.state = told.find("overdue") == nullptr ? "due_soon" : "overdue";
    write.object.body = formats::write_json(told);
    write.object.updated_at = now;
    if (version == 0) write.object.created_at = now;
    return write;
}

core::AuditRow audit_of(const Object& dossier, core::Instant now) {
    core::AuditRow row;
    row.at = now;
    row.agency = dossier.agency;
    row.actor = std::string(actor);
    row.action = "supplements.lapse";
    row.subject = "dossier/" + dossier.id;
    return row;
}

}  // namespace

ports::Async<void> DossierClock::run(core::Instant now) {
    auto read = co_await read_all(now);
    if (!read) co_return read.error();
    std::vector<std::pair<core::Instant, Key>> due;
    for (const auto& [key, when] : waiting_)
        if (when <= now) due.emplace_back(when, key);
    std::sort(due.begin(), due.end());
    for (auto& [when, key] : due) {
        auto seen = co_await look_at(std::move(key), now);
        if (!seen) co_return seen.error();
    }
    co_return core::Result<void>();
}

ports::Async<void> DossierClock::read_all(core::Instant now) {
    if (all_read_ && now - *all_read_ < read_all_every) co_return core::Result<void>();
    // Of later ones it was told. Those of long ago whose time is near now are only found here.
    const core::Instant until = all_read_ ? now : start_;
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.limit = page_size;
    for (;;) {
        auto page = co_await store_.objects(filter);
        if (!page) co_return page.error();
        for (const Object& object : page->items) {
            if (!is_open(object.state)) continue;
            // What was noted of it since is newer than this page: looking too early does no harm.
            const Key key(object.agency, object.id);
            if (const auto body = formats::read_stored(object.body); body && !waiting_.count(key))
                note(key, *body, now);
        }
        if (page->next.empty() || page->items.back().updated_at > until) break;
        filter.after = page->next;
    }
    all_read_ = now;
    co_return core::Result<void>();
}

void DossierClock::changed(const core::ObjectWrite& written, core::Instant now) {
    const Key key(written.object.agency, written.object.id);
    if (is_open(written.object.state))
        note(key, written.document, now);
    else
        waiting_.erase(key);
}

void DossierClock::note(const Key& key, const Document& dossier, core::Instant now) {
    const auto step =
        core::step_due(dossier, Document::object(), soon_, context_of(key.first, now));
    wait(key, step.says_something() ? std::optional(now) : step.next, now);
}

void DossierClock::wait(const Key& key, std::optional<core::Instant> until, core::Instant now) {
    if (until && *until <= now + horizon)
        waiting_[key] = *until;
    else
        waiting_.erase(key);
}

ports::Async<void> DossierClock::look_at(Key key, core::Instant now) {
    auto found = co_await store_.object("dossier", key.first, key.second);
    if (!found) co_return found.error();
    auto known = co_await store_.object(std::string(told_kind), key.first, key.second);
    if (!known) co_return known.error();
    if (!*found) {
        waiting_.erase(key);
        co_return core::Result<void>();
    }
    const auto body = formats::read_stored((*found)->body);
    if (!body) co_return body.error();
    Document told = Document::object();
    if (*known)
        if (auto before = formats::read_stored((*known)->body)) told = std::move(*before);
    auto step = core::step_due(*body, told, soon_, context_of(key.first, now));
    wait(key, step.next, now);
    if (!step.says_something()) co_return core::Result<void>();
    const std::int64_t version = *known ? (*known)->version : 0;
    auto committed = co_await commit(std::move(**found), std::move(step), version, now);
    if (committed) co_return core::Result<void>();
    waiting_[key] = now;
    // Somebody changed the dossier in this moment: it is looked at again in the next run.
    if (committed.error().code == "object.version") co_return core::Result<void>();
    co_return committed.error();
}

ports::Async<void> DossierClock::commit(
    Object dossier, core::DueStep step, std::int64_t told_version, core::Instant now
) {
    ports::Acceptance a;
    a.message.partner = "dossiers.clock";
    a.message.agency = dossier.agency;
    a.message.kind = "dossiers.due";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>("{}");
    a.message.digest = crypto::sha256(*a.message.body);
    if (!step.feed.empty()) a.objects.push_back(told_write(dossier, step.told, told_version, now));
    add_feed(a, step.feed, dossier, now);
    if (step.change) {
        add_feed(a, step.change->feed, dossier, now);
        a.audit.push_back(audit_of(dossier, now));
        core::ObjectWrite write;
        write.expected_version = dossier.version;
        write.object = std::move(dossier);
        write.object.body = formats::write_json(step.change->dossier);
        write.object.updated_at = now;
        write.document = std::move(step.change->dossier);
        a.objects.push_back(std::move(write));
    }
    auto accepted = co_await intake_.accept(std::move(a));
    if (!accepted) co_return accepted.error();
    co_return core::Result<void>();
}

}  // namespace gw::engine
