// What one step of retention moves or forgets: made by the rotator, carried out by the writer.
#pragma once

#include "gateway/core/model.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gw::store::sqlite {

/// A leg that lies in its segment, durably, and may leave the tables.
struct MovedLeg {
    MovedLeg() = default;
    std::int64_t id = 0;
    std::int64_t lane = 0;  // that goes with it; 0: the lane is a dossier's and stays
    core::LegState state{};
    std::string partner, effect_key;
};
struct MovedMessage {
    MovedMessage() = default;
    std::int64_t id = 0, day = 0, first_event = 0, events = 0, rows = 0;
    std::string key;  // of the inbox; "" = none
    core::Digest digest{};
    std::vector<MovedLeg> legs;  // consecutive ids
    std::vector<std::int64_t> dossiers;
};
/// Behind the walk and not to be moved yet.
struct Straggler {
    Straggler() = default;
    std::int64_t message = 0, first_leg = 0, legs = 0;
    core::Instant look_at{};
};
struct Move {
    Move() = default;
    std::vector<MovedMessage> messages;
    std::vector<Straggler> stragglers;
    std::map<std::int64_t, std::int64_t> bytes;  // of the segments written to
    std::int64_t walked_message = 0, walked_leg = 0;
    core::Instant now{};
    std::optional<core::Error> fault;  // of the file of a day; the others went on
    bool more = false;
    /// A day whose file is lost holds up its own messages only.
    void put_off(std::int64_t day, core::Instant until) {
        for (const MovedMessage& m : messages) {
            if (m.day != day) continue;
            Straggler& later = stragglers.emplace_back();
            later.message = m.id;
            later.first_leg = m.legs.empty() ? 0 : m.legs.front().id;
            later.legs = static_cast<std::int64_t>(m.legs.size());
            later.look_at = until;
        }
        std::erase_if(messages, [day](const MovedMessage& m) { return m.day == day; });
    }
    bool is_empty() const { return messages.empty() && stragglers.empty(); }
    std::int64_t rows() const {
        std::int64_t sum = 0;
        for (const MovedMessage& m : messages) sum += m.rows;
        return sum;
    }
};

/// The segment that goes next; no day: none.
struct Removal {
    Removal() = default;
    std::optional<std::int64_t> day;
    bool begun = false;
    std::int64_t removed_to = 0;
};
/// What the tables still know of some messages of a segment that goes.
struct Traces {
    Traces() = default;
    std::int64_t to = 0;  // 0: there was none left
    std::vector<std::string> keys;
    std::vector<std::int64_t> dossiers;
};

}  // namespace gw::store::sqlite
