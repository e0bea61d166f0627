// Walks the tracking feed: page and cursor are one commit.
#include "connectors/vnpost/tracking.hpp"

#include "connectors/vnpost/codec.hpp"
#include "connectors/vnpost/connector.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::vnpost {

namespace {

using core::Document;

/// Where the walk stands.
struct Cursor {
    Cursor() = default;
    std::int64_t version = 0;
    std::string last_id{first_id};
    std::string rewound_on;  // day of the last rewind that came to its end
    std::string rewind_at;   // how far the one under way is; ""
};

constexpr std::chrono::hours ahead_max{24};

/// An id tells its second. One of the far future would stand before everything that is still to
/// come: its event counts, and nobody walks on from there.
std::string highest_followed(const Page& page, core::Instant now) {
    const std::string limit = id_of_second(now + ahead_max);
    std::string highest;
    for (const Page::Row& row : page.rows)
        if (row.id < limit) highest = std::max(highest, row.id);
    return highest;
}

class Tracking : public ports::Job {
public:
    explicit Tracking(std::shared_ptr<Post> post) : post_(std::move(post)) {}
    std::string_view name() const override { return "vnpost.tracking"; }
    core::Duration every() const override { return post_->options().poll; }
    ports::Async<void> run(core::Instant now) override;

private:
    std::string cursor_id() const { return "vnpost/" + post_->options().customer_code; }
    ports::Async<Cursor> read_cursor();
    core::ObjectWrite write_of(const Cursor& cursor, core::Instant now) const;
    ports::Async<Page> fetch(std::string after, std::string* raw);
    ports::Async<void> take_in(Page page, std::string raw, Cursor* cursor, bool moves);
    ports::Async<void> keep(Cursor* cursor);
    ports::Async<bool> walk(Cursor* cursor, bool rewind);
    ports::Async<void> rewind(Cursor* cursor, core::Instant now);

