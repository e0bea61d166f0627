// Verifies a webhook as a receiver must: Standard Webhooks, HMAC-SHA256. Written from the contract
// alone.
#pragma once

#include "simulators/kit/call.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sim::onestop {

namespace core = gw::core;
namespace kit = sim::kit;

enum class WebhookVerdict {
    good,
    malformed,  // a header is missing or not in its form
    stale,      // the time stamp is more than 300 s off
    forged      // no signature fits one of the secrets
};
std::string_view name_of(WebhookVerdict verdict);

/// `secrets`: "whsec_" + base64 each; more than one while a rotation lasts.
WebhookVerdict check_webhook(
    const std::vector<std::string>& secrets, const kit::Call& call, core::Instant now
);

}  // namespace sim::onestop
