// Header blocks and chunked bodies, one by one and in every cut.
#include "gateway/net/http_framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace gw::net;

namespace {

Head head_of(const std::string& lines) {
    return check_head("POST /x?y HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
}

/// What a decoder makes of `bytes` given in pieces of `step` bytes: "body|rest", or "bad" or
/// "more".
std::string decoded(const std::string& bytes, std::size_t step) {
    ChunkDecoder decoder;
    std::string body;
    for (std::size_t i = 0; i < bytes.size(); i += step) {
        auto window = std::string_view(bytes).substr(i, step);
        while (true) {
            std::string_view piece;
            const auto result = decoder.next(window, piece);
            body += piece;
            if (result == ChunkDecoder::Step::bad) return "bad";
            if (result == ChunkDecoder::Step::end)
                return body + "|" + std::string(window) +
                       bytes.substr(std::min(bytes.size(), i + step));
            if (result == ChunkDecoder::Step::need_more) break;
        }
    }
    return "more";
}

}  // namespace

TEST_CASE("check_head: plain requests") {
    const auto get =
        check_head("GET /v1/dossiers?limit=1 HTTP/1.1\r\nHost: gateway.test:8443\r\n\r\n");
    CHECK(get.status == 0);
    CHECK(get.method == "GET");
    CHECK(get.target == "/v1/dossiers?limit=1");
    CHECK_FALSE(get.has_body());
    CHECK(get.keep_alive);
    CHECK(head_of("Content-Length: 12\r\n").content_length == 12);
    CHECK(head_of("content-length:12\r\n").has_body());
    CHECK_FALSE(head_of("Content-Length: 0\r\n").has_body());
    CHECK(head_of("Transfer-Encoding: Chunked\r\n").chunked);
    CHECK(head_of("Expect: 100-Continue\r\n").expects_continue);
    CHECK_FALSE(head_of("Connection: foo, Close\r\n").keep_alive);
    CHECK(check_head("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").status == 0);
    CHECK(head_of("X-Name: Nguy\xe1\xbb\x85n\r\nX-Empty:\r\n").status == 0);
}

TEST_CASE("check_head: HTTP/1.0 is answered once and never chunked") {
    const auto old = check_head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(old.status == 0);
    CHECK_FALSE(old.keep_alive);
    CHECK(check_head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").status == 400);
}

TEST_CASE("check_head: what two parsers could read differently is refused") {
    const std::pair<const char*, int> rows[] = {
        {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400},
        {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", 400},
        {"Content-Length: 1\r\nContent-Length: 1\r\n", 400},
        {"Content-Length: 1, 1\r\n", 400},
        {"Content-Length: +1\r\n", 400},
        {"Content-Length: -1\r\n", 400},
        {"Content-Length: 0x1\r\n", 400},
        {"Content-Length: 1 2\r\n", 400},
        {"Content-Length:\r\n", 400},
        {"Content-Length: 99999999999999999999\r\n", 400},
        {"Content-Length : 1\r\n", 400},
        {"Transfer-Encoding: gzip\r\n", 501},
        {"Transfer-Encoding: identity\r\n", 501},
        {"Transfer-Encoding: gzip, chunked\r\n", 400},
        {"Transfer-Encoding: chunked, identity\r\n", 400},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
        {"Transfer-Encoding: chunkedx\r\n", 501},
        {"Transfer-Encoding: \"chunked\"\r\n", 501},
        {"Host: b\r\n", 400},
        {"X: 1\r\n 2\r\n", 400},
        {" X: 1\r\n", 400},
        {"X\r\n", 400},
        {": 1\r\n", 400},
        {"X(y): 1\r\n", 400},
        {"Expect: 200-ok\r\n", 417},
        {"Content-Encoding: gzip\r\n", 415},
    };
    for (const auto& [lines, status] : rows) CHECK_MESSAGE(head_of(lines).status == status, lines);
}

TEST_CASE("check_head: request lines") {
    const auto status = [](const std::string& line) {
        return check_head(line + "\r\nHost: a\r\n\r\n").status;
    };
    CHECK(status("GET / HTTP/1.1") == 0);
    for (const char* bad :
         {"GET /",
          "GET  / HTTP/1.1",
          " GET / HTTP/1.1",
          "GET / HTTP/1.1 ",
          "GET / HTTP/11",
          "GET / http/1.1",
          "G(T / HTTP/1.1",
          "GET http://a/ HTTP/1.1",
          "GET * HTTP/1.1",
          "GET a HTTP/1.1",
          "GET /a b HTTP/1.1",
          "GET /#f HTTP/1.1",
          "GET /\x80 HTTP/1.1",
          "GET\t/\tHTTP/1.1"})
        CHECK_MESSAGE(status(bad) == 400, bad);
    CHECK(status("GET / HTTP/2.0") == 505);
    CHECK(status("PRI * HTTP/2.0") == 505);
    CHECK(status("CONNECT /a HTTP/1.1") == 501);
    CHECK(status("GET /" + std::string(9'000, 'a') + " HTTP/1.1") == 414);
    CHECK(check_head("GET / HTTP/1.1\r\n\r\n").status == 400);
    std::string many;
    for (int i = 0; i < 100; ++i) many += "X: 1\r\n";
    CHECK(head_of(many).status == 431);
}

TEST_CASE("find_head_end: found at once and in every cut") {
    const std::string block = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
    HeadEnd end;
    for (std::size_t n = 0; n <= block.size(); ++n) {
        end = find_head_end(block.substr(0, n), end.at);
        CHECK((end.kind == HeadEnd::Kind::found) == (n == block.size()));
    }
    CHECK(end.at == block.size());
    CHECK(find_head_end(block + "POST", 0).at == block.size());
}

TEST_CASE("find_head_end: control characters and lone line ends are bad at once") {
    for (const std::string& bad :
         {std::string("GET / HTTP/1.1\n"),
          std::string("GET / HTTP/1.1\rA"),
          std::string("A\0B", 3),
          std::string("\r\nGET"),
          std::string("\n"),
          std::string("\x16\x03\x01"),
          std::string("A\x7f"),
          std::string("A\r\nB\n\n")})
        CHECK(find_head_end(bad, 0).kind == HeadEnd::Kind::bad);
}

TEST_CASE("chunks: the same body in every cut") {
    const std::string coded =
        "5\r\nhello\r\n1;name=value;x=\"y\"\r\n \r\n00A\r\n0123456789\r\n0;last\r\nTrailer: "
        "1\r\nB:\r\n\r\nNEXT";
    for (std::size_t step = 1; step <= coded.size(); ++step)
        CHECK(decoded(coded, step) == "hello 0123456789|NEXT");
    CHECK(decoded("0\r\n\r\n", 1) == "|");
}

TEST_CASE("chunks: malformed ones are bad in every cut") {
    for (const std::string& bad :
         {std::string("\r\n"),
          std::string("g\r\n"),
          std::string("-1\r\n"),
          std::string("+1\r\n"),
          std::string("0x5\r\nhello"),
          std::string(" 5\r\nhello"),
          std::string("5 \r\nhello"),
          std::string("5\nhello"),
          std::string("5\r\nhelloX"),
          std::string("5\r\nhello\n0\r\n"),
          std::string("5\r\nhello\r0"),
          std::string("5;a\nb\r\nhello"),
          std::string("5;\0\r\nhello", 10),
          std::string("10000000000000000\r\n"),
          std::string("fffffffffffffffff\r\n"),
          std::string("0000000000000005\r\nhello\r\n"),
          std::string("0\r\n folded\r\n\r\n"),
          std::string("0\r\nA: b\n\r\n"),
          std::string("0\r\n: b\r\n\r\n"),
          std::string("0\r\n\rX"),
          "5;" + std::string(9'000, 'x'),
          "0\r\nA: " + std::string(9'000, 'x')})
        for (std::size_t step = 1; step <= 16; ++step)
            CHECK_MESSAGE(decoded(bad, step) == "bad", bad);
}

TEST_CASE("chunks: extensions are counted over the whole body") {
    std::string bomb;
    for (int i = 0; i < 100; ++i) bomb += "1;" + std::string(100, 'e') + "\r\nx\r\n";
    CHECK(decoded(bomb + "0\r\n\r\n", 4096) == "bad");
}
