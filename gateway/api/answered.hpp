// What was answered under the key of a call before it came (OC-2).
#pragma once

#include "gateway/api/effects.hpp"

#include <optional>

namespace gw::api {

/// The first answer to this key, or 409 when the key stands for another body; nullopt: the call is
/// new. For handlers whose effect begins before their commit.
asio::awaitable<std::optional<Reply>> answered_before(Context& context, const Call& call);

}  // namespace gw::api
