// A VFS for the writing connection: what one commit adds to the write-ahead log leaves in one
// write.
#pragma once

namespace gw::store::sqlite {

/// Its name, for sqlite3_open_v2. SQLite writes each frame of the log in two pieces; here they are
/// gathered in memory until the log is flushed or asked for its size: a third of the system's
/// work for a commit. Nothing is promised before the flush, so nothing that is promised is only in
/// memory. Everything else is the default VFS. One database at a time; not for several threads.
const char* log_vfs();

}  // namespace gw::store::sqlite
