// Rows of officers by day and agency.
#include "gateway/core/officer_licence.hpp"

#include "gateway/core/identifiers.hpp"

#include <algorithm>

namespace gw::core {

namespace {

/// "H56" and "H56.14", "H56.14" and "H56.14.02", or equal.
bool in_one_line(const std::string& a, const std::string& b) {
    const std::string& above = a.size() < b.size() ? a : b;
    const std::string& below = a.size() < b.size() ? b : a;
    if (above.empty() || below.compare(0, above.size(), above) != 0) return false;
    return below.size() == above.size() || below[above.size()] == '.';
}

}  // namespace

const OfficerLicence* officer_on(const Licences& licences, std::string_view code, Day day) {
    const auto& rows = licences.officers;
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const OfficerLicence& row) {
        return row.officer == code && (!row.from || *row.from <= day) &&
               (!row.to || day <= *row.to);
    });
    return found == rows.end() ? nullptr : &*found;
}

bool covers(const OfficerLicence& officer, const Document& dossier) {
    const std::string ours = canonical_agency(officer.agency);
    for (const char* place : {"/receiving_unit/code", "/deciding_agency/code"})
        if (const Document* unit = dossier.at(place);
            unit != nullptr && in_one_line(ours, canonical_agency(unit->as_text())))
            return true;
    const std::string code = dossier.text_of("code");
    return in_one_line(ours, canonical_agency(code.substr(0, code.find('-'))));
}

}  // namespace gw::core
