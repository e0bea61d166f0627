// The sentences of the portal. The real ones are not documented, so each kind has several.
#pragma once

#include "simulators/kit/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sim::national_portal {

enum class Say {
    dossier_synced,
    progress_synced,
    status_synced,
    survey_synced,
    question_synced,
    already,
    not_found,
    procedure_unknown,
    foreign_prefix,
    required,
    format,
    too_long,
    bad_value,
    wrong_order,
    is_updating,
    batch_size,
    agency,
    survey_sum,
    service_unknown,
    body,
    session,
    login,
    overload,
    file_missing,
    failed
};

struct Blank {
    Blank() = default;
    Blank(std::string c, std::string f = {}, std::string v = {})
        : code(std::move(c)), field(std::move(f)), value(std::move(v)) {}
    std::string code, field, value;  // fill {code}, {field}, {value}
};

/// Number of texts of a kind, at least 1.
std::size_t variants(Say what);
/// Text number `variant` (modulo their number) with its blanks filled.
std::string say(Say what, std::size_t variant, const Blank& blank);

}  // namespace sim::national_portal
