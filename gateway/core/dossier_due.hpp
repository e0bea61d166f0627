// What the clock says of a dossier: due soon, overdue, a supplement that did not come. Pure.
#pragma once

#include "gateway/core/dossier.hpp"

#include <optional>
#include <vector>

namespace gw::core {

/// What has to be told of a dossier now. `told` is what was told before and is kept beside the
/// dossier: {"due_soon": due_at, "overdue": due_at}; a new due date is told anew.
struct DueStep {
    DueStep() = default;
    std::vector<FeedDraft> feed;
    Document told;
    std::optional<Change> change;  // supplements that have lapsed
    std::optional<Instant> next;   // when to look again; unset: not before the dossier changes
    bool says_something() const { return !feed.empty() || change.has_value(); }
};
/// `soon`: how long before its time a dossier is due soon; never more than half of the time it was
/// given. While the clock is suspended or stopped nothing is due.
DueStep step_due(
    const Document& dossier, const Document& told, Duration soon, const CommandContext& context
);

}  // namespace gw::core
