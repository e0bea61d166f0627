// Identifiers of dossiers, agencies, procedures and persons: shape checks and canonical forms.
// Pure.
#pragma once

#include "gateway/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// ID-1. structured: agency, date and counter are set. opaque: 1-50 printable characters without
/// blank.
struct DossierCode {
    bool structured = false;
    std::string agency, counter;
    std::optional<Day> date;
};
/// nullopt: empty, longer than 50 code points, blanks or control characters.
std::optional<DossierCode> parse_dossier_code(std::string_view code);
/// ID-4: the agency part (or its canonical form) contains one of the province's identifiers
/// ("H37").
bool has_province_prefix(
    std::string_view dossier_code, const std::vector<std::string>& province_roots
);

/// Grammar of Decision 20/2020.
bool is_agency_code(std::string_view code);
/// ID-8: "012.05.14.H37" -> "H37.14.05.012"; other forms unchanged.
std::string canonical_agency(std::string_view code);
/// The old QCVN 102 form of a new code when it has one: "H37.14" -> "000.00.14.H37"; else
/// unchanged.
std::string qcvn102_agency(std::string_view code);

enum class CodeKind { result, result_file, component, service, procedure, agency, unknown };
/// ID-14.
CodeKind code_kind(std::string_view code);
bool is_procedure_code(std::string_view code);
/// ID-12: first eight characters of a procedure code; unchanged when it is none.
std::string short_procedure(std::string_view code);
bool is_result_code(std::string_view code);

enum class Sex { unknown, male, female, other };
/// Findings about a citizen number (identifiers, section 4): "OK", "FORMAT", "OLD_NUMBER",
/// "WARN_PLACEHOLDER", "WARN_PLACE", "WARN_PLACE_AMBIGUOUS", "WARN_SEX", "WARN_BIRTH_YEAR",
/// "WARN_FUTURE". `known_places`: three-digit place codes; birth_year 0 = not stated.
std::vector<std::string_view> check_citizen_number(
    std::string_view number,
    Sex declared,
    int birth_year,
    std::optional<Day> birth_registered_on,
    Day today,
    const std::vector<std::string>& known_places
);
/// ID-20: "020******001"; shorter than 7: all stars.
std::string mask_number(std::string_view number);

/// "84100000001" from any accepted form; nullopt otherwise.
std::optional<std::string> normalise_phone(std::string_view text);
/// "0100000001" for partners that want it.
std::string local_phone(std::string_view normalised);

struct PartialDate {
    int year = 0;
    unsigned month = 0, day = 0;  // 0 = not stated
};
/// "1990", "1990-04", "1990-04-12"; nullopt otherwise or when not a real date.
std::optional<PartialDate> parse_partial_date(std::string_view text);

/// 15 characters: "LT" + year + day of year + 7 random + ISO 7064 MOD 37,36 check; nullopt: draw
/// again.
std::optional<std::string> payment_reference(Day day, std::string_view random7);
/// Of that pattern, with its check character.
bool is_payment_reference(std::string_view text);
/// Every reference in what a bank made of a memo: marks, case, blanks and points do not matter.
/// One is a match; several are candidates for a person.
std::vector<std::string> payment_references_in(std::string_view memo);

}  // namespace gw::core
