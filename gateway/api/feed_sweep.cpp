// Events leave the feed after their time.
#include "gateway/api/feed_sweep.hpp"

namespace gw::api {

namespace {
constexpr int step = 200, steps_max = 500;
}

ports::Async<void> FeedSweep::run(core::Instant now) {
    const auto before = now - kept_;
    for (int i = 0; i < steps_max; ++i) {
        auto gone = co_await store_.forget_feed(before, step);
        if (!gone) co_return gone.error();
        if (*gone == 0) break;
    }
    co_return core::Result<void>();
}

}  // namespace gw::api
