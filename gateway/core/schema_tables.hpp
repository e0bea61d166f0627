// Helpers to write a row of a schema table, and the tables that others refer to. Used by
// schema*.cpp only.
#pragma once

#include "gateway/core/schema.hpp"

namespace gw::core::schema_tables {

using enum Need;

constexpr Field plain(
    std::string_view name, FieldType type, std::string_view label, Need need = optional
) {
    return Field{name, type, need, 0, {}, nullptr, label};
}
constexpr Field sized(
    std::string_view name, FieldType type, std::size_t max, std::string_view label, Need need
) {
    return Field{name, type, need, max, {}, nullptr, label};
}
constexpr Field line(
    std::string_view name, std::size_t max, std::string_view label, Need need = optional
) {
    return sized(name, FieldType::line, max, label, need);
}
constexpr Field text(
    std::string_view name, std::size_t max, std::string_view label, Need need = optional
) {
    return sized(name, FieldType::text, max, label, need);
}
constexpr Field digits(
    std::string_view name, std::size_t count, std::string_view label, Need need = optional
) {
    return sized(name, FieldType::digits, count, label, need);
}
constexpr Field number(
    std::string_view name,
    std::string_view label,
    Need need = optional,
    std::int64_t min = 0,
    std::int64_t max = 1'000'000'000
) {
    return Field{name, FieldType::integer, need, 0, {}, nullptr, label, min, max};
}
constexpr Field word(
    std::string_view name,
    std::span<const std::string_view> words,
    std::string_view label,
    Need need = optional
) {
    return Field{name, FieldType::word, need, 0, words, nullptr, label};
}
constexpr Field object(
    std::string_view name, const Schema& schema, std::string_view label, Need need = optional
) {
    return Field{name, FieldType::object, need, 0, {}, &schema, label};
}
constexpr Field list(
    std::string_view name, const Schema& schema, std::string_view label, Need need = optional
) {
    return Field{name, FieldType::list, need, 0, {}, &schema, label};
}
/// A list of texts of at most `max` code points.
constexpr Field texts(
    std::string_view name, std::size_t max, std::string_view label, Need need = optional
) {
    return Field{name, FieldType::list, need, max, {}, nullptr, label};
}

constexpr FieldType time = FieldType::timestamp;

// schema_parts.cpp
extern const Schema identity, applicant, address, agency_ref, person_ref, procedure_ref, other_code,
    document, other_paper, waived_component, fee, supplement, result, survey, flags, correction;
std::span<const Schema* const> parts();
// schema_payments.cpp
extern const Schema settled_payment;
std::span<const Schema* const> payment_shapes();
// schema_dossier.cpp
std::span<const Schema* const> dossiers();
// schema_exchange.cpp
std::span<const Schema* const> exchanges();
// schema_deliveries.cpp
std::span<const Schema* const> delivery_shapes();
// schema_identity.cpp
std::span<const Schema* const> identity_shapes();
// schema_notices.cpp
std::span<const Schema* const> notice_shapes();

}  // namespace gw::core::schema_tables
