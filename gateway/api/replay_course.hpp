// A bulk replay as it is kept: the job, and beside it its legs with what became of each.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/ports/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

inline constexpr std::string_view replay_part_kind = "replay_part";

/// What became of one leg, as a letter in its part.
enum class ReplayOutcome : char {
    waiting = 'w',    // not sent back yet
    open = 's',       // sent back, no verdict yet
    again = 'r',      // sent back, an attempt failed, goes on by itself
    behind = 'b',     // sent back long ago, no verdict: something stands before it
    delivered = 'd',  //
    failed = 'f',     // stopped again
    moved = 'm'       // moved on by itself before it was sent back, or was withdrawn since
};
std::string_view to_word(ReplayOutcome);

/// SHA-256 over the frozen list: the ids, a line each.
std::string replay_digest(const std::vector<std::int64_t>& legs);
/// The parts that keep the list; one object for each 500 legs.
std::vector<core::ObjectWrite> replay_parts(
    const std::string& agency,
    const std::string& job,
    const std::vector<std::int64_t>& legs,
    core::Instant now
);

class ReplayCourse {
public:
    ReplayCourse() = default;
    /// Errors: give_up "replay.damaged": the list is not the one that was frozen.
    static core::Result<ReplayCourse> read(
        const core::Object& job, const std::vector<core::Object>& parts
    );
    /// The ids of the parts of a job.
    static std::vector<std::string> part_ids(const core::Object& job);

    std::size_t size() const { return size_; }
    std::int64_t leg(std::size_t i) const;
    ReplayOutcome outcome(std::size_t i) const;
    void set(std::size_t i, ReplayOutcome outcome);
    std::int64_t count(ReplayOutcome outcome) const;
    /// Something is to be written.
    bool changed() const { return changed_; }
    /// Sets a member of the job.
    void set(const char* name, core::Document value);

    /// Everything that changed, with the versions it was read at.
    ports::Acceptance to_write(core::Instant now);
    /// It was written: the next write expects the versions after it.
    void written();

    core::Object job;
    core::Document body;  // of the job

private:
    struct Part {
        core::Object object;
        std::vector<std::int64_t> legs;
        std::string outcomes;
        bool changed = false;
    };
    std::vector<Part> parts_;
    std::size_t size_ = 0;
    bool changed_ = false;
};

}  // namespace gw::api
