// What the gateway does at the public post: orders and their cancellation.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gw::vnpost {

inline constexpr std::string_view order = "vnpost.OrderPost";
inline constexpr std::string_view cancel = "vnpost.OrderCancel";
inline constexpr std::string_view tracking = "vnpost.OrderTracking";

/// An order repeated with its number is answered 101 "exists" (PO-6): repeating is safe once the
/// settle time of 15 minutes has passed. There is no look-up by order: what the tracking feed has
/// brought is asked.
inline constexpr std::array<core::Operation, 2> operations{{
    {order,
     core::Effect::conditional,
     tracking,
     core::Urgency::p2,
     std::chrono::minutes(1),
     std::chrono::minutes(15),
     "vnpost/OrderPost",
     false,
     "delivery"},
    {cancel,
     core::Effect::conditional,
     tracking,
     core::Urgency::p1,
     std::chrono::minutes(1),
     std::chrono::minutes(15),
     "",
     false,
     "delivery_cancel"},
}};

/// nullptr: no operation of that name.
constexpr const core::Operation* operation(std::string_view name) {
    for (const core::Operation& row : operations)
        if (row.name == name) return &row;
    return nullptr;
}
/// "OrderPost" of "vnpost.OrderPost".
constexpr std::string_view service_of(std::string_view operation_name) {
    return operation_name.substr(operation_name.find('.') + 1);
}

}  // namespace gw::vnpost
