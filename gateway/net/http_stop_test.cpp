// The server's end when the time to drain is over.
#include "gateway/net/http_server.hpp"
#include "gateway/net/test_loop.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::net;

namespace {

/// Runs the loop until `done`, at most ten seconds.
template <class Done>
bool run_until(asio::io_context& io, Done done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done() && std::chrono::steady_clock::now() < until)
        io.run_one_for(std::chrono::milliseconds(20));
    return done();
}

}  // namespace

TEST_CASE("http_server: cancelled after its stop, it cuts an upload and an answer under way") {
    asio::io_context io;
    TestHandler handler(io.get_executor());
    HttpServer server(io.get_executor(), ServerOptions(), handler);
    asio::cancellation_signal signal;
    bool ended = false;
    asio::co_spawn(
        io,
        server.run(),
        asio::bind_cancellation_slot(
            signal.slot(),
            [&](std::exception_ptr fault) {
                ended = true;
                CHECK(fault == nullptr);
            }
        )
    );
    RawClient waits(io.get_executor(), server.port()), sends(io.get_executor(), server.port());
    asio::co_spawn(
        io, waits.write("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"), [](std::exception_ptr) {}
    );
    asio::co_spawn(
        io,
        sends.write("POST /in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nabc"),
        [](std::exception_ptr) {}
    );
    REQUIRE(run_until(io, [&] { return handler.handled == 2; }));
    server.stop();
    io.run_for(std::chrono::milliseconds(50));
    CHECK_FALSE(ended);  // it waits for both
    CHECK(server.connections() == 2);
    signal.emit(asio::cancellation_type::terminal);
    CHECK(run_until(io, [&] { return ended; }));
    CHECK(server.connections() == 0);
}
