// Room on the disk of the state folder, and the ballast file that is given up so that accepted work
// can still be finished.
#pragma once

#include "gateway/store/sqlite/sqlite_store.hpp"

#include <chrono>
#include <string>

namespace gw::store::sqlite {

DiskSpace space_of(const std::string& folder);
/// Before the store is opened on a disk without room: opening writes too.
void release_ballast_for_start(const std::string& folder, const DiskSpace& space);

/// How full it is, and who is still served.
enum class DiskLevel : int {
    free,     // everybody
    filling,  // not p2 and p3
    urgent,   // only p0: payments and acknowledgements
    full      // nothing new: only what finishes accepted work
};
/// Is new work of this class taken?
bool takes(DiskLevel level, core::Urgency urgency);

class Space {
public:
    struct Limits {
        Limits() = default;
        double shed_share = 1, urgent_share = 1, refuse_share = 0.98;
        std::uint64_t free_min = 32 << 20, ballast = 16 << 20;
    };
    Space(std::string folder, Limits limits, std::function<DiskSpace()> probe);

    DiskSpace look() const { return probe_(); }
    DiskLevel level() const;
    /// True when new work may be taken, at least some. Any thread.
    bool has_room() const { return level() != DiskLevel::full; }
    /// Gives the ballast up. Never throws.
    void release_ballast();
    /// Lays the ballast down again when there is plenty of room; looks at most every 5 s.
    void keep_ballast();

private:
    std::string ballast_path_;
    Limits limits_;
    std::function<DiskSpace()> probe_;
    bool has_ballast_ = false;
    std::chrono::steady_clock::time_point looked_{};
};

}  // namespace gw::store::sqlite
