// Planning: which legs an event causes. Routes are data.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gw::core {

/// When `event` happens to a dossier that meets the conditions, these operations are due at
/// `partner`, in this order.
struct Route {
    Route() = default;
    std::string partner, event;
    std::vector<std::string> operations;  // full names: "national_portal.DongBoHoSoMC"
    std::vector<std::pair<std::string, std::string>>
        when;  // canonical pointer into the snapshot's dossier -> value
    std::vector<std::pair<std::string, std::string>> when_not;
    std::optional<Day> from, to;  // inclusive, by the day of the event
};

/// Conditions look into the snapshot's dossier first, then into the snapshot itself
/// ("/progress/status"). Events of internal progress entries cause no legs; the same effect of one
/// partner is planned once. The legs that `events` cause, in order. `event_index` counts from 0 in
/// `events`. effect_key = operation + ":" + dossier + ":" + (event's own id in the snapshot "/key")
/// — the same for every attempt. The dossier's due date is the legal deadline of its legs while it
/// can still be kept; with less than an hour left they are of class p0. A full state that changes
/// no status takes the place of earlier ones where the operation says supersede. The snapshot is
/// given parsed (one per event) so that planning stays free of formats. `operation_of(name)`: the
/// declaration; never null for a name in a route (checked at start).
std::vector<PlannedLeg> plan(
    const std::vector<Event>& events,
    const std::vector<Document>& snapshots,
    const std::vector<Route>& routes,
    const std::function<const Operation*(std::string_view)>& operation_of
);

}  // namespace gw::core
