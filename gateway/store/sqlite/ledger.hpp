// What the tables know of segments: rows leave for them, old ones are forgotten. On the writer's
// thread, inside its transaction.
#pragma once

#include "gateway/store/sqlite/message_keys.hpp"
#include "gateway/store/sqlite/move.hpp"

namespace gw::store::sqlite {

class SegmentLedger {
public:
    SegmentLedger(Database& db, MessageKeys& keys);

    /// Takes out of the tables what lies in segments. Whatever rests does not change any more, so
    /// the copies are as the rows are.
    void leave(const Move& move);
    /// From now on nobody reads this segment.
    void begin_removal(std::int64_t day);
    void forget(std::int64_t day, const Traces& traces);
    /// Its file is gone.
    void drop(std::int64_t day);

private:
    MessageKeys& keys_;
    Statement drop_message_, drop_answer_, drop_events_, drop_leg_, drop_attempts_, drop_effect_,
        drop_lane_, drop_straggler_;
    Statement add_segment_, set_bytes_, add_dossier_, add_straggler_, walked_, moved_, moved_legs_;
    Statement begin_removal_, drop_dossier_, removed_to_, drop_segment_;

    void leave(const MovedMessage& message);
    void count(const MovedMessage& message, core::Instant now);
};

/// The highest id ever given in a table whose rows may move.
std::int64_t last_id(Database& db, const std::string& table);

}  // namespace gw::store::sqlite
