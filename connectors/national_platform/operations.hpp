// What the gateway does at the national payment platform: begin, ask, fetch the receipt.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gw::national_platform {

inline constexpr std::string_view init = "national_platform.INIT";
inline constexpr std::string_view get_bill = "national_platform.GET_BILL";
inline constexpr std::string_view check = "national_platform.check";
inline constexpr std::string_view query = "national_platform.QUERY";

/// A repeated INIT is refused there: after an unknown outcome QUERY tells (PY-12).
inline constexpr std::array<core::Operation, 3> operations{{
    {init,
     core::Effect::once,
     query,
     core::Urgency::p0,
     std::chrono::seconds(30),
     std::chrono::minutes(20),
     "",
     false,
     "payment"},
    {get_bill,
     core::Effect::idempotent,
     "",
     core::Urgency::p2,
     std::chrono::seconds(60),
     std::chrono::minutes(1),
     "",
     false,
     "receipt",
     core::Group::file},
    {check,
     core::Effect::idempotent,
     "",
     core::Urgency::p0,
     std::chrono::seconds(30),
     std::chrono::minutes(1),
     "",
     false,
     "payment_check",
     core::Group::lookup},
}};

/// nullptr: no operation of that name.
constexpr const core::Operation* operation(std::string_view name) {
    for (const core::Operation& row : operations)
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace gw::national_platform
