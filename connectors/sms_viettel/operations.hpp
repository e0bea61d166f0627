// What the gateway does at Viettel's SMS service.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gw::sms_viettel {

inline constexpr std::string_view send_sms = "sms_viettel.wsCpMt";
/// Nobody can tell what became of a text: the enquiry of this name only ends the leg as unknown.
inline constexpr std::string_view no_answer = "sms_viettel.unknown";

inline constexpr std::array<core::Operation, 1> operations{{
    {send_sms,
     core::Effect::once,
     no_answer,
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

}  // namespace gw::sms_viettel
