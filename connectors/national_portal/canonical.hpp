// The canonical side of a push: what the snapshot says, and what only the gateway knows about it.
// Pure.
#pragma once

#include "connectors/national_portal/catalogue.hpp"
#include "connectors/national_portal/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/mapping/mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gw::national_portal {

/// A claim's snapshot, read once: {"key", "dossier": {…}, "progress": {…} or [ … ], "supplement":
/// …}.
struct Said {
    Said() = default;
    core::Document snapshot;
    core::Day day{};     // of the dossier: received, else submitted, else the event's day (RD-11)
    std::string agency;  // tenant
    std::string code;    // own code
    std::string national_code;  // the portal's code for a dossier that was filed there, else `code`
    std::string portal_key;     // the code this dossier has at the portal
    bool portal_origin = false, imported = false;
    int status = 0;  // 1 to 10; 0 = the snapshot names none
    const core::Document& dossier() const;
};
/// Errors: give_up "national_portal.snapshot".
core::Result<Said> read_snapshot(const core::Claim& claim);

/// The code a dossier has at the portal: the portal's own for one that was filed there, else ours.
std::string portal_key_of(const core::Document& dossier, const std::string& code);

/// The progress lines this leg stands for, in time order; each {"progress": {…}, "dossier": {…}}.
/// An event without a progress entry gives the lines completed by rule (NP-24) from facts that
/// exist.
std::vector<core::Document> progress_lines(const Said& said, std::string_view event_kind);

/// What mapping files may read beside the canonical document:
/// {"madonvi", "tendonvi", "profile", "national_code", "portal_code", "procedure": {"name",
/// "field_code", "field_name"},
///  "submitted_where": "national_portal"|"local", "digitised": bool, "online_payment": "0".."3",
///  "unit": name of the processing unit, "dossier_kind": "general"|"promotion"}.
mapping::Context mapping_context(
    const Options& options, const Said& said, const Catalogue& catalogue
);
/// The dossier with what only the gateway knows put in: documents[]/file_url, results[]/file_url.
core::Document with_files(const Options& options, const Said& said);

}  // namespace gw::national_portal
