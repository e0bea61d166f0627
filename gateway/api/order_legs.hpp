// The leg that orders a delivery at its carrier, taken back before it was sent.
#pragma once

#include "gateway/api/effects.hpp"

#include <string>

namespace gw::api {

/// Withdraws every order of the delivery in path[0] that no byte was sent of, and cancels the
/// delivery with it. False: there is none, or the carrier may know of it and has to be asked.
asio::awaitable<core::Result<bool>> withdraw_order(Context& context, Call& call);
/// An operator has withdrawn this leg: when it was an order that never left, its delivery is
/// refused with the reason, and what waits for it is free again.
asio::awaitable<core::Result<void>> order_withdrawn(
    Context& context, ports::LegView leg, std::string reason
);

}  // namespace gw::api
