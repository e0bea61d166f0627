// Completes inbox items.
#include "gateway/engine/collector.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/engine/media_type.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::engine {
namespace {

using core::Advice;
using core::Blame;
using core::Document;
using core::Error;
using core::Instant;

constexpr std::string_view kind_item = "inbox_item";

bool is_stored(const Document& entry) {
    return !entry.text_of("attachment_id").empty();
}

/// The object that a write without a sender's message hangs on.
core::Envelope own_message(const core::Object& item, Instant now) {
    core::Envelope e;
    e.partner = "lienthong";
    e.agency = item.agency;
    e.kind = "inbox.collected";
    e.received_at = now;
    e.body = std::make_shared<const std::string>();
    e.digest = crypto::sha256("");
    return e;
}

core::FeedItem told(const core::Object& item, const Document& body, Instant now) {
    core::FeedItem f;
    f.agency = item.agency;
    f.dossier = item.dossier;
    f.timestamp = now;
    f.actor = "partner:" + body.text_of("partner");
    Document data = Document::object();
    data.set("inbox_id", Document::text(item.id));
    if (item.state == "ready") {
        f.type = "inbox.item_ready";
        data.set("partner", Document::text(body.text_of("partner")));
        data.set("kind", Document::text(body.text_of("kind")));
        const Document* manifest = body.find("manifest");
        const auto files = manifest == nullptr ? 0 : manifest->items().size();
        data.set("file_count", Document::number(static_cast<std::int64_t>(files)));
    } else {
        f.type = "inbox.item_failed";
        data.set("reason", Document::text(body.text_of("reason")));
    }
    f.data = formats::write_json(data);
    return f;
}

}  // namespace

Collector::Collector(
    asio::any_io_executor ex,
    CollectorOptions options,
    ports::Store& store,
    ports::BlobStore& blobs,
    ports::HttpClient& http,
    ports::Clock& clock,
    ports::Random& random,
    Wakes& wakes,
    EngineHooks hooks
)
    : options_(std::move(options)),
      store_(store),
      blobs_(blobs),
      http_(http),
      clock_(clock),
      random_(random),
      wakes_(wakes),
      hooks_(std::move(hooks)),
      signal_(ex),
      tasks_(ex, hooks_.on_fault),
      alarm_(clock_, tasks_, signal_) {}

asio::awaitable<void> Collector::run() {
    while (!stopping_) {
        alarm_.at(clock_.now() + options_.poll);
        co_await look();
        if (stopping_) break;
        co_await signal_.wait();
    }
    co_await tasks_.join();
}

void Collector::stop() {
    stopping_ = true;
    signal_.notify();
}

asio::awaitable<void> Collector::look() {
    // A page read before an item was done may still show it: it is forgotten only now.
    std::erase_if(progress_, [](const auto& entry) { return entry.second.done; });
    ports::ObjectFilter filter;
    filter.kind = kind_item;
    filter.state = "collecting";
    do {
        auto page = co_await store_.objects(filter);
        if (!page) co_return;
        const Instant now = clock_.now();
        for (core::Object& item : page->items) {
            if (busy_ >= options_.concurrency) co_return;
            Progress& p = progress_[item.id];
            if (p.busy || p.done || p.next > now) continue;
            p.busy = true;
            ++busy_;
            tasks_.spawn(collect(std::move(item)));
        }
        filter.after = page->next;
    } while (!filter.after.empty());
}

asio::awaitable<void> Collector::collect(core::Object item) {
    Document body;
    if (auto read = formats::read_stored(item.body); read) body = std::move(*read);
    const std::string id = item.id;
    Round round = co_await fetch_all(item, body);
    progress_[id].mismatches += round.mismatches;
    const bool too_late = clock_.now() - item.created_at >= options_.give_up_after;
    if (round.missing == 0) {
        item.state = "ready";
    } else if (too_late || progress_[id].mismatches > options_.mismatches_max) {
        item.state = "failed";
        body.set("reason", Document::text(round.last_code));
    }
    const bool finished = item.state != "collecting";
    const bool changed = finished || !round.attachments.empty();
    bool written = true;
    if (changed)
        written = co_await write(std::move(item), std::move(body), std::move(round.attachments));
    --busy_;
    signal_.notify();  // there is room for the next one
    Progress& p = progress_[id];
    p.busy = false;
    p.done = finished && written;
    if (p.done) co_return;
    const int doublings = std::min(p.rounds++, 16);
    p.next = clock_.now() + std::min(options_.retry_max, options_.retry_min * (1 << doublings));
    alarm_.at(p.next);
}

