// Takes in what partners say about our objects: facts, their effects and what follows in one
// commit.
#pragma once

#include "gateway/core/calendar.hpp"
#include "gateway/core/fact.hpp"
#include "gateway/core/plan.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/facts.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gw::engine {

/// The legs that events cause; snapshots parsed, one for each event.
using Planner = std::function<std::vector<
    core::PlannedLeg>(const std::vector<core::Event>&, const std::vector<core::Document>&)>;

/// The notice to a citizen that an event causes, if any; written in the same commit.
using NoticeMaker =
    std::function<std::optional<core::Object>(const core::Event&, const core::Document& snapshot)>;

/// On whose behalf a change of an object is written, and how its legs are planned.
struct ChangeNote {
    ChangeNote() = default;
    std::string agency, actor;
    core::Instant now{};
    const Planner* plan = nullptr;
    const NoticeMaker* notice = nullptr;  // nullptr: no notices
};

/// Adds everything `change` says about `before` to `acceptance`: the object, its dossier, further
/// objects, events with their legs, feed. `before` has the version the change was computed from; 0
/// makes it new.
void add_change(
    ports::Acceptance& acceptance,
    const core::Object& before,
    core::ObjectChange change,
    const ChangeNote& note
);
/// One event with its snapshot and legs.
void add_event(
    ports::Acceptance& acceptance,
    const std::string& dossier,
    core::EventDraft draft,
    const ChangeNote& note
);

struct FactsOptions {
    FactsOptions() = default;
    const core::Transitions* transitions = nullptr;
    const core::Calendar* calendar = nullptr;
    std::function<std::string(std::string_view prefix)> new_id;
    NoticeMaker notice;  // may be empty
    /// Told of every object that facts changed, once that is durable; may be empty.
    std::function<void(const std::string& kind, const std::string& id)> on_change;
    int races_max = 8;
};

class FactIntake : public ports::Facts {
public:
    /// The references outlive this. `plan` is asked only while facts are taken in.
    FactIntake(
        ports::Store& store,
        ports::Intake& intake,
        ports::Clock& clock,
        Planner plan,
        FactsOptions options
    );
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override;

private:
    struct Work;
    ports::Async<void> read_ahead(Work& work, const std::vector<core::Fact>& facts);
    ports::Async<void> read_kept(Work& work, const std::vector<core::Fact>& facts);
    ports::Async<void> keep_unmatched(Work& work, const core::Fact& fact);
    ports::Async<core::Object> subject_of(Work& work, const core::Fact& fact);
    ports::Async<void> apply(Work& work, core::Fact fact);
    ports::Async<ports::Taken> try_once(const ports::FactMessage& message);

    ports::Store& store_;
    ports::Intake& intake_;
    ports::Clock& clock_;
    Planner plan_;
    FactsOptions options_;
};

}  // namespace gw::engine
