// A call that breaks off: some bytes over TLS, then a TCP reset.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace sim::kit {

namespace asio = boost::asio;

/// Connects to 127.0.0.1 with TLS (nobody's certificate is checked: nothing secret may be in
/// `bytes` but what the receiver knows), sends the bytes and resets the connection. Failures are as
/// good as the cut itself.
asio::awaitable<void> cut_call(std::uint16_t port, std::string bytes);

}  // namespace sim::kit
