// What the catalogue says of a procedure, and what a dossier loses in the national index. Pure.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

struct ProcedureComponent {
    ProcedureComponent() = default;
    std::string code, name;
    bool mandatory = false;
};
/// One version of a procedure, as far as dossiers are checked by it.
struct ProcedureVersion {
    ProcedureVersion() = default;
    bool has_fees = false, has_results = false;
    std::vector<ProcedureComponent> components;
    std::vector<std::string> receivers;  // agency codes, canonical
    std::optional<Day> valid_from, valid_to;
};
/// Of a stored procedure (contract 2.4); one that could not be read says nothing.
ProcedureVersion procedure_version(const Document& stored);

/// Everything known about one procedure.
struct ProcedureFacts {
    ProcedureFacts() = default;
    bool whole = false;   // the national list was read to its end at least once
    bool listed = false;  // and names this procedure
    std::vector<ProcedureVersion> versions;
    /// The version of a day; the oldest serves earlier days too, for it was in force before it was
    /// first seen. nullptr: none.
    const ProcedureVersion* on(Day day) const;
    /// Only a whole list may say that a procedure does not exist.
    bool unknown_on(Day day) const;
};

/// The day that decides which version governs a dossier: received, else submitted (RD-11).
std::optional<Day> governing_day(const Document& dossier);

/// What the dossier costs in the national index as it is now (national-portal.md 20.3: K21b, K33b,
/// K41, K42, K44), and fees it should have (NP-22). Warnings only. `known`: nullptr = the catalogue
/// does not say.
std::vector<Finding> index_losses(const Document& dossier, const ProcedureVersion* known);

}  // namespace gw::core
