// What the engine knows of a connector: a sink that sends legs, a source that takes what a partner
// sends us.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/ports/http.hpp"
#include "gateway/ports/store.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::ports {

/// What is ready to leave. `bytes` holds no session, token or password.
struct Prepared {
    Prepared() = default;
    std::string bytes;
    core::Digest digest{};  // of bytes
};

class Sink {
public:
    virtual ~Sink() = default;
    virtual std::span<const core::Operation> operations() const = 0;
    /// Pure: runs the mapping on the snapshot and checks the partner's rules.
    /// Errors: give_up (goes to the operator with the sentence), hold (blocked, with its code as
    /// reason).
    virtual core::Result<Prepared> prepare(const core::Claim& claim, core::Instant now) const = 0;
    /// Sends one prepared body and waits for the partner's answer. Awaited in place by its caller.
    virtual Async<core::Receipt> send(Prepared prepared, const core::Claim& about) = 0;
    /// Asks the partner what became of an earlier send. Changes nothing there.
    virtual Async<core::Enquiry> enquire(const core::Claim& about) = 0;
};

/// Takes a message into the store; the caller may say "yes" only after it returned.
class Intake {
public:
    virtual ~Intake() = default;
    virtual Async<Accepted> accept(Acceptance a) = 0;
};

/// What a partner sends us over HTTP.
class Source {
public:
    virtual ~Source() = default;
    /// Path prefix that this source answers: "/in/dvcqg/".
    virtual std::string_view prefix() const = 0;
    virtual std::uint64_t body_bytes_max() const = 0;
    /// Authenticates, keeps, answers in the partner's own form, also when something fails.
    virtual asio::awaitable<InAnswer> receive(InRequest request, Intake& intake) = 0;
};

/// A question put to a partner while somebody waits: never queued, nothing of the answer is kept.
struct Question {
    Question() = default;
    std::string kind;     // "identity_check", "delivery_quote", "payment_state"
    core::Document asks;  // canonical, by kind
};
struct LookupAnswer {
    LookupAnswer() = default;
    /// "found", "confirmed", "not_confirmed", "not_found", "ambiguous", "denied", "rejected",
    /// "unavailable"; of other kinds "ok" or "unavailable".
    std::string outcome;
    std::string code;     // stable reason; ""
    core::Document says;  // canonical, by kind; null when there is none
};
class Lookup {
public:
    virtual ~Lookup() = default;
    virtual bool answers(std::string_view kind) const = 0;
    /// Always answers within the operation's time; a partner's failure is an outcome.
    virtual asio::awaitable<LookupAnswer> ask(Question question) = 0;
};

/// A periodic task of a connector (catalogue sync, survey totals, reconciliation).
class Job {
public:
    virtual ~Job() = default;
    virtual std::string_view name() const = 0;
    virtual core::Duration every() const = 0;
    virtual Async<void> run(core::Instant now) = 0;
};

}  // namespace gw::ports
