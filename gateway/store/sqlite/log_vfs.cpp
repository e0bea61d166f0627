// Gathers writes to the write-ahead log.
#include "gateway/store/sqlite/log_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

namespace gw::store::sqlite {
namespace {

/// SQLite's own VFS cannot take more in one call.
constexpr std::size_t gather_max = (1 << 17) - 1;

/// Begins where SQLite wants its sqlite3_file; the file of the VFS below lies behind it.
struct LogFile {
    sqlite3_file base{};
    sqlite3_io_methods methods{};
    sqlite3_file* real = nullptr;
    sqlite3_int64 at = 0;  // where `waiting` belongs
    std::vector<char> waiting;
    bool failed = false;  // `waiting` could not be written; the transaction it is of will be undone
};

LogFile& log_of(sqlite3_file* file) {
    return *reinterpret_cast<LogFile*>(file);
}
const sqlite3_io_methods& below(const LogFile& log) {
    return *log.real->pMethods;
}

int write_out(LogFile& log) {
    if (log.waiting.empty()) return SQLITE_OK;
    const int size = static_cast<int>(log.waiting.size());
    const int code = below(log).xWrite(log.real, log.waiting.data(), size, log.at);
    log.failed = code != SQLITE_OK;
    if (!log.failed) log.waiting.clear();
    return code;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    LogFile& log = log_of(file);
    const auto add = static_cast<std::size_t>(size);
    if (log.failed && at <= log.at) {
        // The next transaction begins where that one did.
        log.waiting.clear();
        log.failed = false;
    }
    const bool follows = at == log.at + static_cast<sqlite3_int64>(log.waiting.size());
    if (!follows || log.waiting.size() + add > gather_max)
        if (const int code = write_out(log); code != SQLITE_OK) return code;
    if (log.waiting.empty()) log.at = at;
    const auto* begin = static_cast<const char*>(bytes);
    try {
        log.waiting.insert(log.waiting.end(), begin, begin + add);
    } catch (const std::bad_alloc&) {
        return SQLITE_IOERR_NOMEM;
    }
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
    LogFile& log = log_of(file);
    const auto end = log.at + static_cast<sqlite3_int64>(log.waiting.size());
    if (!log.waiting.empty() && at >= log.at && at + size <= end) {
        std::memcpy(bytes, log.waiting.data() + (at - log.at), static_cast<std::size_t>(size));
        return SQLITE_OK;
    }
    if (at < end && at + size > log.at)
        if (const int code = write_out(log); code != SQLITE_OK) return code;
    return below(log).xRead(log.real, bytes, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    LogFile& log = log_of(file);
    if (const int code = write_out(log); code != SQLITE_OK) return code;
    return below(log).xTruncate(log.real, size);
}
int sync(sqlite3_file* file, int how) {
    LogFile& log = log_of(file);
    if (const int code = write_out(log); code != SQLITE_OK) return code;
    return below(log).xSync(log.real, how);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    LogFile& log = log_of(file);
    if (const int code = write_out(log); code != SQLITE_OK) return code;
    return below(log).xFileSize(log.real, size);
}
int close(sqlite3_file* file) {
    LogFile& log = log_of(file);
    const int written = write_out(log);
    const int closed = below(log).xClose(log.real);
    log.~LogFile();
    return written == SQLITE_OK ? closed : written;
}

int lock(sqlite3_file* f, int how) {
    return below(log_of(f)).xLock(log_of(f).real, how);
}
int unlock(sqlite3_file* f, int how) {
    return below(log_of(f)).xUnlock(log_of(f).real, how);
}
int is_locked(sqlite3_file* f, int* yes) {
    return below(log_of(f)).xCheckReservedLock(log_of(f).real, yes);
}
int control(sqlite3_file* f, int what, void* with) {
    return below(log_of(f)).xFileControl(log_of(f).real, what, with);
}
int sector(sqlite3_file* f) {
    return below(log_of(f)).xSectorSize(log_of(f).real);
}
int device(sqlite3_file* f) {
    return below(log_of(f)).xDeviceCharacteristics(log_of(f).real);
}

struct LogVfs {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs vfs{};
    std::size_t offset = 0;  // of the real file behind a LogFile
};
LogVfs& in_use() {
    static LogVfs one;
    return one;
}

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* given) {
    sqlite3_vfs* real = in_use().real;
    if (real == nullptr) return SQLITE_CANTOPEN;
    if ((flags & SQLITE_OPEN_WAL) == 0) return real->xOpen(real, name, file, flags, given);
    auto* log = new (file) LogFile;
    log->real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + in_use().offset);
    const int code = real->xOpen(real, name, log->real, flags, given);
    if (code != SQLITE_OK && log->real->pMethods == nullptr) {
        log->~LogFile();
        file->pMethods = nullptr;
        return code;
    }
    log->methods = {
        1,
        close,
        read,
        write,
        truncate,
        sync,
        file_size,
        lock,
        unlock,
        is_locked,
        control,
        sector,
        device,
        nullptr,
        nullptr,
        nullptr,
        nullptr,
        nullptr,
        nullptr};
    file->pMethods = &log->methods;
    return code;
}
}  // namespace

const char* log_vfs() {
    LogVfs& made = in_use();
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    if (real != nullptr && made.real != real) {
        if (made.real != nullptr) sqlite3_vfs_unregister(&made.vfs);
        made.real = real;
        made.vfs = *real;
        made.vfs.zName = "lienthong_log";
        made.vfs.pNext = nullptr;
        made.offset = (sizeof(LogFile) + 15) / 16 * 16;
        made.vfs.szOsFile = static_cast<int>(made.offset) + real->szOsFile;
        made.vfs.xOpen = open;
        sqlite3_vfs_register(&made.vfs, 0);
    }
    return made.vfs.zName;
}

}  // namespace gw::store::sqlite
