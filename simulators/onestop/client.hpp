// The one-stop's HTTP client: token by private_key_jwt, idempotency keys, patient repeats.
#pragma once

#include "gateway/ports/clock.hpp"
#include "gateway/ports/http.hpp"
#include "simulators/onestop/ledger.hpp"

#include <memory>
#include <string>

namespace sim::onestop {

namespace asio = boost::asio;
namespace core = gw::core;
namespace ports = gw::ports;

struct ClientOptions {
    std::string base_url;  // https://localhost:8443
    std::string client_id, private_key_pem;
    std::string scopes;
    core::Duration patience{
        120'000};  // how long a call is repeated before it counts as unreachable
};

struct Reply {
    Reply() = default;
    int status = 0;
    std::string body, etag, code;  // code: of a problem document
    ports::Headers headers;
    bool replayed = false;
    bool reached = false;  // false: no answer within the client's patience
};
struct Request {
    Request() = default;
    std::string method = "POST", path, body, key, actor, if_match;
    std::string content_type = "application/json";
    ports::Headers more;
};

class Client {
public:
    Client(
        ClientOptions options,
        ports::HttpClient& http,
        ports::Clock& clock,
        ports::Random& random,
        Ledger& ledger
    );
    /// Repeats with the same key while the gateway cannot be reached or asks to wait. Any other
    /// answer is returned.
    asio::awaitable<Reply> call(Request request);
    /// Sends the head and the first `bytes` bytes of the body, then resets the connection.
    asio::awaitable<void> cut(Request request, std::size_t bytes);
    /// A new idempotency key.
    std::string new_key();
    /// Of the last renewal; "" before the first call.
    const std::string& token() const { return token_; }

private:
    asio::awaitable<bool> renew_token();
    ports::Headers headers_of(const Request& request) const;
    ClientOptions options_;
    ports::HttpClient& http_;
    ports::Clock& clock_;
    ports::Random& random_;
    Ledger& ledger_;
    std::string token_;
    bool renewing_ = false;
};

/// SHA-256 as `sha-256=:BASE64:` and as lower-case hex.
std::string content_digest(const std::string& bytes);
std::string sha256_hex(const std::string& bytes);

}  // namespace sim::onestop
