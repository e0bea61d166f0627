// The disk in memory as SQLite's default file system; paths elsewhere go to the real one.
#include "tests/crash/disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <string_view>

namespace gw::test {
namespace {

using Call = DiskFault::Call;

struct InUse {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs vfs{};
    std::string folder;
    Disk* disk = nullptr;
};
InUse& in_use() {
    static InUse state;
    return state;
}

/// SQLite gives the memory; the first member is its.
struct Handle {
    sqlite3_file base;
    Disk* disk;
    Disk::File* file;
    int level;
    bool has_shm;
};
Handle& of(sqlite3_file* file) {
    return *reinterpret_cast<Handle*>(file);
}

int unlock(sqlite3_file* f, int level) {
    Handle& h = of(f);
    const std::lock_guard lock(h.disk->mutex);
    if (level >= h.level) return SQLITE_OK;
    if (h.file->exclusive == &h) h.file->exclusive = nullptr;
    if (h.file->reserved == &h && level < SQLITE_LOCK_RESERVED) h.file->reserved = nullptr;
    if (h.level >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE) --h.file->shared;
    h.level = level;
    return SQLITE_OK;
}

int lock(sqlite3_file* f, int level) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    Disk::File& file = *h.file;
    if (h.level >= level) return SQLITE_OK;
    if (file.exclusive != nullptr && file.exclusive != &h) return SQLITE_BUSY;
    if (h.level < SQLITE_LOCK_SHARED) ++file.shared;
    if (level >= SQLITE_LOCK_RESERVED) {
        if (file.reserved != nullptr && file.reserved != &h) {
            if (h.level < SQLITE_LOCK_SHARED) --file.shared;
            return SQLITE_BUSY;
        }
        file.reserved = &h;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        if (file.shared > 1) {
            h.level = SQLITE_LOCK_RESERVED;
            return SQLITE_BUSY;
        }
        file.exclusive = &h;
    }
    h.level = level;
    return SQLITE_OK;
}

int shm_unmap(sqlite3_file* f, int /*remove*/) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    if (!h.has_shm) return SQLITE_OK;
    h.has_shm = false;
    if (--h.file->users_of_shm == 0) h.file->shm.clear();
    return SQLITE_OK;
}

int close(sqlite3_file* f) {
    shm_unmap(f, 0);
    return unlock(f, SQLITE_LOCK_NONE);
}

int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    if (h.disk->trips(Call::read)) return SQLITE_IOERR_READ;
    const std::string_view content = h.file->content;
    const auto wanted = static_cast<std::size_t>(n);
    const auto from = std::min(static_cast<std::size_t>(at), content.size());
    const std::string_view part = content.substr(from, wanted);
    part.copy(static_cast<char*>(to), part.size());
    if (part.size() == wanted) return SQLITE_OK;
    std::fill_n(static_cast<char*>(to) + part.size(), wanted - part.size(), '\0');
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    if (h.disk->trips(Call::write)) {
        if (h.disk->fault().silent) return SQLITE_OK;
        return h.disk->fault().full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    h.disk->write(
        *h.file, at, std::string_view(static_cast<const char*>(from), static_cast<std::size_t>(n))
    );
    return SQLITE_OK;
}

int truncate(sqlite3_file* f, sqlite3_int64 size) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    if (h.disk->trips(Call::truncate)) return SQLITE_IOERR_TRUNCATE;
    h.disk->truncate(*h.file, size);
    return SQLITE_OK;
}

int sync(sqlite3_file* f, int /*flags*/) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    if (h.disk->trips(Call::sync)) return SQLITE_IOERR_FSYNC;
    h.disk->sync(*h.file);
    return SQLITE_OK;
}

int file_size(sqlite3_file* f, sqlite3_int64* size) {
    const std::lock_guard guard(of(f).disk->mutex);
    *size = static_cast<sqlite3_int64>(of(f).file->content.size());
    return SQLITE_OK;
}

int is_reserved(sqlite3_file* f, int* yes) {
    const std::lock_guard guard(of(f).disk->mutex);
    *yes = of(f).file->reserved != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int control(sqlite3_file* /*file*/, int op, void* value) {
    if (op != SQLITE_FCNTL_PERSIST_WAL && op != SQLITE_FCNTL_POWERSAFE_OVERWRITE)
        return SQLITE_NOTFOUND;
    if (op == SQLITE_FCNTL_PERSIST_WAL) *static_cast<int*>(value) = 1;
    return SQLITE_OK;
}

// As the file systems of Unix say.
int sector_size(sqlite3_file* /*file*/) {
    return 4'096;
}
int characteristics(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** at) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    if (!h.has_shm) ++h.file->users_of_shm;
    h.has_shm = true;
    auto& shm = h.file->shm;
    *at = nullptr;
    const auto wanted = static_cast<std::size_t>(page);
    if (wanted >= shm.size() && extend == 0) return SQLITE_OK;
    while (shm.size() <= wanted)
        shm.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    *at = shm[wanted].get();
    return SQLITE_OK;
}

