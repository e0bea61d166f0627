// Serves the played VNPAY on a free loopback port and makes its IPN calls to a merchant on another
// port.
#include "gateway/net/curl_client.hpp"
#include "gateway/net/system_clock.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/vnpay/vnpay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <unistd.h>

#include <array>
#include <iostream>

namespace asio = boost::asio;
namespace net = gw::net;
namespace core = gw::core;

namespace {

/// Makes the calls that the outbox wants made.
class Caller {
public:
    Caller(asio::io_context& io, sim::vnpay::Vnpay& vnpay, sim::kit::Clock& clock, std::string base)
        : real_(io.get_executor()),
          http_(io.get_executor(), net::ClientTls()),
          vnpay_(vnpay),
          clock_(clock),
          base_(std::move(base)) {}
    asio::awaitable<void> run() {
        while (true) {
            for (auto& call : vnpay_.due(clock_.now())) co_await make(std::move(call));
            co_await real_.sleep_until(real_.now() + core::Duration(10));
        }
    }

private:
    asio::awaitable<void> make(sim::payments::OutCall call) {
        gw::ports::HttpRequest request;
        request.method = call.method;
        request.url = base_ + call.path;
        const auto result = co_await http_.send(std::move(request));
        const int status = result.ok ? static_cast<int>(result.response.status) : 0;
        vnpay_.answered(call.id, status, result.response.body, clock_.now());
    }
    net::SystemClock real_;
    net::CurlClient http_;
    sim::vnpay::Vnpay& vnpay_;
    sim::kit::Clock& clock_;
    std::string base_;
};

}  // namespace

/// vnpay_stand MERCHANT_PORT: prints its own port; ends with standard input.
int main(int count, char** words) {
    if (count != 2) return 2;
    asio::io_context io(1);
    sim::vnpay::Vnpay vnpay(sim::vnpay::Options(), 1);
    sim::kit::Clock clock;
    vnpay.set_clock(&clock);
    sim::kit::Server server(io.get_executor(), {}, [&](const sim::kit::Call& call) {
        return vnpay.handle(call, clock.now());
    });
    std::cout << server.port() << std::endl;
    Caller caller(io, vnpay, clock, std::string("http://127.0.0.1:") + words[1]);
    asio::co_spawn(io, caller.run(), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    asio::posix::stream_descriptor input(io, ::dup(STDIN_FILENO));
    std::array<char, 16> waste{};
    input.async_read_some(asio::buffer(waste), [&io](boost::system::error_code, std::size_t) {
        io.stop();
    });
    io.run();
}
