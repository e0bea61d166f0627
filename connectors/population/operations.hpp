// What may be asked of the population database (population-database.md 2). Nothing is ever queued:
// a look-up that comes tomorrow serves nobody (PD-12).
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <string_view>

namespace gw::population {

/// Kind of the contract and the operation that answers it. Bulk lists and the asynchronous set are
/// not here: the gateway has no path to them.
struct Operation {
    std::string_view kind, name, mapping;
};
inline constexpr std::array<Operation, 4> asked{{
    {"lookup", "TraCuuThongTinCongDan", "population/TraCuuThongTinCongDan"},
    {"confirm", "XacThucThongTinCongDan", "population/XacThucThongTinCongDan"},
    {"number_pair", "TraCuuThongTinCongDan", "population/TraCuuThongTinCongDan"},
    {"household", "CungCapThongTinHoGiaDinh", "population/CungCapThongTinHoGiaDinh"},
}};
/// nullptr: not answered.
constexpr const Operation* operation_for(std::string_view kind) {
    for (const Operation& row : asked)
        if (row.kind == kind) return &row;
    return nullptr;
}

/// No legs.
inline constexpr std::array<core::Operation, 0> operations{};

}  // namespace gw::population
