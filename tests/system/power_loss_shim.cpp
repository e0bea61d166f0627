// Preloaded into the gateway: keeps what was flushed apart from what was written, fails flushes, or
// ends the process at its n-th call.
//
// SHIM_STATE: the folder that is watched. SHIM_SHADOW: where what was flushed is kept, file by
// file; tests/system/shim.py lays the state out again from it. SHIM_SYNCHRONOUS: NORMAL keeps the
// log only when the database is flushed, OFF keeps neither, as these settings of SQLite would.
// SHIM_FAIL_FLUSH=n: the n-th flush and those after it answer EIO. SHIM_LOSE_FLUSH=n: the n-th
// flush drops what it was to keep and says it went well, as a second try after an error would.
// SHIM_KILL_AT=n: SIGKILL before the n-th write, flush or send while the file SHIM_ARMED exists.
// SHIM_POISON=n: a fault of memory while leg n is being prepared and the file SHIM_ARMED exists.
#include "tests/system/shim.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using preload::real;
using preload::setting;

struct Pending {
    off_t at = 0;
    bool cuts = false;  // the file ends here
    std::string bytes;
};

struct Shim {
    Shim() : state(setting("SHIM_STATE")), shadow(setting("SHIM_SHADOW")) {
        fail_at = std::atol(setting("SHIM_FAIL_FLUSH").c_str());
        lose_at = std::atol(setting("SHIM_LOSE_FLUSH").c_str());
        kill_at = std::atol(setting("SHIM_KILL_AT").c_str());
        poison = std::atol(setting("SHIM_POISON").c_str());
        level = setting("SHIM_SYNCHRONOUS");
        armed = setting("SHIM_ARMED");
    }
    std::string state, shadow, level, armed, log_key;
    long fail_at = 0, lose_at = 0, kill_at = 0, poison = 0;
    std::atomic<long> flushes{0}, calls{0};
    std::mutex mutex;
    std::map<std::string, std::vector<Pending>> pending;
};
Shim& shim() {
    static Shim* one = new Shim;  // used until the very end of the process
    return *one;
}

void step() {
    Shim& s = shim();
    if (s.kill_at == 0 || ::access(s.armed.c_str(), F_OK) != 0) return;
    if (++s.calls == s.kill_at) ::kill(::getpid(), SIGKILL);
}

/// Number and birth of a file: numbers are used again.
std::string key_of(int file, const char* path) {
    struct statx s {};
    const int flags = path[0] == '\0' ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
    if (::statx(file, path, flags, STATX_INO | STATX_BTIME, &s) != 0) return "";
    return std::to_string(s.stx_ino) + "-" + std::to_string(s.stx_btime.tv_sec) + "." +
           std::to_string(s.stx_btime.tv_nsec);
}

/// Its path when it lies in the watched folder, else "".
std::string watched(int file) {
    if (shim().shadow.empty()) return "";
    char link[64], path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t n = ::readlink(link, path, sizeof path);
    const std::string_view found(path, n > 0 ? static_cast<std::size_t>(n) : 0);
    return std::string(found.starts_with(shim().state) ? found : "");
}
bool is_watched(int file) {
    return !watched(file).empty();
}

/// The gateway names the leg that it prepares next in the file `preparing`.
void swallow(int file, const void* bytes, std::size_t n) {
    const Shim& s = shim();
    std::int64_t leg = 0;
    if (s.poison == 0 || n != sizeof leg || ::access(s.armed.c_str(), F_OK) != 0) return;
    std::memcpy(&leg, bytes, sizeof leg);
    if (leg == s.poison && watched(file) == s.state + "/preparing") ::kill(::getpid(), SIGSEGV);
}

void put(int file, const std::string& bytes, off_t at) {
    static const auto write_at =
        real<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite64");
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n =
            write_at(file, bytes.data() + done, bytes.size() - done, at + static_cast<off_t>(done));
        if (n <= 0) std::abort();  // the shadow has no room: no result is better than a wrong one
        done += static_cast<std::size_t>(n);
    }
}

void keep(const std::string& key, const std::vector<Pending>& all) {
    static const auto cut = real<int (*)(int, off_t)>("ftruncate64");
    const int file =
        ::open((shim().shadow + "/" + key).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) std::abort();
    for (const Pending& one : all)
        if (one.cuts && cut(file, one.at) != 0)
            std::abort();
        else if (!one.cuts)
            put(file, one.bytes, one.at);
    ::close(file);
}

