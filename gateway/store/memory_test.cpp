// The memory store keeps the contract of every store.
#include "gateway/store/memory.hpp"

#include <boost/asio/io_context.hpp>

namespace gw::test {

struct StoreUnderTest {
    static constexpr int lane_depth_max = 20;
    std::shared_ptr<store::MemoryState> state = store::new_memory_state();
    std::unique_ptr<ports::Store> open(boost::asio::io_context&, core::Instant now) {
        return store::open_memory_store(state, now, lane_depth_max);
    }
};

}  // namespace gw::test

#include "tests/contract/store_contract.hpp"

namespace gw::test {

TEST_CASE("memory store: an object of an older epoch says stop") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const auto old = std::move(b.store);
    b.store = b.harness.open(b.io, day_two);
    const auto result = b.await(old->accept(acceptance("k2")));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().advice == core::Advice::stop);
    CHECK_FALSE(b.await(old->claim("national_portal", 1, day_two)).has_value());
}

}  // namespace gw::test
