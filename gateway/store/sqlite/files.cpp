// Durable files and folders.
#include "gateway/store/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace gw::store::sqlite {

bool flush_folder(const std::string& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return false;
    const bool good = ::fsync(file) == 0;
    ::close(file);
    return good;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool rename_durably(const std::string& from, const std::string& to) {
    const int file = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool flushed = ::fsync(file) == 0;
    ::close(file);
    return flushed && std::rename(from.c_str(), to.c_str()) == 0 && flush_folder(folder_of(to));
}

bool make_folders(const std::string& folder) {
    struct stat s {};
    if (::stat(folder.c_str(), &s) == 0) return S_ISDIR(s.st_mode);
    const std::string parent = folder_of(folder);
    if (parent != folder && !make_folders(parent)) return false;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
    return flush_folder(parent);
}

FolderLock::FolderLock(const std::string& folder) {
    const std::string path = folder + "/lock";
    file_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0)
        throw std::runtime_error(
            "cannot write to " + folder + ": " + std::strerror(errno) +
            (errno == EACCES ? "; it belongs to another user: chown -R USER " + folder
                             : "; give this user the right to write there")
        );
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        ::close(file_);
        throw std::runtime_error(
            "another process uses the store in " + folder + "; stop it, or name another folder"
        );
    }
}

FolderLock::~FolderLock() {
    ::close(file_);
}

}  // namespace gw::store::sqlite
