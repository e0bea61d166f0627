// Facts: what somebody outside says about an object of ours, and what becomes of the object. Pure.
#pragma once

#include "gateway/core/dossier.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// What a partner says about one payment, delivery or notification. Its content is the document
/// that the reducer of the kind understands (payment.hpp, parcel.hpp, notice.hpp).
struct Fact {
    Fact() = default;
    std::string kind;  // of the object: "payment", "delivery", "notification"
    std::string ref;   // Object::ref: payment reference, order number, dispatch id
    Document says;
};

/// What became of a fact.
enum class Verdict : std::uint8_t {
    applied,    // the object changed
    unchanged,  // it was so already
    unknown,    // no object of that reference: kept as unmatched
    disputed,   // the facts contradict: a person decides
    impossible  // a step that cannot be: kept, nothing changed, an alarm
};
std::string_view to_word(Verdict);

/// An object beside the one a change is about: written in the same commit.
struct ObjectDraft {
    ObjectDraft() = default;
    std::string kind, id, state, ref;
    Document body;
    std::int64_t expected_version = 0;  // as ObjectWrite
};

/// How an object, its dossier and the world change together. Nothing set = nothing changes.
struct ObjectChange {
    ObjectChange() = default;
    Verdict verdict = Verdict::unchanged;
    std::string why;                // stable code: "amount_mismatch"; ""
    std::optional<Document> body;   // of the object, after; has "state"
    std::optional<Change> dossier;  // when the dossier changes with it
    std::vector<EventDraft> events;
    std::vector<FeedDraft> feed;
    std::vector<ObjectDraft> more;
    std::vector<Fact> facts;  // what it says about other objects: taken in with it
};

/// `dossier`: nullptr when the object belongs to none or it is not here.
using Reducer = ObjectChange (*)(
    const Document& object,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
);
/// nullptr: there are no facts about objects of this kind.
Reducer reducer_of(std::string_view kind);

}  // namespace gw::core
