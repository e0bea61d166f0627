// The conversation before the first call: log-in of the portal, token of a bus (NP-2, NP-5 to NP-7,
// TR-5). Pure.
#pragma once

#include "connectors/kit/session_cache.hpp"
#include "connectors/national_portal/options.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/ports/http.hpp"

#include <string>
#include <vector>

namespace gw::national_portal {

/// The log-in of the adapter, or the token request of the bus. Holds secrets: never stored, never
/// logged.
ports::HttpRequest log_in_request(const Options& options);
/// What its answer gives.
/// Errors: retry/ours "…credential" when we are refused; retry/partner else. Never holds a secret.
core::Result<connector_kit::Session> read_log_in(
    const Options& options,
    const mapping::Answers& answers,
    const ports::HttpResult& result,
    core::Instant now
);
/// Header value of token style B: base64 of compact JSON in the order of transports.md 5.1.
std::string bus_access_token(const Options& options);
/// Everything that must not appear in evidence.
std::vector<std::string> secrets_of(const Options& options, const connector_kit::Session& session);

}  // namespace gw::national_portal
