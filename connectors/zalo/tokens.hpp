// Tokens of the Zalo account. A refresh token is good once: the new pair is stored before it is
// used (NT-18).
#pragma once

#include "connectors/kit/parts.hpp"
#include "connectors/kit/session_cache.hpp"
#include "connectors/zalo/options.hpp"

#include <optional>
#include <string>

namespace gw::zalo {

/// What is stored, kind "token_pair".
struct TokenPair {
    TokenPair() = default;
    std::string access, refresh, seed;  // seed: digest of the configured token it grew from
    core::Instant got_at{}, access_until{};
    std::int64_t version = 0;
};

class Tokens : private connector_kit::SessionSource {
public:
    Tokens(connector_kit::Parts parts, Options options);
    /// Errors: retry/ours "zalo.authorise_again" when nobody has a good refresh token;
    /// retry/partner when Zalo cannot be reached.
    ports::Async<connector_kit::Session> get() { return sessions_.get(); }
    /// Answered −124: this one is not used again.
    void refused(const connector_kit::Session& session);

private:
    ports::Async<connector_kit::Session> log_in() override;
    ports::Async<TokenPair> read();
    ports::Async<TokenPair> refresh(TokenPair pair);
    ports::Async<TokenPair> store(TokenPair pair);
    ports::Async<TokenPair> save();

    connector_kit::Parts parts_;
    Options options_;
    std::string refused_;
    std::optional<TokenPair> unsaved_;  // received, and the store refused it
    connector_kit::SessionCache sessions_;
};

}  // namespace gw::zalo
