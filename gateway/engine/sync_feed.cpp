// Builds the feed items of a settlement.
#include "gateway/engine/sync_feed.hpp"

#include "gateway/core/document.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::engine {
namespace {

using core::Document;
using core::LegState;

/// The contract's word (one-stop contract 3.12); "" = not told.
std::string_view sync_word(LegState state) {
    switch (state) {
        case LegState::delivered:
            return "delivered";
        case LegState::blocked:
            return "blocked";
        case LegState::dead:
            return "dead";
        case LegState::unknown:
            return "unknown_outcome";
        default:
            return "";
    }
}

core::FeedItem an_item(const core::Claim& claim, core::Instant now, std::string type) {
    core::FeedItem item;
    item.agency = claim.leg.agency;
    item.type = std::move(type);
    item.dossier = claim.leg.dossier;
    item.actor = "system:sync";
    item.timestamp = now;
    return item;
}

Document data_of(const core::Claim& claim, const core::Operation* operation) {
    Document data = Document::object();
    data.set("partner", Document::text(claim.leg.partner));
    data.set("message", Document::text(message_word(claim.leg.operation, operation)));
    return data;
}

}  // namespace

std::string_view short_name(std::string_view operation) {
    return operation.substr(operation.rfind('.') + 1);  // npos + 1 = 0
}

std::string message_word(std::string_view name, const core::Operation* operation) {
    const bool named = operation != nullptr && !operation->message.empty();
    return std::string(named ? operation->message : short_name(name));
}

std::int64_t snapshot_version(const core::Snapshot& snapshot) {
    if (!snapshot) return 0;
    const auto tree = formats::read_stored(*snapshot);
    if (!tree) return 0;
    for (const char* pointer : {"/dossier/version", "/version"})
        if (const Document* version = tree->at(pointer))
            if (const auto number = version->as_integer()) return *number;
    return 0;
}

std::vector<core::FeedItem> sync_feed(
    const core::Claim& claim,
    const core::Settlement& settlement,
    const core::Operation* operation,
    core::Instant now
) {
    std::vector<core::FeedItem> items;
    const std::string_view word = sync_word(settlement.state);
    const bool news = settlement.state != claim.state;
    if (claim.leg.dossier.empty() || word.empty() || !news) return items;
    Document data = data_of(claim, operation);
    data.set("state", Document::text(std::string(word)));
    if (!settlement.reason.empty()) data.set("error_code", Document::text(settlement.reason));
    items.push_back(an_item(claim, now, "dossier.sync_changed"));
    items.back().data = formats::write_json(data);
    if (settlement.state == LegState::delivered && settlement.was_enquiry) {
        Document proof = data_of(claim, operation);
        proof.set("sent_version", Document::number(snapshot_version(claim.snapshot)));
        items.push_back(an_item(claim, now, "dossier.sync_confirmed"));
        items.back().data = formats::write_json(proof);
    }
    return items;
}

}  // namespace gw::engine