asio::awaitable<Collector::Round> Collector::fetch_all(const core::Object& item, Document& body) {
    Round round;
    Document* manifest = body.find("manifest");
    const std::size_t entries = manifest == nullptr ? 0 : manifest->items().size();
    for (std::size_t i = 0; i < entries; ++i) {
        Document& entry = manifest->items()[i];
        if (is_stored(entry)) continue;
        auto fetched = co_await fetch(entry);
        core::Result<void> fits = core::Result<void>();
        if (fetched) fits = check(entry, *fetched);
        if (fetched && fits) {
            round.attachments.push_back(attachment_of(item, entry, *fetched));
            entry.set("attachment_id", Document::text(round.attachments.back().id));
            entry.set("size", Document::number(static_cast<std::int64_t>(fetched->size)));
            entry.set("sha256", Document::text(crypto::to_hex(fetched->digest)));
            entry.set("state", Document::text("clean"));
            entry.remove("source");
            continue;
        }
        const Error& error = fetched ? fits.error() : fetched.error();
        ++round.missing;
        round.last_code = error.code;
        round.mismatches += error.code == "file.mismatch" ? 1 : 0;
        if (error.advice == Advice::stop && hooks_.on_stop) hooks_.on_stop(error);
    }
    co_return round;
}

asio::awaitable<bool> Collector::write(
    core::Object item, Document body, std::vector<core::Object> attachments
) {
    const Instant now = clock_.now();
    body.set("state", Document::text(item.state));
    item.body = formats::write_json(body);
    ports::Acceptance a;
    a.message = own_message(item, now);
    for (core::Object& attachment : attachments) {
        core::ObjectWrite w;
        w.object = std::move(attachment);
        a.objects.push_back(std::move(w));
    }
    if (item.state != "collecting") a.feed.push_back(told(item, body, now));
    const std::string agency = item.agency;
    core::ObjectWrite w;
    w.expected_version = item.version;
    w.object = std::move(item);
    w.object.updated_at = now;
    a.objects.push_back(std::move(w));
    auto accepted = co_await store_.accept(std::move(a));
    if (!accepted) {
        // Somebody changed the item meanwhile, or the store is busy: the next round reads it again.
        if (accepted.error().advice == Advice::stop && hooks_.on_stop)
            hooks_.on_stop(accepted.error());
        co_return false;
    }
    wakes_.feed(agency);
    co_return true;
}

core::Result<void> Collector::check(const Document& entry, const Fetched& fetched) const {
    std::int64_t announced = -1;  // not said
    if (const Document* size = entry.find("size")) announced = size->as_integer().value_or(-1);
    const std::string digest = entry.text_of("sha256");
    const std::string found = crypto::to_hex(fetched.digest);
    if (announced >= 0 && static_cast<std::uint64_t>(announced) != fetched.size)
        return Error(
            Advice::retry,
            Blame::partner,
            "file.mismatch",
            "announced " + std::to_string(announced) + " bytes, received " +
                std::to_string(fetched.size)
        );
    if (!digest.empty() && digest != found)
        return Error(
            Advice::retry,
            Blame::partner,
            "file.mismatch",
            "announced SHA-256 " + digest + ", received " + found
        );
    if (media_type_of(fetched.head).empty())
        return Error(
            Advice::retry,
            Blame::partner,
            "file.type_not_accepted",
            "The content is none of the accepted kinds of file."
        );
    return {};
}

core::Object Collector::attachment_of(
    const core::Object& item, const Document& entry, const Fetched& f
) {
    core::Object o;
    const Instant now = clock_.now();
    const std::uint64_t high = random_.next();
    o.kind = "attachment";
    o.agency = item.agency;
    o.id = crypto::make_id("att", now, high, random_.next());
    o.state = "clean";
    o.dossier = item.dossier;
    o.ref = crypto::to_hex(f.digest);
    o.created_at = o.updated_at = now;
    Document body = Document::object();
    body.set("id", Document::text(o.id));
    body.set("filename", Document::text(entry.text_of("name")));
    body.set("media_type", Document::text(std::string(media_type_of(f.head))));
    body.set("size", Document::number(static_cast<std::int64_t>(f.size)));
    body.set("sha256", Document::text(o.ref));
    body.set("state", Document::text(o.state));
    body.set("created_at", Document::text(core::to_rfc3339(now)));
    o.body = formats::write_json(body);
    return o;
}

}  // namespace gw::engine
