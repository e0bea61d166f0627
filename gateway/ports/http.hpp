// HTTP as the gateway's parts see it, without any HTTP library: requests out, requests in.
#pragma once

#include "gateway/core/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::ports {

namespace asio = boost::asio;

struct Header {
    Header() = default;
    Header(std::string n, std::string v) : name(std::move(n)), value(std::move(v)) {}
    std::string name, value;
};
using Headers = std::vector<Header>;
/// First header of that name, ASCII case ignored; "" when missing.
std::string_view header(const Headers& headers, std::string_view name);

// ---- out ----

struct HttpRequest {
    HttpRequest() = default;
    std::string method = "GET", url, body;
    Headers headers;
    core::Duration connect_max{3'000}, total_max{60'000};
    std::size_t answer_bytes_max = 8 << 20;
};
struct HttpResponse {
    HttpResponse() = default;
    long status = 0;
    Headers headers;
    std::string body;
};
/// Why no whole answer came. `bytes_left`: some byte of the request may have reached the other
/// side.
struct HttpFailure {
    HttpFailure() = default;
    bool bytes_left = false;
    bool our_certificate = false;  // a TLS alert about our certificate: not processed there
    bool too_large = false;
    bool address_refused = false;  // the policy of addresses forbids it; nothing was dialled
    std::string what;              // for a person; no secrets
};
struct HttpResult {
    HttpResult() = default;
    bool ok = false;        // a whole answer came; its status may still be an error
    HttpResponse response;  // filled as far as it came
    HttpFailure failure;    // when !ok
    core::Duration took{0};
};
class HttpClient {
public:
    virtual ~HttpClient() = default;
    /// Sends one request and waits for the whole answer. Never throws for network reasons.
    /// Redirects are not followed.
    virtual asio::awaitable<HttpResult> send(HttpRequest request) = 0;
    /// As send, giving the body piece by piece; `on_piece` returns false to stop (then !ok,
    /// too_large).
    virtual asio::awaitable<HttpResult> download(
        HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) = 0;
};

// ---- in ----

/// A request body that is read piece by piece under a limit.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    /// Next piece (at most 64 KiB), empty at the end.
    /// Errors: give_up "request.too_large", "request.cut_short".
    virtual asio::awaitable<core::Result<std::string>> read() = 0;
};
/// A piece-wise answer body.
class AnswerStream {
public:
    virtual ~AnswerStream() = default;
    /// Next piece, empty at the end. Errors end the connection.
    virtual core::Result<std::string> read() = 0;
};
struct InRequest {
    InRequest() = default;
    std::string method, path, query;  // path percent-encoded as received, without query
    Headers headers;
    std::string body;  // whole body, unless `stream` is set
    std::shared_ptr<BodyStream> stream;
    std::string remote;  // address of the peer: "127.0.0.1"; "unix" on the admin socket
    std::uint64_t content_length = 0;  // 0 also when unknown
};
struct InAnswer {
    InAnswer() = default;
    int status = 200;  // 0: the connection is closed without an answer
    Headers headers;   // Content-Type included; Content-Length is added by the server
    std::string body;
    std::shared_ptr<AnswerStream> stream;  // instead of body, with stream_size
    std::uint64_t stream_size = 0;
};
/// Decides, when the header block was read, how the body comes. 0 = refuse with 413.
struct BodyPlan {
    bool stream = false;
    std::uint64_t bytes_max = 1 << 20;
};
class InHandler {
public:
    virtual ~InHandler() = default;
    virtual BodyPlan body_plan(const InRequest& head) = 0;
    virtual asio::awaitable<InAnswer> handle(InRequest request) = 0;
    /// Answer for a request the server itself refuses (400, 408, 413, 414, 415, 417, 431, 501, 505)
    /// or whose handler threw (500).
    virtual InAnswer refuse(int status, std::string_view why) = 0;
};

}  // namespace gw::ports
