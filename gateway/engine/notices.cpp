// Notices to citizens at work.
#include "gateway/engine/notices.hpp"

#include "gateway/core/notice_past.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/changes.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::engine {

namespace {

using core::Document;
using core::Object;

constexpr core::Duration key_life{7LL * 86'400'000};  // NT-9
/// Commits that began before may become visible after later ones.
constexpr core::Duration overlap{60'000};
constexpr int page_size = 500;

core::Instant due_of(const Document& notice, core::Instant otherwise) {
    const char* when = notice.text_of("state") == "sending" ? "expires_at" : "not_before";
    return core::parse_rfc3339(notice.text_of(when)).value_or(otherwise);
}

/// The other waiting notices of its dossier.
ports::Async<std::vector<Document>> others_of(ports::Store& store, const Object& object) {
    ports::ObjectFilter filter;
    filter.kind = "notification";
    filter.agency = object.agency;
    filter.dossier = object.dossier;
    filter.state = "scheduled";
    filter.limit = page_size;
    auto page = co_await store.objects(std::move(filter));
    if (!page) co_return page.error();
    std::vector<Document> others;
    for (const Object& other : page->items)
        if (other.id != object.id)
            if (auto body = formats::read_json(other.body)) others.push_back(std::move(*body));
    co_return others;
}

/// What ends it from outside; body unset: nothing does, and `wait_for` says when to look again.
ports::Async<core::NoticeStep> step_from_outside(
    ports::Store& store, const Object& object, const Document& notice, core::Instant now
) {
    if (object.state == "sending") co_return core::step_queued(notice, now);
    auto found = co_await store.object("dossier", object.agency, object.dossier);
    if (!found) co_return found.error();
    if (!*found) co_return core::NoticeStep();
    const auto dossier = formats::read_stored((*found)->body);
    const Document* known = dossier ? &*dossier : nullptr;
    if (!core::is_past(notice, known)) co_return core::NoticeStep();
    co_return core::end_past(notice);
}

}  // namespace

ports::Async<core::Contact> read_contact(
    ports::Store& store, std::string agency, std::string phone
) {
    core::Contact contact;
    ports::ObjectFilter filter;
    filter.kind = "contact_mark";
    filter.agency = agency;
    filter.ref = phone;
    filter.limit = page_size;
    auto marks = co_await store.objects(std::move(filter));
    if (!marks) co_return marks.error();
    for (const Object& mark : marks->items)
        if (auto body = formats::read_json(mark.body)) contact.marks.push_back(std::move(*body));
    auto recent = co_await store.object("contact", std::move(agency), std::move(phone));
    if (!recent) co_return recent.error();
    if (*recent)
        if (auto body = formats::read_json((*recent)->body)) contact.recent = std::move(*body);
    co_return contact;
}

NoticeMaker notice_maker(
    const core::NoticeSettings& settings, std::function<std::string(std::string_view)> new_id
) {
    return [&settings, new_id = std::move(new_id)](
               const core::Event& event, const Document& snapshot
           ) -> std::optional<Object> {
        core::CommandContext context;
        context.now = event.recorded_at;
        context.agency = event.agency;
        context.new_id = new_id;
        const Document notice =
            core::notice_of_event(event.kind, snapshot, event.occurred_at, settings, context);
        if (!notice.is_object()) return std::nullopt;
        Object object;
        object.kind = "notification";
        object.agency = event.agency;
        object.id = object.ref = notice.text_of("id");
        object.state = notice.text_of("state");
        object.dossier = notice.text_of("dossier_code");
        object.body = formats::write_json(notice);
        object.created_at = object.updated_at = event.recorded_at;
        return object;
    };
}

/// Those that wait for their moment, and those that wait in the queue of a partner for their end.
ports::Async<void> NoticeClock::read_new() {
    ports::ObjectFilter filter;
    filter.kind = "notification";
    filter.limit = page_size;
    if (read_to_) filter.updated_after = *read_to_ - overlap;
    for (const std::string_view state : {"scheduled", "sending"}) {
        filter.state = state;
        filter.after.clear();
        do {
            auto page = co_await store_.objects(filter);
            if (!page) co_return page.error();
            for (const Object& object : page->items) {
                const auto body = formats::read_json(object.body);
                if (!body) continue;
                Waiting& waiting = waiting_[object.id];
                waiting.agency = object.agency;
                waiting.due = due_of(*body, object.updated_at);
                read_to_ = std::max(read_to_.value_or(object.updated_at), object.updated_at);
            }
            filter.after = page->next;
        } while (!filter.after.empty());
    }
    co_return core::Result<void>();
}

ports::Async<void> NoticeClock::run(core::Instant now) {
    auto read = co_await read_new();
    if (!read) co_return read.error();
    std::vector<std::pair<core::Instant, std::string>> due;
    for (const auto& [id, waiting] : waiting_)
        if (waiting.due <= now) due.emplace_back(waiting.due, id);
    std::sort(due.begin(), due.end());
    for (auto& [at, id] : due) {
        auto seen = co_await look_at(std::move(id), now);
        if (!seen) co_return seen.error();
    }
    co_return core::Result<void>();
}

ports::Async<std::string> NoticeClock::key_holder(
    std::string agency, std::string key, core::Instant now, std::int64_t* version
) {
    auto object = co_await store_.object("notice_key", std::move(agency), std::move(key));
    if (!object) co_return object.error();
    if (!*object) co_return std::string();
    *version = (*object)->version;
    if ((*object)->updated_at + key_life <= now) co_return std::string();
    co_return (*object)->ref;
}

ports::Async<void> NoticeClock::look_at(std::string id, core::Instant now) {
    const std::string agency = waiting_[id].agency;
    auto found = co_await store_.object("notification", agency, id);
    if (!found) co_return found.error();
    const bool waits = *found && ((*found)->state == "scheduled" || (*found)->state == "sending");
    if (!waits) {
        waiting_.erase(id);
        co_return core::Result<void>();
    }
    Object object = std::move(**found);
    const auto notice = formats::read_json(object.body);
    if (!notice) co_return notice.error();
    const std::string phone = notice->text_of("phone");
    auto outside = co_await step_from_outside(store_, object, *notice, now);
    if (!outside) co_return outside.error();
    if (outside->change.body) {
        waiting_.erase(id);
        core::ObjectWrite no_key;
        auto ended = co_await commit(
            std::move(object), std::move(*outside), phone, 0, std::move(no_key), now
        );
        co_return ended;
    }
    if (object.state == "sending") {
        if (outside->wait_for)
            waiting_[id].due = *outside->wait_for;
        else
            waiting_.erase(id);
        co_return core::Result<void>();
    }
    auto contact = co_await read_contact(store_, agency, phone);
    if (!contact) co_return contact.error();
    auto kept = co_await store_.object("contact", agency, phone);
    if (!kept) co_return kept.error();
    const std::int64_t contact_version = *kept ? (*kept)->version : 0;
    auto others = co_await others_of(store_, object);
    if (!others) co_return others.error();
    core::ObjectWrite key;
    key.object.kind = "notice_key";
    key.object.agency = agency;
    key.object.id = crypto::to_hex(crypto::sha256(notice->text_of("dedupe_key")));
    key.object.ref = id;
    key.object.state = "used";
    key.object.body = "{}";
    key.object.dossier = object.dossier;
    const std::string key_id = key.object.id;
    auto holder = co_await key_holder(agency, key_id, now, &key.expected_version);
    if (!holder) co_return holder.error();
    auto step = core::step_notice(*notice, *others, *contact, *holder, settings_, now);
    if (step.wait_for) waiting_[id].due = *step.wait_for;
    if (!step.change.body) co_return core::Result<void>();
    if (!step.wait_for) waiting_.erase(id);
    auto written = co_await commit(
        std::move(object), std::move(step), phone, contact_version, std::move(key), now
    );
    co_return written;
}

ports::Async<void> NoticeClock::commit(
    Object object,
    core::NoticeStep step,
    std::string phone,
    std::int64_t contact_version,
    core::ObjectWrite key,
    core::Instant now
) {
    ChangeNote note;
    note.agency = object.agency;
    note.actor = "system:notices";
    note.now = now;
    note.plan = &plan_;
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = "notices";
    message.agency = object.agency;
    message.kind = "notices.due";
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");
    message.digest = crypto::sha256(*message.body);
    if (step.claims_key) {
        key.object.updated_at = now;
        if (key.expected_version == 0) key.object.created_at = now;
        acceptance.objects.push_back(std::move(key));
    }
    if (step.recent) {
        Object contact;
        contact.kind = "contact";
        contact.agency = object.agency;
        contact.id = std::move(phone);
        contact.state = "known";
        contact.body = formats::write_json(*step.recent);
        acceptance.objects.push_back(write_of(std::move(contact), contact_version, now));
    }
    const std::string id = object.id, agency = object.agency;
    add_change(acceptance, object, std::move(step.change), note);
    core::AuditRow audit;
    audit.at = now;
    audit.agency = agency;
    audit.actor = note.actor;
    audit.action = "notices.due";
    audit.subject = "notification/" + id;
    acceptance.audit.push_back(std::move(audit));
    auto accepted = co_await intake_.accept(std::move(acceptance));
    if (accepted) co_return core::Result<void>();
    // Somebody else changed one of them: looked at again in the next run.
    Waiting& again = waiting_[id];
    again.agency = agency;
    again.due = now;
    if (accepted.error().code == "object.version") co_return core::Result<void>();
    co_return accepted.error();
}

}  // namespace gw::engine
