// Time and chance, so that the whole gateway can run under a virtual clock from a seed.
#pragma once

#include "gateway/core/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>

namespace gw::ports {

namespace asio = boost::asio;

class Clock {
public:
    virtual ~Clock() = default;
    virtual core::Instant now() = 0;
    /// Returns at once when `t` is past. Cancellation (terminal) throws boost::system::system_error
    /// as Asio does.
    virtual asio::awaitable<void> sleep_until(core::Instant t) = 0;
};

class Random {
public:
    virtual ~Random() = default;
    /// Uniform over all 64-bit values.
    virtual std::uint64_t next() = 0;
    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
};

}  // namespace gw::ports
