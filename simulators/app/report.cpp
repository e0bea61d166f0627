// Writes the report as JSON and as text.
#include "simulators/app/report.hpp"

#include "simulators/onestop/json.hpp"

#include <sstream>

namespace sim::app {

std::string to_json(const Report& r) {
    onestop::Json j;
    j.begin();
    auto n = [&](const char* name, std::uint64_t value) {
        j.set(name, static_cast<std::int64_t>(value));
    };
    n("dossiers", r.dossiers), n("accepted", r.accepted), n("delivered", r.delivered),
        n("lost", r.lost);
    n("duplicate_effects", r.duplicate_effects), n("out_of_order", r.out_of_order),
        n("field_mismatches", r.field_mismatches);
    n("unresolved", r.unresolved), n("unfinished_stories", r.unfinished_stories),
        n("surprises", r.surprises);
    n("files_checked", r.files_checked), n("api_calls", r.api_calls),
        n("portal_calls", r.portal_calls), n("kills", r.kills);
    j.set("seconds", static_cast<std::int64_t>(r.seconds)).set_flag("good", r.good());
    j.name("details").list();
    for (const auto& d : r.details) j.value(d);
    return j.end_list().end().text();
}

std::string to_text(const Report& r) {
    std::ostringstream out;
    out << "dossiers accepted      " << r.accepted << " of " << r.dossiers << "\n"
        << "whole at the portal    " << r.delivered << "\n"
        << "lost                   " << r.lost << "\n"
        << "duplicate effects      " << r.duplicate_effects << "\n"
        << "statuses out of order  " << r.out_of_order << "\n"
        << "field mismatches       " << r.field_mismatches << "\n"
        << "unresolved legs        " << r.unresolved << "\n"
        << "stories broken off     " << r.unfinished_stories << ", surprising answers "
        << r.surprises << "\n"
        << "files compared         " << r.files_checked << "\n"
        << "calls                  " << r.api_calls << " to the gateway, " << r.portal_calls
        << " at the portal";
    if (r.kills > 0) out << ", " << r.kills << " times kill -9";
    out << "\nseconds                " << static_cast<std::int64_t>(r.seconds) << "\n";
    for (const auto& d : r.details) out << "  - " << d << "\n";
    out
        << (r.good() ? "Everything arrived, once, in order, as it was sent.\n"
                     : "NOT as promised: see above.\n");
    return out.str();
}

}  // namespace sim::app
