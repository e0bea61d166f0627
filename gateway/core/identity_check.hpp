// Look-ups of persons: who may ask, what is compared, what is kept (population-database.md 5 and 7,
// contract 3.7). Pure.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

struct ProcedureLicence {
    ProcedureLicence() = default;
    std::string procedure;           // short code
    std::string national_code;       // what the partner is told; "" = the short code
    std::vector<std::string> kinds;  // "lookup", "confirm", …; empty = all
    std::optional<Day> from, to;     // inclusive
};
struct OfficerLicence {
    OfficerLicence() = default;
    std::string officer, citizen_number, agency, agency_national, account, phone, key_ref;
    std::optional<Day> from, to;
    int per_hour = 60, per_day = 150;
    bool full_view = false;  // may see the person, not only the comparison
};
/// Kept by the province (population-database.md 5).
struct Licences {
    Licences() = default;
    std::vector<ProcedureLicence> procedures;
    std::vector<OfficerLicence> officers;
    int unit_per_day = 3'000, province_per_day = 30'000, person_per_day = 5;
    int officer_per_ten_minutes = 30;   // more need a reason; 0 = never asked for
    std::vector<std::string> purposes;  // empty: any text
    const ProcedureLicence* procedure(std::string_view code, Day day) const;
    const OfficerLicence* officer(std::string_view code) const;
};

/// How often was asked before, of this hour and day.
struct AskedBefore {
    AskedBefore() = default;
    int officer_hour = 0, officer_day = 0, unit_day = 0, province_day = 0, person_day = 0;
    int officer_ten_minutes = 0;
};

/// 007: more than 30 look-ups by one officer within ten minutes: an alarm, and `haste_reason` is
/// needed.
bool asks_in_haste(const Licences& licences, const AskedBefore& before);

/// The checks 001 to 010 in the order of the page; nullopt: may be sent. `request`:
/// IdentityCheckRequest, found well shaped. `dossier`: nullptr when there is none of that code.
/// `actor`: the officer's code; "" or "system:…" is none.
std::optional<Problem> refuse_identity_check(
    const Document& request,
    std::string_view actor,
    const Licences& licences,
    const Document* dossier,
    const AskedBefore& before,
    Instant now
);

/// Number, name and birth of the subject as the partner wants them: name composed, upper case,
/// single blanks (PD-3).
Document search_key(const Document& subject);

/// PD-11: per stated field EQUAL, EQUAL_WITHOUT_DIACRITICS, DIFFERENT, UNKNOWN. Gives the list of
/// differences {"field", "given", "registered_masked", "comparison"}; equal fields are left out.
Document compare_person(const Document& subject, const Document& person);
/// Outcome of the contract from the partner's: found + differences -> match or mismatch; confirmed
/// -> match; not_confirmed -> mismatch; the others as they are; "denied" and "rejected" are
/// "unavailable" to the caller.
std::string contract_outcome(std::string_view outcome, const Document& differences);

/// "0100 000 001" -> stars, names to initials: what may be shown of a registered value.
std::string mask_value(std::string_view field, std::string_view value);

}  // namespace gw::core
