// Waybill numbers: none for two parcels within a year, and stocks of pre-printed ones (postal.md 5
// and 6). Pure.
#pragma once

#include "gateway/core/fact.hpp"
#include "gateway/core/objects.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gw::core {

/// Kind of the objects: id = the number, state below, ref = its stock or "", body {"delivery_id"?}.
/// "seen" and "used" rest for a year; "void" never comes back, for the paper may exist (PO-15).
inline constexpr const char* waybill_kind = "waybill";
/// Kind of the stocks: id = stock_name(), body {"carrier", "unit"}.
inline constexpr const char* waybill_stock_kind = "waybill_stock";
inline constexpr std::size_t waybills_of_import_max = 2'000;

std::string stock_name(std::string_view carrier, std::string_view unit);

/// How a number stands before a delivery takes it.
struct WaybillPlace {
    WaybillPlace() = default;
    std::int64_t version = 0;  // 0: nobody ever saw it
    std::string stock;         // "": not of a stock
};
/// PO-13, PO-16: a number of a stock that is free, or any that nobody saw for 365 days.
bool may_take(const Object& waybill, Instant now);

/// A write of the number; `version` as ObjectDraft::expected_version.
ObjectDraft waybill_draft(
    std::string number,
    std::string state,
    const std::string& delivery,
    const std::string& stock,
    std::int64_t version
);

/// PO-14: {"numbers": […]} or {"first", "last"} of a range, both ends included. A range counts the
/// eight digits of S10 numbers, whose check digits are made, or the digits at the end of others.
/// Errors: 422 with the number that is wrong.
std::variant<std::vector<std::string>, Problem> waybills_of_import(const Document& request);

}  // namespace gw::core
