// Room on the disk, and the ballast.
#include "gateway/store/sqlite/space.hpp"

#include "gateway/ports/log.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace gw::store::sqlite {

DiskSpace space_of(const std::string& folder) {
    struct statvfs s {};
    if (::statvfs(folder.c_str(), &s) != 0 || s.f_blocks == 0) return {};
    DiskSpace space;
    space.free = static_cast<std::uint64_t>(s.f_bavail) * s.f_frsize;
    // As `df` counts: what only root may use is neither used nor free.
    const double used = static_cast<double>(s.f_blocks - s.f_bfree);
    space.used_share = used / (used + static_cast<double>(s.f_bavail) + 1);
    return space;
}

void release_ballast_for_start(const std::string& folder, const DiskSpace& space) {
    constexpr std::uint64_t enough_to_open = 4 << 20;
    if (space.free >= enough_to_open) return;
    if (::unlink((folder + "/ballast").c_str()) == 0) ports::log::warning("store.ballast_released");
}

Space::Space(std::string folder, Limits limits, std::function<DiskSpace()> probe)
    : ballast_path_(folder + "/ballast"), limits_(limits), probe_(std::move(probe)) {
    if (!probe_) probe_ = [folder = std::move(folder)] { return space_of(folder); };
    has_ballast_ = ::access(ballast_path_.c_str(), F_OK) == 0;
    keep_ballast();
}

bool takes(DiskLevel level, core::Urgency urgency) {
    switch (level) {
        case DiskLevel::free:
            return true;
        case DiskLevel::filling:
            return urgency <= core::Urgency::p1;
        case DiskLevel::urgent:
            return urgency == core::Urgency::p0;
        case DiskLevel::full:
            return false;
    }
    return false;
}

DiskLevel Space::level() const {
    const DiskSpace space = probe_();
    if (space.used_share > limits_.refuse_share || space.free < limits_.free_min)
        return DiskLevel::full;
    if (space.used_share > limits_.urgent_share) return DiskLevel::urgent;
    return space.used_share > limits_.shed_share ? DiskLevel::filling : DiskLevel::free;
}

void Space::release_ballast() {
    if (!has_ballast_) return;
    ::unlink(ballast_path_.c_str());
    has_ballast_ = false;
    ports::log::warning("store.ballast_released");
}

void Space::keep_ballast() {
    if (has_ballast_ || limits_.ballast == 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (looked_.time_since_epoch().count() != 0 && now - looked_ < std::chrono::seconds(5)) return;
    looked_ = now;
    const DiskSpace space = probe_();
    if (space.free < limits_.free_min + 2 * limits_.ballast || !has_room()) return;
    const int file = ::open(ballast_path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return;
    const int failed = ::posix_fallocate(file, 0, static_cast<off_t>(limits_.ballast));
    ::close(file);
    if (failed != 0)
        ::unlink(ballast_path_.c_str());
    else
        has_ballast_ = true;
}

}  // namespace gw::store::sqlite
