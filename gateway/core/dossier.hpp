// Commands on a dossier: what the one-stop asks for, what it changes, what must be told. Pure.
#pragma once

#include "gateway/core/calendar.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/procedure.hpp"
#include "gateway/core/status.hpp"

#include <boost/system/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gw::core {

/// What a command may look at beside its request.
struct CommandContext {
    CommandContext() = default;
    Instant now{};
    std::string agency, actor;  // tenant; officer code, "system:…" or "partner:…"
    const Transitions* transitions = nullptr;
    const Calendar* calendar = nullptr;
    std::vector<std::string> province_roots;         // {"H56"}
    std::vector<std::string> known_places;           // citizen-number place codes
    std::vector<std::string> reused_province_codes;  // the seven codes that changed owner
    std::function<std::string(std::string_view prefix)> new_id;  // "fee" -> "fee_01K…"
    /// Empty = not checked; asked only for files the dossier does not refer to yet.
    /// The stored attachment, or nullopt: state "clean" when it may be used. Answered from what the
    /// caller has read.
    std::function<std::optional<Object>(const std::string& id)> attachment;
    /// What the catalogue says of a national procedure code. Empty, or nullptr = not checked.
    /// Answered from what the caller has read.
    std::function<const ProcedureFacts*(const std::string& code)> procedure;
    /// The national code of a local one (ID-15), nullopt: not mapped. Empty: local codes are wrong.
    std::function<std::optional<std::string>(const std::string& code, Day day)> national_procedure;
    bool catalogue_refuses = true;  // what the catalogue speaks against is an error, else a warning
    bool imported = false;          // taken over from another system (NP-33)
};
/// A new fact, before it has its snapshot text: kind and content.
struct EventDraft {
    EventDraft() = default;
    std::string
        kind;  // dossier.received, dossier.updated, progress.recorded, supplement.requested, …
    Instant occurred_at{};
    /// {"key": id of this fact, "dossier": {…as it is after this fact…},
    /// "progress"|"supplement"|"result"|…: {…}}
    Document snapshot;
};
struct FeedDraft {
    FeedDraft() = default;
    std::string type;
    Document data;
};
/// What a command does when it is allowed. The version rises by one, also for a batch.
/// Events: dossier.received + progress.recorded, or dossier.registered; dossier.updated;
/// progress.recorded per entry; supplement.requested / supplement.received, each with its
/// progress.recorded; result.added; survey.received. Snapshots hold {"key", "version", "dossier"}.
struct Change {
    Change() = default;
    Document dossier;                   // after the change, with version, created_at, updated_at
    std::int64_t expected_version = 0;  // version it was computed from; 0 = created
    std::vector<EventDraft> events;
    std::vector<FeedDraft> feed;
    /// Body for the caller: the dossier, or the entry, supplement, fee, result or survey; a batch
    /// of progress entries {"items": […]} (entries made by `expand` are in events only).
    Document answer;
    std::vector<Finding> warnings;
};
using Decision = std::variant<Change, Problem>;

/// What a dossier loses in the national index as it is now (see procedure.hpp).
std::vector<Finding> index_losses(const Document& dossier, const CommandContext& context);
/// POST /v1/dossiers (and PUT that creates).
Decision create_dossier(Document request, const CommandContext& context);
/// PUT: complete replacement of the writable fields. `current`: the stored dossier.
Decision replace_dossier(const Document& current, Document request, const CommandContext& context);
/// PATCH: RFC 7396; `status` cannot be patched.
Decision patch_dossier(const Document& current, Document patch, const CommandContext& context);
/// POST …/progress; request list of 1 to 100 entries, all or none. Status steps by the transition
/// table; `expand` makes the missing entries; `correction` needs a reason and an actor.
Decision record_progress(
    const Document& current, std::vector<Document> requests, const CommandContext& context
);
Decision request_supplement(
    const Document& current, Document request, const CommandContext& context
);
Decision receive_supplement(
    const Document& current, const std::string& id, Document request, const CommandContext& context
);
Decision add_fee(const Document& current, Document request, const CommandContext& context);
Decision patch_fee(
    const Document& current, const std::string& id, Document patch, const CommandContext& context
);
Decision add_result(const Document& current, Document request, const CommandContext& context);
Decision revoke_result(
    const Document& current, const std::string& id, Document request, const CommandContext& context
);
Decision withdraw(const Document& current, Document request, const CommandContext& context);
Decision put_survey(const Document& current, Document request, const CommandContext& context);

}  // namespace gw::core
