// The way in for what partners say about payments, deliveries and notifications: in a call of
// theirs, in an answer to ours, in a feed.
#pragma once

#include "gateway/core/fact.hpp"
#include "gateway/ports/store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gw::ports {

struct FactResult {
    FactResult() = default;
    core::Verdict verdict = core::Verdict::unchanged;
    std::string why;     // stable code; ""
    std::string before;  // state of the object before
    std::string after;
};

/// One message of a partner with the facts in it. Message, facts, what they cause and `beside` are
/// one commit.
struct FactMessage {
    FactMessage() = default;
    core::Envelope message;  // message_key: the same for a repeat of the same message
    std::vector<core::Fact> facts;
    std::vector<core::ObjectWrite> beside;  // the cursor of a feed
    /// The answer to keep for repeats, made from what became of the facts; may be empty.
    std::function<core::StoredAnswer(const std::vector<FactResult>&)> answer;
};
struct Taken {
    Taken() = default;
    bool repeated = false;            // this very message was here before: nothing was written
    std::vector<FactResult> results;  // one for each fact; empty when repeated
    std::optional<core::StoredAnswer> answer;  // of the first time when repeated
};

class Facts {
public:
    virtual ~Facts() = default;
    /// Durable when it returns. Errors: those of Store::accept; retry "facts.race" when an object
    /// kept changing under it.
    virtual Async<Taken> take_in(FactMessage message) = 0;
};

}  // namespace gw::ports