int shm_lock(sqlite3_file* f, int first, int n, int flags) {
    Handle& h = of(f);
    const std::lock_guard guard(h.disk->mutex);
    Disk::File& file = *h.file;
    const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(first + n); ++i) {
        int& readers = file.shm_shared[i];
        const void*& owner = file.shm_exclusive[i];
        if ((flags & SQLITE_SHM_UNLOCK) != 0) continue;
        if (owner != nullptr || (!shared && readers > 0)) return SQLITE_BUSY;
    }
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(first + n); ++i) {
        const bool take = (flags & SQLITE_SHM_LOCK) != 0;
        if (shared)
            file.shm_shared[i] += take ? 1 : -1;
        else
            file.shm_exclusive[i] = take ? &h : nullptr;
    }
    return SQLITE_OK;
}

void shm_barrier(sqlite3_file* f) {
    const std::lock_guard guard(of(f).disk->mutex);
}

const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods all = [] {
        sqlite3_io_methods m{};
        m.iVersion = 2;
        m.xClose = close;
        m.xRead = read;
        m.xWrite = write;
        m.xTruncate = truncate;
        m.xSync = sync;
        m.xFileSize = file_size;
        m.xLock = lock;
        m.xUnlock = unlock;
        m.xCheckReservedLock = is_reserved;
        m.xFileControl = control;
        m.xSectorSize = sector_size;
        m.xDeviceCharacteristics = characteristics;
        m.xShmMap = shm_map;
        m.xShmLock = shm_lock;
        m.xShmBarrier = shm_barrier;
        m.xShmUnmap = shm_unmap;
        return m;
    }();
    return all;
}

bool is_ours(const char* name) {
    return name != nullptr && std::string_view(name).starts_with(in_use().folder);
}

int open(sqlite3_vfs* /*vfs*/, sqlite3_filename name, sqlite3_file* f, int flags, int* given) {
    if (!is_ours(name)) return in_use().real->xOpen(in_use().real, name, f, flags, given);
    Disk& disk = *in_use().disk;
    const std::lock_guard guard(disk.mutex);
    f->pMethods = nullptr;
    if (disk.trips(Call::open)) return SQLITE_CANTOPEN;
    Disk::File* file = disk.find(name);
    if (file == nullptr && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (file == nullptr) file = disk.make(name);
    Handle& h = of(f);
    h.disk = &disk;
    h.file = file;
    h.level = SQLITE_LOCK_NONE;
    h.has_shm = false;
    f->pMethods = &methods();
    if (given != nullptr) *given = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs* /*vfs*/, const char* name, int flush) {
    if (!is_ours(name)) return in_use().real->xDelete(in_use().real, name, flush);
    Disk& disk = *in_use().disk;
    const std::lock_guard guard(disk.mutex);
    if (disk.trips(Call::remove)) return SQLITE_IOERR_DELETE;
    if (disk.find(name) == nullptr) return SQLITE_IOERR_DELETE_NOENT;
    disk.remove(name);
    return SQLITE_OK;
}

int exists(sqlite3_vfs* /*vfs*/, const char* name, int flags, int* yes) {
    if (!is_ours(name)) return in_use().real->xAccess(in_use().real, name, flags, yes);
    const std::lock_guard guard(in_use().disk->mutex);
    const Disk::File* file = in_use().disk->find(name);
    // As on Unix: an empty file counts as none when it is asked for its existence.
    *yes = file != nullptr && (flags != SQLITE_ACCESS_EXISTS || !file->content.empty()) ? 1 : 0;
    return SQLITE_OK;
}

}  // namespace

DiskInUse::DiskInUse(std::string folder, Disk& disk)
    : folder_before_(in_use().folder), disk_before_(in_use().disk) {
    InUse& state = in_use();
    state.folder = std::move(folder);
    state.disk = &disk;
    if (disk_before_ != nullptr) return;
    state.real = sqlite3_vfs_find(nullptr);
    state.vfs = *state.real;
    state.vfs.zName = "disk_in_memory";
    state.vfs.pNext = nullptr;
    state.vfs.szOsFile = std::max(state.real->szOsFile, static_cast<int>(sizeof(Handle)));
    state.vfs.xOpen = open;
    state.vfs.xDelete = remove;
    state.vfs.xAccess = exists;
    sqlite3_vfs_register(&state.vfs, 1);
}

DiskInUse::~DiskInUse() {
    InUse& state = in_use();
    state.folder = folder_before_;
    state.disk = disk_before_;
    if (disk_before_ != nullptr) return;
    sqlite3_vfs_unregister(&state.vfs);
    sqlite3_vfs_register(state.real, 1);
}

}  // namespace gw::test
