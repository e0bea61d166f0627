// Who goes first at one partner: guaranteed slots for each class, a fair share for each agency,
// else the earliest effective deadline. Pure.
#pragma once

#include "gateway/core/model.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gw::core {

/// Which agencies may have calls now.
struct Allowed {
    Allowed() = default;
    std::map<std::string, bool> agencies;  // those that are named
    bool others = true;
    bool operator()(const std::string& agency) const {
        const auto it = agencies.find(agency);
        return it == agencies.end() ? others : it->second;
    }
};

/// What a partner has under way and what it was given lately, and how much it may have.
struct InFlight {
    InFlight() = default;
    int limit = 0;                 // 0 = no limit known: no shares
    std::array<int, 4> classes{};  // by Urgency
    std::map<std::string, int> agencies;
    /// Starts of late, older ones counting less: where calls are short or their rate is limited,
    /// slots alone would not share anything.
    std::array<double, 4> recent_classes{};
    std::map<std::string, double> recent_agencies;
    Allowed allowed;           // by the day's quota; what is most urgent goes all the same
    Duration service_time{0};  // 99 of 100 calls took no longer; 0 = not known

    void begin(Urgency urgency, const std::string& agency);
    void end(Urgency urgency, const std::string& agency);
};

/// The lane that would go first of those of one class and agency.
struct Front {
    Front() = default;
    Urgency urgency = Urgency::p2;
    std::string agency;
    Instant effective{};
    LegId head{};
};

/// Slots that a class has for itself while something of it waits, of `limit` in all.
int guaranteed_slots(Urgency urgency, int limit);

/// Which front goes next; nothing when none may. Classes below their guaranteed slots come
/// first, those that were given least for their share before the others; an agency that holds half
/// of the slots stands back while another one waits; then the earliest effective deadline, ties by
/// leg.
std::optional<std::size_t> choose(const std::vector<Front>& fronts, const InFlight& in_flight);

}  // namespace gw::core
