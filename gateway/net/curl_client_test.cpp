// The outbound client against our own server and against servers that misbehave.
#include "gateway/net/curl_client.hpp"

#include "gateway/net/system_clock.hpp"
#include "gateway/net/test_authority.hpp"
#include "gateway/net/test_loop.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/read_until.hpp>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace gw;
using namespace gw::net;
using core::Duration;

namespace {

ports::HttpRequest request(std::string method, std::string url, std::string body = "") {
    ports::HttpRequest r;
    r.method = std::move(method);
    r.url = std::move(url);
    r.body = std::move(body);
    r.total_max = Duration(5'000);
    return r;
}

/// Plays one side of a conversation: for each connection reads up to a blank line and writes the
/// next answer.
struct FakePartner {
    explicit FakePartner(asio::io_context& io)
        : acceptor(io, {asio::ip::address_v4::loopback(), 0}) {}
    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
    }
    /// "" = close without an answer.
    asio::awaitable<void> serve(std::vector<std::string> answers, bool one_connection) {
        asio::ip::tcp::socket socket(acceptor.get_executor());
        bool connected = false;
        for (const auto& answer : answers) {
            if (!connected) co_await acceptor.async_accept(socket, asio::use_awaitable);
            connected = one_connection;
            std::string head;
            auto buffer = asio::dynamic_buffer(head);
            auto [ec, n] = co_await asio::async_read_until(socket, buffer, "\r\n\r\n", test_token);
            (void)n;
            if (!ec) ++requests;
            auto [wec, wn] = co_await asio::async_write(socket, asio::buffer(answer), test_token);
            (void)wec, (void)wn;
            if (!one_connection) socket.close();
        }
        socket.close();
    }
    asio::ip::tcp::acceptor acceptor;
    int requests = 0;
};

/// One request of a client without TLS settings against a partner that gives these answers.
ports::HttpResult ask_fake(std::vector<std::string> answers, ports::HttpRequest r) {
    asio::io_context io;
    FakePartner partner(io);
    CurlClient client(io.get_executor(), ClientTls());
    ports::HttpResult result;
    if (r.url.empty()) r.url = partner.url();
    asio::co_spawn(io, partner.serve(std::move(answers), false), [](std::exception_ptr) {});
    asio::co_spawn(io, client.send(std::move(r)), [&](std::exception_ptr, ports::HttpResult got) {
        result = std::move(got);
        partner.acceptor.close();
        io.stop();
    });
    io.run_for(std::chrono::seconds(10));
    return result;
}

struct Case {
    Case() : authority("CA of the server") {
        const auto identity = authority.issue("localhost", "DNS:localhost,IP:127.0.0.1");
        options.certificate_pem = identity.certificate_pem;
        options.private_key_pem = identity.key_pem;
        tls.authorities_pem = authority.pem();
    }
    /// One exchange over TLS; "{}" in the path stands for nothing.
    ports::HttpResult ask(const std::string& path, const std::string& host = "localhost") {
        TestLoop loop(options);
        ports::HttpResult result;
        const auto url = "https://" + host + ":" + std::to_string(loop.server.port()) + path;
        loop.run(once(loop, url, result));
        return result;
    }
    asio::awaitable<void> once(TestLoop& loop, std::string url, ports::HttpResult& result) {
        CurlClient client(loop.io.get_executor(), tls);
        auto op = client.send(request("POST", url, "hello"));
        result = co_await std::move(op);
    }
    TestAuthority authority;
    ServerOptions options;
    ClientTls tls;
};

}  // namespace

TEST_CASE("curl_client: method, path, query, headers and body arrive, over TLS") {
    Case c;
    const auto result = c.ask("/echo?a=1&b=%20");
    CHECK(result.ok);
    CHECK(result.failure.what == "");
    CHECK(result.response.status == 200);
    CHECK(result.response.body == "POST /echo a=1&b=%20|hello");
    CHECK(ports::header(result.response.headers, "content-type") == "text/plain");
}

TEST_CASE(
    "PD-22 F-230 curl_client: an authority that is not ours is refused before anything is sent"
) {
    Case c;
    c.tls.authorities_pem = TestAuthority("another CA").pem();
    const auto result = c.ask("/echo");
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.failure.bytes_left);
    CHECK_FALSE(result.failure.our_certificate);
}

TEST_CASE("curl_client: the system's authorities count for nothing when a partner has its own") {
    Case c;
    c.tls.authorities_pem = "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n";
    CHECK_FALSE(c.ask("/echo").ok);
}

