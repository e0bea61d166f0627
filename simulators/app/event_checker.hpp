// Compares what came by webhook with the feed, and the feed with its own promises.
#pragma once

#include "simulators/app/report.hpp"
#include "simulators/onestop/day.hpp"
#include "simulators/onestop/event_feed.hpp"
#include "simulators/onestop/receiver.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim::app {

/// Finds names, citizen numbers and phones of the played people in a text.
class PersonalData {
public:
    explicit PersonalData(const std::vector<onestop::Life>& lives);
    bool in(std::string_view text) const;

private:
    std::set<std::string> words_;                 // names, mail domains
    std::set<std::string, std::less<>> numbers_;  // as whole runs of digits
};

/// Events of the feed that no webhook has brought so far.
std::uint64_t webhooks_missing(
    const onestop::EventJournal& journal, const onestop::Receiver& receiver
);
/// Fills events, webhooks_…, feed_gaps, event_mismatches and personal_in_events.
void compare_events(
    const onestop::EventJournal& journal,
    const onestop::Receiver& receiver,
    const PersonalData& personal,
    Report& report
);

}  // namespace sim::app
