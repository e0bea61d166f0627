// What a played day came to: the figures of the demo's report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sim::app {

struct Report {
    std::uint64_t dossiers = 0, accepted = 0, delivered = 0, lost = 0, duplicate_effects = 0,
                  out_of_order = 0, field_mismatches = 0, unresolved = 0, unfinished_stories = 0,
                  surprises = 0, files_checked = 0, api_calls = 0, portal_calls = 0, kills = 0;
    // The listening half: the feed, the webhooks, the inbox.
    std::uint64_t events = 0, webhooks_received = 0, webhooks_repeated = 0, webhooks_missing = 0,
                  webhooks_unproven = 0, feed_gaps = 0, event_mismatches = 0,
                  personal_in_events = 0, personal_in_logs = 0, inbox_taken = 0, inbox_left = 0;
    // The other partners.
    std::uint64_t identity_checks = 0, payments = 0, payments_paid = 0, payments_open = 0,
                  payments_mismatched = 0, parcels = 0, parcels_open = 0, notices = 0,
                  notices_lost = 0, notices_doubled = 0, notices_untold = 0;
    std::uint64_t results_signed = 0, forged_refused = 0;
    double seconds = 0;
    std::vector<std::string> details;  // first 40 differences, for a person
    bool good() const {
        return lost == 0 && duplicate_effects == 0 && out_of_order == 0 && field_mismatches == 0 &&
               unresolved == 0 && unfinished_stories == 0 && surprises == 0 &&
               webhooks_missing == 0 && webhooks_unproven == 0 && feed_gaps == 0 &&
               event_mismatches == 0 && personal_in_events == 0 && personal_in_logs == 0 &&
               inbox_left == 0 && payments_open == 0 && payments_mismatched == 0 &&
               parcels_open == 0 && notices_lost == 0 && notices_doubled == 0 && accepted > 0;
    }
    void note(std::string what) {
        if (details.size() < 40) details.push_back(std::move(what));
    }
};
std::string to_json(const Report& report);
/// A few lines for a person.
std::string to_text(const Report& report);

}  // namespace sim::app
