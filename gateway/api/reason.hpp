// Who acts by hand and why: in the body of calls on the administration socket.
#pragma once

#include "gateway/api/call.hpp"

#include <optional>
#include <string>

namespace gw::api {

/// {reason_vi, actor} of the body; the caller is that actor from here on. The refusal, or nullopt.
std::optional<Reply> read_reason(Call& call, std::string& reason);

}  // namespace gw::api
