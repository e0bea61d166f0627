// What the gateway does at VNPAY: the payment address, questions, refunds.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gw::vnpay {

inline constexpr std::string_view pay = "vnpay.pay";
inline constexpr std::string_view check = "vnpay.check";
inline constexpr std::string_view refund = "vnpay.refund";
inline constexpr std::string_view querydr = "vnpay.querydr";

/// The payment address is made here: nothing leaves. A refund is money: never sent again before
/// querydr was asked (PY-12).
inline constexpr std::array<core::Operation, 3> operations{{
    {pay,
     core::Effect::idempotent,
     "",
     core::Urgency::p0,
     std::chrono::seconds(5),
     std::chrono::minutes(1),
     "",
     false,
     "payment"},
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
    {refund,
     core::Effect::once,
     querydr,
     core::Urgency::p0,
     std::chrono::seconds(60),
     std::chrono::minutes(20),
     "",
     false,
     "refund"},
}};

/// nullptr: no operation of that name.
constexpr const core::Operation* operation(std::string_view name) {
    for (const core::Operation& row : operations)
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace gw::vnpay
