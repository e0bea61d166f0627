// Calls about segments and holds, on the administration socket.
#pragma once

#include "gateway/api/call.hpp"

namespace gw::api {

asio::awaitable<Reply> admin_retention(Context& context, Call& call);
asio::awaitable<Reply> admin_hold(Context& context, Call& call);
asio::awaitable<Reply> admin_release(Context& context, Call& call);

}  // namespace gw::api
