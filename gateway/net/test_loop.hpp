// A loop with a server on it and a handler whose paths show one behaviour each; for tests.
#pragma once

#include "gateway/net/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace gw::net {

inline constexpr auto test_token = asio::as_tuple(asio::use_awaitable);

/// `size` bytes; ends `missing` bytes too early.
class TestStream : public ports::AnswerStream {
public:
    TestStream(std::uint64_t size, std::uint64_t missing) : left_(size - missing) {}
    core::Result<std::string> read() override {
        std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(left_, 50'000)), 'd');
        left_ -= piece.size();
        return piece;
    }

private:
    std::uint64_t left_;
};

/// /echo gives back "METHOD PATH QUERY|BODY"; /in reads a stream and gives its size; /refuse-in
/// does not read it; /out, /cut-out: a stream of 3,000,000 bytes, whole or not; /throw; /wait waits
/// for `gate`; /none has no body; /gone gives no answer at all.
class TestHandler : public ports::InHandler {
public:
    explicit TestHandler(asio::any_io_executor ex) : gate(ex) {
        gate.expires_at(asio::steady_timer::time_point::max());
    }
    ports::BodyPlan body_plan(const ports::InRequest& head) override {
        ports::BodyPlan plan;
        plan.stream = head.path == "/in" || head.path == "/refuse-in";
        plan.bytes_max = plan.stream ? 10'000'000 : 200'000;
        if (head.path == "/no-body") plan.bytes_max = 0;
        return plan;
    }
    asio::awaitable<ports::InAnswer> handle(ports::InRequest request) override {
        ++handled;
        ports::InAnswer answer;
        answer.headers.emplace_back("Content-Type", "text/plain");
        answer.body =
            request.method + " " + request.path + " " + request.query + "|" + request.body;
        if (request.path == "/throw") throw std::runtime_error("a bug in a handler");
        if (request.path == "/none") answer.status = 204;
        if (request.path == "/gone") answer.status = 0;
        if (request.path == "/big") answer.body = std::string(1'000'000, 'b');
        if (request.path == "/refuse-in") answer.status = 401;
        if (request.path == "/bad-header") answer.headers.emplace_back("X-A", "1\r\nX-B: 2");
        if (request.path == "/out" || request.path == "/cut-out") {
            answer.stream_size = 3'000'000;
            const auto missing = request.path == "/out" ? 0U : 1'000'000U;
            answer.stream = std::make_shared<TestStream>(answer.stream_size, missing);
        }
        if (request.path == "/wait") {
            auto [ec] = co_await gate.async_wait(test_token);
            (void)ec;
        }
        if (request.path == "/in") {
            auto count = co_await count_bytes(request.stream);
            answer.body = std::move(count);
        }
        co_return answer;
    }
    ports::InAnswer refuse(int status, std::string_view why) override {
        ++refused;
        ports::InAnswer answer;
        answer.status = status;
        answer.body = why;
        return answer;
    }
    asio::steady_timer gate;
    int handled = 0, refused = 0;

private:
    static asio::awaitable<std::string> count_bytes(std::shared_ptr<ports::BodyStream> stream) {
        std::uint64_t size = 0;
        while (true) {
            const auto piece = co_await stream->read();
            if (!piece) co_return piece.error().code;
            if (piece->empty()) co_return std::to_string(size);
            if (piece->size() > 65'536) co_return "a piece was larger than 64 KiB";
            size += piece->size();
        }
    }
};

/// Runs a coroutine to its end on a loop where a server serves.
class TestLoop {
public:
    explicit TestLoop(ServerOptions options = ServerOptions())
        : handler(io.get_executor()), server(io.get_executor(), std::move(options), handler) {}
    void run(asio::awaitable<void> test) {
        bool ended = false, served = false;
        auto on_end = [this, &ended](std::exception_ptr e) {
            ended = true;
            fault_ = e;
            server.stop();
        };
        asio::co_spawn(io, server.run(), [&served](std::exception_ptr e) { served = !e; });
        asio::co_spawn(io, std::move(test), on_end);
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!(ended && served) && std::chrono::steady_clock::now() < limit)
            if (io.run_one_for(std::chrono::milliseconds(100)) == 0 && io.stopped()) io.restart();
        if (fault_) std::rethrow_exception(fault_);
        if (!ended || !served) throw std::runtime_error("the test or its server did not end");
    }
    std::string url(const std::string& scheme, const std::string& path) const {
        return scheme + "://localhost:" + std::to_string(server.port()) + path;
    }
    asio::io_context io{1};
    TestHandler handler;
    HttpServer server;

private:
    std::exception_ptr fault_;
};

/// Waits in real time; only for what a peer does by its own timer.
inline asio::awaitable<void> test_pause(core::Duration time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

/// A plain TCP connection to 127.0.0.1.
class RawClient {
public:
    RawClient(asio::any_io_executor ex, std::uint16_t port) : socket_(ex) {
        socket_.connect({asio::ip::address_v4::loopback(), port});
    }
    asio::awaitable<void> write(std::string bytes) {
        if (broken_) co_return;  // Asio waits for ever for the second write after a failed one
        auto [ec, n] = co_await asio::async_write(socket_, asio::buffer(bytes), test_token);
        (void)n;
        broken_ = static_cast<bool>(ec);
    }
    /// Everything until the other side closes; `reset` tells how.
    asio::awaitable<std::string> read_all() {
        std::string all;
        auto buffer = asio::dynamic_buffer(all);
        auto [ec, n] = co_await asio::async_read(socket_, buffer, test_token);
        (void)n;
        reset = ec != asio::error::eof;
        co_return all;
    }
    /// At least `count` bytes.
    asio::awaitable<std::string> read(std::size_t count) {
        std::string all;
        auto buffer = asio::dynamic_buffer(all);
        const auto enough = asio::transfer_at_least(count);
        auto [ec, n] = co_await asio::async_read(socket_, buffer, enough, test_token);
        (void)ec, (void)n;
        co_return all;
    }
    void end_writing() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }
    void close() { socket_.close(); }
    bool reset = false;

private:
    asio::ip::tcp::socket socket_;
    bool broken_ = false;
};

}  // namespace gw::net
