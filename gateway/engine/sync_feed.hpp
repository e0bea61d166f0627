// What a one-stop is told when a leg reaches a state it can see.
#pragma once

#include "gateway/core/model.hpp"
#include "gateway/ports/store_views.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::engine {

/// "DongBoHoSoMC" of "national_portal.DongBoHoSoMC".
std::string_view short_name(std::string_view operation);

/// `dossier.sync_changed` when the leg became delivered, blocked, dead or unknown, and
/// `dossier.sync_confirmed` when an enquiry proved it. Empty for legs without a dossier. No
/// personal data. `operation`: the declaration, nullptr when the connector has none of this name.
std::vector<core::FeedItem> sync_feed(
    const core::Claim& claim,
    const core::Settlement& settlement,
    const core::Operation* operation,
    core::Instant now
);
/// What operations tell, in the contract's words, by name: for the store's thread, which outlives
/// the connectors. May be null.
using MessageWords = std::shared_ptr<const std::map<std::string, std::string>>;
void add_words(std::map<std::string, std::string>& words, std::span<const core::Operation> of);

/// A packet that was never sent and is not needed any more: a newer one tells the present state.
core::FeedItem superseded_item(const core::Leg& leg, const MessageWords& words, core::Instant now);
/// The legal time of a leg that is not done runs out.
core::FeedItem legal_alarm_item(
    const ports::LegalAlarm& alarm, const MessageWords& words, core::Instant now
);
/// What the operation tells, in the contract's words.
std::string message_word(std::string_view name, const core::Operation* operation);

/// Version of the dossier in a snapshot ("/dossier/version" or "/version"); 0 when it has none.
std::int64_t snapshot_version(const core::Snapshot& snapshot);

}  // namespace gw::engine
