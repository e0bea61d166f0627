// Who calls: bearer tokens, officers, and the token endpoint.
#pragma once

#include "gateway/api/call.hpp"

#include <optional>

namespace gw::api {

/// Fills call.who by the route's door, scopes and officer rule. The refusal, or nullopt when the
/// call may go on.
std::optional<Reply> authenticate(Context& context, Call& call);
/// POST /oauth2/token: client credentials with private_key_jwt (RFC 6749, 7523).
asio::awaitable<Reply> issue_token(Context& context, Call& call);

}  // namespace gw::api