/// Which names a folder holds.
void keep_names(int folder, const std::string& key) {
    std::string lines;
    const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* names = ::fdopendir(again);
    if (names == nullptr) std::abort();
    while (const dirent* entry = ::readdir(names)) {
        const std::string name = entry->d_name;
        struct stat s {};
        if (name == "." || name == ".." ||
            ::fstatat(folder, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (!S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode)) continue;
        lines += key_of(folder, name.c_str()) + (S_ISDIR(s.st_mode) ? " d " : " f ") + name + "\n";
    }
    ::closedir(names);
    const std::string path = shim().shadow + "/" + key;
    const int file =
        ::open((path + ".new").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) std::abort();
    put(file, lines, 0);
    ::close(file);
    if (std::rename((path + ".new").c_str(), path.c_str()) != 0) std::abort();
}

void written(int file, const void* bytes, ssize_t n, off_t at) {
    if (n <= 0 || !is_watched(file)) return;
    Pending one;
    one.at = at;
    one.bytes.assign(static_cast<const char*>(bytes), static_cast<std::size_t>(n));
    const std::lock_guard lock(shim().mutex);
    shim().pending[key_of(file, "")].push_back(std::move(one));
}

off_t position(int file) {
    return ::lseek(file, 0, SEEK_CUR);
}

/// Tells the test that it has happened.
void tell(const char* what) {
    const int file =
        ::open((shim().shadow + "/" + what).c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
}

int flush(int file, const char* how) {
    step();
    if (!is_watched(file)) return real<int (*)(int)>(how)(file);
    Shim& s = shim();
    const std::lock_guard lock(s.mutex);
    const long number = ++s.flushes;
    if (s.fail_at > 0 && number >= s.fail_at) {
        tell("flush-failed");
        errno = EIO;
        return -1;
    }
    const std::string key = key_of(file, ""), path = watched(file);
    const bool is_log = path.ends_with("-wal");
    if (s.level == "OFF" && path.find("lienthong.db") != std::string::npos) return 0;
    if (is_log) s.log_key = key;
    if (s.level == "NORMAL" && is_log) return 0;
    if (s.level == "NORMAL" && path.ends_with(".db")) {  // a checkpoint flushes the log before
        if (!s.log_key.empty()) keep(s.log_key, s.pending[s.log_key]);
        s.pending.erase(s.log_key);
    }
    struct stat what {};
    if (::fstat(file, &what) != 0) return -1;
    if (s.lose_at > 0 && number == s.lose_at) {
        s.pending.erase(key);
        tell("flush-lost");
        return 0;
    }
    if (S_ISDIR(what.st_mode)) {
        keep_names(file, key);
        return 0;
    }
    keep(key, s.pending[key]);
    s.pending.erase(key);
    return 0;
}

/// What a disk held before the process began: all of it is flushed.
void keep_all(const std::string& folder) {
    const int at = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) return;
    keep_names(at, key_of(at, ""));
    DIR* names = ::fdopendir(at);
    while (const dirent* entry = ::readdir(names)) {
        const std::string name = entry->d_name, path = folder + "/" + name;
        struct stat s {};
        if (name == "." || name == ".." || ::lstat(path.c_str(), &s) != 0) continue;
        if (S_ISDIR(s.st_mode)) keep_all(path);
        const int file = S_ISREG(s.st_mode) ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1;
        if (file < 0) continue;
        Pending one;
        one.bytes.resize(static_cast<std::size_t>(s.st_size));
        const ssize_t n = ::pread(file, one.bytes.data(), one.bytes.size(), 0);
        one.bytes.resize(static_cast<std::size_t>(n < 0 ? 0 : n));
        keep(key_of(file, ""), {one});
        ::close(file);
    }
    ::closedir(names);
}

__attribute__((constructor)) void begin() {
    if (!shim().shadow.empty()) keep_all(shim().state);
}

}  // namespace

extern "C" {

ssize_t pwrite64(int file, const void* bytes, std::size_t n, off_t at) {
    step();
    static const auto next = real<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite64");
    const ssize_t done = next(file, bytes, n, at);
    written(file, bytes, done, at);
    swallow(file, bytes, n);
    return done;
}
ssize_t pwrite(int file, const void* bytes, std::size_t n, off_t at) {
    return pwrite64(file, bytes, n, at);
}
ssize_t write(int file, const void* bytes, std::size_t n) {
    static const auto next = real<ssize_t (*)(int, const void*, std::size_t)>("write");
    if (file > 2) step();  // not the log
    const ssize_t done = next(file, bytes, n);
    if (done > 0 && file > 2) written(file, bytes, done, position(file) - done);
    return done;
}
ssize_t writev(int file, const iovec* parts, int count) {
    static const auto next = real<ssize_t (*)(int, const iovec*, int)>("writev");
    if (file > 2) step();
    const ssize_t done = next(file, parts, count);
    if (done <= 0 || file <= 2) return done;
    std::string all;
    for (int i = 0; i < count; ++i)
        all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    written(file, all.data(), done, position(file) - done);
    return done;
}
int ftruncate64(int file, off_t size) {
    step();
    static const auto next = real<int (*)(int, off_t)>("ftruncate64");
    const int done = next(file, size);
    if (done != 0 || !is_watched(file)) return done;
    Pending one;
    one.at = size;
    one.cuts = true;
    const std::lock_guard lock(shim().mutex);
    shim().pending[key_of(file, "")].push_back(std::move(one));
    return done;
}
int ftruncate(int file, off_t size) {
    return ftruncate64(file, size);
}
int fsync(int file) {
    return flush(file, "fsync");
}
int fdatasync(int file) {
    return flush(file, "fdatasync");
}
ssize_t send(int file, const void* bytes, std::size_t n, int flags) {
    step();
    static const auto next = real<ssize_t (*)(int, const void*, std::size_t, int)>("send");
    return next(file, bytes, n, flags);
}
ssize_t sendmsg(int file, const msghdr* message, int flags) {
    step();
    static const auto next = real<ssize_t (*)(int, const msghdr*, int)>("sendmsg");
    return next(file, message, flags);
}
}
