// JSON Web Tokens for client assertions and officer tokens; the algorithm comes from the key, never
// from the token.
#pragma once

#include "gateway/core/error.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace gw::crypto {

/// A public or private key (RSA >= 2048, EC P-256, Ed25519).
class Key {
public:
    /// Errors: give_up "key.unreadable", "key.weak".
    static core::Result<Key> public_from_pem(std::string_view pem);
    static core::Result<Key> private_from_pem(std::string_view pem);
    /// "RS256", "ES256" or "EdDSA": what this key signs with.
    std::string_view algorithm() const;
    struct Impl;
    explicit Key(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    const Impl& impl() const { return *impl_; }

private:
    std::shared_ptr<Impl> impl_;
};

/// `kid` of a compact JWS, to choose the key with; "" when it names none. Nothing is verified.
/// Errors: give_up "token.malformed".
core::Result<std::string> jwt_key_id(std::string_view token);
/// The payload JSON of a compact JWS whose header `alg` equals the key's algorithm and whose
/// signature is good. Claims are not looked at. Errors: give_up "token.malformed",
/// "token.algorithm", "token.signature".
core::Result<std::string> verify_jwt(std::string_view token, const Key& key);
/// Compact JWS with header {"alg":…,"typ":"JWT","kid":kid}.
core::Result<std::string> sign_jwt(
    std::string_view payload_json, const Key& key, std::string_view kid
);

}  // namespace gw::crypto
