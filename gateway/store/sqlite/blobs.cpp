// Attachments as files named by their SHA-256; a file has its name only when it is durable.
#include "gateway/crypto/digest.hpp"
#include "gateway/ports/log.hpp"
#include "gateway/store/rows.hpp"
#include "gateway/store/sqlite/files.hpp"
#include "gateway/store/sqlite/space.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace gw::store {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t bytes_between_looks = 1 << 20;

core::Error io_error(const char* doing) {
    if (errno == ENOSPC || errno == EDQUOT) return disk_nearly_full();
    ports::log::error("blob.call_failed", {{"doing", ports::log::Word(doing)}, {"errno", errno}});
    return core::Error(
        core::Advice::stop,
        core::Blame::ours,
        "blob.failed",
        std::string("cannot ") + doing + " a file of the attachments: " + std::strerror(errno)
    );
}
core::Error unreadable() {
    return core::Error(
        core::Advice::stop,
        core::Blame::ours,
        "blob.unreadable",
        "a stored attachment cannot be read: restore it from a backup"
    );
}

/// files/ab/cd/<hex digest>
std::string path_of(const std::string& files, const core::Digest& digest) {
    const std::string hex = crypto::to_hex(digest);
    return files + "/" + hex.substr(0, 2) + "/" + hex.substr(2, 2) + "/" + hex;
}

