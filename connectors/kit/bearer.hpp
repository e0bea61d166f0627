// OAuth client credentials and calls under the token they give: fetched once, renewed once when it
// is refused (TR-5).
#pragma once

#include "connectors/kit/session_cache.hpp"
#include "gateway/ports/http.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::connector_kit {

struct BearerOptions {
    BearerOptions() = default;
    std::string partner;  // for error codes
    std::string token_url, client_id, client_secret;
    std::vector<ports::Header> headers;  // on the token call and on every call
    /// "authorization": Bearer …; "access_token": the bare token; "both".
    std::string token_header = "authorization";
    core::Duration connect_max{5'000}, log_in_max{20'000}, pause{60'000};
};

/// What a call wants beyond its request.
struct BearerCall {
    BearerCall() = default;
    /// Asked of every answer that came: it says, whatever its status, that the token is not good
    /// (TR-5). May be empty.
    std::function<bool(const ports::HttpResult&)> refused;
    /// Nothing begins after it, and what has begun ends by it, the log-in too.
    std::optional<core::Instant> deadline;
};

ports::HttpRequest token_request(const BearerOptions& options);
/// Errors: retry/ours "…credential" when we are refused; retry/partner "…log_in_…" else. Never
/// holds a secret.
core::Result<Session> read_token(
    const BearerOptions& options, const ports::HttpResult& result, core::Instant now
);

class Bearer : private SessionSource {
public:
    Bearer(ports::HttpClient& http, ports::Clock& clock, BearerOptions options);
    /// `request` with the token's headers. Answered 401, or refused as `call` understands it, it is
    /// sent once more under a new token. Errors: those of read_token.
    ports::Async<ports::HttpResult> send(ports::HttpRequest request, BearerCall call);
    ports::Async<ports::HttpResult> send(ports::HttpRequest request) {
        return send(std::move(request), BearerCall());
    }

private:
    ports::Async<Session> log_in() override;

    ports::HttpClient& http_;
    ports::Clock& clock_;
    BearerOptions options_;
    std::optional<core::Instant> deadline_;  // of the call that logs in, if somebody has to
    SessionCache sessions_;
};

}  // namespace gw::connector_kit