TEST_CASE("curl_client: a certificate for another host is refused before anything is sent") {
    Case c;
    const auto identity = c.authority.issue("portal.test", "DNS:portal.test");
    c.options.certificate_pem = identity.certificate_pem;
    c.options.private_key_pem = identity.key_pem;
    for (const char* host : {"localhost", "127.0.0.1"}) {
        const auto result = c.ask("/echo", host);
        CHECK_FALSE(result.ok);
        CHECK_FALSE(result.failure.bytes_left);
    }
}

TEST_CASE("curl_client: an expired server certificate is refused") {
    Case c;
    const auto identity = c.authority.issue("localhost", "DNS:localhost", -1);
    c.options.certificate_pem = identity.certificate_pem;
    c.options.private_key_pem = identity.key_pem;
    const auto result = c.ask("/echo");
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.failure.bytes_left);
}

TEST_CASE("curl_client: mutual TLS with the wanted certificate works") {
    Case c;
    c.options.client_authorities_pem = c.authority.pem();
    c.options.client_certificate_required = true;
    const auto identity = c.authority.issue("onestop", "");
    c.tls.certificate_pem = identity.certificate_pem;
    c.tls.private_key_pem = identity.key_pem;
    const auto result = c.ask("/echo");
    CHECK_MESSAGE(result.ok, result.failure.what);
}

TEST_CASE(
    "curl_client: a missing, foreign or expired client certificate is ours to mend, and nothing "
    "was processed"
) {
    Case c;
    c.options.client_authorities_pem = c.authority.pem();
    c.options.client_certificate_required = true;
    const auto foreign = TestAuthority("another CA").issue("onestop", "");
    const auto expired = c.authority.issue("onestop", "", -1);
    for (const auto& identity : {TestIdentity(), foreign, expired}) {
        c.tls.certificate_pem = identity.certificate_pem;
        c.tls.private_key_pem = identity.key_pem;
        const auto result = c.ask("/echo");
        CHECK_FALSE(result.ok);
        CHECK_MESSAGE(result.failure.our_certificate, result.failure.what);
        CHECK_FALSE(result.failure.bytes_left);
    }
}

TEST_CASE("curl_client: a key that does not fit our certificate is ours to mend") {
    Case c;
    c.tls.certificate_pem = c.authority.issue("onestop", "").certificate_pem;
    c.tls.private_key_pem = c.authority.issue("onestop", "").key_pem;
    const auto result = c.ask("/echo");
    CHECK_FALSE(result.ok);
    CHECK(result.failure.our_certificate);
    CHECK_FALSE(result.failure.bytes_left);
}

namespace {
asio::awaitable<void> ask_many(TestLoop& loop, ClientTls tls, int count, int& connections) {
    CurlClient client(loop.io.get_executor(), std::move(tls));
    for (int i = 0; i < count; ++i) {
        auto op = client.send(request("POST", loop.url("https", "/echo"), std::to_string(i)));
        const auto result = co_await std::move(op);
        CHECK(result.response.body == "POST /echo |" + std::to_string(i));
        connections = std::max(connections, loop.server.connections());
    }
}
}  // namespace

TEST_CASE("F-21 curl_client: one connection serves many requests") {
    Case c;
    TestLoop loop(c.options);
    int connections = 0;
    loop.run(ask_many(loop, c.tls, 50, connections));
    CHECK(connections == 1);
    CHECK(loop.handler.handled == 50);
}

TEST_CASE("curl_client: a refused connection left no bytes") {
    asio::io_context io;
    asio::ip::tcp::acceptor free_port(io, {asio::ip::address_v4::loopback(), 0});
    const auto port = free_port.local_endpoint().port();
    free_port.close();
    const auto result =
        ask_fake({}, request("POST", "http://127.0.0.1:" + std::to_string(port) + "/", "x"));
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.failure.bytes_left);
    CHECK(result.failure.what != "");
}

TEST_CASE("NP-31 curl_client: a connection closed after the request left says so") {
    const auto result = ask_fake({""}, request("POST", "", "x"));
    CHECK_FALSE(result.ok);
    CHECK(result.failure.bytes_left);
    CHECK(result.response.status == 0);
}

