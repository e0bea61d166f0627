// The invented client of a place: its key and how it asks for a token.
#pragma once

#include "gateway/ports/http.hpp"
#include "tests/town/place.hpp"

#include <cstdint>
#include <string_view>

namespace gw::town_test {

inline constexpr std::string_view token_endpoint = "https://gateway.test/oauth2/token";
inline constexpr const char* public_pem =
    "-----BEGIN PUBLIC "
    "KEY-----\nMCowBQYDK2VwAyEAsN4pB0097RhZCHBIu2oMyvj+tLdId8mS1bIVvsgEMIM=\n-----END PUBLIC "
    "KEY-----\n";

/// A bearer token request with an assertion signed by the client.
ports::InRequest token_request(const Place& place, core::Instant now, std::uint64_t number);

}  // namespace gw::town_test
