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
    n("events", r.events), n("webhooks_received", r.webhooks_received),
        n("webhooks_repeated", r.webhooks_repeated), n("webhooks_missing", r.webhooks_missing),
        n("webhooks_unproven", r.webhooks_unproven);
    n("feed_gaps", r.feed_gaps), n("event_mismatches", r.event_mismatches),
        n("personal_in_events", r.personal_in_events), n("personal_in_logs", r.personal_in_logs);
    n("inbox_taken", r.inbox_taken), n("inbox_left", r.inbox_left);
    n("identity_checks", r.identity_checks), n("payments", r.payments),
        n("payments_paid", r.payments_paid), n("payments_open", r.payments_open),
        n("payments_mismatched", r.payments_mismatched);
    n("parcels", r.parcels), n("parcels_open", r.parcels_open);
    n("notices", r.notices), n("notices_lost", r.notices_lost),
        n("notices_doubled", r.notices_doubled);
    n("notices_untold", r.notices_untold);
    n("results_signed", r.results_signed), n("forged_refused", r.forged_refused);
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
        << "events in the feed     " << r.events << ", gaps " << r.feed_gaps
        << ", personal data in them " << r.personal_in_events << ", in log and metrics "
        << r.personal_in_logs << "\n"
        << "webhooks               " << r.webhooks_received << " received, " << r.webhooks_repeated
        << " repeated, " << r.webhooks_missing << " missing, " << r.webhooks_unproven
        << " not verified, " << r.event_mismatches << " unlike the feed\n"
        << "inbox items            " << r.inbox_taken << " taken, " << r.inbox_left << " left\n"
        << "identity checks        " << r.identity_checks << "\n"
        << "payments               " << r.payments << " made, " << r.payments_paid << " paid, "
        << r.payments_open << " open, " << r.payments_mismatched << " unlike the provider's\n"
        << "parcels                " << r.parcels << " ordered, " << r.parcels_open
        << " open or unlike the post's\n"
        << "notices                " << r.notices << " on phones, " << r.notices_lost << " lost, "
        << r.notices_doubled << " doubled\n"
        << "signed results         " << r.results_signed << " verified, " << r.forged_refused
        << " forged ones refused\n"
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
