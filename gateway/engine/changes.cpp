// What changes of objects write: objects, events with their legs, feed.
#include "gateway/engine/changes.hpp"

#include "gateway/engine/facts.hpp"
#include "gateway/formats/json.hpp"

namespace gw::engine {

namespace {

using core::Document;
using core::Object;

/// The same effect of two events in one commit is due once, as the later event says it.
void put(std::vector<core::PlannedLeg>& legs, core::PlannedLeg leg) {
    for (auto& earlier : legs)
        if (earlier.leg.partner == leg.leg.partner &&
            earlier.leg.effect_key == leg.leg.effect_key) {
            earlier = std::move(leg);
            return;
        }
    legs.push_back(std::move(leg));
}

core::FeedItem feed_item(
    core::FeedDraft draft, const std::string& dossier, const ChangeNote& note
) {
    core::FeedItem item;
    item.agency = note.agency;
    item.type = std::move(draft.type);
    item.dossier = dossier;
    item.actor = note.actor;
    item.timestamp = note.now;
    item.data = formats::write_json(draft.data);
    return item;
}

void add_dossier(
    ports::Acceptance& acceptance,
    core::Change change,
    const std::string& code,
    const ChangeNote& note
) {
    for (auto& draft : change.events) add_event(acceptance, code, std::move(draft), note);
    for (auto& draft : change.feed)
        acceptance.feed.push_back(feed_item(std::move(draft), code, note));
    Object object;
    object.kind = "dossier";
    object.agency = note.agency;
    object.id = object.dossier = code;
    object.state = change.dossier.text_of("status");
    object.body = formats::write_json(change.dossier);
    auto write = write_of(std::move(object), change.expected_version, note.now);
    write.document = std::move(change.dossier);
    add_write(acceptance.objects, std::move(write));
}

}  // namespace

core::ObjectWrite write_of(core::Object object, std::int64_t expected, core::Instant now) {
    core::ObjectWrite write;
    write.expected_version = expected;
    if (expected == 0) object.created_at = now;
    object.updated_at = now;
    write.object = std::move(object);
    return write;
}

void add_write(std::vector<core::ObjectWrite>& objects, core::ObjectWrite write) {
    for (auto& earlier : objects)
        if (earlier.object.kind == write.object.kind && earlier.object.id == write.object.id &&
            earlier.object.agency == write.object.agency) {
            write.expected_version = earlier.expected_version;
            write.object.created_at = earlier.object.created_at;
            earlier = std::move(write);
            return;
        }
    objects.push_back(std::move(write));
}

void add_event(
    ports::Acceptance& acceptance,
    const std::string& dossier,
    core::EventDraft draft,
    const ChangeNote& note
) {
    core::Event event;
    event.kind = std::move(draft.kind);
    event.agency = note.agency;
    event.dossier = dossier;
    event.occurred_at = draft.occurred_at;
    event.recorded_at = note.now;
    event.snapshot = std::make_shared<const std::string>(formats::write_json(draft.snapshot));
    if (note.notice != nullptr && *note.notice)
        if (auto notice = (*note.notice)(event, draft.snapshot))
            add_write(acceptance.objects, write_of(std::move(*notice), 0, note.now));
    const std::vector<core::Event> one{event};
    std::vector<Document> snapshots;
    snapshots.push_back(std::move(draft.snapshot));
    for (auto& leg : (*note.plan)(one, snapshots)) {
        leg.event_index = acceptance.events.size();
        put(acceptance.legs, std::move(leg));
    }
    acceptance.events.push_back(std::move(event));
}

void add_change(
    ports::Acceptance& acceptance,
    const Object& before,
    core::ObjectChange change,
    const ChangeNote& note
) {
    if (change.body) {
        Object object = before;
        object.agency = note.agency;
        object.state = change.body->text_of("state");
        object.body = formats::write_json(*change.body);
        add_write(acceptance.objects, write_of(std::move(object), before.version, note.now));
    }
    if (change.dossier) add_dossier(acceptance, std::move(*change.dossier), before.dossier, note);
    for (auto& draft : change.events) add_event(acceptance, before.dossier, std::move(draft), note);
    for (auto& draft : change.feed)
        acceptance.feed.push_back(feed_item(std::move(draft), before.dossier, note));
    for (auto& draft : change.more) {
        Object object;
        object.kind = std::move(draft.kind);
        object.agency = note.agency;
        object.id = std::move(draft.id);
        object.state = std::move(draft.state);
        object.ref = std::move(draft.ref);
        object.dossier = before.dossier;
        object.body = formats::write_json(draft.body);
        add_write(
            acceptance.objects, write_of(std::move(object), draft.expected_version, note.now)
        );
    }
}

}  // namespace gw::engine
