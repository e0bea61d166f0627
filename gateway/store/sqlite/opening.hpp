// Opening: settings asserted, migrations applied, epoch raised.
#pragma once

#include "gateway/store/sqlite/row_sum.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "gateway/store/sqlite/tables.hpp"

#include <memory>
#include <string>

namespace gw::store::sqlite {

struct Opened {
    Opened() = default;
    std::unique_ptr<Database> writer;
    SumKey key{};
    std::int64_t epoch = 0;
    bool restored = false;  // until Writer::recover has seen to it
};

inline std::string database_path(const std::string& folder) {
    return folder + "/lienthong.db";
}
/// The folder is locked. Throws std::runtime_error with a remedy.
Opened open_database(const SqliteOptions& options);
/// Notes that nothing was left unfinished, so that the next start need not look.
void note_clean_stop(Database& writer) noexcept;

}  // namespace gw::store::sqlite
