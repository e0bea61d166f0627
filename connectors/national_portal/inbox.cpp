// Inbox items, attachments and feed items as the store keeps them.
#include "connectors/national_portal/inbox.hpp"

#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

bool is_tax(const InboundItem& item) {
    return item.kind == "tax_notice" || item.kind == "tax_receipt";
}

Document body_of(const core::Object& object) {
    const formats::JsonLimits limits{object.body.size() + 1, 64, 100'000};
    auto read = formats::read_json(object.body, limits);
    return read ? std::move(*read) : Document::object();
}

std::string amount_in(const core::Object& object) {
    const Document body = body_of(object);
    const Document* amount = body.at("/payload/amount");
    return amount == nullptr ? std::string() : amount->as_text();
}

Document manifest_of(const InboundItem& item, const ItemFacts& facts) {
    Document list = Document::list();
    for (std::size_t i = 0; i < item.files.size(); ++i) {
        const InboundFile& file = item.files[i];
        const auto& stored = facts.stored[i];
        Document entry = Document::object();
        entry.set("name", Document::text(file.name));
        entry.set(
            "size",
            stored ? Document::number(static_cast<std::int64_t>(stored->size)) : Document::null()
        );
        entry.set("sha256", stored ? Document::text(stored->sha256) : Document::null());
        entry.set(
            "attachment_id", stored ? Document::text(stored->attachment_id) : Document::null()
        );
        entry.set("state", Document::text(stored ? "clean" : file.broken ? "broken" : "wanted"));
        if (!file.component_code.empty())
            entry.set("component_code", Document::text(file.component_code));
        if (!stored && !file.broken) entry.set("source", file.source);
        list.push(std::move(entry));
    }
    return list;
}

/// The documents of the payload name the attachments that are there already.
void link_documents(Document& payload, const InboundItem& item, const ItemFacts& facts) {
    Document* documents = payload.find("documents");
    if (documents == nullptr || !documents->is_list()) return;
    for (std::size_t i = 0; i < item.files.size(); ++i) {
        if (!facts.stored[i] || item.files[i].pointer.empty()) continue;
        const auto index = static_cast<std::size_t>(std::stoul(item.files[i].pointer));
        if (index >= documents->items().size()) continue;
        documents->items()[index].set(
            "attachment_id", Document::text(facts.stored[i]->attachment_id)
        );
    }
}

/// What a tax item means beside what is known (NP-49, NP-51): shown, never corrected.
void add_comparison(Document& payload, const InboundItem& item, const ItemFacts& facts) {
    payload.set("matched", Document::boolean(facts.dossier.has_value()));
    const std::string amount = item.payload.text_of("amount");
    if (item.kind == "tax_notice" && facts.before) {
        Document change = Document::object();
        change.set("from", Document::text(amount_in(*facts.before)));
        change.set("to", Document::text(amount));
        Document changes = Document::object();
        changes.set("amount", std::move(change));
        payload.set("changes", std::move(changes));
    }
    if (item.kind != "tax_receipt") return;
    Document notice = Document::object();
    notice.set("known", Document::boolean(facts.notice.has_value()));
    if (facts.notice) {
        notice.set("inbox_id", Document::text(facts.notice->id));
        notice.set("amount", Document::text(amount_in(*facts.notice)));
        notice.set("same_amount", Document::boolean(amount_in(*facts.notice) == amount));
    }
    payload.set("notice", std::move(notice));
}

bool is_waiting_for_supplement(const ItemFacts& facts) {
    return facts.dossier && facts.dossier->state == "supplement_wanted";
}

}  // namespace

std::string_view media_type(std::string_view bytes) {
    struct Magic {
        std::string_view start, type;
    };
    static constexpr Magic kinds[] = {
        {"%PDF-", "application/pdf"},
        {"\xFF\xD8\xFF", "image/jpeg"},
        {"\x89PNG\r\n", "image/png"},
        {"II*", "image/tiff"},
        {"MM", "image/tiff"},
        {"PK\x03\x04", "application/zip"},
        {"<?xml", "application/xml"}};
    for (const Magic& kind : kinds)
        if (bytes.starts_with(kind.start)) return kind.type;
    return "";
}

bool says_something_new(const InboundItem& item, const ItemFacts& facts) {
    if (item.kind != "tax_notice" || !facts.before) return true;
    return amount_in(*facts.before) != item.payload.text_of("amount");
}

bool is_unmatched(const InboundItem& item, const ItemFacts& facts) {
    return is_tax(item) && !facts.dossier;
}

