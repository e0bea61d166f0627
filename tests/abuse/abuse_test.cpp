// Hostile HTTP from raw sockets: refused, closed, and nobody else notices.
#include "gateway/net/test_loop.hpp"
#include "tests/abuse/vectors.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

using namespace gw;
using namespace gw::net;
using core::Duration;

namespace {

const std::string canary_request = "GET /echo?canary HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string canary_answer = "GET /echo canary|";

ServerOptions quick() {
    ServerOptions options;
    options.header_time = Duration(150);
    options.idle_time = Duration(10'000);
    options.body_stall = Duration(150);
    return options;
}

/// "200 400" for what the server said; 100s are not counted.
std::string statuses(const std::string& said) {
    std::string out;
    for (auto at = said.find("HTTP/1.1 "); at != said.npos; at = said.find("HTTP/1.1 ", at + 1)) {
        if (at > 0 && said[at - 1] == ' ') continue;  // the echo of a request line
        const auto status = said.substr(at + 9, 3);
        if (status != "100") out += (out.empty() ? "" : " ") + status;
    }
    return out;
}

bool allowed(const std::string& got, const std::string& answers) {
    std::string_view rest = answers;
    while (true) {
        const auto bar = std::min(rest.find('|'), rest.size());
        if (rest.substr(0, bar) == got) return true;
        if (bar == rest.size()) return false;
        rest.remove_prefix(bar + 1);
    }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_tells = false;
#elif defined(__has_feature)
constexpr bool memory_tells = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
constexpr bool memory_tells = true;  // sanitizers keep freed memory
#endif

std::size_t rss_bytes() {
    std::ifstream in("/proc/self/statm");
    std::size_t total = 0, resident = 0;
    in >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

asio::awaitable<void> ask_canary(RawClient& canary, std::string after) {
    co_await canary.write(canary_request);
    std::string answer;
    while (answer.find(canary_answer) == answer.npos) {
        const auto more = co_await canary.read(1);
        if (more.empty()) break;
        answer += more;
    }
    CHECK_MESSAGE(answer.ends_with(canary_answer), after);
    CHECK_MESSAGE(answer.starts_with("HTTP/1.1 200 OK\r\n"), after);
}

/// Sends `bytes` in pieces of `step` and, unless it is refused, asks for an end; gives what the
/// server said.
asio::awaitable<std::string> attack(TestLoop& loop, std::string bytes, std::size_t step, bool end) {
    RawClient client(loop.io.get_executor(), loop.server.port());
    for (std::size_t i = 0; i < bytes.size(); i += step)
        co_await client.write(bytes.substr(i, step));
    if (end) client.end_writing();
    co_return co_await client.read_all();
}

asio::awaitable<void> attack_all(TestLoop& loop, std::size_t step) {
    RawClient canary(loop.io.get_executor(), loop.server.port());
    for (const auto& vector : abuse::vectors()) {
        if (vector.bytes.size() > 20'000 && step < 1'000) continue;
        const bool fine =
            vector.answers.ends_with("200");  // then the connection lives until we end it
        const auto said = co_await attack(loop, vector.bytes, step, fine);
        const auto got = statuses(said);
        CHECK_MESSAGE(
            allowed(got, vector.answers), vector.name, ": ", got, " instead of ", vector.answers
        );
        CHECK_MESSAGE(said.find("smuggled") == said.npos, vector.name);
        co_await ask_canary(canary, vector.name);
    }
}

asio::awaitable<void> slow_sockets(TestLoop& loop, int count) {
    RawClient canary(loop.io.get_executor(), loop.server.port());
    co_await ask_canary(canary, "before");
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < count; ++i) {
        slow.push_back(std::make_unique<RawClient>(loop.io.get_executor(), loop.server.port()));
        auto& client = *slow.back();
        if (i % 3 == 0) co_await client.write("GET / HTTP/1.1\r\nX: " + std::string(30'000, 'x'));
        if (i % 3 == 1)
            co_await client.write(
                "POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\nab"
            );
        if (i % 3 == 2)
            co_await client.write("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");  // and never reads
        if (i % 20 == 0) co_await ask_canary(canary, "between");
    }
    co_await ask_canary(canary, "all open");
    CHECK(loop.server.connections() == count + 1);
    while (loop.server.connections() > count / 3 + 1
    ) {  // the small answers fit into the sockets' buffers
        for (std::size_t i = 0; i < slow.size(); i += 3) {
            auto& client = *slow.at(i);
            co_await client.write("y");
        }
        co_await test_pause(Duration(20));
        co_await ask_canary(canary, "meanwhile");
    }
}

asio::awaitable<void> flood(TestLoop& loop, std::string head, std::string piece, int pieces) {
    RawClient client(loop.io.get_executor(), loop.server.port());
    co_await client.write(head);
    for (int i = 0; i < pieces; ++i) co_await client.write(piece);
    client.close();
}

asio::awaitable<void> floods(TestLoop& loop) {
    RawClient canary(loop.io.get_executor(), loop.server.port());
    const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n", piece(65'536, 'x');
    co_await flood(loop, "GET /", piece, 500);
    co_await flood(loop, post + "X: ", piece, 500);
    co_await flood(loop, post + "Content-Length: 99999999\r\n\r\n", piece, 500);
    co_await flood(loop, post + "Transfer-Encoding: chunked\r\n\r\n1;", piece, 500);
    co_await flood(loop, post + "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", piece, 500);
    co_await ask_canary(canary, "floods");
}

}  // namespace

TEST_CASE("abuse: there are at least 100 vectors") {
    CHECK(abuse::vectors().size() >= 100);
}

TEST_CASE("abuse: every vector in one write") {
    TestLoop loop(quick());
    loop.run(attack_all(loop, SIZE_MAX / 2));
}

TEST_CASE("abuse: every vector byte by byte") {
    TestLoop loop(quick());
    loop.run(attack_all(loop, 1));
}

TEST_CASE("abuse: every vector in pieces of 1,000 bytes") {
    TestLoop loop(quick());
    loop.run(attack_all(loop, 1'000));
}

TEST_CASE("abuse: 200 slow sockets hold nobody up and little memory") {
    ServerOptions options = quick();
    options.header_time = Duration(500);
    options.body_stall = Duration(500);
    TestLoop loop(options);
    const auto before = rss_bytes();
    loop.run(slow_sockets(loop, 200));
    if (memory_tells) CHECK(rss_bytes() < before + (64U << 20));
}

TEST_CASE("abuse: floods of bytes cost no memory") {
    TestLoop loop(quick());
    const auto before = rss_bytes();
    loop.run(floods(loop));
    if (memory_tells) CHECK(rss_bytes() < before + (16U << 20));
}
