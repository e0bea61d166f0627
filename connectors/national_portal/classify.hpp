// What an answer of the portal means for a leg: create or update, enquiries, the second unreadable
// answer. Pure.
#pragma once

#include "connectors/kit/reading.hpp"
#include "connectors/national_portal/canonical.hpp"
#include "connectors/national_portal/lane_memory.hpp"
#include "gateway/core/model.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::national_portal {

using connector_kit::Verdict;

/// The portal's own cells of the transport table (national-portal.md 2.3).
std::span<const connector_kit::TransportRule> portal_rules();

using connector_kit::Call;
using connector_kit::Reading;
/// The verdict of one whole exchange.
Reading read_answer(
    const Options& options,
    const mapping::Answers& answers,
    const Call& call,
    const ports::HttpResult& result
);

/// What was sent and what is remembered.
struct Push {
    Push() = default;
    core::LegId leg{};
    std::string service;
    bool is_packet = false, is_progress = false, is_update = false;
    int status = 0;            // of the packet
    bool told_before = false;  // the status service said this very status before the packet (NP-27)
    std::string received_at;   // NgayTiepNhan of the packet; only packets carry it
    int lines_sent = 0, lines_left = 0, lines_before = 0;
    LaneMemory memory;
    int unreadable_max = 1;
};
/// nullopt: NOT_FOUND on an update; look up first, then ask `after_look_up` (NP-33, 5).
std::optional<core::Result<core::Receipt>> conclude(const Push& push, const Verdict& verdict);

/// One look-up, read (F-72: unreadable is never proof).
struct LookUp {
    LookUp() = default;
    enum class Answer : std::uint8_t { none, found, unreadable } answer = Answer::unreadable;
    int status = 0;                                    // 0 = not shown
    std::string received_at;                           // NgayTiepNhan; "" = not shown
    std::optional<std::vector<core::Document>> lines;  // progress lines when the answer shows them
    std::string evidence;
};
LookUp read_look_up(const core::Document& result, std::string_view code);
/// Of an answer to a code that cannot exist: does the portal deny having it (F-72)? A refusal and a
/// text that nobody knows deny too. nullopt: it said nothing.
std::optional<bool> denies(const Reading& reading, std::string_view code);

core::Result<core::Receipt> after_look_up(
    const Push& push, const Verdict& verdict, const LookUp& look_up
);

/// A dossier taken over from another system that the portal does not have: create it (NP-33, 2).
core::Error not_imported(const Push& push);

/// What an enquiry about an earlier send says. `lines`: wire form of the lines that were sent.
core::Enquiry compare(
    const Push& push, const LookUp& look_up, const std::vector<core::Document>& lines
);

}  // namespace gw::national_portal
