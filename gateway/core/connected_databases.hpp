// National databases that were asked about a dossier: `connected_databases` (contract 2.1, K45).
// Pure.
#pragma once

#include "gateway/core/dossier.hpp"

#include <optional>
#include <string_view>

namespace gw::core {

inline constexpr std::string_view population_database = "population";

bool names_database(const Document& dossier, std::string_view name);
/// Adds it; a list that is none stays as it is.
void name_database(Document& dossier, std::string_view name);
/// The dossier says from now on that this database was asked: dossier.updated. nullopt: it says so
/// already, or it has ended.
std::optional<Change> note_database(
    const Document& current, std::string_view name, const CommandContext& context
);

}  // namespace gw::core
