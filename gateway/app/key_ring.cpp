// Secrets of this process by name.
#include "gateway/app/key_ring.hpp"

#include "gateway/access/webhook_secrets.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/webhooks.hpp"

namespace gw::app {

core::Result<std::string> KeyRing::hmac_sha256(std::string_view key, std::string_view message) {
    const auto it = keys_.find(key);
    if (it == keys_.end())
        return core::Error(
            core::Advice::stop, core::Blame::ours, "key.unknown", "there is no key of that name"
        );
    return crypto::hmac_sha256(it->second, message);
}

core::Result<std::string> sign_webhook(
    ports::Signer& keys, const std::string& reference, std::string_view message
) {
    auto secret = access::webhook_secret(keys, reference);
    if (!secret) return secret.error();
    return engine::sign_with_secret(*secret, message);
}

}  // namespace gw::app
