// The portal's procedure catalogue: what a procedure says, its versions, what changed (NP-38 to
// NP-41). Pure.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/core/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gw::national_portal {

struct Agency {
    Agency() = default;
    std::string code, name;
};
struct Procedure {
    Procedure() = default;
    std::string code, name, field_code, field_name, sha256;
    bool has_fees = false, has_results = false, has_deadline = false;
    std::vector<Agency> receivers, authorities;
    std::optional<core::Day> valid_from, valid_to;  // unset = open
};
/// Procedures by code, at most one version valid on a day.
class Catalogue {
public:
    bool loaded() const { return loaded_; }
    /// By long or short code, whichever form is listed (ID-12); nullptr: unknown on that day. Valid
    /// until the next put().
    const Procedure* find(std::string_view code, core::Day day) const;
    /// A version is its content from its first day on: the same again replaces it.
    void put(Procedure procedure);
    void set_loaded() {
        loaded_ = true;
        failure_.reset();
    }
    /// Why the last reading ended early; nullopt: it did not, or none has ended yet.
    const std::optional<core::Error>& failure() const { return failure_; }
    void set_failure(core::Error error) { failure_ = std::move(error); }
    /// Procedures, not versions.
    std::size_t size() const { return by_code_.size(); }
    /// Somebody waits for this procedure while the catalogue is being read: the loader takes it
    /// first.
    void want(std::string_view code) const { wanted_.emplace(code); }
    /// The first of `codes` (by short code) that somebody waits for; codes.size() = none.
    std::size_t first_wanted(const std::vector<std::string>& codes) const;

private:
    const Procedure* version_on(std::string_view code, core::Day day) const;
    std::map<std::string, std::vector<Procedure>, std::less<>> by_code_;  // by first day
    std::map<std::string, std::set<std::string>, std::less<>> by_short_;  // codes
    // A hint for the loader; decides nothing.
    mutable std::set<std::string, std::less<>> wanted_;
    bool loaded_ = false;
    std::optional<core::Error> failure_;
};

/// One row of LayDanhSachTTHC.
struct ListedProcedure {
    ListedProcedure() = default;
    std::string code, name;
};
/// Rows that name a code; others are left out.
std::vector<ListedProcedure> read_procedure_list(const core::Document& result);

/// Canonical procedure (one-stop-contract 2.4 as far as the portal says it) of one LayThuTuc
/// result. Errors: give_up "national_portal.procedure_unreadable"; hold "code_unmapped" for an
/// unknown DONVITINH (NP-39).
core::Result<core::Document> read_procedure(const core::Document& result);
/// working_days, days, hours, months; nullopt: unknown.
std::optional<std::string_view> duration_unit(std::string_view donvitinh);

/// The stored object of a procedure: {"code", "name", …, "sha256", "fetched_at", "valid_from",
/// "valid_to", "raw", "parsed", "problem"}.
struct ProcedureVersion {
    ProcedureVersion() = default;
    std::string code, sha256;
    core::Document body;
};
/// Does this answer say so little that what is stored stays (NP-40)? Not when it only names a unit
/// of time that nobody knows (NP-39).
bool says_nothing(const core::Document& version);
ProcedureVersion make_version(
    std::string_view code,
    const core::Document& result,
    std::string_view raw_sha256,
    core::Instant now
);
/// A publication decision, as far as LayQDCB says it.
struct Decision {
    Decision() = default;
    std::string number;
    std::optional<core::Day> day;
};
Decision read_decision(const core::Document& result);
/// The version and its first day (NP-38): the decision's day when one is stated that is later than
/// what was known before, else the day it was seen. `same`: nothing but the time of reading
/// changed.
void date_version(
    core::Document& body, const Decision& decision, const core::Document& before, bool same
);
/// From a stored object's body; nullopt: unreadable.
std::optional<Procedure> procedure_of(const core::Document& stored);

}  // namespace gw::national_portal
