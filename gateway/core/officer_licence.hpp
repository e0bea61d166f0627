// Which licence of an officer holds, and for whose dossiers (population-database.md 5). Pure.
#pragma once

#include "gateway/core/identity_check.hpp"

namespace gw::core {

/// The first row of the officer that holds on the day; nullptr: none does.
const OfficerLicence* officer_on(const Licences& licences, std::string_view code, Day day);
/// 005: the dossier is received or decided by the officer's agency, or by one below or above it in
/// the same line; the agency part of its code counts too.
bool covers(const OfficerLicence& officer, const Document& dossier);

}  // namespace gw::core
