// The rotating session: copies what is done to the segment of its day and makes that durable. It
// reads the store and writes segments only; the writer then takes the rows out of the tables.
#pragma once

#include "gateway/ports/store.hpp"
#include "gateway/store/sqlite/move.hpp"
#include "gateway/store/sqlite/segment.hpp"

#include <memory>

namespace gw::store::sqlite {

class SegmentWriter;

class Rotator {
public:
    /// Ends what a crash left half written in a segment.
    Rotator(const std::string& folder, SumKey key);
    ~Rotator();

    // What the worker calls: one step reads in one transaction.
    void begin() { begin_.run(); }
    void open_request(bool /*alone*/) {}
    static bool close_request(bool /*keep*/) { return true; }
    void commit() { commit_.run(); }
    void rollback();
    void make_room() {}
    bool between_batches() { return false; }
    core::Error full_error() const { return disk_nearly_full(); }

    /// Copies some of the oldest messages that are done; when it returns they are on the disk.
    core::Result<Move> copy(const ports::RotationWish& wish);

    /// The oldest segment whose time is over and that nobody keeps.
    core::Result<Removal> next_removal(const ports::RotationWish& wish);
    /// Of the messages after `after`, some.
    core::Result<Traces> traces(std::int64_t day, std::int64_t after, const ports::RotationWish& w);
    core::Result<void> unlink(std::int64_t day);

    /// Those that are read.
    core::Result<std::vector<std::int64_t>> days();
    /// Nobody else writes segments: what the file holds now is whole.
    core::Result<void> back_up(std::int64_t day, const std::string& folder);

private:
    /// A message that was looked at.
    struct Visit {
        MovedMessage message;
        std::int64_t first_leg = 0, legs = 0, bytes = 0;
        core::Instant received{}, look_at{};
        bool may_move = false;
    };
    struct Course {
        explicit Course(const ports::RotationWish& w) : wish(w) {}
        const ports::RotationWish& wish;
        Move move;
        int visits = 0;
        std::int64_t rows = 0, bytes = 0;
        bool take(Visit visit);  // false: it is too much for this step
    };
    std::string folder_;
    SumKey key_;
    Database db_;
    Statement begin_, commit_, late_, next_, ids_of_legs_, legs_, older_, lane_dossier_, dossiers_,
        going_, message_, events_, answer_;
    SegmentIndex index_;
    SegmentReader segments_;
    std::unique_ptr<SegmentWriter> writing_;

    void revisit(Course& course);
    void walk(Course& course);
    Visit visit(const Rows& row) const;
    void find_legs(Visit& visit, std::int64_t after);
    void judge(Visit& visit, const ports::RotationWish& wish);
    /// When the last leg ended; nothing: one has not.
    std::optional<core::Instant> ended(Visit& visit);
    void check_rows(Visit& visit);
    void write(Move& move);
    void write_day(std::int64_t day, Move& move);
    void open_for_writing(std::int64_t day, std::int64_t messages);
};

}  // namespace gw::store::sqlite