core::Object make_item(const InboundItem& item, const ItemFacts& facts) {
    const bool complete = std::all_of(
        facts.stored.begin(), facts.stored.end(), [](const auto& file) { return file.has_value(); }
    );
    std::string kind = item.kind;
    Document payload = item.payload;
    if (kind == "dossier" && is_waiting_for_supplement(facts)) {
        // NP-47: a re-sent dossier that waits for papers is the answer to the supplement; the old
        // date stays visible.
        kind = "supplement";
        const Document held = body_of(*facts.dossier);
        payload.set("submitted_before_at", Document::text(held.text_of("submitted_at")));
    }
    if (is_tax(item)) add_comparison(payload, item, facts);
    link_documents(payload, item, facts);
    core::Object object;
    object.kind = "inbox_item";
    object.agency = facts.agency;
    object.id = facts.id;
    object.state = complete ? "ready" : "collecting";
    object.dossier = is_unmatched(item, facts) ? "" : item.dossier_code;
    object.ref = item.partner_ref;
    object.created_at = object.updated_at = facts.now;
    Document body = Document::object();
    body.set("id", Document::text(facts.id));
    body.set("partner", Document::text(facts.partner));
    body.set("kind", Document::text(kind));
    body.set("partner_ref", Document::text(item.partner_ref));
    if (!object.dossier.empty()) body.set("dossier_code", Document::text(object.dossier));
    body.set("state", Document::text(object.state));
    body.set("received_at", Document::text(core::to_rfc3339(facts.now)));
    body.set("manifest", manifest_of(item, facts));
    body.set("payload", std::move(payload));
    if (!item.tray.empty() && kind == "dossier") body.set("tray", Document::text(item.tray));
    body.set("raw_ref", Document::text(facts.raw_ref));
    if (facts.before) body.set("supersedes", Document::text(facts.before->id));
    object.body = formats::write_json(body);
    return object;
}

core::Object failed_item(const InboundItem& item, const ItemFacts& facts, const core::Error& why) {
    core::Object object = make_item(item, facts);
    Document body = body_of(object);
    body.set("state", Document::text("failed"));
    body.set("reason", Document::text(why.code));
    object.state = "failed";
    object.body = formats::write_json(body);
    return object;
}

core::FeedItem failed_feed(const core::Object& item, const core::Error& why, core::Instant now) {
    core::FeedItem feed;
    feed.agency = item.agency;
    feed.type = "inbox.item_failed";
    feed.actor = "partner:national_portal";
    feed.timestamp = now;
    Document data = Document::object();
    data.set("inbox_id", Document::text(item.id));
    data.set("reason", Document::text(why.code));
    feed.data = formats::write_json(data);
    return feed;
}

core::Object make_attachment(
    const ItemFacts& facts,
    const InboundFile& file,
    const StoredFile& stored,
    std::string_view dossier
) {
    core::Object object;
    object.kind = "attachment";
    object.agency = facts.agency;
    object.id = stored.attachment_id;
    object.state = "clean";
    object.dossier = std::string(dossier);
    object.ref = stored.sha256;
    object.created_at = object.updated_at = facts.now;
    Document body = Document::object();
    body.set("id", Document::text(stored.attachment_id));
    body.set("filename", Document::text(file.name));
    body.set("media_type", Document::text(stored.media_type));
    body.set("size", Document::number(static_cast<std::int64_t>(stored.size)));
    body.set("sha256", Document::text(stored.sha256));
    body.set("state", Document::text("clean"));
    body.set("created_at", Document::text(core::to_rfc3339(facts.now)));
    object.body = formats::write_json(body);
    return object;
}

std::optional<core::FeedItem> make_feed(
    const core::Object& item, std::string_view kind, std::size_t files, core::Instant now
) {
    if (item.state != "ready") return std::nullopt;
    core::FeedItem feed;
    feed.agency = item.agency;
    feed.type = "inbox.item_ready";
    feed.actor = "partner:national_portal";
    feed.timestamp = now;
    Document data = Document::object();
    data.set("inbox_id", Document::text(item.id));
    data.set("partner", Document::text("national_portal"));
    data.set("kind", Document::text(std::string(kind)));
    data.set("file_count", Document::number(static_cast<std::int64_t>(files)));
    feed.data = formats::write_json(data);
    return feed;
}

core::AuditRow make_audit(
    std::string_view agency,
    std::string_view action,
    std::string_view subject,
    std::string_view detail,
    core::Instant now
) {
    core::AuditRow row;
    row.at = now;
    row.agency = std::string(agency);
    row.actor = "partner:national_portal";
    row.action = std::string(action);
    row.subject = std::string(subject);
    row.detail = std::string(detail);
    return row;
}

}  // namespace gw::national_portal
