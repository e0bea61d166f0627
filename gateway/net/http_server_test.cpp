// The server's limits, framing, times and stopping, seen from a socket.
#include "gateway/net/http_server.hpp"

#include "gateway/net/test_loop.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace gw;
using namespace gw::net;
using core::Duration;

namespace {

const std::string host = "Host: localhost\r\n";
const std::string ending = host + "Connection: close\r\n\r\n";

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\n" + host + "\r\n";
}
std::string post(const std::string& path, const std::string& lines, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\n" + host + lines + "\r\n" + body;
}

asio::awaitable<void> exchange(
    TestLoop& loop, std::vector<std::string> pieces, std::string& answer
) {
    RawClient client(loop.io.get_executor(), loop.server.port());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i > 0) co_await test_pause(Duration(5));
        co_await client.write(pieces[i]);
    }
    answer = co_await client.read_all();
    CHECK_FALSE(client.reset);
}

/// Everything the server says to these bytes until it closes.
std::string said(std::vector<std::string> pieces, ServerOptions options = ServerOptions()) {
    TestLoop loop(std::move(options));
    std::string answer;
    loop.run(exchange(loop, std::move(pieces), answer));
    return answer;
}

int count(const std::string& text, const std::string& word) {
    int n = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++n;
    return n;
}

std::string status_of(const std::string& answer) {
    return answer.substr(0, 12);
}
bool ends_with(const std::string& answer, const std::string& body) {
    return answer.ends_with("\r\n\r\n" + body);
}
bool closes(const std::string& answer) {
    return count(answer, "Connection: close\r\n") == 1;
}

std::string chunked(const std::string& body, std::size_t step) {
    std::string out;
    char size[32];
    for (std::size_t i = 0; i < body.size(); i += step) {
        const auto piece = body.substr(i, step);
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        out += size + piece + "\r\n";
    }
    return out + "0\r\n\r\n";
}

}  // namespace

TEST_CASE("http_server: answers, with length and date") {
    const auto answer = said({"GET /echo?q=1 HTTP/1.1\r\n" + ending});
    CHECK(status_of(answer) == "HTTP/1.1 200");
    CHECK(answer.find("\r\nContent-Length: 14\r\n") != answer.npos);
    CHECK(answer.find("\r\nDate: ") != answer.npos);
    CHECK(ends_with(answer, "GET /echo q=1|"));
    CHECK(closes(answer));
}

TEST_CASE("http_server: HEAD has the length and no body, 204 neither") {
    const auto head = said({"HEAD /echo HTTP/1.1\r\n" + ending});
    CHECK(head.find("\r\nContent-Length: 12\r\n") != head.npos);
    CHECK(ends_with(head, ""));
    const auto none = said({"GET /none HTTP/1.1\r\n" + ending});
    CHECK(status_of(none) == "HTTP/1.1 204");
    CHECK(none.find("Content-Length") == none.npos);
    CHECK(ends_with(none, ""));
}

TEST_CASE("http_server: keeps a connection for many requests, also pipelined and cut anywhere") {
    const auto all = get("/echo?1") + post("/echo?2", "Content-Length: 3\r\n", "abc") +
                     post("/echo?3", "Transfer-Encoding: chunked\r\n", chunked("hello", 2)) +
                     "GET /echo?4 HTTP/1.1\r\n" + ending;
    for (std::size_t cut = 1; cut < all.size(); cut += 7) {
        const auto answer = said({all.substr(0, cut), all.substr(cut)});
        CHECK(count(answer, "HTTP/1.1 200 OK") == 4);
        CHECK(answer.find("GET /echo 1|") < answer.find("POST /echo 2|abc"));
        CHECK(answer.find("POST /echo 2|abc") < answer.find("POST /echo 3|hello"));
        CHECK(ends_with(answer, "GET /echo 4|"));
    }
}

TEST_CASE("http_server: every byte alone is the same request") {
    const auto all =
        "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + ending + chunked("0123456789", 3);
    std::vector<std::string> bytes;
    for (const char c : all) bytes.emplace_back(1, c);
    CHECK(ends_with(said(bytes), "POST /echo |0123456789"));
}

