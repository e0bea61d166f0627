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

/// The contract's word for a leg that waits.
std::string_view waiting_word(LegState state) {
    switch (state) {
        case LegState::ready:
            return "waiting";
        case LegState::sending:
            return "sending";
        case LegState::retry:
            return "retrying";
        default:
            return sync_word(state);
    }
}

core::FeedItem an_item(const core::Leg& leg, core::Instant now, std::string type) {
    core::FeedItem item;
    item.agency = leg.agency;
    item.type = std::move(type);
    item.dossier = leg.dossier;
    item.actor = "system:sync";
    item.timestamp = now;
    return item;
}

Document data_of(const core::Leg& leg, const std::string& message) {
    Document data = Document::object();
    data.set("partner", Document::text(leg.partner));
    data.set("message", Document::text(message));
    return data;
}

std::string word_of(const std::string& operation, const MessageWords& words) {
    if (words) {
        const auto found = words->find(operation);
        if (found != words->end()) return found->second;
    }
    return std::string(short_name(operation));
}

}  // namespace

core::FeedItem superseded_item(const core::Leg& leg, const MessageWords& words, core::Instant now) {
    Document data = data_of(leg, word_of(leg.operation, words));
    data.set("state", Document::text("not_needed"));
    data.set("error_code", Document::text("superseded"));
    auto item = an_item(leg, now, "dossier.sync_changed");
    item.data = formats::write_json(data);
    return item;
}

core::FeedItem legal_alarm_item(
    const ports::LegalAlarm& alarm, const MessageWords& words, core::Instant now
) {
    Document data = data_of(alarm.leg, word_of(alarm.leg.operation, words));
    data.set("state", Document::text(std::string(waiting_word(alarm.state))));
    data.set("error_code", Document::text("deadline_risk"));
    data.set("legal_percent", Document::number(alarm.percent));
    if (alarm.leg.legal_deadline)
        data.set("due_at", Document::text(core::to_rfc3339(*alarm.leg.legal_deadline)));
    auto item = an_item(alarm.leg, now, "dossier.sync_changed");
    item.data = formats::write_json(data);
    return item;
}

std::string_view short_name(std::string_view operation) {
    return operation.substr(operation.rfind('.') + 1);  // npos + 1 = 0
}

std::string message_word(std::string_view name, const core::Operation* operation) {
    const bool named = operation != nullptr && !operation->message.empty();
    return std::string(named ? operation->message : short_name(name));
}

void add_words(std::map<std::string, std::string>& words, std::span<const core::Operation> of) {
    for (const core::Operation& operation : of)
        words.emplace(operation.name, message_word(operation.name, &operation));
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
    const std::string message = message_word(claim.leg.operation, operation);
    Document data = data_of(claim.leg, message);
    data.set("state", Document::text(std::string(word)));
    if (!settlement.reason.empty()) data.set("error_code", Document::text(settlement.reason));
    items.push_back(an_item(claim.leg, now, "dossier.sync_changed"));
    items.back().data = formats::write_json(data);
    if (settlement.state == LegState::delivered && settlement.was_enquiry) {
        Document proof = data_of(claim.leg, message);
        proof.set("sent_version", Document::number(snapshot_version(claim.snapshot)));
        items.push_back(an_item(claim.leg, now, "dossier.sync_confirmed"));
        items.back().data = formats::write_json(proof);
    }
    return items;
}

}  // namespace gw::engine
