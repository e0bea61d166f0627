// The SQLite store keeps the contract of every store.
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/kit/temp_folder.hpp"

#include <boost/asio/io_context.hpp>

namespace gw::test {

struct StoreUnderTest {
    static constexpr int lane_depth_max = 20;
    TempFolder folder;
    std::unique_ptr<ports::Store> open(boost::asio::io_context& io, core::Instant now) {
        store::SqliteOptions options;
        options.folder = folder.path();
        options.keys_in_memory = 1;
        options.lane_depth_max = lane_depth_max;
        options.ballast_bytes = 0;
        options.disk_free_min = 0;
        options.disk_refuse_share = 1;
        return store::open_sqlite_store(io.get_executor(), options, now);
    }
};

}  // namespace gw::test

#include "tests/contract/store_contract.hpp"
