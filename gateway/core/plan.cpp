// From events and routes to legs.
#include "gateway/core/plan.hpp"

#include "gateway/core/error.hpp"
#include "gateway/core/legal_time.hpp"

#include <algorithm>
#include <set>

namespace gw::core {
namespace {

/// Value at a pointer: in the dossier of the snapshot, else in the snapshot itself
/// ("/progress/internal").
std::string value_at(const Document& snapshot, const std::string& pointer) {
    const Document* dossier = snapshot.find("dossier");
    const Document* value = dossier != nullptr ? dossier->at(pointer) : nullptr;
    if (value == nullptr) value = snapshot.at(pointer);
    return value == nullptr ? "" : value->as_text();
}

bool applies(const Route& route, const Event& event, const Document& snapshot) {
    if (route.event != event.kind) return false;
    const Day day = local_day(event.occurred_at);
    if ((route.from && day < *route.from) || (route.to && day > *route.to)) return false;
    const auto holds = [&](const auto& pair) {
        return value_at(snapshot, pair.first) == pair.second;
    };
    return std::all_of(route.when.begin(), route.when.end(), holds) &&
           std::none_of(route.when_not.begin(), route.when_not.end(), holds);
}

/// The dossier's due date, while it can still be kept.
std::optional<Instant> legal_deadline_of(const Event& event, const Document& snapshot) {
    const Document* due = snapshot.at("/dossier/due_at");
    if (due == nullptr) return std::nullopt;
    const auto at = parse_rfc3339(due->as_text());
    return at && *at > event.recorded_at ? at : std::nullopt;
}

/// NP-30: every change of status goes out as it happened; nothing takes its place.
bool changes_status(const Event& event, const Document& snapshot) {
    const Document* changed = snapshot.find("status_changed");
    return event.kind == "dossier.received" || (changed != nullptr && changed->as_text() == "true");
}

PlannedLeg leg_of(
    std::size_t index,
    const Event& event,
    const Document& snapshot,
    const Route& route,
    const Operation& operation
) {
    PlannedLeg planned;
    planned.event_index = index;
    planned.leg.partner = route.partner;
    planned.leg.operation = operation.name;
    planned.leg.agency = event.agency;
    planned.leg.dossier = event.dossier;
    planned.leg.effect = operation.effect;
    planned.leg.urgency = operation.urgency;
    planned.leg.legal_deadline = legal_deadline_of(event, snapshot);
    if (is_pressing(planned.leg.legal_deadline, event.recorded_at))
        planned.leg.urgency = Urgency::p0;
    planned.supersedes = operation.head_of_line == HeadOfLine::supersede &&
                         !event.dossier.empty() && !changes_status(event, snapshot);
    planned.leg.effect_key =
        planned.leg.operation + ":" + event.dossier + ":" + snapshot.text_of("key");
    return planned;
}

}  // namespace

std::vector<PlannedLeg> plan(
    const std::vector<Event>& events,
    const std::vector<Document>& snapshots,
    const std::vector<Route>& routes,
    const std::function<const Operation*(std::string_view)>& operation_of
) {
    GW_ASSERT(events.size() == snapshots.size());
    std::vector<PlannedLeg> out;
    std::set<std::pair<std::string, std::string>> seen;  // partner, effect key: one effect once
    for (std::size_t i = 0; i < events.size(); ++i) {
        // Internal entries are kept, never sent (contract 2.6).
        const Document* internal = snapshots[i].at("/progress/internal");
        if (internal != nullptr && internal->as_boolean()) continue;
        for (const Route& route : routes) {
            if (!applies(route, events[i], snapshots[i])) continue;
            for (const std::string& name : route.operations) {
                const Operation* operation = operation_of(name);
                GW_ASSERT(operation != nullptr);
                PlannedLeg planned = leg_of(i, events[i], snapshots[i], route, *operation);
                if (seen.emplace(planned.leg.partner, planned.leg.effect_key).second)
                    out.push_back(std::move(planned));
            }
        }
    }
    return out;
}

}  // namespace gw::core
