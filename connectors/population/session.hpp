// How a question proves who asks (population-database.md 3.2). Pure.
#pragma once

#include "connectors/population/options.hpp"
#include "gateway/ports/http.hpp"

#include <string>
#include <string_view>

namespace gw::population {

/// "Basic base64(user:H)", H = lower-case hex SHA-256 of url + user + timestamp + secret.
std::string basic_authorization(
    std::string_view url, std::string_view user, std::string_view timestamp, std::string_view secret
);
/// base64("name:pass") of the officer's key; "" when the officer has none.
std::string auth_hash(const Options& options, const std::string& key);
/// The question with the headers of its door; of the provincial door without the token.
ports::HttpRequest question_request(
    const Options& options, std::string body, const std::string& officer_key, core::Instant now
);

}  // namespace gw::population
