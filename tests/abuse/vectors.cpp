// Hostile and odd requests, and how each must be answered.
#include "tests/abuse/vectors.hpp"

#include <cstdio>

namespace gw::abuse {
namespace {

using namespace std::string_literals;

const std::string good = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get_with(const std::string& lines) {
    return "GET /echo HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}
std::string post_with(const std::string& lines, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body;
}
std::string chunked(const std::string& body) {
    return post_with("Transfer-Encoding: chunked\r\n", body);
}
std::string line(const std::string& request_line) {
    return request_line + "\r\nHost: a\r\n\r\n";
}
std::string many(const std::string& text, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += text;
    return out;
}
/// Visible name for one byte.
std::string byte_name(int byte) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%02x", static_cast<unsigned>(byte));
    return text;
}

void add_lengths(std::vector<Vector>& v) {
    const std::string zero = "0\r\n\r\n", both = zero + smuggled;
    v.push_back(
        {"CL then TE",
         post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", both),
         "400"}
    );
    v.push_back(
        {"TE then CL",
         post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", both),
         "400"}
    );
    v.push_back(
        {"CL 0 and TE",
         post_with("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", both),
         "400"}
    );
    v.push_back(
        {"duplicate CL, equal", post_with("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), "400"}
    );
    v.push_back(
        {"duplicate CL, unequal",
         post_with("Content-Length: 0\r\nContent-Length: 40\r\n", smuggled),
         "400"}
    );
    v.push_back(
        {"duplicate CL, other case",
         post_with("Content-Length: 0\r\ncontent-length: 40\r\n", smuggled),
         "400"}
    );
    for (const char* value :
         {"1,1",
          "1, 2",
          "+1",
          "-1",
          "0x1",
          "1e1",
          "1.0",
          "1 ",
          "one",
          "",
          "1;2",
          "\"1\"",
          "0 1",
          "18446744073709551616",
          "18446744073709551615",
          "9999999999999999999999",
          "1\t2",
          "1_0"})
        v.push_back(
            {"CL \""s + value + "\"",
             post_with("Content-Length: "s + value + "\r\n", "x" + good),
             value == "1 "s ? "200 200" : "400"}
        );
    v.push_back({"CL larger than the plan", post_with("Content-Length: 200001\r\n", ""), "413"});
    v.push_back({"CL of an exabyte", post_with("Content-Length: 999999999999999999\r\n", ""), "413"}
    );
    v.push_back({"CL, body never comes", post_with("Content-Length: 10\r\n", ""), "408"});
    v.push_back({"CL, body stops", post_with("Content-Length: 10\r\n", "abc"), "408"});
    v.push_back(
        {"GET with a body",
         "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + good,
         "200 200"}
    );
    v.push_back(
        {"HTTP/1.0 with TE",
         "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + both,
         "400"}
    );
    v.push_back(
        {"HTTP/1.0 with a request behind it", "GET /echo HTTP/1.0\r\n\r\n" + smuggled, "200"}
    );
    v.push_back(
        {"HTTP/1.0 keep-alive",
         "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + smuggled,
         "200"}
    );
}

void add_codings(std::vector<Vector>& v) {
    for (const char* value :
         {"gzip",
          "deflate",
          "identity",
          "xchunked",
          "chunkedx",
          "\"chunked\"",
          "chunk",
          "",
          "cow",
          ";chunked"})
        v.push_back(
            {"TE \""s + value + "\"",
             post_with("Transfer-Encoding: "s + value + "\r\n", "0\r\n\r\n"),
             "501"}
        );
    for (const char* value :
         {"gzip, chunked",
          "chunked, gzip",
          "chunked, chunked",
          "identity, chunked",
          ",chunked",
          "chunked,"})
        v.push_back(
            {"TE \""s + value + "\"",
             post_with("Transfer-Encoding: "s + value + "\r\n", "0\r\n\r\n"),
             "400"}
        );
    v.push_back(
        {"TE twice",
         post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         "400"}
    );
    v.push_back(
        {"TE twice, second odd",
         post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n", "0\r\n\r\n"),
         "400|501"}
    );
    v.push_back(
        {"TE with a vertical tab",
         post_with(
             "Transfer-Encoding: \x0b"
             "chunked\r\n",
             "0\r\n\r\n"
         ),
         "400"}
    );
    v.push_back(
        {"TE folded", post_with("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), "400|501"}
    );
    v.push_back(
        {"TE with a blank before the colon",
         post_with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
         "400"}
    );
    v.push_back(
        {"TE in capitals",
         post_with("TRANSFER-ENCODING: CHUNKED\r\n", "1\r\nx\r\n0\r\n\r\n" + good),
         "200 200"}
    );
    v.push_back(
        {"gzip bomb",
         post_with(
             "Content-Encoding: gzip\r\nContent-Length: 20\r\n",
             "\x1f\x8b\x08" + std::string(17, '\0')
         ),
         "415"}
    );
    v.push_back(
        {"brotli body", post_with("Content-Encoding: br\r\nContent-Length: 1\r\n", "x"), "415"}
    );
}

void add_chunks(std::vector<Vector>& v) {
    for (const char* body :
         {"\r\n0\r\n\r\n",
          "x\r\n",
          "-1\r\n",
          "+1\r\nx\r\n",
          "0x1\r\nx\r\n",
          " 1\r\nx\r\n",
          "1 \r\nx\r\n",
          "1\nx\n0\n\n",
          "1\r\nxx\r\n",
          "1\r\nx0\r\n\r\n",
          "1\r\nx\n0\r\n\r\n",
          "1\r\nx\r0\r\n\r\n",
          "10000000000000000\r\nx",
          "ffffffffffffffff\r\nx",
          "0000000000000001\r\nx\r\n0\r\n\r\n",
          ";a=b\r\n",
          "1;a\nb\r\nx\r\n0\r\n\r\n",
          "1,1\r\nx\r\n",
          "1\tx\r\n",
          "0\r\nA: b\n\r\n",
          "0\r\n folded\r\n\r\n",
          "0\r\n: x\r\n\r\n",
          "0\r\n\rX",
          "\xef\xbc\x91\r\nx\r\n"})
        v.push_back({"chunks "s + body, chunked(body), "400"});
    v.push_back({"chunk extension of 1 MiB", chunked("1;" + std::string(1 << 20, 'e')), "400"});
    v.push_back(
        {"chunk extensions, many",
         chunked(many("1;0123456789\r\nx\r\n", 5'000) + "0\r\n\r\n"),
         "400"}
    );
    v.push_back(
        {"chunk extension, small", chunked("1;a=\"b\"\r\nx\r\n0;c\r\n\r\n") + good, "200 200"}
    );
    v.push_back({"trailers of 1 MiB", chunked("0\r\n" + many("A: 0123456789\r\n", 70'000)), "400"});
    v.push_back(
        {"trailer with a length", chunked("0\r\nContent-Length: 50\r\n\r\n") + good, "200 200"}
    );
    v.push_back(
        {"chunks over the plan",
         chunked(many("10000\r\n" + std::string(65'536, 'x') + "\r\n", 8)),
         "413"}
    );
    v.push_back(
        {"chunk announced over the plan", chunked("fffffff\r\n" + std::string(300'000, 'x')), "413"}
    );
    v.push_back({"chunks without an end", chunked("1\r\nx\r\n"), "408"});
    v.push_back({"chunk size never ends", chunked("1"), "408"});
    v.push_back(
        {"100,000 chunks of a byte",
         chunked(many("1\r\nx\r\n", 100'000) + "0\r\n\r\n") + good,
         "200 200"}
    );
}

void add_lines(std::vector<Vector>& v) {
    v.push_back({"bare LF throughout", "GET /echo HTTP/1.1\nHost: a\n\n", "400"});
    v.push_back({"bare LF after the request line", "GET /echo HTTP/1.1\nHost: a\r\n\r\n", "400"});
    v.push_back({"bare LF after a header", "GET /echo HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "400"});
    v.push_back({"bare LF as blank line", "GET /echo HTTP/1.1\r\nHost: a\r\n\n", "400"});
    v.push_back({"bare CR in a value", get_with("X: a\rb\r\n"), "400"});
    v.push_back({"CR CR LF", "GET /echo HTTP/1.1\r\r\nHost: a\r\n\r\n", "400"});
    v.push_back({"CR as blank line", "GET /echo HTTP/1.1\r\nHost: a\r\n\rX", "400"});
    v.push_back({"empty line first", "\r\n" + good, "400"});
    v.push_back({"obs-fold with a blank", get_with("X: a\r\n b\r\n"), "400"});
    v.push_back({"obs-fold with a tab", get_with("X: a\r\n\tb\r\n"), "400"});
    v.push_back({"obs-fold before any header", "GET /echo HTTP/1.1\r\n Host: a\r\n\r\n", "400"});
    v.push_back(
        {"obs-fold hides a length", post_with("X: a\r\n Content-Length: 40\r\n", smuggled), "400"}
    );
    v.push_back({"no colon", get_with("Header\r\n"), "400"});
    v.push_back({"no name", get_with(": x\r\n"), "400"});
    v.push_back({"name with a blank", get_with("A B: x\r\n"), "400"});
    v.push_back({"blank before the colon", get_with("X : x\r\n"), "400"});
    v.push_back({"name in UTF-8", get_with("T\xc3\xaan: x\r\n"), "400"});
    v.push_back({"value in UTF-8", get_with("X: T\xc3\xaan\r\n") + good, "200 200"});
    v.push_back({"two hosts", get_with("Host: b\r\n"), "400"});
    v.push_back({"two equal hosts", get_with("Host: a\r\n"), "400"});
    v.push_back({"no host", "GET /echo HTTP/1.1\r\n\r\n", "400"});
    for (const char* host : {"a/b", "a b", "a,b", "a@b", "a?b", "a\\b", "<a>"})
        v.push_back({"host "s + host, "GET /echo HTTP/1.1\r\nHost: "s + host + "\r\n\r\n", "400"});
    for (int byte : {0x00, 0x01, 0x08, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f}) {
        const std::string c(1, static_cast<char>(byte));
        v.push_back(
            {"byte " + byte_name(byte) + " in a value", get_with("X: a" + c + "b\r\n"), "400"}
        );
        v.push_back({"byte " + byte_name(byte) + " in a name", get_with("X" + c + ": b\r\n"), "400"}
        );
        v.push_back(
            {"byte " + byte_name(byte) + " in the path", line("GET /a" + c + "b HTTP/1.1"), "400"}
        );
    }
    for (const char c : "\"(),/;<=>?@[\\]{}"s)
        v.push_back({"name with "s + c, get_with("X"s + c + ": b\r\n"), "400"});
}

void add_requests(std::vector<Vector>& v) {
    for (const char* request :
         {"GET",
          "GET /",
          "GET  /echo HTTP/1.1",
          " GET /echo HTTP/1.1",
          "GET /echo HTTP/1.1 ",
          "GET /echo  HTTP/1.1",
          "GET /e o HTTP/1.1",
          "GET\t/echo\tHTTP/1.1",
          "GET /echo HTTP/1",
          "GET /echo HTTP/11",
          "GET /echo HTTP/1.1x",
          "GET /echo http/1.1",
          "GET /echo HTTP 1.1",
          "GET /echo HTTPS/1.1",
          "GET /echo",
          "G@T /echo HTTP/1.1",
          "/echo GET HTTP/1.1",
          "GET echo HTTP/1.1",
          "GET http://a/echo HTTP/1.1",
          "GET https://a/echo HTTP/1.1",
          "GET //a:b@c/ x HTTP/1.1",
          "GET * HTTP/1.1",
          "OPTIONS * HTTP/1.1",
          "GET /echo#x HTTP/1.1",
          "GET \xe1\xbb\x87 HTTP/1.1",
          "GET /\xe1\xbb\x87 HTTP/1.1",
          "GET \\echo HTTP/1.1",
          "= / HTTP/1.1 /"})
        v.push_back({"request line "s + request, line(request), "400"});
    for (const char* version : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/9.9", "HTTP/3.0"})
        v.push_back({"version "s + version, line("GET /echo "s + version), "505"});
    v.push_back({"CONNECT", line("CONNECT a:443 HTTP/1.1"), "501"});
    v.push_back({"TRACE", line("TRACE /echo HTTP/1.1"), "501"});
    v.push_back({"method of 40 letters", line(std::string(40, 'M') + " /echo HTTP/1.1"), "501"});
    v.push_back({"h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"});
    v.push_back(
        {"h2c upgrade",
         get_with(
             "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
         ) + good,
         "200 200"}
    );
    v.push_back(
        {"websocket upgrade",
         get_with("Connection: Upgrade\r\nUpgrade: websocket\r\n") + good,
         "200 200"}
    );
    v.push_back(
        {"TLS hello on a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, "400"}
    );
    v.push_back({"SSH on an HTTP port", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "400"});
    v.push_back({"SMTP on an HTTP port", "EHLO a\r\n\r\n", "400"});
    v.push_back({"random bytes", "\x9c\x81\xfe\x00\x12\x99"s, "400"});
    v.push_back({"unfinished request line", "GET /ec", "408"});
    v.push_back({"unfinished header", "GET /echo HTTP/1.1\r\nHost: a\r\nX: ", "408"});
    v.push_back({"unfinished blank line", "GET /echo HTTP/1.1\r\nHost: a\r\n\r", "408"});
    v.push_back({"path of 9 kB", line("GET /" + std::string(9'000, 'a') + " HTTP/1.1"), "414"});
    v.push_back({"path of 1 MiB", "GET /" + std::string(1 << 20, 'a'), "431"});
    v.push_back(
        {"header of 1 MiB",
         "GET /echo HTTP/1.1\r\nHost: a\r\nX: " + std::string(1 << 20, 'a'),
         "431"}
    );
    v.push_back({"101 headers", get_with(many("X: 1\r\n", 100)), "431"});
    v.push_back({"100 headers", get_with(many("X: 1\r\n", 99)) + good, "200 200"});
    v.push_back({"100,000 headers", get_with(many("X: 1\r\n", 100'000)), "431"});
    v.push_back(
        {"expect something else",
         post_with("Expect: 200-maybe\r\nContent-Length: 1\r\n", "x"),
         "417"}
    );
    v.push_back(
        {"expect twice",
         post_with("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1\r\n", "x"),
         "400"}
    );
    v.push_back({"pipelined garbage", good + "garbage\r\n\r\n" + good, "200 400"});
    v.push_back({"pipelined NUL", good + "\0\0\0\0"s + good, "200 400"});
    v.push_back(
        {"pipelined smuggle",
         good + post_with(
                    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled
                ),
         "200 400"}
    );
    v.push_back({"100 pipelined", many(good, 100), many("200 ", 99) + "200"});
    v.push_back({"close means close", get_with("Connection: close\r\n") + smuggled, "200"});
    v.push_back({"close in a list", get_with("Connection: keep-alive, CLOSE\r\n") + smuggled, "200"}
    );
}

}  // namespace

std::vector<Vector> vectors() {
    std::vector<Vector> v;
    add_lengths(v);
    add_codings(v);
    add_chunks(v);
    add_lines(v);
    add_requests(v);
    return v;
}

}  // namespace gw::abuse
