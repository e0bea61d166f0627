// Headers, time window and signature of a webhook.
#include "simulators/onestop/webhook_check.hpp"

#include "simulators/kit/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

namespace sim::onestop {
namespace {
constexpr std::int64_t window_seconds = 300;

std::string mac_of(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        bytes.data(),
        &size
    );
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t n = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), n).ptr;
    if (text.empty() || end != text.data() + text.size()) return std::nullopt;
    return n;
}

std::optional<std::string> key_of(std::string_view secret) {
    constexpr std::string_view prefix = "whsec_";
    if (!secret.starts_with(prefix)) return std::nullopt;
    auto key = kit::from_base64(secret.substr(prefix.size()));
    if (!key || key->size() < 24) return std::nullopt;
    return key;
}
}  // namespace

std::string_view name_of(WebhookVerdict verdict) {
    switch (verdict) {
        case WebhookVerdict::good:
            return "good";
        case WebhookVerdict::malformed:
            return "malformed";
        case WebhookVerdict::stale:
            return "stale";
        case WebhookVerdict::forged:
            return "forged";
    }
    return "";
}

WebhookVerdict check_webhook(
    const std::vector<std::string>& secrets, const kit::Call& call, core::Instant now
) {
    const std::string id(call.header("webhook-id"));
    const std::string stamp(call.header("webhook-timestamp"));
    const auto seconds = whole_number(stamp);
    const auto signatures = kit::split(call.header("webhook-signature"), ' ');
    if (id.empty() || !seconds || signatures.empty()) return WebhookVerdict::malformed;
    const std::int64_t here = core::to_ms(now) / 1'000;
    if (std::llabs(here - *seconds) > window_seconds) return WebhookVerdict::stale;
    const std::string text = id + "." + stamp + "." + call.body;
    bool fits = false;
    for (const auto& secret : secrets) {
        const auto key = key_of(secret);
        if (!key) continue;
        const std::string wanted = "v1," + kit::base64(mac_of(*key, text));
        // All are compared, so that the time does not tell which one fits.
        for (const auto& given : signatures) fits = kit::same_secret(given, wanted) || fits;
    }
    return fits ? WebhookVerdict::good : WebhookVerdict::forged;
}

}  // namespace sim::onestop
