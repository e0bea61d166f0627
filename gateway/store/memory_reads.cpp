// The reading verbs of the memory store: plain searches, made to be obviously right.
#include "gateway/store/memory_reads.hpp"

#include "gateway/store/feed_page.hpp"

#include <algorithm>

namespace gw::store::reads {

using core::raw;

Read<std::optional<core::Object>> object(
    const MemoryState& s, const std::string& kind, const std::string& agency, const std::string& id
) {
    std::optional<core::Object> found;
    if (auto it = s.objects.find({kind, agency, id}); it != s.objects.end()) found = it->second;
    return found;
}

namespace {

ports::ObjectPage first_of_each(const MemoryState& s, const ports::ObjectFilter& filter) {
    ports::ObjectPage page;
    for (const std::string& ref : filter.refs) {
        ports::ObjectFilter one;
        one.kind = filter.kind;
        one.agency = filter.agency;
        one.ref = ref;
        one.limit = 1;
        auto found = objects(s, one);
        for (auto& object : found->items) page.items.push_back(std::move(object));
    }
    for (const std::string& id : filter.ids)
        if (auto found = object(s, filter.kind, filter.agency, id); found && *found)
            page.items.push_back(std::move(**found));
    return page;
}

}  // namespace

Read<ports::ObjectPage> objects(const MemoryState& s, const ports::ObjectFilter& filter) {
    if (!filter.refs.empty() || !filter.ids.empty()) return first_of_each(s, filter);
    using Place = std::tuple<core::Instant, std::string_view, std::string_view>;
    const auto place = [](const core::Object& o) { return Place(o.updated_at, o.id, o.agency); };
    std::optional<ObjectCursor> after;
    if (!filter.after.empty()) {
        auto cursor = parse_cursor(filter.after);
        if (!cursor) return cursor.error();
        after = *cursor;
    }
    std::vector<const core::Object*> found;
    for (auto it = s.objects.lower_bound({filter.kind, filter.agency, ""});
         it != s.objects.end() && it->second.kind == filter.kind;
         ++it) {
        const core::Object& o = it->second;
        if (!filter.agency.empty() && o.agency != filter.agency) break;
        if (filter.state && o.state != *filter.state) continue;
        if (filter.dossier && o.dossier != *filter.dossier) continue;
        if (filter.ref && o.ref != *filter.ref) continue;
        if (filter.updated_after && o.updated_at <= *filter.updated_after) continue;
        if (after && place(o) <= Place(after->updated_at, after->id, after->agency)) continue;
        found.push_back(&o);
    }
    std::sort(found.begin(), found.end(), [&](auto* a, auto* b) { return place(*a) < place(*b); });
    ports::ObjectPage page;
    for (const core::Object* o : found) {
        if (static_cast<int>(page.items.size()) >= filter.limit) {
            page.next = page.items.empty() ? "" : to_cursor(page.items.back());
            break;
        }
        page.items.push_back(*o);
    }
    return page;
}

Read<ports::Accepted> answer_of(
    const MemoryState& s,
    const std::string& partner,
    const std::string& key,
    const core::Digest& digest
) {
    ports::Accepted seen;
    const auto it = s.inbox.find({partner, key});
    if (it == s.inbox.end() || key.empty()) return seen;
    if (it->second.digest != digest) return inbox_conflict();
    seen.repeated = true;
    seen.message = it->second.message;
    seen.answer = it->second.answer;
    return seen;
}

Read<std::vector<core::Event>> events_of(
    const MemoryState& s,
    const std::string& agency,
    const std::string& dossier,
    const std::string& kind
) {
    std::vector<core::Event> found;
    if (dossier.empty()) return found;
    for (const core::Event& e : s.events)
        if (e.agency == agency && e.dossier == dossier && (kind.empty() || e.kind == kind))
            found.push_back(e);
    return found;
}

namespace {

ports::LegView view(MemoryState& s, const LegRow& row) {
    return view_of(row, s.event(row.leg.event).kind);
}

}  // namespace

Read<std::vector<ports::LegView>> legs_of(
    MemoryState& s, const std::string& agency, const std::string& dossier
) {
    std::vector<ports::LegView> found;
    if (dossier.empty()) return found;
    for (const auto& entry : s.legs)
        if (entry.row.leg.agency == agency && entry.row.leg.dossier == dossier)
            found.push_back(view(s, entry.row));
    return found;
}

Read<std::optional<ports::LegView>> leg(MemoryState& s, core::LegId id) {
    std::optional<ports::LegView> found;
    if (s.has_leg(id)) found = view(s, s.leg(id).row);
    return found;
}

Read<std::vector<ports::LegView>> legs_in(
    MemoryState& s,
    const std::string& partner,
    core::LegState state,
    int limit,
    const std::string& agency
) {
    std::vector<ports::LegView> found;
    for (std::int64_t id : s.partners[partner].legs[static_cast<std::size_t>(state)]) {
        if (static_cast<int>(found.size()) >= limit) break;
        ports::LegView one = view(s, s.leg(core::LegId(id)).row);
        if (agency.empty() || one.leg.agency == agency) found.push_back(std::move(one));
    }
    return found;
}

Read<std::vector<ports::AttemptView>> attempts_of(MemoryState& s, core::LegId id) {
    std::vector<ports::AttemptView> found;
    if (s.has_leg(id)) found = s.leg(id).attempts;
    return found;
}

Read<std::optional<core::Claim>> claim_view(MemoryState& s, core::LegId id) {
    std::optional<core::Claim> found;
    if (!s.has_leg(id)) return found;
    const LegRow& row = s.leg(id).row;
    found = claim_of(s.lane(row.lane).row, row, s.event(row.leg.event));
    return found;
}

Read<std::optional<ports::MessageView>> message(const MemoryState& s, core::MessageId id) {
    std::optional<ports::MessageView> found;
    if (raw(id) > 0 && raw(id) <= static_cast<std::int64_t>(s.messages.size()))
        found = s.messages[static_cast<std::size_t>(raw(id)) - 1];
    return found;
}

Read<ports::FeedPage> feed(
    const MemoryState& s,
    const std::string& agency,
    std::int64_t after,
    int limit,
    const std::vector<std::string>& types
) {
    FeedPageBuilder page(after, limit);
    std::int64_t oldest = 0;
    for (const core::FeedItem& item : s.feed) {
        if (!agency.empty() && item.agency != agency) continue;
        if (oldest == 0) oldest = item.seq;
        if (item.seq <= after) continue;
        if (!page.take(item, types)) break;
    }
    return page.finish(oldest);
}

Read<std::int64_t> feed_end(const MemoryState& s, const std::string& agency) {
    std::int64_t last = 0;
    for (const core::FeedItem& item : s.feed)
        if (agency.empty() || item.agency == agency) last = item.seq;
    return last;
}

Read<std::vector<core::AuditRow>> audit_of(
    const MemoryState& s, const std::string& agency, const std::string& subject
) {
    std::vector<core::AuditRow> found;
    for (const core::AuditRow& row : s.audit)
        if ((agency.empty() || row.agency == agency) && (subject.empty() || row.subject == subject))
            found.push_back(row);
    if (found.size() > audit_rows_max) found.erase(found.begin(), found.end() - audit_rows_max);
    return found;
}

Read<std::vector<ports::QueueStats>> stats(MemoryState& s) {
    std::vector<ports::QueueStats> all;
    for (const auto& [partner, queue] : s.partners) {
        ports::QueueStats q;
        q.partner = partner;
        const auto count = [&queue](core::LegState state) {
            return queue.count[static_cast<std::size_t>(state)];
        };
        std::int64_t known = 0;
        for (std::int64_t n : queue.count) known += n;
        if (known == 0) continue;  // somebody only asked for claims
        q.ready = count(core::LegState::ready);
        q.sending = count(core::LegState::sending);
        q.retry = count(core::LegState::retry);
        q.unknown = count(core::LegState::unknown);
        q.blocked = count(core::LegState::blocked);
        q.dead = count(core::LegState::dead);
        q.delivered = count(core::LegState::delivered);
        for (std::size_t state = 0; state < 5; ++state) {
            if (queue.legs[state].empty()) continue;
            const auto at = s.leg(core::LegId(*queue.legs[state].begin())).row.enqueued_at;
            if (!q.oldest_waiting || at < *q.oldest_waiting) q.oldest_waiting = at;
        }
        if (q.delivered > 0) q.last_delivered = queue.last_delivered;
        all.push_back(std::move(q));
    }
    return all;
}

}  // namespace gw::store::reads
