// Access tokens (opaque, ten minutes) and the assertions that buy them. In memory, bounded.
#pragma once

#include "gateway/access/clients.hpp"
#include "gateway/core/model.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gw::access {

struct TokenOptions {
    TokenOptions() = default;
    std::vector<std::string> audiences;  // token endpoint addresses an assertion may name
    core::Duration token_life{600'000};
    core::Duration assertion_life_max{300'000};
    core::Duration skew{10'000};  // their clock may differ by this much
    // Each client has its even share of these and can fill no other's.
    std::size_t tokens_max = 20'000;       // a client's oldest make room for its own
    std::size_t assertions_max = 100'000;  // remembered against replay; share full = refused
};

/// A token as it is answered once. Only its digest stays here.
struct IssuedToken {
    IssuedToken() = default;
    std::string token;
    core::Duration life{0};
    Scopes scopes = scope::none;
};

/// The code of an officer: 1 to 64 printable ASCII characters without blank and colon; or
/// "system:NAME".
bool is_actor(std::string_view text);

/// Checks assertions, issues tokens, knows whose a token is.
class Tokens {
public:
    Tokens(const Clients& clients, TokenOptions options);
    /// `wanted`: blank-separated scopes; "" = all the client has.
    /// Errors: give_up "token.assertion" (what: which claim), "token.replayed", "token.scope".
    core::Result<IssuedToken> exchange(
        std::string_view assertion, std::string_view wanted, core::Instant now
    );
    /// Errors: give_up "token.unknown", "token.expired".
    core::Result<Identity> identify(std::string_view token, core::Instant now);
    /// The officer of an LT-Actor-Token. Errors: give_up "token.actor" (what: which claim).
    core::Result<std::string> officer(
        const Identity& who, std::string_view token, core::Instant now
    ) const;
    const Client* client(std::string_view id) const { return clients_.find(id); }
    std::size_t size() const { return grants_.size(); }

private:
    struct Grant {
        const Client* client = nullptr;
        Scopes scopes = scope::none;
        core::Instant until{};
    };
    struct DigestHash {
        std::size_t operator()(const core::Digest& d) const noexcept;
    };
    /// What one client keeps here.
    struct Share {
        std::multimap<core::Instant, core::Digest> by_end;       // its tokens
        std::map<std::string, core::Instant, std::less<>> seen;  // jti -> end of the assertion
    };
    core::Result<const Client*> check_assertion(std::string_view assertion, core::Instant now);
    core::Result<void> remember(
        Share& share, std::string jti, core::Instant until, core::Instant now
    );
    void make_room(Share& share, core::Instant now);
    std::size_t share_of(std::size_t all) const;

    const Clients& clients_;
    TokenOptions options_;
    std::unordered_map<core::Digest, Grant, DigestHash> grants_;
    std::map<std::string, Share, std::less<>> shares_;  // by client; only clients that proved it
};

}  // namespace gw::access
