// A disk in memory that keeps a log of every write and flush, so that each crash it could have had
// can be laid out again.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace gw::test {

/// Path -> content: what a crash leaves.
using Image = std::map<std::string, std::string>;

struct DiskOp {
    enum class Kind : std::uint8_t { write, truncate, sync, remove, ack };
    DiskOp() = default;
    Kind kind = Kind::write;
    std::string path;
    std::int64_t at = 0;  // write: offset; truncate: size; ack: number
    std::string bytes;
};

/// What the disk answers instead of working.
struct DiskFault {
    enum class Call : std::uint8_t { none, open, read, write, sync, truncate, remove };
    DiskFault() = default;
    Call call = Call::none;
    int countdown = 0;  // the call of this number fails, the first is 0
    bool for_ever = false;
    bool full = false;    // no room, instead of an I/O error
    bool silent = false;  // says it went well and does nothing
};

class Disk {
public:
    static constexpr int shm_locks = 8;
    struct File {
        std::string path, content;
        bool removed = false;
        int shared = 0, users_of_shm = 0;
        const void *reserved = nullptr, *exclusive = nullptr;
        std::vector<std::unique_ptr<char[]>> shm;
        std::array<int, shm_locks> shm_shared{};
        std::array<const void*, shm_locks> shm_exclusive{};
    };

    Disk() = default;
    explicit Disk(const Image& image) { lay(image); }
    /// Before anything is opened.
    void lay(const Image& image);
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    // For the VFS; all hold `mutex`.
    std::mutex mutex;
    File* find(const std::string& path);
    File* make(const std::string& path);
    void write(File& file, std::int64_t at, std::string_view bytes);
    void truncate(File& file, std::int64_t size);
    void sync(const File& file);
    void remove(const std::string& path);
    /// True: this call is the one that fails.
    bool trips(DiskFault::Call call);
    const DiskFault& fault() const { return fault_; }

    /// Notes that something was acknowledged now.
    void ack(std::int64_t number);
    void fail(const DiskFault& fault);
    int calls_failed() const { return failed_; }
    int calls_seen() const { return seen_; }
    std::vector<DiskOp> log();
    Image image();

private:
    std::map<std::string, File*> names_;
    std::vector<std::unique_ptr<File>> files_;
    std::vector<DiskOp> log_;
    DiskFault fault_;
    int failed_ = 0, seen_ = 0;
};

void apply(Image& image, const DiskOp& op);

/// Goes through a log and gives, at each step, what a crash there may leave.
class Crashes {
public:
    enum class Variant : std::uint8_t { dropped, kept, torn, reordered };
    static constexpr std::array all{
        Variant::dropped, Variant::kept, Variant::torn, Variant::reordered};
    /// Chance has a part in a torn and in a reordered disk: several of each step.
    static constexpr std::array draws{
        Variant::dropped,
        Variant::kept,
        Variant::torn,
        Variant::torn,
        Variant::torn,
        Variant::torn,
        Variant::torn,
        Variant::torn,
        Variant::torn,
        Variant::torn,
        Variant::reordered,
        Variant::reordered,
        Variant::reordered,
        Variant::reordered};
    /// `flushes_count`: false = a disk whose flush does nothing, for the control.
    Crashes(Image before, const std::vector<DiskOp>& log, bool flushes_count);

    /// Takes the next step; the steps before it are done, it itself is under way. False: the end.
    bool next();
    std::size_t step() const { return step_; }
    const DiskOp& op() const { return log_[step_]; }
    Image left(Variant variant, std::mt19937_64& random) const;
    /// As if everything up to here, with the step itself, had reached the disk.
    Image everything() const;

private:
    Image durable_;
    const std::vector<DiskOp>& log_;
    bool flushes_count_;
    std::size_t step_ = 0;
    bool begun_ = false;
    std::vector<const DiskOp*> pending_;  // in order, of all files

    void settle(const DiskOp& op);
};

/// Lays `disk` under every database below `folder` that is opened while this lives. The latest one
/// holds, then again the one before.
class DiskInUse {
public:
    DiskInUse(std::string folder, Disk& disk);
    ~DiskInUse();
    DiskInUse(const DiskInUse&) = delete;
    DiskInUse& operator=(const DiskInUse&) = delete;

private:
    std::string folder_before_;
    Disk* disk_before_;
};

}  // namespace gw::test
