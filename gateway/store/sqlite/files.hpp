// Files and folders that must survive a power cut.
#pragma once

#include <string>

namespace gw::store::sqlite {

/// Flushes a folder, so that names made in it survive. False: errno says why.
bool flush_folder(const std::string& folder);
/// The folder a path lies in.
std::string folder_of(const std::string& path);
/// Flushes the file, renames it and flushes the folder.
bool rename_durably(const std::string& from, const std::string& to);
/// Makes a folder and its parents, flushed. False: errno says why.
bool make_folders(const std::string& folder);

/// Keeps every other process, and a second store of this one, away from a folder.
class FolderLock {
public:
    /// Throws std::runtime_error with a remedy.
    explicit FolderLock(const std::string& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int file_ = -1;
};

}  // namespace gw::store::sqlite