class FileWriter final : public ports::BlobWriter {
public:
    FileWriter(int file, std::string path, std::string files, const sqlite::Space& space)
        : file_(file), path_(std::move(path)), files_(std::move(files)), space_(space) {}
    ~FileWriter() override {
        if (file_ >= 0) ::close(file_);
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    core::Result<void> write(std::string_view bytes) override {
        if (size_ >= look_at_) {
            if (!space_.has_room()) return disk_nearly_full();
            look_at_ = size_ + bytes_between_looks;
        }
        sum_.update(bytes);
        size_ += bytes.size();
        while (!bytes.empty()) {
            const ssize_t n = ::write(file_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return io_error("write");
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return {};
    }
    core::Result<core::Digest> finish() override {
        const core::Digest digest = sum_.finish();
        const std::string target = path_of(files_, digest);
        // Also over a file of that name: its folder may not have been flushed before a crash, its
        // bytes may be damaged, and its new time tells remove_old() that somebody needs it again.
        if (::fsync(file_) != 0) return io_error("flush");
        if (!sqlite::make_folders(sqlite::folder_of(target))) return io_error("make the folder of");
        if (::rename(path_.c_str(), target.c_str()) != 0) return io_error("name");
        path_.clear();
        if (!sqlite::flush_folder(sqlite::folder_of(target)))
            return io_error("flush the folder of");
        return digest;
    }
    std::uint64_t size() const override { return size_; }

private:
    int file_;
    std::string path_, files_;
    const sqlite::Space& space_;
    crypto::Sha256 sum_;
    std::uint64_t size_ = 0, look_at_ = 0;
};

/// Gives nothing whose digest is not that of the name: read from begin to end, the last piece of a
/// damaged file is refused; read otherwise, all of it is looked at first.
class FileReader final : public ports::BlobReader {
public:
    FileReader(int file, std::uint64_t size, const core::Digest& digest)
        : file_(file), size_(size), digest_(digest) {}
    ~FileReader() override { ::close(file_); }
    std::uint64_t size() const override { return size_; }
    core::Result<std::string> read(std::uint64_t offset, std::size_t max) override {
        if (offset >= size_) return std::string();
        if (offset != seen_ && !whole_ && !look_at_all()) return unreadable();
        auto bytes = piece(offset, max);
        if (bytes && !whole_ && !note(*bytes)) return unreadable();
        return bytes;
    }

private:
    core::Result<std::string> piece(std::uint64_t offset, std::size_t max) {
        std::string bytes(std::min<std::uint64_t>(max, size_ - offset), '\0');
        std::size_t have = 0;
        while (have < bytes.size()) {
            const ssize_t n = ::pread(
                file_, bytes.data() + have, bytes.size() - have, static_cast<off_t>(offset + have)
            );
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return unreadable();  // shorter than when it was opened, or the disk fails
            have += static_cast<std::size_t>(n);
        }
        return bytes;
    }
    /// The next piece in order; false: the last one, and the file is not what its name says.
    bool note(std::string_view bytes) {
        sum_.update(bytes);
        seen_ += bytes.size();
        if (seen_ == size_) whole_ = sum_.finish() == digest_;
        return whole_ || seen_ < size_;
    }
    bool look_at_all() {
        sum_ = crypto::Sha256();
        for (seen_ = 0; seen_ < size_;) {
            const auto bytes = piece(seen_, 1 << 16);
            if (!bytes || !note(*bytes)) return false;
        }
        return whole_;
    }

    int file_;
    std::uint64_t size_, seen_ = 0;  // seen_: bytes from the begin that are in the sum
    core::Digest digest_;
    crypto::Sha256 sum_;
    bool whole_ = false;
};

class FileBlobs final : public ports::BlobStore {
public:
    FileBlobs(const std::string& folder, sqlite::Space::Limits limits)
        : files_(folder + "/files"),
          partial_(folder + "/files/partial"),
          space_(folder, limits, nullptr) {
        if (!sqlite::make_folders(partial_))
            throw std::runtime_error(
                "cannot make the folder " + partial_ + "; give this user the right to write there"
            );
        // What a crash left half-written was never promised to anybody.
        for (const auto& entry : fs::directory_iterator(partial_)) fs::remove(entry.path());
    }
    core::Result<std::unique_ptr<ports::BlobWriter>> create() override {
        if (!space_.has_room()) return disk_nearly_full();
        const std::string path = partial_ + "/" + std::to_string(++made_);
        const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (file < 0) return io_error("make");
        return std::unique_ptr<ports::BlobWriter>(
            std::make_unique<FileWriter>(file, path, files_, space_)
        );
    }
    core::Result<std::unique_ptr<ports::BlobReader>> open(const core::Digest& digest) override {
        const int file = ::open(path_of(files_, digest).c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0 && errno == ENOENT) return not_found();
        struct stat s {};
        if (file < 0 || ::fstat(file, &s) != 0) {
            if (file >= 0) ::close(file);
            return unreadable();
        }
        auto reader =
            std::make_unique<FileReader>(file, static_cast<std::uint64_t>(s.st_size), digest);
        // An empty file under another name than that of nothing has lost its content.
        if (s.st_size == 0 && digest != crypto::sha256("")) return unreadable();
        return std::unique_ptr<ports::BlobReader>(std::move(reader));
    }
    bool has(const core::Digest& digest) override {
        return ::access(path_of(files_, digest).c_str(), R_OK) == 0;
    }
    void remove(const core::Digest& digest) override { ::unlink(path_of(files_, digest).c_str()); }
    void remove_old(const core::Digest& digest, core::Duration age) override {
        struct stat s {};
        if (::stat(path_of(files_, digest).c_str(), &s) != 0) return;
        struct timespec now {};
        ::clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec - s.st_mtim.tv_sec >= age.count() / 1'000) remove(digest);
    }

private:
    std::string files_, partial_;
    sqlite::Space space_;
    std::uint64_t made_ = 0;
};

bool is_whole(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    crypto::Sha256 sum;
    std::string part(1 << 16, '\0');
    ssize_t n = 0;
    while ((n = ::read(file, part.data(), part.size())) > 0)
        sum.update(std::string_view(part.data(), static_cast<std::size_t>(n)));
    ::close(file);
    return n == 0 && crypto::to_hex(sum.finish()) == path.filename().string();
}

}  // namespace

std::unique_ptr<ports::BlobStore> open_file_blobs(
    std::string folder, double disk_refuse_share, std::uint64_t disk_free_min
) {
    sqlite::Space::Limits limits;
    limits.refuse_share = disk_refuse_share;
    limits.free_min = disk_free_min;
    limits.ballast = 0;
    return std::make_unique<FileBlobs>(folder, limits);
}

std::vector<std::string> scrub_file_blobs(const std::string& folder) {
    std::vector<std::string> damaged;
    for (const auto& entry : fs::recursive_directory_iterator(folder + "/files")) {
        const bool is_blob =
            entry.is_regular_file() && entry.path().filename().string().size() == 64;
        if (is_blob && !is_whole(entry.path())) damaged.push_back(entry.path().filename().string());
    }
    return damaged;
}

}  // namespace gw::store
