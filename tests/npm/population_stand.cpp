// Serves the played population database on a free loopback port until standard input ends.
#include "simulators/kit/server.hpp"
#include "simulators/population/database.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>

namespace asio = boost::asio;

int main() {
    asio::io_context io(1);
    sim::population::Database database(sim::population::Options(), 1);
    sim::kit::Clock clock;
    database.set_clock(&clock);
    sim::kit::Server server(io.get_executor(), {}, [&](const sim::kit::Call& call) {
        return database.handle(call, clock.now());
    });
    std::cout << server.port() << std::endl;
    asio::posix::stream_descriptor input(io, ::dup(STDIN_FILENO));
    std::array<char, 16> waste{};
    input.async_read_some(asio::buffer(waste), [&io](boost::system::error_code, std::size_t) {
        io.stop();
    });
    io.run();
}
