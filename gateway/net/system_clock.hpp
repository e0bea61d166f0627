// The real clock and the real generator of random numbers.
#pragma once

#include "gateway/ports/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <random>

namespace gw::net {

class SystemClock : public ports::Clock {
public:
    explicit SystemClock(boost::asio::any_io_executor ex) : ex_(ex) {}
    core::Instant now() override;
    boost::asio::awaitable<void> sleep_until(core::Instant t) override;

private:
    boost::asio::any_io_executor ex_;
};

class SystemRandom : public ports::Random {
public:
    SystemRandom();
    std::uint64_t next() override { return generator_(); }

private:
    std::mt19937_64 generator_;
};

}  // namespace gw::net
