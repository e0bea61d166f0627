// The real clock and the real generator of random numbers.
#include "gateway/net/system_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace gw::net {

core::Instant SystemClock::now() {
    return std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
}

boost::asio::awaitable<void> SystemClock::sleep_until(core::Instant t) {
    // In steps: the wall clock may be set while we sleep, a steady timer would not notice.
    constexpr core::Duration step_max{30'000};
    boost::asio::steady_timer timer(ex_);
    for (auto left = t - now(); left > core::Duration(0); left = t - now()) {
        timer.expires_after(std::min(left, step_max));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

SystemRandom::SystemRandom() {
    std::random_device device;
    std::array<std::random_device::result_type, 8> words{};
    std::generate(words.begin(), words.end(), std::ref(device));
    std::seed_seq seed(words.begin(), words.end());
    generator_.seed(seed);
}

}  // namespace gw::net
