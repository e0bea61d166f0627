// Inbox items, attachments and feed items as the store keeps them (one-stop-contract 3.3). Pure.
#pragma once

#include "connectors/national_portal/inbound.hpp"
#include "gateway/core/model.hpp"
#include "gateway/ports/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::national_portal {

/// application/pdf, image/jpeg, … by content; "" = no kind of file that is accepted (NP-48).
std::string_view media_type(std::string_view bytes);

/// A file that is in the blob store.
struct StoredFile {
    StoredFile() = default;
    std::string attachment_id, sha256, media_type;
    std::uint64_t size = 0;
};
/// Everything known when an item is written.
struct ItemFacts {
    ItemFacts() = default;
    std::string id, agency, partner, raw_ref;
    core::Instant now{};
    std::vector<std::optional<StoredFile>> stored;  // beside InboundItem::files
    std::optional<core::Object> before;             // newest item of the same partner_ref
    std::optional<core::Object> dossier;            // our dossier of that code
    std::optional<core::Object> notice;             // for a receipt: the item of its notice
};
/// False: a repeat that says nothing new (NP-49: same key, same amount); no item is made.
bool says_something_new(const InboundItem& item, const ItemFacts& facts);
/// state: "ready" when every file is stored, else "collecting".
core::Object make_item(const InboundItem& item, const ItemFacts& facts);
core::Object make_attachment(
    const ItemFacts& facts,
    const InboundFile& file,
    const StoredFile& stored,
    std::string_view dossier
);
/// inbox.item_ready for a ready item; nullopt while files are missing.
std::optional<core::FeedItem> make_feed(
    const core::Object& item, std::string_view kind, std::size_t files, core::Instant now
);
core::AuditRow make_audit(
    std::string_view agency,
    std::string_view action,
    std::string_view subject,
    std::string_view detail,
    core::Instant now
);
/// Content that nobody could read: state "failed", without files, with the code of the problem.
core::Object failed_item(const InboundItem& item, const ItemFacts& facts, const core::Error& why);
core::FeedItem failed_feed(const core::Object& item, const core::Error& why, core::Instant now);
/// A tax item whose dossier nobody knows yet (NP-50, NP-51).
bool is_unmatched(const InboundItem& item, const ItemFacts& facts);

}  // namespace gw::national_portal
