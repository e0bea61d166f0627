// The one feed of a customer: events in the order of their ids, walked with "everything after".
#pragma once

#include "simulators/vnpost/held.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim::vnpost {

/// The id of an event: second of its creation, then a counter; 24 hex digits on the wire.
struct Oid {
    Oid() = default;
    Oid(std::uint32_t s, std::uint64_t c) : second(s), counter(c) {}
    std::uint32_t second = 0;
    std::uint64_t counter = 0;
    auto operator<=>(const Oid&) const = default;
    std::string text() const;
    /// nullopt: not 24 hex digits.
    static std::optional<Oid> read(std::string_view text);
};

/// Small, because a feed may hold a million; the texts are shared.
struct Event {
    Event() = default;
    Oid oid;
    core::Instant at{};
    const Parcel* parcel = nullptr;
    const std::string* note = nullptr;
    const std::string* office = nullptr;
    const std::string* code_text = nullptr;  // told instead of the code
    int code = 0;
};

class Feed {
public:
    /// Placed by its id, which need not be the newest.
    void add(const Event& event);
    /// Index of the first event after that id.
    std::size_t after(const Oid& id) const;
    const std::vector<Event>& all() const { return events_; }

private:
    std::vector<Event> events_;
};

/// Texts that many events share.
class Words {
public:
    const std::string* keep(const std::string& text) { return &*texts_.insert(text).first; }
    void clear() { texts_.clear(); }

private:
    std::set<std::string> texts_;
};

}  // namespace sim::vnpost
