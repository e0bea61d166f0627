// What the gateway does at Zalo's notification service.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gw::zalo {

inline constexpr std::string_view send_zns = "zalo.send";
/// Without the number of the message nobody can be asked: the enquiry ends the leg as unknown; a
/// delivery event may still tell.
inline constexpr std::string_view status = "zalo.status";

inline constexpr std::array<core::Operation, 1> operations{{
    {send_zns,
     core::Effect::once,
     status,
     core::Urgency::p2,
     std::chrono::seconds(30),
     std::chrono::minutes(15),
     "",
     false,
     "notice",
     core::Group::write,
     core::HeadOfLine::skip,  // a text that cannot go keeps no later one back
     3},
}};

}  // namespace gw::zalo
