// One step of retention, from thread to thread: what is done moves to a segment, what is old goes.
#pragma once

#include "gateway/store/sqlite/reader.hpp"
#include "gateway/store/sqlite/rotator.hpp"
#include "gateway/store/sqlite/writer.hpp"
#include "gateway/store/worker.hpp"

#include <atomic>

namespace gw::store::sqlite {

/// A copy is on the disk before its rows leave the tables; a crash in between leaves both, the
/// tables count, and the next step ends it. No accept waits for the flushes of a segment: the
/// rotator has a thread of its own.
class Retention {
public:
    Retention(Worker<Rotator>& rotator, Worker<Writer>& writer, Worker<Reader>& reader)
        : rotator_(rotator), writer_(writer), reader_(reader) {}
    ports::Async<ports::RotationStep> step(ports::RotationWish wish);
    /// While one lives no removal begins: a backup counts on the segments it names.
    class Stay {
    public:
        explicit Stay(Retention& r) : stays_(r.stays_) { ++stays_; }
        ~Stay() { --stays_; }
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;

    private:
        std::atomic<int>& stays_;
    };
    /// Copies and proves the segments beside a backup; what fails does not keep the others back.
    ports::Async<void> back_up(std::string folder);

private:
    Worker<Rotator>& rotator_;
    Worker<Writer>& writer_;
    Worker<Reader>& reader_;
    std::atomic<bool> running_ = false;
    std::atomic<int> stays_ = 0;

    ports::Async<ports::RotationStep> move(std::shared_ptr<const ports::RotationWish> wish);
    ports::Async<ports::RotationStep> remove(std::shared_ptr<const ports::RotationWish> wish);
    ports::Async<void> begin_removal(std::int64_t day);
    ports::Async<void> end_removal(std::int64_t day);
};

}  // namespace gw::store::sqlite