TEST_CASE("http_server: a body over its plan is refused before it is read") {
    const auto announced = said({post("/echo", "Content-Length: 200001\r\n", "")});
    CHECK(status_of(announced) == "HTTP/1.1 413");
    CHECK(closes(announced));
    const auto chunks = said(
        {post("/echo", "Transfer-Encoding: chunked\r\n", chunked(std::string(300'000, 'x'), 9'999))}
    );
    CHECK(status_of(chunks) == "HTTP/1.1 413");
    CHECK(status_of(said({post("/no-body", "Content-Length: 1\r\n", "x")})) == "HTTP/1.1 413");
    const auto fits = said({post(
        "/echo", "Connection: close\r\nContent-Length: 200000\r\n", std::string(200'000, 'x')
    )});
    CHECK(status_of(fits) == "HTTP/1.1 200");
}

TEST_CASE("http_server: a header block over the limit is refused") {
    ServerOptions options;
    options.header_bytes_max = 4'096;
    CHECK(
        status_of(said({"GET / HTTP/1.1\r\n" + host + "X: " + std::string(5'000, 'x')}, options)) ==
        "HTTP/1.1 431"
    );
    CHECK(
        status_of(
            said({"GET / HTTP/1.1\r\nX: " + std::string(3'000, 'x') + "\r\n" + ending}, options)
        ) == "HTTP/1.1 200"
    );
    std::string many;
    for (int i = 0; i < 101; ++i) many += "X: 1\r\n";
    const auto answer = said({"GET / HTTP/1.1\r\n" + many + ending});
    CHECK(status_of(answer) == "HTTP/1.1 431");
    CHECK(closes(answer));
}

TEST_CASE("http_server: nothing after an ambiguous request is answered") {
    const auto answer = said(
        {post("/echo", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") +
         get("/echo")}
    );
    CHECK(count(answer, "HTTP/1.1") == 1);
    CHECK(status_of(answer) == "HTTP/1.1 400");
    CHECK(closes(answer));
}

TEST_CASE("http_server: malformed chunks are refused") {
    const auto answer = said({post("/echo", "Transfer-Encoding: chunked\r\n", "zz\r\n")});
    CHECK(status_of(answer) == "HTTP/1.1 400");
    CHECK(closes(answer));
}

TEST_CASE("http_server: a body is streamed, at most 64 KiB a piece") {
    const std::string body(5'000'000, 'x');
    const auto length = "Connection: close\r\nContent-Length: 5000000\r\n";
    CHECK(ends_with(said({post("/in", length, body)}), "5000000"));
    const auto coding = "Connection: close\r\nTransfer-Encoding: chunked\r\n";
    CHECK(ends_with(said({post("/in", coding, chunked(body, 70'001))}), "5000000"));
    CHECK(ends_with(said({post("/in", coding, chunked(body.substr(0, 100'000), 1))}), "100000"));
    CHECK(ends_with(said({post("/in", "Connection: close\r\n", "")}), "0"));
}

TEST_CASE("http_server: errors inside a stream reach the handler") {
    const auto large = post(
        "/in", "Transfer-Encoding: chunked\r\n", chunked(std::string(11'000'000, 'x'), 65'536)
    );
    const auto answer = said({large});
    CHECK(ends_with(answer, "request.too_large"));
    CHECK(closes(answer));
    const auto bad = said({post("/in", "Transfer-Encoding: chunked\r\n", "5\r\nhelloX")});
    CHECK(ends_with(bad, "request.cut_short"));
    CHECK(closes(bad));
}

TEST_CASE("http_server: a refused upload does not have to be swallowed") {
    const auto small =
        post("/refuse-in", "Content-Length: 5\r\n", "hello") + "GET /echo HTTP/1.1\r\n" + ending;
    const auto kept = said({small});
    CHECK(status_of(kept) == "HTTP/1.1 401");
    CHECK(ends_with(kept, "GET /echo |"));
    const auto large = said({post("/refuse-in", "Content-Length: 5000000\r\n", "begin")});
    CHECK(status_of(large) == "HTTP/1.1 401");
    CHECK(closes(large));
}

TEST_CASE("http_server: 100 Continue comes when the body is wanted, and only then") {
    const std::string lines = "Expect: 100-continue\r\nConnection: close\r\nContent-Length: 5\r\n";
    const auto wanted = said({post("/echo", lines, ""), "hello"});
    CHECK(wanted.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
    CHECK(ends_with(wanted, "POST /echo |hello"));
    const auto refused = said({post("/refuse-in", lines, "")});
    CHECK(count(refused, "HTTP/1.1 ") == 1);
    CHECK(status_of(refused) == "HTTP/1.1 401");
    const auto too_large =
        said({post("/echo", "Expect: 100-continue\r\nContent-Length: 999999\r\n", "")});
    CHECK(status_of(too_large) == "HTTP/1.1 413");
    CHECK(ends_with(said({post("/echo", lines, "hello")}), "POST /echo |hello"));
}

TEST_CASE("http_server: large and streamed answers arrive whole, a cut one is cut") {
    const auto big = said({"GET /big HTTP/1.1\r\n" + ending});
    CHECK(ends_with(big, std::string(1'000'000, 'b')));
    const auto out = said({"GET /out HTTP/1.1\r\n" + ending});
    CHECK(out.find("Content-Length: 3000000\r\n") != out.npos);
    CHECK(ends_with(out, std::string(3'000'000, 'd')));
    const auto cut = said({get("/cut-out") + get("/echo")});
    CHECK(ends_with(cut, std::string(2'000'000, 'd')));
    CHECK(ends_with(said({"HEAD /out HTTP/1.1\r\n" + ending}), ""));
}

TEST_CASE("http_server: a handler that throws costs one request, one that wants silence gets it") {
    const auto answer = said({get("/throw") + "GET /echo HTTP/1.1\r\n" + ending});
    CHECK(status_of(answer) == "HTTP/1.1 500");
    CHECK(answer.find("bug") == answer.npos);
    CHECK(ends_with(answer, "GET /echo |"));
    CHECK(said({get("/gone") + get("/echo")}) == "");
}

TEST_CASE("http_server: an answer header with a line break is left out") {
    const auto answer = said({"GET /bad-header HTTP/1.1\r\n" + ending});
    CHECK(status_of(answer) == "HTTP/1.1 200");
    CHECK(answer.find("X-B") == answer.npos);
}

TEST_CASE("http_server: a slow header block is ended, an idle connection too") {
    ServerOptions options;
    options.header_time = Duration(60);
    options.idle_time = Duration(60);
    const auto slow = said({"GET / HTTP/1.1\r\nX: "}, options);
    CHECK(status_of(slow) == "HTTP/1.1 408");
    CHECK(said({""}, options) == "");
    std::vector<std::string> drip(40, "X");
    drip[0] = "GET / HTTP/1.1\r\nA: ";
    CHECK(status_of(said(drip, options)) == "HTTP/1.1 408");
    CHECK(status_of(said({get("/echo")}, options)) == "HTTP/1.1 200");
}

TEST_CASE("http_server: a body that stalls or drips is ended") {
    ServerOptions options;
    options.body_stall = Duration(60);
    const auto stalled = said({post("/echo", "Content-Length: 10\r\n", "abc")}, options);
    CHECK(status_of(stalled) == "HTTP/1.1 408");
    std::vector<std::string> drip(60, "x");
    drip[0] = post("/in", "Content-Length: 1000\r\n", "");
    CHECK(ends_with(said(drip, options), "request.cut_short"));
}

namespace {

asio::awaitable<void> cut_bodies(TestLoop& loop) {
    for (const auto& bytes :
         {post("/echo", "Content-Length: 10\r\n", "abc"),
          post("/in", "Content-Length: 10\r\n", "abc"),
          post("/echo", "Transfer-Encoding: chunked\r\n", "5\r\nab"),
          std::string("GET /")}) {
        RawClient client(loop.io.get_executor(), loop.server.port());
        co_await client.write(bytes);
        client.end_writing();
        const auto answer = co_await client.read_all();
        CHECK(count(answer, "HTTP/1.1 200") == count(answer, "request.cut_short"));
    }
}

asio::awaitable<void> others_live_on(TestLoop& loop) {
    RawClient good(loop.io.get_executor(), loop.server.port());
    for (const char* bad :
         {"\x16\x03\x01\x02",
          "GET / HTTP/1.1\n\n",
          "x",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"}) {
        RawClient client(loop.io.get_executor(), loop.server.port());
        co_await client.write(bad);
        co_await good.write(get("/echo"));
        const auto answer = co_await good.read(10);
        CHECK(status_of(answer) == "HTTP/1.1 200");
        client.close();
    }
}

asio::awaitable<void> over_cap(TestLoop& loop) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        auto client = std::make_unique<RawClient>(loop.io.get_executor(), loop.server.port());
        co_await client->write(get("/echo"));
        const auto answer = co_await client->read(10);
        CHECK(answer.empty() == (i == 2));
        clients.push_back(std::move(client));
    }
    clients.erase(clients.begin());
    while (loop.server.connections() > 1) co_await test_pause(Duration(1));
    RawClient client(loop.io.get_executor(), loop.server.port());
    co_await client.write(get("/echo"));
    const auto answer = co_await client.read(10);
    CHECK(status_of(answer) == "HTTP/1.1 200");
}

asio::awaitable<void> stop_while_busy(TestLoop& loop, std::string& busy_answer) {
    RawClient idle(loop.io.get_executor(), loop.server.port());
    co_await idle.write(get("/echo"));
    const auto first = co_await idle.read(10);
    RawClient busy(loop.io.get_executor(), loop.server.port());
    co_await busy.write(get("/wait"));
    while (loop.handler.handled < 2) co_await test_pause(Duration(1));
    loop.server.stop();
    const auto rest = co_await idle.read_all();
    CHECK(rest == "");
    while (loop.server.connections() > 1) co_await test_pause(Duration(1));
    loop.handler.gate.cancel();
    busy_answer = co_await busy.read_all();
}

}  // namespace

TEST_CASE("http_server: a peer that leaves inside a body ends its own request only") {
    TestLoop loop;
    loop.run(cut_bodies(loop));
    CHECK(loop.handler.handled == 1);  // the streamed one
}

TEST_CASE("http_server: an error on one connection touches no other") {
    TestLoop loop;
    loop.run(others_live_on(loop));
}

TEST_CASE("http_server: connections over the cap are closed, room is given back") {
    ServerOptions options;
    SUBCASE("of all") {
        options.connections_max = 2;
    }
    SUBCASE("of one client") {
        options.connections_per_client_max = 2;
    }
    TestLoop loop(options);
    loop.run(over_cap(loop));
    CHECK(loop.server.refused() == 1);
}

TEST_CASE("http_server: stop ends idle connections and lets busy ones answer") {
    TestLoop loop;
    std::string answer;
    loop.run(stop_while_busy(loop, answer));
    CHECK(ends_with(answer, "GET /wait |"));
    CHECK(closes(answer));
    CHECK(loop.server.connections() == 0);
}

TEST_CASE("http_server: a loop that ends in the middle leaves nothing behind") {
    asio::io_context io;
    TestHandler handler(io.get_executor());
    HttpServer server(io.get_executor(), ServerOptions(), handler);
    asio::co_spawn(io, server.run(), [](std::exception_ptr) {});
    RawClient client(io.get_executor(), server.port());
    asio::co_spawn(io, client.write(get("/wait")), [](std::exception_ptr) {});
    while (handler.handled == 0) io.run_one_for(std::chrono::milliseconds(100));
    CHECK(server.connections() == 1);
}

TEST_CASE("http_server: what cannot be listened on is said with its address") {
    asio::io_context io;
    TestHandler handler(io.get_executor());
    const auto why = [&](const std::string& listen, const std::string& pem = "") -> std::string {
        ServerOptions options;
        options.listen = listen;
        options.certificate_pem = pem;
        try {
            HttpServer server(io.get_executor(), options, handler);
            return "";
        } catch (const std::runtime_error& e) {
            return e.what();
        }
    };
    for (const char* bad :
         {"", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "x:1"})
        CHECK_MESSAGE(why(bad).find("not ADDRESS:PORT") != std::string::npos, bad);
    CHECK(why("0.0.0.0:0").find("loopback") != std::string::npos);
    CHECK(why("127.0.0.1:0", "nonsense") == "the server's certificate cannot be read");
    CHECK(why("unix:/nowhere/x.sock").find("/nowhere/x.sock") != std::string::npos);
    HttpServer first(io.get_executor(), ServerOptions(), handler);
    CHECK(why("127.0.0.1:" + std::to_string(first.port())).find("in use") != std::string::npos);
}

TEST_CASE(
    "http_server: a unix socket is for its owner alone, a left-over one is replaced, a live one is "
    "not"
) {
    asio::io_context io;
    TestHandler handler(io.get_executor());
    ServerOptions options;
    const auto path = "/tmp/gw_net_test_server_" + std::to_string(::getpid()) + ".sock";
    options.listen = "unix:" + path;
    {
        HttpServer server(io.get_executor(), options, handler);
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0600);
        CHECK(server.port() == 0);
        CHECK_THROWS_AS(HttpServer(io.get_executor(), options, handler), std::runtime_error);
        CHECK(::access((path + ".kept").c_str(), F_OK) != 0);
        REQUIRE(::link(path.c_str(), (path + ".kept").c_str()) == 0);
    }
    REQUIRE(::rename((path + ".kept").c_str(), path.c_str()) == 0);  // as after kill -9
    HttpServer again(io.get_executor(), options, handler);
    CHECK(::access(path.c_str(), F_OK) == 0);
}
