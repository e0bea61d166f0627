// Writes half a request and resets.
#include "simulators/kit/cut_call.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sim::kit {
namespace {
using asio::ip::tcp;
constexpr auto token = asio::as_tuple(asio::use_awaitable);
}  // namespace

asio::awaitable<void> cut_call(std::uint16_t port, std::string bytes) {
    const auto executor = co_await asio::this_coro::executor;
    asio::ssl::context context(asio::ssl::context::tls_client);
    asio::ssl::stream<tcp::socket> stream(executor, context);
    const tcp::endpoint there(asio::ip::address_v4::loopback(), port);
    const auto connected = co_await stream.next_layer().async_connect(there, token);
    if (std::get<0>(connected)) co_return;
    const auto shaken = co_await stream.async_handshake(asio::ssl::stream_base::client, token);
    if (std::get<0>(shaken)) co_return;
    const auto out = asio::buffer(bytes);
    const auto written = co_await asio::async_write(stream, out, token);
    (void)written;
    boost::system::error_code ignored;
    stream.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    stream.next_layer().close(ignored);
}

}  // namespace sim::kit
