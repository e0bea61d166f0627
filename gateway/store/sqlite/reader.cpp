// Questions about objects, messages, events, feed and audit.
#include "gateway/store/sqlite/reader.hpp"

#include "gateway/store/feed_page.hpp"
#include "gateway/store/sqlite/files.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <tuple>
#include <utility>

namespace gw::store::sqlite {
namespace {

constexpr int steps_between_looks = 2'000;

std::chrono::nanoseconds computing_time() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

core::FeedItem read_feed_item(const Rows& rows) {
    core::FeedItem item;
    item.seq = rows.integer(0);
    item.id = rows.view(1);
    item.agency = rows.view(2);
    item.type = rows.view(3);
    item.dossier = rows.view(4);
    item.actor = rows.view(5);
    item.dossier_seq = rows.integer(6);
    item.timestamp = rows.instant(7);
    item.data = rows.view(8);
    return item;
}

/// The narrowest index for a selection: chosen here, so that no statistics are needed.
const char* index_for(const ports::ObjectFilter& filter) {
    if (filter.ref && !filter.ref->empty()) return "object_ref";
    if (filter.dossier && !filter.dossier->empty()) return "object_dossier";
    return filter.state ? "object_state" : "object_page";
}
/// Indexes of objects begin with kind and agency; these two with what is rarer.
bool needs_agency(const ports::ObjectFilter& filter) {
    const std::string_view index = index_for(filter);
    return index != "object_ref" && index != "object_dossier";
}
bool earlier(const core::Object& a, const core::Object& b) {
    return std::tie(a.updated_at, a.id, a.agency) < std::tie(b.updated_at, b.id, b.agency);
}

std::string select_objects(const ports::ObjectFilter& filter) {
    const std::string index = index_for(filter);
    std::string sql = std::string("SELECT ") + object_columns + " FROM object INDEXED BY " + index +
                      " WHERE kind = ?1";
    if (!filter.agency.empty() || needs_agency(filter)) sql += " AND agency = ?2";
    if (filter.state) sql += " AND state = ?3";
    if (filter.dossier) sql += " AND dossier = ?4";
    if (filter.ref) sql += " AND ref = ?5";
    if (index == "object_ref") sql += " AND ref <> ''";  // what makes the partial index usable
    if (index == "object_dossier") sql += " AND dossier <> ''";
    if (filter.updated_after) sql += " AND updated_at > ?6";
    if (!filter.after.empty())
        sql += " AND updated_at >= ?7 AND (updated_at, id, agency) > (?7, ?8, ?9)";
    return sql + " ORDER BY updated_at, id, agency LIMIT ?10";
}

}  // namespace

Reader::Reader(
    const std::string& path, SumKey key, const MessageKeys& new_keys, core::Duration question_max
)
    : db_(path, Database::Mode::read),
      key_(key),
      new_keys_(new_keys),
      moved_(db_),
      segments_(folder_of(path), key, [this](Database& db) { watch_clock(db); }),
      question_max_(question_max),
      begin_(db_, "BEGIN"),
      commit_(db_, "COMMIT") {
    db_.exec("PRAGMA query_only=ON");
    db_.exec("PRAGMA cache_size=-8192");
    watch_clock(db_);
    start_clock();
}

void Reader::watch_clock(Database& db) {
    sqlite3_progress_handler(db.handle(), steps_between_looks, &Reader::is_over, this);
}

void Reader::start_clock() {
    stop_at_ = computing_time() + question_max_;
    // A stalled disk must not hold the log for ever either.
    stop_at_latest_ = std::chrono::steady_clock::now() + 20 * question_max_;
}

int Reader::is_over(void* self) {
    const auto& reader = *static_cast<Reader*>(self);
    return computing_time() > reader.stop_at_ ||
           std::chrono::steady_clock::now() > reader.stop_at_latest_;
}

Statement& Reader::statement(const std::string& sql) {
    std::unique_ptr<Statement>& kept = statements_[sql];
    if (!kept) kept = std::make_unique<Statement>(db_, sql);
    return *kept;
}

core::Result<std::optional<core::Object>> Reader::object(
    const std::string& kind, const std::string& agency, const std::string& id
) {
    static const std::string sql = std::string("SELECT ") + object_columns +
                                   " FROM object WHERE kind = ?1 AND agency = ?2 AND id = ?3";
    Rows rows = statement(sql).query(kind, agency, id);
    std::optional<core::Object> found;
    if (rows.next()) found = read_object(rows, 0, key_);
    return found;
}

core::Result<ports::ObjectPage> Reader::first_of_each(ports::ObjectFilter filter) {
    ports::ObjectPage page;
    const auto refs = std::exchange(filter.refs, {}), ids = std::exchange(filter.ids, {});
    filter.limit = 1;
    for (const std::string& ref : refs) {
        filter.ref = ref;
        auto found = objects(filter);
        if (!found) return found;
        for (auto& object : found->items) page.items.push_back(std::move(object));
    }
    for (const std::string& id : ids) {
        auto found = object(filter.kind, filter.agency, id);
        if (!found) return found.error();
        if (*found) page.items.push_back(std::move(**found));
    }
    return page;
}

/// Pages of each agency, laid together: no index gives the objects of all of them in order.
core::Result<ports::ObjectPage> Reader::of_each_agency(const ports::ObjectFilter& filter) {
    ports::ObjectPage all;
    ports::ObjectFilter one = filter;
    bool more = false;
    std::string sql = "SELECT min(agency) FROM object WHERE kind = ?1";
    for (;;) {
        std::string agency;
        {
            Rows rows = statement(sql).query_some(filter.kind, one.agency);
            if (!rows.next() || rows.is_null(0)) break;
            agency = rows.view(0);
        }
        one.agency = std::move(agency);
        auto page = page_of(one);
        if (!page) return page;
        more = more || !page->next.empty();
        std::move(page->items.begin(), page->items.end(), std::back_inserter(all.items));
        sql = "SELECT min(agency) FROM object WHERE kind = ?1 AND agency > ?2";
    }
    std::sort(all.items.begin(), all.items.end(), earlier);
    const auto most = static_cast<std::size_t>(std::max(filter.limit, 0));
    more = more || all.items.size() > most;
    if (all.items.size() > most) all.items.resize(most);
    if (more && !all.items.empty()) all.next = to_cursor(all.items.back());
    return all;
}

core::Result<ports::ObjectPage> Reader::objects(const ports::ObjectFilter& filter) {
    if (!filter.refs.empty() || !filter.ids.empty()) return first_of_each(filter);
    if (filter.agency.empty() && needs_agency(filter)) return of_each_agency(filter);
    return page_of(filter);
}

core::Result<ports::ObjectPage> Reader::page_of(const ports::ObjectFilter& filter) {
    ObjectCursor after;
    if (!filter.after.empty()) {
        auto cursor = parse_cursor(filter.after);
        if (!cursor) return cursor.error();
        after = std::move(*cursor);
    }
    Statement& select = statement(select_objects(filter));
    Rows rows = select.query_some(
        filter.kind,
        filter.agency,
        filter.state,
        filter.dossier,
        filter.ref,
        filter.updated_after,
        after.updated_at,
        after.id,
        after.agency,
        filter.limit + 1
    );
    ports::ObjectPage page;
    while (rows.next()) {
        if (static_cast<int>(page.items.size()) >= filter.limit) {
            page.next = page.items.empty() ? "" : to_cursor(page.items.back());
            break;
        }
        page.items.push_back(read_object(rows, 0, key_));
    }
    return page;
}

core::Result<ports::Accepted> Reader::answer_of(
    const std::string& partner, const std::string& message_key, const core::Digest& digest
) {
    ports::Accepted seen;
    if (message_key.empty()) return seen;
    const std::string key = key_of({partner, message_key});
    std::optional<MessageKeys::Seen> known = new_keys_.in_memory(key);
    if (!known) {  // memory first: what leaves it is in the table already
        Rows rows =
            statement("SELECT digest, message_id FROM inbox WHERE key = ?1").query(Blob(key));
        if (!rows.next()) return seen;
        known.emplace();
        known->digest = rows.digest(0);
        known->message = rows.integer(1);
    }
    if (known->digest != digest) return inbox_conflict();
    seen.repeated = true;
    seen.message = core::MessageId(known->message);
    static const std::string sql =
        std::string("SELECT ") + answer_columns + " FROM answer WHERE message_id = ?1";
    Rows answer = statement(sql).query(core::raw(seen.message));
    if (answer.next())
        seen.answer = read_answer(answer, 0, key_);
    else
        seen.answer = moved_answer(moved_, segments_, core::raw(seen.message));
    return seen;
}

core::Result<std::vector<core::Event>> Reader::events_of(
    const std::string& agency, const std::string& dossier, const std::string& kind
) {
    std::vector<core::Event> found;
    if (dossier.empty()) return found;
    static const std::string sql =
        std::string("SELECT ") + event_columns +
        " FROM event WHERE dossier_id = (SELECT id FROM dossier WHERE agency = ?1 AND code = ?2) "
        "AND (?3 = '' OR kind = ?3) ORDER BY id";
    Rows rows = statement(sql).query(agency, dossier, kind);
    while (rows.next()) {
        core::Event& e = found.emplace_back(read_event(rows, 0, key_));
        check_is_about(e.agency == agency && e.dossier == dossier, "event", core::raw(e.id));
    }
    add_moved_events(found, agency, dossier, kind);
    return found;
}

core::Result<std::optional<ports::MessageView>> Reader::message(core::MessageId id) {
    static const std::string sql =
        std::string("SELECT ") + message_columns + " FROM message WHERE id = ?1";
    Rows rows = statement(sql).query(core::raw(id));
    std::optional<ports::MessageView> found;
    if (!rows.next()) return moved_message(core::raw(id));
    found = read_message(rows, 0, key_);
    if (found->events.empty()) return found;
    Rows first =
        statement("SELECT trace FROM event WHERE id = ?1").query(core::raw(found->events.front()));
    if (first.next()) found->trace = first.view(0);
    return found;
}

core::Result<ports::FeedPage> Reader::feed(
    const std::string& agency, std::int64_t after, int limit, const std::vector<std::string>& types
) {
    static const std::string columns =
        "SELECT seq, id, agency, type, dossier, actor, dossier_seq, timestamp, data FROM feed ";
    FeedPageBuilder page(after, limit);
    const std::string where =
        agency.empty() ? "WHERE ?1 = '' AND seq > ?2" : "WHERE agency = ?1 AND seq > ?2";
    Rows rows = statement(columns + where + " ORDER BY seq").query(agency, after);
    while (rows.next() && page.take(read_feed_item(rows), types)) {
    }
    Rows first = statement(
                     agency.empty() ? "SELECT min(seq) FROM feed WHERE ?1 = ''"
                                    : "SELECT min(seq) FROM feed WHERE agency = ?1"
    )
                     .query(agency);
    return page.finish(first.next() ? first.integer(0) : 0);
}

core::Result<std::int64_t> Reader::feed_end(const std::string& agency) {
    Rows rows = statement(
                    agency.empty() ? "SELECT max(seq) FROM feed WHERE ?1 = ''"
                                   : "SELECT max(seq) FROM feed WHERE agency = ?1"
    )
                    .query(agency);
    return rows.next() ? rows.integer(0) : 0;
}

core::Result<std::vector<core::AuditRow>> Reader::audit_of(
    const std::string& agency, const std::string& subject
) {
    std::string sql = "SELECT id, at, agency, actor, action, subject, detail FROM audit WHERE ";
    sql += subject.empty() ? "(?2 = '')" : "subject = ?2";
    sql += agency.empty() ? " AND (?1 = '')" : " AND agency = ?1";
    Rows rows =
        statement(sql + " ORDER BY id DESC LIMIT ?3").query(agency, subject, audit_rows_max);
    std::vector<core::AuditRow> found;
    while (rows.next()) {
        core::AuditRow row;
        row.id = rows.integer(0);
        row.at = rows.instant(1);
        row.agency = rows.view(2);
        row.actor = rows.view(3);
        row.action = rows.view(4);
        row.subject = rows.view(5);
        row.detail = rows.view(6);
        found.push_back(std::move(row));
    }
    std::reverse(found.begin(), found.end());
    return found;
}

}  // namespace gw::store::sqlite
