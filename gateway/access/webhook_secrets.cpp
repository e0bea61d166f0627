// Secrets of webhook endpoints.
#include "gateway/access/webhook_secrets.hpp"

#include "gateway/crypto/digest.hpp"

#include <charconv>

namespace gw::access {

namespace {

constexpr std::string_view prefix = "derived:";

}  // namespace

std::string webhook_secret_reference(std::string_view endpoint, std::int64_t number) {
    return std::string(prefix) + std::string(endpoint) + ":" + std::to_string(number);
}

std::int64_t webhook_secret_number(std::string_view reference) {
    if (!reference.starts_with(prefix)) return 0;
    const auto digits = reference.substr(reference.rfind(':') + 1);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

core::Result<std::string> webhook_secret(ports::Signer& signer, std::string_view reference) {
    auto bytes = signer.hmac_sha256(webhook_key, reference);
    if (!bytes) return bytes.error();
    return "whsec_" + crypto::to_base64(*bytes);
}

}  // namespace gw::access
