// What the portal holds about one dossier, as a checker in the same process reads it.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sim::national_portal {

namespace core = gw::core;

using Texts = std::map<std::string, std::string>;

/// One line of CapNhatTienDoHoSoMC; `fields` as sent.
struct ProgressLine {
    ProgressLine() = default;
    Texts fields;
    int status = 0;  // TrangThai
    core::Instant arrived{};
    bool duplicate = false;  // the same fields had arrived before
};

/// One DongBoTrangThaiHoSo; `files` = TaiLieuXuLy.
struct StatusMessage {
    StatusMessage() = default;
    Texts fields;
    std::vector<Texts> files;
    int status = 0;  // the reduced status as sent
    core::Instant arrived{};
};

/// One full packet that was accepted.
struct Packet {
    Packet() = default;
    int status = 0;
    bool update = false;  // isUpdating "True"
    bool effect = false;  // it changed something
    core::Instant arrived{};
    std::string raw;  // the item as JSON
};

struct HeldDossier {
    HeldDossier() = default;
    std::string code;
    bool portal_origin = false;  // filed on the portal and sent to the province by us
    bool has_packet = false;     // at least one full packet came
    Texts fields;                // every scalar of the newest packet by its wire name
    /// Every list of the newest packet by its wire name. Lists inside an element are kept as JSON
    /// text.
    std::map<std::string, std::vector<Texts>> lists;
    /// Statuses of full packets in order of effect, a status equal to the one before it left out.
    std::vector<int> statuses;
    std::vector<ProgressLine> progress;  // in order of arrival, duplicates included
    std::vector<StatusMessage>
        status_messages;          // in order of arrival, repeats without change left out
    std::vector<Packet> packets;  // in order of arrival; oldest dropped over Options::packets_max
    std::uint64_t packets_dropped = 0;
    int creates = 0;          // effects: more than one can only follow a `forget`
    int updates = 0;          // effects: packets that changed something
    int repeats = 0;          // packets and status messages that changed nothing
    int duplicate_lines = 0;  // progress lines stored twice: an effect too many
    core::Instant first_seen{}, last_changed{};

    int status() const { return statuses.empty() ? 0 : statuses.back(); }
    std::string field(const std::string& name) const {
        auto it = fields.find(name);
        return it == fields.end() ? std::string() : it->second;
    }
};

}  // namespace sim::national_portal
