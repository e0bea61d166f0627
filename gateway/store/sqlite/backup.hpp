// One backup: copied in steps between batches by the writing connection, then proven before it gets
// its name.
#pragma once

#include "gateway/store/sqlite/database.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

struct sqlite3_backup;

namespace gw::store::sqlite {

/// What a copy must hold; taken from the source in the moment the copy became complete.
struct StoreFacts {
    StoreFacts() = default;
    std::int64_t messages = 0, events = 0, lanes = 0, legs = 0, feed = 0, audit = 0;
    core::Digest audit_head{};
    friend bool operator==(const StoreFacts&, const StoreFacts&) = default;
};

class BackupRun {
public:
    /// On the writer's thread, once: the copy is complete but not proven, or the reason why there
    /// is none.
    using OnCopied = std::function<void(core::Result<StoreFacts>)>;
    BackupRun(std::string path, OnCopied on_copied);
    ~BackupRun();
    BackupRun(const BackupRun&) = delete;
    BackupRun& operator=(const BackupRun&) = delete;

    /// Copies some pages. False: it has ended.
    bool step(Database& source);

private:
    std::string path_;
    OnCopied on_copied_;
    std::unique_ptr<Database> copy_;
    sqlite3_backup* backup_ = nullptr;

    void start(Database& source);
    void end(core::Result<StoreFacts> result);
};

/// The name a copy has until it is proven.
inline std::string unproven(const std::string& path) {
    return path + ".unproven";
}
/// Where the SHA-256 of a proven copy stands.
inline std::string digest_path(const std::string& path) {
    return path + ".sha256";
}
/// Reads every row of a copy. Errors: give_up "backup.broken".
core::Result<StoreFacts> examine(const std::string& path);
/// Examines the unproven copy, compares it with `facts` and gives it its name, durably. Errors:
/// give_up "backup.broken".
core::Result<void> prove(const std::string& path, const StoreFacts& facts);

/// Writes the SHA-256 of a file beside it; false: it could not.
bool note_digest(const std::string& path);
/// Errors: give_up "backup.broken" when the file is not what the digest beside it says.
core::Result<void> check_digest(const std::string& path);

/// Reads every row of a segment; returns how many messages. Errors: give_up "backup.broken".
core::Result<std::int64_t> examine_segment(const std::string& path);
/// Copies a segment of the store in `from` into the folder of a backup, unless that has it just so,
/// and proves the copy. Errors: give_up "backup.broken".
core::Result<void> back_up_segment(
    const std::string& from, const std::string& to, std::int64_t day
);
/// The segments that the store in this file counts on, as days; with how many messages.
std::map<std::int64_t, std::int64_t> segments_named_in(const std::string& path);
/// Proves those that lie beside a backup; returns how many messages they hold.
core::Result<std::int64_t> check_segments_beside(const std::string& path);

}  // namespace gw::store::sqlite