TEST_CASE("curl_client: an answer cut short is no answer, and keeps what came") {
    const auto result =
        ask_fake({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"}, request("POST", "", "x"));
    CHECK_FALSE(result.ok);
    CHECK(result.failure.bytes_left);
    CHECK(result.response.status == 200);
    CHECK(result.response.body == "abc");
}

TEST_CASE("curl_client: headers of the last answer only, after a 100 Continue") {
    const auto result = ask_fake(
        {"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 201 Created\r\nX-B: "
         "2\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n"},
        request("POST", "", "x")
    );
    CHECK(result.ok);
    CHECK(result.response.status == 201);
    CHECK(ports::header(result.response.headers, "x-a") == "");
    CHECK(ports::header(result.response.headers, "x-b") == "2");
    CHECK(result.response.headers.size() == 3);
}

TEST_CASE("curl_client: a redirect is an answer, not an order") {
    const auto result = ask_fake(
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"},
        request("GET", "")
    );
    CHECK(result.ok);
    CHECK(result.response.status == 302);
}

TEST_CASE("curl_client: a body over the cap ends the transfer") {
    auto r = request("GET", "");
    r.answer_bytes_max = 5;
    const auto over = ask_fake({"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcdef"}, r);
    CHECK_FALSE(over.ok);
    CHECK(over.failure.too_large);
    const auto fits = ask_fake({"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde"}, r);
    CHECK(fits.ok);
    CHECK(fits.response.body == "abcde");
}

TEST_CASE("curl_client: endless headers end the transfer") {
    std::string answer = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 5'000; ++i) answer += "X-" + std::to_string(i) + ": 0123456789\r\n";
    const auto result = ask_fake({answer + "\r\n"}, request("GET", ""));
    CHECK_FALSE(result.ok);
    CHECK(result.failure.too_large);
}

TEST_CASE("curl_client: other schemes and broken headers are refused, and nothing leaves") {
    for (const char* url :
         {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "nonsense://"})
        CHECK_FALSE(ask_fake({}, request("GET", url)).ok);
    auto r = request("GET", "http://127.0.0.1:1/");
    r.headers.emplace_back("X-A", "1\r\nX-B: 2");
    const auto result = ask_fake({}, r);
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.failure.bytes_left);
    CHECK(result.failure.what == "a header holds a line break or has no name");
}

namespace {
asio::awaitable<void> twice(
    CurlClient& client, std::string url, std::string method, ports::HttpResult& second
) {
    auto first = client.send(request(method, url, "x"));
    const auto result = co_await std::move(first);
    CHECK(result.ok);
    auto op = client.send(request(method, url, "x"));
    second = co_await std::move(op);
}
}  // namespace

TEST_CASE("curl_client: a POST on a kept connection that dies is never sent twice") {
    asio::io_context io;
    FakePartner partner(io);
    CurlClient client(io.get_executor(), ClientTls());
    ports::HttpResult second;
    const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    asio::co_spawn(io, partner.serve({good, ""}, true), [&](std::exception_ptr) {
        asio::co_spawn(io, partner.serve({good}, false), [](std::exception_ptr) {});
    });
    asio::co_spawn(io, twice(client, partner.url(), "POST", second), [&](std::exception_ptr) {
        io.stop();
    });
    io.run_for(std::chrono::seconds(10));
    CHECK_FALSE(second.ok);
    CHECK(second.failure.bytes_left);
    CHECK(partner.requests == 2);
}

namespace {
asio::awaitable<void> timed(TestLoop& loop, ports::HttpResult& result) {
    CurlClient client(loop.io.get_executor(), ClientTls());
    auto r = request("POST", loop.url("http", "/wait"), "x");
    r.total_max = Duration(100);
    auto op = client.send(std::move(r));
    result = co_await std::move(op);
    loop.handler.gate.cancel();
}
asio::awaitable<void> cancelled(TestLoop& loop, ports::HttpResult& result) {
    CurlClient client(loop.io.get_executor(), ClientTls());
    asio::cancellation_signal signal;
    bool ended = false;
    auto on_end = [&](std::exception_ptr, ports::HttpResult got) {
        result = std::move(got);
        ended = true;
    };
    asio::co_spawn(
        loop.io,
        client.send(request("POST", loop.url("http", "/wait"), "x")),
        asio::bind_cancellation_slot(signal.slot(), on_end)
    );
    while (loop.handler.handled == 0) co_await test_pause(Duration(1));
    signal.emit(asio::cancellation_type::terminal);
    while (!ended) co_await test_pause(Duration(1));
    loop.handler.gate.cancel();
}
asio::awaitable<void> abandoned(TestLoop& loop) {
    auto client = std::make_unique<CurlClient>(loop.io.get_executor(), ClientTls());
    asio::co_spawn(
        loop.io,
        client->send(request("POST", loop.url("http", "/wait"), "x")),
        [](std::exception_ptr, ports::HttpResult) { FAIL("a call of a destroyed client resumed"); }
    );
    while (loop.handler.handled == 0) co_await test_pause(Duration(1));
    client.reset();
    loop.handler.gate.cancel();
}
}  // namespace

TEST_CASE("curl_client: a time-out after the request left says so") {
    TestLoop loop;
    ports::HttpResult result;
    loop.run(timed(loop, result));
    CHECK_FALSE(result.ok);
    CHECK(result.failure.bytes_left);
    CHECK(result.took >= Duration(100));
}

TEST_CASE("curl_client: cancelling ends a call at once") {
    TestLoop loop;
    ports::HttpResult result;
    loop.run(cancelled(loop, result));
    CHECK_FALSE(result.ok);
    CHECK(result.failure.what == "cancelled by the caller");
    CHECK(result.failure.bytes_left);
}

TEST_CASE("curl_client: may be destroyed while a call waits") {
    TestLoop loop;
    loop.run(abandoned(loop));
    CHECK(loop.handler.handled == 1);
}

namespace {
asio::awaitable<void> fetch(
    TestLoop& loop,
    std::string path,
    std::size_t stop_after,
    ports::HttpResult& result,
    std::size_t& size
) {
    CurlClient client(loop.io.get_executor(), ClientTls());
    std::function<bool(std::string_view)> on_piece = [&size, stop_after](std::string_view piece) {
        size += piece.size();
        return size < stop_after;
    };
    auto op = client.download(request("GET", loop.url("http", path)), std::move(on_piece));
    result = co_await std::move(op);
}
asio::awaitable<void> over_unix(TestLoop& loop, std::string path, ports::HttpResult& result) {
    ClientTls tls;
    tls.unix_socket = path;
    CurlClient client(loop.io.get_executor(), tls);
    auto op = client.send(request("PUT", "http://localhost/echo", "x"));
    result = co_await std::move(op);
}
}  // namespace

TEST_CASE("curl_client: a download comes piece by piece") {
    TestLoop loop;
    ports::HttpResult result;
    std::size_t size = 0;
    loop.run(fetch(loop, "/out", SIZE_MAX, result, size));
    CHECK(result.ok);
    CHECK(size == 3'000'000);
    CHECK(result.response.body == "");
}

TEST_CASE("curl_client: a download stops when its reader says so") {
    TestLoop loop;
    ports::HttpResult result;
    std::size_t size = 0;
    loop.run(fetch(loop, "/out", 100'000, result, size));
    CHECK_FALSE(result.ok);
    CHECK(result.failure.too_large);
    CHECK(size < 1'000'000);
}

TEST_CASE("curl_client: a download that is cut is not ok") {
    TestLoop loop;
    ports::HttpResult result;
    std::size_t size = 0;
    loop.run(fetch(loop, "/cut-out", SIZE_MAX, result, size));
    CHECK_FALSE(result.ok);
    CHECK(size == 2'000'000);
}

TEST_CASE("curl_client: the body of a refused download is collected, not handed on") {
    TestLoop loop;
    ports::HttpResult result;
    std::size_t size = 0;
    loop.run(fetch(loop, "/refuse-in", SIZE_MAX, result, size));
    CHECK(result.ok);
    CHECK(result.response.status == 401);
    CHECK(result.response.body == "GET /refuse-in |");
    CHECK(size == 0);
}

TEST_CASE("curl_client: speaks over a unix socket") {
    ServerOptions options;
    const auto path = "/tmp/gw_net_test_" + std::to_string(::getpid()) + ".sock";
    options.listen = "unix:" + path;
    ports::HttpResult result;
    {
        TestLoop loop(options);
        loop.run(over_unix(loop, path, result));
    }
    CHECK(result.ok);
    CHECK(result.response.body == "PUT /echo |x");
    CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("system_clock: sleeping until a past instant returns, a near one is waited for") {
    asio::io_context io;
    SystemClock clock(io.get_executor());
    const auto began = clock.now();
    bool slept = false;
    asio::co_spawn(io, clock.sleep_until(began - Duration(5)), [](std::exception_ptr e) {
        CHECK(!e);
    });
    asio::co_spawn(io, clock.sleep_until(began + Duration(30)), [&](std::exception_ptr e) {
        slept = !e;
    });
    io.run();
    CHECK(slept);
    CHECK(clock.now() >= began + Duration(30));
}

TEST_CASE(
    "curl_client: a name that resolves to loopback is not dialled unless the network is listed"
) {
    for (const bool listed : {false, true}) {
        Case c;
        c.tls.networks.emplace();
        if (listed) c.tls.networks->push_back("127.0.0.0/8");
        for (const char* host : {"localhost", "127.0.0.1", "127.1", "2130706433"}) {
            if (listed && host[0] != 'l') continue;  // the certificate names localhost
            const auto result = c.ask("/echo", host);
            CHECK_MESSAGE(result.ok == listed, result.failure.what);
            CHECK(result.failure.address_refused == !listed);
            CHECK_FALSE(result.failure.bytes_left);
        }
    }
}

TEST_CASE("curl_client: a trusted host is dialled wherever it is") {
    Case c;
    c.tls.networks.emplace();
    c.tls.trusted_hosts = {"localhost"};
    CHECK(c.ask("/echo").ok);
    CHECK(c.ask("/echo", "127.0.0.1").failure.address_refused);
}
