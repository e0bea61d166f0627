// The portal's dictionaries: read once a day, kept as code lists with their days.
#include "connectors/national_portal/dictionaries.hpp"

#include "connectors/national_portal/connector.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

constexpr std::string_view prefix = "LayDanhMuc";

core::Object list_object(const Options& options, const Document& list, core::Instant now) {
    core::Object o;
    o.kind = "code_list";
    o.agency = options.agency;
    o.id = list.text_of("name");
    o.ref = list.text_of("sha256");
    o.state = "valid";
    o.created_at = o.updated_at = now;
    o.body = formats::write_json(list);
    return o;
}

/// The replaced version: found by the name of the list.
core::Object closed_list(core::Object old, core::Instant now) {
    auto body = formats::read_json(old.body);
    if (body && body->is_object()) {
        const auto day_before = core::local_day(now - std::chrono::hours(24));
        body->set("valid_to", Document::text(core::to_iso_day(day_before)));
        old.body = formats::write_json(*body);
    }
    old.kind = "code_list_version";
    const std::string name = old.id;
    old.id += "@" + old.ref.substr(0, 12) + "@" + core::to_iso_day(core::local_day(now));
    old.ref = name;
    old.state = "closed";
    old.updated_at = now;
    return old;
}

}  // namespace

core::FeedItem changed_feed(const core::Object& list, std::string valid_from, core::Instant now) {
    core::FeedItem feed;
    feed.agency = list.agency;
    feed.type = "catalogue.changed";
    feed.actor = "partner:national_portal";
    feed.timestamp = now;
    Document data = Document::object();
    data.set("list", Document::text(list.id));
    data.set("valid_from", Document::text(std::move(valid_from)));
    feed.data = formats::write_json(data);
    return feed;
}

std::vector<std::string_view> dictionary_services() {
    std::vector<std::string_view> out;
    for (const PullService& service : pull_services)
        if (service.name.starts_with(prefix) || service.name == "LayDVC")
            out.push_back(service.name);
    return out;
}

std::string list_name(std::string_view partner, std::string_view service) {
    service.remove_prefix(service.starts_with(prefix) ? prefix.size() : 3);
    return std::string(partner) + "." + std::string(service);
}

Document read_dictionary(std::string_view name, const Document& result) {
    const Document* rows = result.is_list() ? &result : result.find_ignoring_case("data");
    if (rows == nullptr || !rows->is_list()) return Document();
    Document list = Document::object();
    list.set("name", Document::text(std::string(name)));
    Document kept = Document::list();
    for (const Document& row : rows->items())
        if (row.is_object()) kept.push(row);
    list.set(
        "sha256", Document::text(crypto::to_hex(crypto::sha256(formats::canonical_json(kept))))
    );
    list.set("rows", std::move(kept));
    return list;
}

ports::Async<void> DictionaryJob::run(core::Instant now) {
    ports::Clock& clock = *portal_->parts().clock;
    const core::Duration pause(1'000 / std::max(1, portal_->options().catalogue_rate));
    for (const std::string_view service : dictionary_services()) {
        auto done = co_await read(std::string(service), now);
        if (!done) co_return done.error();
        const auto next = clock.now() + pause;
        co_await clock.sleep_until(next);
    }
    co_return core::Result<void>();
}

ports::Async<void> DictionaryJob::read(std::string service, core::Instant now) {
    const std::string name = list_name(portal_->options().partner, service);
    Document none = Document::object();
    auto result = co_await portal_->pull(std::move(service), std::move(none));
    if (!result) {
        if (result.error().advice == core::Advice::retry) co_return result.error();
        // One list that is not open to us does not stop the others.
        ports::log::warning(
            "catalogue.list_refused", {{"code", ports::log::Word(result.error().code)}}
        );
        co_return core::Result<void>();
    }
    Document list = read_dictionary(name, *result);
    if (!list.is_object()) co_return core::Result<void>();
    if (list.find("rows")->items().empty()) co_return core::Result<void>();
    co_return co_await keep(std::move(list), now);
}

ports::Async<void> DictionaryJob::keep(Document list, core::Instant now) {
    const Options& options = portal_->options();
    list.set("fetched_at", Document::text(core::to_rfc3339(now)));
    list.set("valid_from", Document::text(core::to_iso_day(core::local_day(now))));
    core::ObjectWrite write;
    write.object = list_object(options, list, now);
    std::string kind = "code_list", agency = options.agency, id = write.object.id;
    auto known =
        co_await portal_->parts().store->object(std::move(kind), std::move(agency), std::move(id));
    if (!known) co_return known.error();
    ports::Acceptance a;
    if (*known) {
        core::Object& old = **known;
        if (old.ref == write.object.ref) co_return core::Result<void>();
        write.expected_version = old.version;
        write.object.created_at = old.created_at;
        core::ObjectWrite closed;
        closed.expected_version = -1;
        closed.object = closed_list(std::move(old), now);
        a.objects.push_back(std::move(closed));
    }
    a.message.partner = "lienthong";
    a.message.agency = options.agency;
    a.message.kind = "catalogue";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>();
    a.message.digest = crypto::sha256("");
    a.feed.push_back(changed_feed(write.object, list.text_of("valid_from"), now));
    a.objects.push_back(std::move(write));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (!accepted) co_return accepted.error();
    co_return core::Result<void>();
}

}  // namespace gw::national_portal
