// The segment that is being written: rows copied as they stand, flushed with their file and folder.
#pragma once

#include "gateway/store/sqlite/move.hpp"
#include "gateway/store/sqlite/segment.hpp"

#include <memory>

namespace gw::store::sqlite {

class SegmentWriter {
public:
    /// hot: the store's tables, in a read transaction. Makes the same tables when there are none.
    /// Throws Broken.
    SegmentWriter(
        Database& hot, std::unique_ptr<Database> file, std::string folder, std::int64_t day
    );
    std::int64_t day() const { return day_; }

    void begin();
    /// Returns how many rows. A row that is there already gives way: the store's counts.
    std::int64_t add(const MovedMessage& message);
    /// Notes how many messages it then holds; returns when everything is on the disk.
    void commit(std::int64_t messages);
    std::int64_t bytes();

private:
    /// The rows of one table that a question finds, put in as they are.
    class Copier {
    public:
        Copier(Database& from, Database& to, const std::string& table, const std::string& where);
        template <class... Args>
        std::int64_t run(const Args&... args) {
            Rows rows = select_.query(args...);
            std::int64_t n = 0;
            for (; rows.next(); ++n) insert_.run_row(rows);
            return n;
        }

    private:
        Statement select_, insert_;
    };
    std::int64_t day_;
    std::string folder_;
    std::unique_ptr<Database> db_;
    std::unique_ptr<Copier> message_, event_, answer_, leg_, attempt_, effect_, lane_;

    void make_tables(Database& hot);
};

}  // namespace gw::store::sqlite
