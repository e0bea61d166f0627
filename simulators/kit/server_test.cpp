// What each fate looks like on the wire, seen by a raw socket.
#include "simulators/kit/server.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/certificates.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <thread>

namespace sim::kit {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

/// A server on its own thread, and raw clients for it.
class House {
public:
    explicit House(Server::Handler handler, ServerOptions options = {}) {
        server_ =
            std::make_unique<Server>(io_.get_executor(), std::move(options), std::move(handler));
        port_ = server_->port();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~House() {
        asio::post(io_, [this] { server_->stop(); });
        thread_.join();
        server_.reset();
    }
    std::uint16_t port() const { return port_; }
    tcp::socket connect() {
        tcp::socket s(client_);
        s.connect({asio::ip::make_address("127.0.0.1"), port_});
        return s;
    }
    asio::io_context& client() { return client_; }

private:
    asio::io_context io_, client_;
    std::unique_ptr<Server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

struct Seen {
    std::string bytes;
    error_code end;
};
Seen ask(House& house, const std::string& request) {
    auto s = house.connect();
    asio::write(s, asio::buffer(request));
    Seen seen;
    asio::read(s, asio::dynamic_buffer(seen.bytes), seen.end);
    return seen;
}

Server::Handler always(Fate fate, core::Duration delay = core::Duration(0)) {
    return [fate, delay](const Call&) {
        Answer a = text_answer(200, "0123456789");
        a.fate = fate;
        a.delay = delay;
        return a;
    };
}
const std::string get =
    "GET /a%20b+c?x=1&y=%C4%91 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_CASE("server: fate answer: a whole answer, then a clean end") {
    House house(always(Fate::answer));
    auto seen = ask(house, get);
    CHECK(seen.end == asio::error::eof);
    CHECK(seen.bytes.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(seen.bytes.find("Content-Length: 10\r\n") != std::string::npos);
    CHECK(seen.bytes.ends_with("\r\n\r\n0123456789"));
}

TEST_CASE("server: fate reset: a TCP reset, not a clean close") {
    House house(always(Fate::reset));
    auto seen = ask(house, get);
    CHECK(seen.end == asio::error::connection_reset);
    CHECK(seen.bytes.empty());
}

TEST_CASE("server: fate close_before_status: a clean close without a byte") {
    House house(always(Fate::close_before_status));
    auto seen = ask(house, get);
    CHECK(seen.end == asio::error::eof);
    CHECK(seen.bytes.empty());
}

TEST_CASE("server: fate endless: no length, and it goes on until the caller has enough") {
    House house([](const Call&) {
        Answer a = text_answer(200, "begin");
        a.fate = Fate::endless;
        a.filler = std::string(1'000, 'x');
        return a;
    });
    auto s = house.connect();
    asio::write(s, asio::buffer(get));
    std::string bytes(200'000, ' ');
    error_code ec;
    asio::read(s, asio::buffer(bytes), ec);
    CHECK_FALSE(ec);
    CHECK(bytes.find("Content-Length") == std::string::npos);
    CHECK(bytes.find("\r\n\r\nbeginxxx") != std::string::npos);
    s.close();
}

TEST_CASE("server: fate answer_twice: a second answer on the same connection, unasked") {
    House house(always(Fate::answer_twice));
    const auto seen = ask(house, get);
    const auto second = seen.bytes.find("HTTP/1.1 200 OK\r\n", 1);
    REQUIRE(second != std::string::npos);
    CHECK(seen.bytes.substr(0, second) == seen.bytes.substr(second));
}

TEST_CASE("server: fate eof_before_length: the header announces more than comes") {
    House house(always(Fate::eof_before_length));
    auto seen = ask(house, get);
    CHECK(seen.end == asio::error::eof);
    CHECK(seen.bytes.find("Content-Length: 10\r\n") != std::string::npos);
    CHECK(seen.bytes.ends_with("\r\n\r\n01234"));
}

TEST_CASE("server: fate hang: no byte comes and the connection stays open until the caller leaves"
) {
    House house(always(Fate::hang));
    auto s = house.connect();
    asio::write(s, asio::buffer(get));
    // A second connection is served meanwhile: its answer proves that the first was handled.
    auto other = ask(house, "GARBAGE\r\n\r\n");
    CHECK(other.bytes.starts_with("HTTP/1.1 400"));
    s.non_blocking(true);
    char byte = 0;
    error_code ec;
    s.read_some(asio::buffer(&byte, 1), ec);
    CHECK(ec == asio::error::would_block);
}

TEST_CASE("server: delay: nothing before the time, everything after it") {
    House house(always(Fate::answer, core::Duration(120)));
    auto began = std::chrono::steady_clock::now();
    auto seen = ask(house, get);
    CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(120));
    CHECK(seen.bytes.ends_with("0123456789"));
}

TEST_CASE("server: call: path decoded, query raw, headers found without case") {
    House house([](const Call& c) {
        return text_answer(
            200,
            c.method + "|" + c.path + "|" + c.query + "|" + c.parameter("y") + "|" +
                std::string(c.header("x-mau")) + "|" + c.body + "|" + c.remote
        );
    });
    auto seen =
        ask(house,
            "POST /a%20b+c?x=1&y=%C4%91 HTTP/1.1\r\nHost: h\r\nX-Mau: v\r\nContent-Length: "
            "3\r\nConnection: close\r\n\r\nxyz");
    CHECK(seen.bytes.ends_with("POST|/a b+c|x=1&y=%C4%91|đ|v|xyz|127.0.0.1"));
}

TEST_CASE("server: keep-alive: two requests sent at once are answered in order on one connection") {
    int n = 0;
    House house([&n](const Call& c) { return text_answer(200, c.path + std::to_string(++n)); });
    auto seen = ask(
        house,
        "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    );
    auto first = seen.bytes.find("/a1"), second = seen.bytes.find("/b2");
    CHECK(first != std::string::npos);
    CHECK(second != std::string::npos);
    CHECK(first < second);
}

TEST_CASE("server: a body over the limit is refused with 413") {
    ServerOptions options;
    options.body_bytes_max = 10;
    House house(always(Fate::answer), options);
    auto seen = ask(house, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890");
    CHECK(seen.bytes.starts_with("HTTP/1.1 413"));
}

TEST_CASE("server: a handler that throws becomes a 500") {
    House house([](const Call&) -> Answer { throw std::runtime_error("x"); });
    CHECK(ask(house, get).bytes.starts_with("HTTP/1.1 500"));
}

TEST_CASE("server: 80 connections at once are all answered") {
    House house(always(Fate::answer));
    std::vector<tcp::socket> sockets;
    for (int i = 0; i < 80; ++i) sockets.push_back(house.connect());
    int whole = 0;
    for (auto& s : sockets) asio::write(s, asio::buffer(get));
    for (auto& s : sockets) {
        std::string bytes;
        error_code ec;
        asio::read(s, asio::dynamic_buffer(bytes), ec);
        whole += bytes.ends_with("0123456789");
    }
    CHECK(whole == 80);
}

Seen ask_tls(
    House& house, const std::string& trusted_pem, const std::string& host, error_code& shaken
) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_verify_mode(asio::ssl::verify_peer);
    context.add_certificate_authority(asio::buffer(trusted_pem));
    asio::ssl::stream<tcp::socket> s(house.connect(), context);
    s.set_verify_callback(asio::ssl::host_name_verification(host));
    s.handshake(asio::ssl::stream_base::client, shaken);
    Seen seen;
    if (shaken) return seen;
    asio::write(s, asio::buffer(get));
    asio::read(s, asio::dynamic_buffer(seen.bytes), seen.end);
    return seen;
}

TEST_CASE("server: TLS: answers, resets, and shows another certificate when told so") {
    ServerOptions options;
    options.certificate = self_signed("portal.test", -60, 3'600);
    options.other_certificates["tls_expired"] = self_signed("portal.test", -7'200, -3'600);
    std::string face;
    options.choose_certificate = [&face] { return face; };
    auto good = options.certificate.certificate_pem;
    auto expired = options.other_certificates["tls_expired"].certificate_pem;
    Fate fate = Fate::answer;
    House house([&fate](const Call& c) { return always(fate)(c); }, options);

    error_code shaken;
    CHECK(ask_tls(house, good, "portal.test", shaken).bytes.ends_with("0123456789"));
    CHECK_FALSE(shaken);
    ask_tls(house, good, "other.test", shaken);
    CHECK(shaken);
    fate = Fate::reset;
    CHECK(ask_tls(house, good, "portal.test", shaken).end == asio::error::connection_reset);
    fate = Fate::close_before_status;  // no close-notify: a cut below TLS
    CHECK(ask_tls(house, good, "portal.test", shaken).end == asio::ssl::error::stream_truncated);
    face = "tls_expired";
    ask_tls(house, expired, "portal.test", shaken);
    CHECK(shaken);
}

TEST_CASE("certificates: an authority's own server is trusted, each bad face is not") {
    const auto authority = self_signed("authority.test", -60, 3'600);
    ServerOptions options;
    options.certificate = signed_by(authority, "portal.test", -60, 3'600);
    options.other_certificates = bad_certificates(authority, "portal.test");
    std::string face;
    options.choose_certificate = [&face] { return face; };
    House house(always(Fate::answer), options);
    for (const char* shown : {"", "tls_expired", "tls_wrong_host", "tls_unknown_ca"}) {
        face = shown;
        error_code shaken;
        ask_tls(house, authority.certificate_pem, "portal.test", shaken);
        CHECK(bool(shaken) == !face.empty());
    }
}

}  // namespace
}  // namespace sim::kit
