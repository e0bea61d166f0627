// Which unit a dossier from the portal belongs to (NP-46).
#include "connectors/national_portal/routing.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/procedure.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

/// A unit of the province, not the province itself: the list often names only that.
bool is_our_unit(const Agency& agency, const Options& options) {
    const std::string code = core::canonical_agency(agency.code);
    return std::any_of(
        options.province_roots.begin(),
        options.province_roots.end(),
        [&code](const std::string& root) {
            return code.rfind(core::canonical_agency(root) + ".", 0) == 0;
        }
    );
}

void put_only(
    Document& payload, const char* name, const std::vector<Agency>& agencies, const Options& options
) {
    if (payload.find(name) != nullptr) return;
    const Agency* only = nullptr;
    for (const Agency& agency : agencies) {
        if (!is_our_unit(agency, options)) continue;
        if (only != nullptr) return;
        only = &agency;
    }
    if (only == nullptr) return;
    Document unit = Document::object();
    unit.set("code", Document::text(only->code));
    unit.set("name", Document::text(only->name));
    payload.set(name, std::move(unit));
}

}  // namespace

void route_dossier(
    InboundItem& item, const Catalogue& catalogue, const Options& options, core::Day today
) {
    if (item.kind != "dossier") return;
    const Document* procedure = item.payload.find("procedure");
    const std::string code = procedure == nullptr ? std::string() : procedure->text_of("code");
    const core::Day day = core::governing_day(item.payload).value_or(today);
    const Procedure* known = code.empty() ? nullptr : catalogue.find(code, day);
    if (known != nullptr) {
        put_only(item.payload, "receiving_unit", known->receivers, options);
        put_only(item.payload, "deciding_agency", known->authorities, options);
    }
    if (item.payload.find("receiving_unit") == nullptr) item.tray = "coordination";
}

}  // namespace gw::national_portal
