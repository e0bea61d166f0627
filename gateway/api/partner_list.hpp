// The partners with their queues, for the one-stop and for the administration.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/error.hpp"

namespace gw::api {

/// A list. Errors: those of the store.
asio::awaitable<core::Result<core::Document>> partners_json(Context& context);

}  // namespace gw::api
