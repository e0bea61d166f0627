// What the commands on a dossier share. Used by dossier_*.cpp and payment*.cpp only.
#pragma once

#include "gateway/core/dossier.hpp"
#include "gateway/core/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::core::dossier_parts {

/// Collects faults and warnings with their pointers; at most 50 are kept.
class Faults {
public:
    Faults() = default;
    explicit Faults(std::vector<Finding> found) : all_(std::move(found)) {}
    void error(std::string pointer, std::string code, std::vector<std::string> values = {});
    void warn(std::string pointer, std::string code, std::vector<std::string> values = {});
    void judge(
        bool is_error, std::string pointer, std::string code, std::vector<std::string> values
    );
    /// Adds findings about a part, with `prefix` before their pointers.
    void add(std::string_view prefix, std::vector<Finding> found);
    /// The refusal when any is an error: request.unknown_field (400) or validation.failed (422).
    std::optional<Problem> problem() const;
    std::vector<Finding> warnings() const;

private:
    std::vector<Finding> all_;
};

/// How far an officer's clock may be ahead of ours (contract 3.2).
inline constexpr Duration clock_tolerance{5 * 60'000};

std::optional<Instant> time_of(const Document& object, std::string_view name);
Status status_of(const Document& dossier);
std::int64_t integer_of(const Document& object, std::string_view name);
bool is_true(const Document& object, std::string_view name);
/// The item of dossier[list] with this id; nullptr when there is none.
Document* item_with_id(Document& dossier, std::string_view list, std::string_view id);
/// The list of this name, made when it is missing.
Document& list_in(Document& dossier, std::string_view name);
/// The person's code, or nothing when no person stands behind the call.
std::optional<std::string> officer_of(const CommandContext& context);
/// The unit that stands for an entry made by rule (NP-24): never an invented officer.
Document unit_as_officer(const Document& dossier, const CommandContext& context);
/// Refusal of every change to a dossier that has ended.
std::optional<Problem> refuse_closed(const Document& dossier);

// dossier_check.cpp, dossier_check_parts.cpp: what the tables cannot say.
void check_dossier(const Document& dossier, const CommandContext& context, Faults& faults);
void check_applicant(
    const Document& applicant,
    const std::string& pointer,
    const Document& dossier,
    const CommandContext& context,
    Faults& faults
);
void check_documents(
    const Document& holder,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
);
void check_attachment(
    const std::string& id,
    const std::string& name,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
);
/// The national code of the dossier's procedure; its own code when there is none.
std::string national_code(const Document& dossier, const CommandContext& context);
/// The catalogue's version that governs the dossier; nullptr: nobody knows.
const ProcedureVersion* version_of(const Document& dossier, const CommandContext& context);
/// `before`: nullptr for a new dossier.
void check_catalogue(
    const Document& dossier, const Document* before, const CommandContext& context, Faults& faults
);
void check_fee(const Document& fee, const std::string& pointer, Faults& faults);
/// An officer's time: not in the future, not outside 1900 to today + 20 years (ID-37).
void check_past(
    const Document& object,
    std::string_view name,
    std::string_view label,
    const std::string& prefix,
    const CommandContext& context,
    Faults& faults
);

// dossier_complete.cpp: ids, computed members and defaults, after a request was found good.
void complete_dossier(Document& dossier, const Document* before, const CommandContext& context);
void complete_documents(Document& list, const Document* before, const CommandContext& context);
void complete_fee(Document& fee, const CommandContext& context);
/// Recomputes /flags (contract 2.1: computed, not entered).
void refresh_flags(Document& dossier);

/// A dossier on its way from one version to the next, with what must be told about it.
class Drafting {
public:
    /// `current`: the stored dossier; an object without version is a new one.
    Drafting(Document current, const CommandContext& context);
    Document& dossier() { return change_.dossier; }
    const CommandContext& context() const { return context_; }
    std::string version_key() const;
    /// The snapshot is taken now; later changes of the dossier do not reach it.
    void event(
        std::string kind, Instant at, std::string key, std::string member = "", Document part = {}
    );
    /// Adds a member to the snapshot of the last event.
    void mark(std::string name, Document value);
    void feed(std::string type, Document data);
    Change finish(Document answer, std::vector<Finding> warnings = {});

private:
    const CommandContext& context_;
    Change change_;
};

/// One step of a dossier that was found allowed.
struct Step {
    Step() = default;
    Status to = Status::registered;
    Instant at{};
    std::string text;
    Document officer, request;  // request: further members are taken from it; null = none
    bool by_rule = false;
};
/// Sets the status, its time and the counters; returns the progress entry.
Document take_step(Drafting& draft, const Step& step);
/// Event and feed items of an entry made by take_step. `from`: the status before it.
void announce_step(Drafting& draft, const Document& entry, Status from, Instant at);
/// Why a step may not be taken; nullopt when it may. `corrected`: an officer gave a reason.
std::optional<Problem> refuse_step(
    const Document& dossier,
    Status to,
    bool corrected,
    const CommandContext& context,
    const std::string& pointer
);
/// Facts a step needs: times in order, due date known on reception.
void check_step_times(
    const Document& dossier,
    Status to,
    Instant at,
    bool corrected,
    const std::string& prefix,
    std::string_view at_name,
    const CommandContext& context,
    Faults& faults
);

/// RFC 7396.
void merge_patch(Document& target, const Document& patch);
/// `value` without its read-only members, at every depth.
Document writable_view(const Schema& schema, const Document& value);
/// Names of members that differ.
Document changed_names(const Document& before, const Document& after);

}  // namespace gw::core::dossier_parts
