// The store in one SQLite file: WAL, synchronous FULL, one writer thread with group commit, one
// reader thread.
#pragma once

#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/store.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gw::store {

/// What the disk of a folder has left.
struct DiskSpace {
    DiskSpace() = default;
    double used_share = 0;
    std::uint64_t free = UINT64_MAX;
};

struct SqliteOptions {
    SqliteOptions() = default;
    std::string folder;  // holds lienthong.db, files/, ballast
    int lane_depth_max = 1'000;
    std::size_t queue_max = 4'096, queue_bytes_max = 64 << 20, batch_max = 256;
    std::uint64_t ballast_bytes =
        16 << 20;  // released when the disk is full so that settles still commit
    /// Shares of the disk in use above which new work is refused: of p2 and p3; all but payments
    /// and acknowledgements; all. 1 = never.
    double disk_shed_share = 1, disk_urgent_share = 1, disk_refuse_share = 0.98;
    std::uint64_t disk_free_min = 32 << 20;  // … or below this many free bytes
    core::Duration flush_delay{0};           // benchmarks only: sleep before each commit's flush
    std::function<void(const core::Error&)>
        on_stop;  // called once, on the caller's executor, when no write may follow
    std::function<DiskSpace()> disk_probe;  // unset: asks the file system; called from two threads
    std::int64_t pages_max = 0;             // tests: the file may not grow beyond; 0 = no limit
    core::Duration read_max{100};           // computing time of one question of the reader
    std::size_t keys_in_memory = 16'384;    // of messages, before they go to their table in order
};

/// Opens or creates, checks the settings, migrates, raises the epoch, recovers. Throws
/// std::runtime_error with a remedy.
std::unique_ptr<ports::Store> open_sqlite_store(
    boost::asio::any_io_executor ex, SqliteOptions options, core::Instant now
);

/// Files below `folder`/files, named by digest. Shares the disk limits.
std::unique_ptr<ports::BlobStore> open_file_blobs(
    std::string folder, double disk_refuse_share, std::uint64_t disk_free_min
);

/// Reads every file again; returns the names whose content is no longer their digest.
std::vector<std::string> scrub_file_blobs(const std::string& folder);

/// Proves that a backup can be opened and is whole; returns its message count. Errors: give_up
/// "backup.broken".
core::Result<std::int64_t> check_backup(const std::string& path);
/// Notes in a copy that is put in place of a store that what followed it is lost: the next start
/// treats what may be sent only once as perhaps sent. Throws std::runtime_error.
void mark_restored(const std::string& path);
/// Names of the files in the folder `segments` beside a backup that belong to it.
std::vector<std::string> segments_of_backup(const std::string& path);

}  // namespace gw::store