    std::shared_ptr<Post> post_;
};

ports::Async<Cursor> Tracking::read_cursor() {
    auto object =
        co_await post_->parts().store->object("cursor", post_->options().agency, cursor_id());
    if (!object) co_return object.error();
    Cursor cursor;
    if (!*object) co_return cursor;
    const auto body = formats::read_json((*object)->body);
    if (!body) co_return body.error();
    cursor.version = (*object)->version;
    cursor.last_id = body->text_of("last_id", first_id);
    cursor.rewound_on = body->text_of("rewound_on");
    cursor.rewind_at = body->text_of("rewind_at");
    co_return cursor;
}

core::ObjectWrite Tracking::write_of(const Cursor& cursor, core::Instant now) const {
    Document body = Document::object();
    body.set("last_id", Document::text(cursor.last_id));
    body.set("rewound_on", Document::text(cursor.rewound_on));
    if (!cursor.rewind_at.empty()) body.set("rewind_at", Document::text(cursor.rewind_at));
    core::ObjectWrite write;
    write.object.kind = "cursor";
    write.object.agency = post_->options().agency;
    write.object.id = cursor_id();
    write.object.state = "walking";
    write.object.body = formats::write_json(body);
    write.object.created_at = write.object.updated_at = now;
    write.expected_version = cursor.version;
    return write;
}

ports::Async<Page> Tracking::fetch(std::string after, std::string* raw) {
    ports::HttpRequest request = tracking_request(post_->options(), after);
    request.total_max = core::Duration(60'000);
    request.answer_bytes_max = 8 << 20;
    auto result = co_await post_->page(std::move(request));
    if (!result) co_return result.error();
    const connector_kit::Seen seen = connector_kit::observe(*result);
    if (seen != connector_kit::Seen::readable)
        co_return core::Error(
            core::Advice::retry,
            core::Blame::partner,
            "vnpost.feed_" + std::string(to_word(seen)),
            std::string(sentence_vi(seen))
        );
    const formats::JsonLimits limits{8 << 20, 32, 20'000};
    auto body = formats::read_json(result->response.body, limits);
    if (!body) co_return body.error();
    auto states = post_->parts().library.codes("vnpost.status");
    if (!states) co_return states.error();
    *raw = std::move(result->response.body);
    co_return read_page(*body, **states, core::local_day(post_->parts().clock->now()));
}

/// A page that does not move the cursor comes again with the next walk: it is kept once.
ports::Async<void> Tracking::take_in(Page page, std::string raw, Cursor* cursor, bool moves) {
    const Options& options = post_->options();
    const core::Instant now = post_->parts().clock->now();
    ports::FactMessage message;
    message.message.partner = options.partner;
    message.message.agency = options.agency;
    message.message.kind = std::string(service_of(tracking));
    message.message.received_at = now;
    message.message.digest = crypto::sha256(raw);
    if (!moves) message.message.message_key = "page:" + crypto::to_hex(message.message.digest);
    message.message.body = std::make_shared<const std::string>(std::move(raw));
    for (Page::Row& row : page.rows) {
        // The feed is of the whole customer; another's events are none of ours.
        if (!row.customer.empty() && row.customer != options.customer_code) continue;
        message.facts.push_back(std::move(row.fact));
    }
    message.beside.push_back(write_of(*cursor, now));
    auto taken = co_await post_->parts().facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    if (!taken->repeated) ++cursor->version;
    co_return core::Result<void>();
}

/// The cursor alone.
ports::Async<void> Tracking::keep(Cursor* cursor) {
    const core::Instant now = post_->parts().clock->now();
    ports::FactMessage message;
    message.message.partner = post_->options().partner;
    message.message.agency = post_->options().agency;
    message.message.kind = std::string(service_of(tracking));
    message.message.received_at = now;
    message.beside.push_back(write_of(*cursor, now));
    message.message.digest = crypto::sha256(message.beside.back().object.body);
    message.message.body = std::make_shared<const std::string>(message.beside.back().object.body);
    auto taken = co_await post_->parts().facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    ++cursor->version;
    co_return core::Result<void>();
}

/// Whether it came to the end of the feed. PO-9: the cursor never goes back.
ports::Async<bool> Tracking::walk(Cursor* cursor, bool rewind) {
    const Options& options = post_->options();
    std::string from = cursor->last_id;
    if (rewind) from = cursor->rewind_at;
    for (int page_no = 0; page_no < options.pages_per_run; ++page_no) {
        std::string raw;
        auto page = co_await fetch(from, &raw);
        if (!page) co_return page.error();
        if (page->rows.empty()) co_return true;
        const std::string highest = highest_followed(*page, post_->parts().clock->now());
        const auto count = page->rows.size();
        const bool moves = highest > from;
        Cursor next = *cursor;
        next.last_id = std::max(next.last_id, highest);
        if (rewind) next.rewind_at = std::max(from, highest);
        auto taken = co_await take_in(std::move(*page), std::move(raw), &next, moves);
        if (!taken) co_return taken.error();
        *cursor = next;
        // A page that goes back or stands still is read, but not followed.
        if (!moves) co_return true;
        if (count < static_cast<std::size_t>(options.page_size)) co_return true;
        from = highest;
    }
    co_return false;
}

/// PO-10. Done for today only at its end; cut short it goes on where it was.
ports::Async<void> Tracking::rewind(Cursor* cursor, core::Instant now) {
    const auto back = std::chrono::hours(post_->options().rewind_hours);
    if (cursor->rewind_at.empty())
        cursor->rewind_at = std::min(cursor->last_id, id_of_second(now - back));
    auto ended = co_await walk(cursor, true);
    if (!ended) co_return ended.error();
    if (!*ended) co_return core::Result<void>();
    cursor->rewind_at.clear();
    cursor->rewound_on = core::to_iso_day(core::local_day(now));
    co_return co_await keep(cursor);
}

ports::Async<void> Tracking::run(core::Instant now) {
    auto read = co_await read_cursor();
    if (!read) co_return read.error();
    Cursor cursor = std::move(*read);
    if (cursor.last_id >= id_of_second(now + ahead_max))  // kept when such ids were still followed
        cursor.last_id = id_of_second(now - std::chrono::hours(post_->options().rewind_hours));
    const std::string today = core::to_iso_day(core::local_day(now));
    core::Result<void> rewound;
    const bool due = cursor.rewound_on != today && cursor.last_id != first_id;
    if (due) rewound = co_await rewind(&cursor, now);
    // What cannot be read again holds up nothing new.
    auto walked = co_await walk(&cursor, false);
    if (!walked) co_return walked.error();
    co_return rewound;
}

}  // namespace

std::unique_ptr<ports::Job> make_tracking(std::shared_ptr<Post> post) {
    return std::make_unique<Tracking>(std::move(post));
}

}  // namespace gw::vnpost
