// The event feed as the one-stop keeps it: raw items in order, stored together with the cursor.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::onestop {

struct FeedEvent {
    FeedEvent() = default;
    std::string id, type, dossier, timestamp;
    std::string raw;      // the item byte by byte
    std::string subject;  // data.inbox_id, when there is one
    std::int64_t seq = 0, dossier_seq = 0;
};
struct FeedPage {
    FeedPage() = default;
    std::vector<FeedEvent> items;
    std::string next;
    bool has_more = false;
};
/// One event as it stands in a page or in a webhook. nullopt: not the form of the contract.
std::optional<FeedEvent> read_event(std::string_view raw);
/// Answer of GET /v1/events; items keep their bytes. nullopt: not that form.
std::optional<FeedPage> read_page(std::string_view body);

class EventJournal {
public:
    /// Every page that is taken, as one line of JSON with its cursor.
    using Sink = std::function<void(std::string_view line)>;
    void set_sink(Sink sink) { sink_ = std::move(sink); }

    /// Stores items and cursor in one step; gives the events that are new. What is repeated must be
    /// the same byte for byte, what is new must come after everything known: else `faults` grows.
    std::vector<FeedEvent> take(const FeedPage& page);
    /// The cursor to go on from; "begin" in the beginning.
    const std::string& cursor() const { return cursor_; }
    /// Forgets the newest cursors and goes on from an older one; `chance` in [0, 1) says which.
    void lose_cursor(double chance);

    const std::vector<FeedEvent>& events() const { return events_; }
    const FeedEvent* find(const std::string& id) const;
    std::uint64_t repeated() const { return repeated_; }
    /// At most 20 sentences about the feed itself; how many there were.
    const std::vector<std::string>& faults() const { return faults_; }
    std::uint64_t fault_count() const { return fault_count_; }
    void fault(std::string what);
    /// The whole feed read once more must be what was read before, in the same order.
    void compare_with(const std::vector<FeedEvent>& again);

private:
    std::vector<FeedEvent> events_;
    std::map<std::string, std::size_t> by_id_;
    std::vector<std::string> cursors_{"begin"};
    std::string cursor_ = "begin";
    std::uint64_t repeated_ = 0, fault_count_ = 0;
    std::vector<std::string> faults_;
    Sink sink_;
};

/// Violations of the order: `seq` that does not rise, a dossier's `dossier_seq` that does not go
/// 1, 2, 3 … Gives a sentence for each.
std::vector<std::string> feed_gaps(const std::vector<FeedEvent>& events);

}  // namespace sim::onestop
