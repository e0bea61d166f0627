// From a change that core allowed to one durable commit and its answer.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/dossier.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gw::api {

/// How a commit ended.
struct Commit {
    Commit() = default;
    bool race = false;         // an object was changed by somebody else: nothing was written
    std::int64_t version = 0;  // the version that stands there, on a race
    Reply reply;               // to give back when there was no race
};
/// Adds message, audit row and, for kept keys, the answer; accepts. A repeated request gets its
/// first answer (OC-2).
asio::awaitable<Commit> commit(
    Context& context, const Call& call, ports::Acceptance acceptance, Reply reply
);
/// Keeps the answer of a call that changed nothing (a refusal), so that its repeat gets the same
/// (OC-2, OC-3).
asio::awaitable<Reply> keep_answer(Context& context, Call& call, Reply reply);

/// An audit row of this call about `subject` ("dossier/H56…").
core::AuditRow audit_row(const Call& call, std::string subject, std::string detail = "");
core::FeedItem feed_item(
    const Call& call, std::string type, std::string dossier, const core::Document& data
);
/// An event with its snapshot and the legs it causes are added to `acceptance`. `known`: JSON that
/// was written of the dossier in it.
void add_event(
    const Context& context,
    ports::Acceptance& acceptance,
    const Call& call,
    std::string dossier,
    core::EventDraft draft,
    const formats::Written* known = nullptr
);

/// Members that commands must not see come from what was read before: attachments named anywhere in
/// `body`.
using Attachments = std::map<std::string, core::Object>;
/// Reads the attachments that `body` names. Errors: those of the store.
asio::awaitable<core::Result<Attachments>> attachments_of(
    Context& context, const std::string& tenant, const core::Document& body
);
/// What the catalogue says of the procedure of `dossier` is read, so that commands can ask for it.
/// Errors: those of the store.
asio::awaitable<core::Result<void>> know_procedure(
    Context& context, const Call& call, const core::Document& dossier
);
/// `attachments` outlives the result.
core::CommandContext command_context(
    Context& context, const Call& call, const Attachments& attachments
);

/// Everything a change makes durable; `body` is the JSON of the dossier after it. Files it names
/// for the first time are no longer loose (OC-11).
ports::Acceptance acceptance_of(
    const Context& context,
    const Call& call,
    core::Change& change,
    std::string body,
    const Attachments& attachments
);
std::string etag(std::int64_t version);
/// Version in `If-Match: "3"`; -1 for `*`; nullopt when it is no version.
std::optional<std::int64_t> parse_etag(std::string_view text);
/// Answer body of a change: its answer, with `warnings` when there are some. `dossier`: JSON that
/// was written of the dossier after the change.
std::string answer_body(core::Change& change, const std::string& dossier);

/// What a call wants of a dossier.
using Command =
    std::function<core::Decision(const core::Document& current, const core::CommandContext&)>;
/// Where the new object is found, from the answer; "" = no Location.
using Location = std::function<std::string(const core::Document& answer)>;

/// What else belongs into the commit of a change.
using Addition = std::function<void(const core::Change& change, ports::Acceptance& acceptance)>;

/// Reads the dossier of path[0], runs the command, commits. Races are run again up to three times
/// unless the caller named a version (If-Match).
asio::awaitable<Reply> change_dossier(
    Context& context,
    Call& call,
    Command command,
    int status,
    Location location,
    Addition addition = Addition()
);

/// A stored object and its content.
struct Stored {
    Stored() = default;
    bool found = false;
    core::Object object;
    core::Document body;
};
/// Errors: those of the store.
asio::awaitable<core::Result<Stored>> read_object(
    Context& context, std::string kind, std::string tenant, std::string id
);
/// A write of an object other than a dossier. expected as in core::ObjectWrite.
core::ObjectWrite object_write(
    const Call& call,
    std::string kind,
    std::string id,
    const core::Document& body,
    std::int64_t expected
);
/// 412 with the version that stands there.
Reply version_conflict(const Call& call, std::int64_t version);
/// The refusal of If-Match by the route's rule, or nullopt. `named`: set when the caller named a
/// version.
std::optional<Reply> check_match(const Call& call, std::int64_t version, bool& named);

}  // namespace gw::api
