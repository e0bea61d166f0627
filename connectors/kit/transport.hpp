// What an exchange proves before anybody reads the partner's own words (transports.md 2, 4
// and 9.3). Pure, by table.
#pragma once

#include "gateway/core/model.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/ports/http.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gw::connector_kit {

/// Effect classes R, A, B, C of transports.md 9.1.
enum class Kind : std::uint8_t { read, idempotent, conditional, once };
Kind kind_of(core::Effect effect);

/// What was seen on the wire, in one word.
enum class Seen : std::uint8_t {
    readable,         // 2xx with JSON or XML: the partner's classifier decides
    not_sent,         // DNS, refused, TLS, no byte left
    our_certificate,  // refused before it was processed
    cut,              // bytes left, no whole answer
    too_large,        // an answer beyond our limit
    redirect,         // 3xx
    xroad_client,
    xroad_unreached,
    xroad_stale,
    xroad_refused,
    xroad_disabled,
    xroad_unclear,
    xroad_database,
    unauthorised,  // 401
    throttled,     // 429, 503 with Retry-After
    busy,          // 503 without
    not_reached,   // 502, 503 in under a second and not JSON: the proxy could not reach the other
                   // side
    server_error,  // other 5xx
    timed_out,     // 408, 425
    conflict,      // 409
    wrong_path,    // 403, 404, 405, 410 without JSON: path, routing code or rights
    refused,       // other 4xx
    empty,
    html,
    unreadable,
    proxy_error
};
std::string_view to_word(Seen seen);

/// Looks at status, headers and the first bytes of the body only.
Seen observe(const ports::HttpResult& result);

struct TransportRule {
    Seen seen = Seen::readable;
    mapping::ReplyClass read, idempotent, conditional, once;
};
/// The general table. A partner's own rules are looked at first.
std::span<const TransportRule> general_rules();
mapping::ReplyClass meaning_of(Seen seen, Kind kind, std::span<const TransportRule> own = {});

/// True for faults of our configuration or credentials: the route is parked, no message is blamed.
bool is_ours(Seen seen);
/// Vietnamese sentence for an operator.
std::string_view sentence_vi(Seen seen);
/// How long the partner wants to be left alone: seconds, or an HTTP date as long as the answer says
/// by its own Date what time it is there (partners' clocks differ, F-20). Nothing when it is
/// negative or more than a day.
std::optional<core::Duration> retry_after(const ports::HttpResponse& response);

}  // namespace gw::connector_kit
