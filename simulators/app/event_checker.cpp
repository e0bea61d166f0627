// The oracle of events: whole, in order, the same twice, nothing personal.
#include "simulators/app/event_checker.hpp"

#include <algorithm>

namespace sim::app {
namespace {
using onestop::EventJournal;
using onestop::FeedEvent;
using onestop::Receiver;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

const onestop::Received* taken(const Receiver& receiver, const std::string& id) {
    const auto it = receiver.all().find(id);
    return it == receiver.all().end() || it->second.taken == 0 ? nullptr : &it->second;
}

std::string where_is(const Receiver& receiver, const FeedEvent& event) {
    const auto it = receiver.all().find(event.id);
    const std::string what = event.id + " (" + event.type + ", seq " + std::to_string(event.seq);
    if (it == receiver.all().end()) return what + ") never came by webhook";
    return what + ") was refused at " + gw::core::to_rfc3339(it->second.last).substr(11, 8) +
           " and is still in its schedule";
}
}  // namespace

PersonalData::PersonalData(const std::vector<onestop::Life>& lives) {
    words_ = {"Cán bộ Mẫu", "Lãnh đạo Mẫu", "@cong-dan.test", "@vidu.test"};
    for (const auto& life : lives) {
        words_.insert(life.owner.name);
        if (!life.owner.citizen_number.empty()) numbers_.insert(life.owner.citizen_number);
        numbers_.insert(life.owner.phone);
        if (life.owner.phone.starts_with("84")) numbers_.insert("0" + life.owner.phone.substr(2));
    }
}

bool PersonalData::in(std::string_view text) const {
    for (const auto& word : words_)
        if (text.find(word) != std::string_view::npos) return true;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end - at >= 9 && numbers_.contains(text.substr(at, end - at))) return true;
        at = end;
    }
    return false;
}

std::uint64_t webhooks_missing(const EventJournal& journal, const Receiver& receiver) {
    const auto& all = journal.events();
    return static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), [&](const auto& e) {
        return taken(receiver, e.id) == nullptr;
    }));
}

void compare_events(
    const EventJournal& journal,
    const Receiver& receiver,
    const PersonalData& personal,
    Report& report
) {
    report.events = journal.events().size();
    report.webhooks_received = receiver.received();
    report.webhooks_repeated = receiver.repeated();
    report.webhooks_unproven = receiver.unproven();
    const auto gaps = onestop::feed_gaps(journal.events());
    report.feed_gaps = gaps.size() + journal.fault_count();
    for (const auto& gap : gaps) report.note("feed: " + gap);
    for (const auto& fault : journal.faults()) report.note("feed: " + fault);
    for (const auto& event : journal.events()) {
        const auto* came = taken(receiver, event.id);
        if (came == nullptr) {
            ++report.webhooks_missing;
            report.note("webhook: " + where_is(receiver, event));
        } else if (came->body != event.raw) {
            ++report.event_mismatches;
            report.note("webhook: " + event.id + " has other bytes than the feed");
        }
        if (personal.in(event.raw)) {
            ++report.personal_in_events;
            report.note("feed: " + event.id + " (" + event.type + ") holds personal data");
        }
    }
    for (const auto& [id, came] : receiver.all()) {
        if (journal.find(id) != nullptr) continue;
        ++report.event_mismatches;
        report.note("webhook: " + id + " is not in the feed");
    }
}

}  // namespace sim::app
