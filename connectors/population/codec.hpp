// Questions out, answers in: SOAP with everything live services deviate by (population-database.md
// 3 and 4). Pure.
#pragma once

#include "connectors/population/operations.hpp"
#include "connectors/population/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/connector.hpp"

#include <string>
#include <string_view>

namespace gw::population {

/// The SOAP body. `asks` as ports::Question gives it. Errors: those of the mapping.
core::Result<std::string> encode_question(
    const Options& options,
    const mapping::Library& library,
    const Operation& operation,
    const core::Document& asks,
    core::Day day
);

/// The answer as it is to be understood. `says` of "found": {"citizen_number", "old_id_number",
/// "full_name", "birth", "sex", "ethnic", "religion", "nationality", "address": {…},
/// "birth_conflict": true when a year beside the birth date differs (F-84), "household_size",
/// "data_as_of"}. Of a household ("kind" of `asks`) it is the one whose number was asked. A fault,
/// HTML or nothing is "unavailable"; a well-formed answer without a person is "not_found" (PD-10);
/// several are "ambiguous" and a count only (PD-9).
ports::LookupAnswer read_answer(
    const mapping::Answers& answers,
    std::string_view body,
    const core::Document& asks = core::Document()
);
/// Code of an answer that says that our token, not the officer, was refused.
inline constexpr std::string_view token_ended = "population.token";

}  // namespace gw::population
