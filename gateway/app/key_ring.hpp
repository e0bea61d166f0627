// Secrets of this process by name: who uses one gets its signatures, never the secret.
#pragma once

#include "gateway/ports/signer.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gw::app {

class KeyRing : public ports::Signer {
public:
    void add(std::string name, std::string secret) { keys_[std::move(name)] = std::move(secret); }
    core::Result<std::string> hmac_sha256(std::string_view key, std::string_view message) override;

private:
    std::map<std::string, std::string, std::less<>> keys_;
};

/// Signs with the secret that `reference` of an endpoint stands for.
core::Result<std::string> sign_webhook(
    ports::Signer& keys, const std::string& reference, std::string_view message
);

}  // namespace gw::app
