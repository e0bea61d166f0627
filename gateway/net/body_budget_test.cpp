// Bodies that are held whole: how much memory they take together and how long they may come.
#include "gateway/net/body_budget.hpp"

#include "gateway/net/test_loop.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::net;
using core::Duration;

namespace {

std::string post(const std::string& path, std::size_t size) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
           std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

std::string status_of(const std::string& answer) {
    return answer.substr(0, 12);
}

asio::awaitable<void> fill_up(TestLoop& loop) {
    RawClient holds(loop.io.get_executor(), loop.server.port());
    co_await holds.write(post("/wait", 150'000));
    while (loop.handler.handled == 0) co_await test_pause(Duration(1));
    CHECK(loop.server.held_bytes() == 150'000 - BodyShare::free_bytes);

    RawClient large(loop.io.get_executor(), loop.server.port());
    co_await large.write(post("/echo", 150'000));
    auto answer = co_await large.read_all();
    CHECK(status_of(answer) == "HTTP/1.1 503");
    CHECK(answer.find("Connection: close") != answer.npos);
    CHECK(loop.server.bodies_refused() == 1);

    RawClient small(loop.io.get_executor(), loop.server.port());
    co_await small.write(post("/echo", 60'000));
    answer = co_await small.read_all();
    CHECK(status_of(answer) == "HTTP/1.1 200");

    loop.handler.gate.cancel();
    answer = co_await holds.read_all();
    CHECK(status_of(answer) == "HTTP/1.1 200");
    CHECK(loop.server.held_bytes() == 0);
    RawClient after(loop.io.get_executor(), loop.server.port());
    co_await after.write(post("/echo", 150'000));
    answer = co_await after.read_all();
    CHECK(status_of(answer) == "HTTP/1.1 200");
}

asio::awaitable<void> leave_in_the_middle(TestLoop& loop) {
    RawClient client(loop.io.get_executor(), loop.server.port());
    auto bytes = post("/echo", 150'000);
    bytes.resize(bytes.size() - 10);
    co_await client.write(std::move(bytes));
    while (loop.server.held_bytes() == 0) co_await test_pause(Duration(1));
    client.close();
    while (loop.server.held_bytes() > 0) co_await test_pause(Duration(1));
}

asio::awaitable<void> drip(TestLoop& loop, std::string& answer) {
    RawClient client(loop.io.get_executor(), loop.server.port());
    const auto whole = post("/echo", 100'000);
    for (std::size_t at = 0; at + 1 < whole.size() && answer.empty(); at += 1'000) {
        co_await client.write(whole.substr(at, 1'000));
        co_await test_pause(Duration(5));
    }
    answer = co_await client.read_all();
}

}  // namespace

TEST_CASE("body budget: bodies over it are refused with 503, small ones pass, room comes back") {
    ServerOptions options;
    options.held_bytes_max = 100'000;
    TestLoop loop(options);
    loop.run(fill_up(loop));
}

TEST_CASE("body budget: a peer that leaves inside a body gives its room back") {
    ServerOptions options;
    options.held_bytes_max = 100'000;
    TestLoop loop(options);
    loop.run(leave_in_the_middle(loop));
}

TEST_CASE("body budget: a body that keeps coming is ended when all its time is over") {
    ServerOptions options;
    options.held_time_max = Duration(100);
    options.body_stall = Duration(2'000);
    options.header_time = Duration(200);
    TestLoop loop(options);
    std::string answer;
    loop.run(drip(loop, answer));
    CHECK(status_of(answer) == "HTTP/1.1 408");
}

TEST_CASE("body budget: what one body gives back is what it took") {
    auto budget = std::make_shared<BodyBudget>(100);
    {
        BodyShare one(budget), two(budget);
        CHECK(one.hold(BodyShare::free_bytes));
        CHECK(budget->used == 0);
        CHECK(one.hold(BodyShare::free_bytes + 60));
        CHECK_FALSE(two.hold(BodyShare::free_bytes + 41));
        CHECK(two.hold(BodyShare::free_bytes + 40));
        one.give_back();
        CHECK(budget->used == 40);
    }
    CHECK(budget->used == 0);
    CHECK(budget->refused == 1);
}
