// Who goes first at one partner.
#include "gateway/core/share.hpp"

#include "gateway/core/error.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace gw::core {
namespace {

constexpr std::array class_share{0.20, 0.30, 0.45, 0.05};
constexpr std::size_t classes_all = class_share.size();
/// Fewer slots than classes are shared by what was started of late alone.
constexpr int slots_for_guarantees = 4;
/// About so many starts are remembered.
constexpr double remembered = 32;
constexpr double forgotten = 0.05;

std::size_t place(Urgency urgency) {
    return static_cast<std::size_t>(urgency);
}

template <class Map>
auto value_in(const Map& map, const std::string& key) {
    const auto it = map.find(key);
    return it == map.end() ? typename Map::mapped_type{} : it->second;
}

/// Holds as much as one agency may while another one waits.
bool is_full(const InFlight& in_flight, const std::string& agency) {
    return value_in(in_flight.agencies, agency) >= std::max(2, in_flight.limit / 2);
}

/// Was given more than half of the latest starts.
bool had_its_turn(const InFlight& in_flight, const std::string& agency) {
    const double mine = value_in(in_flight.recent_agencies, agency);
    double all = 0;
    for (const auto& [name, starts] : in_flight.recent_agencies) all += starts;
    return mine >= 2 && mine > all / 2;
}

bool goes_before(const Front& a, const Front& b) {
    return std::tuple(a.effective, raw(a.head)) < std::tuple(b.effective, raw(b.head));
}

/// The earliest of those that `fits`.
template <class Fits>
std::optional<std::size_t> earliest(const std::vector<Front>& fronts, Fits fits) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < fronts.size(); ++i)
        if (fits(fronts[i]) && (!best || goes_before(fronts[i], fronts[*best]))) best = i;
    return best;
}

/// The class whose turn it is among those below their guarantee; nothing when none is.
std::optional<Urgency> class_in_need(
    const std::array<bool, classes_all>& waits, const InFlight& in_flight
) {
    std::optional<Urgency> best;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < waits.size(); ++c) {
        const auto urgency = static_cast<Urgency>(c);
        const bool below = in_flight.limit < slots_for_guarantees ||
                           in_flight.classes[c] < guaranteed_slots(urgency, in_flight.limit);
        if (!waits[c] || !below) continue;
        const double given = in_flight.recent_classes[c] / class_share[c];
        if (given >= least) continue;
        best = urgency;
        least = given;
    }
    return best;
}

}  // namespace

int guaranteed_slots(Urgency urgency, int limit) {
    if (limit < slots_for_guarantees) return 0;
    // Every class has one; the rest goes by share, what is left over to the largest remainders.
    std::array<int, classes_all> slots{};
    std::array<double, classes_all> missing{};
    int left = limit;
    for (std::size_t c = 0; c < slots.size(); ++c) {
        const double exact = class_share[c] * limit;
        slots[c] = std::max(1, static_cast<int>(exact));
        missing[c] = exact - slots[c];
        left -= slots[c];
    }
    GW_ASSERT(left >= 0);
    for (; left > 0; --left) {
        const auto most = std::max_element(missing.begin(), missing.end());
        ++slots[static_cast<std::size_t>(most - missing.begin())];
        *most = 0;
    }
    return slots[place(urgency)];
}

void InFlight::begin(Urgency urgency, const std::string& agency) {
    ++classes[place(urgency)];
    ++agencies[agency];
    constexpr double kept = 1 - 1 / remembered;
    for (double& starts : recent_classes) starts *= kept;
    recent_classes[place(urgency)] += 1;
    for (auto it = recent_agencies.begin(); it != recent_agencies.end();) {
        it->second *= kept;
        it = it->second < forgotten ? recent_agencies.erase(it) : std::next(it);
    }
    recent_agencies[agency] += 1;
}

void InFlight::end(Urgency urgency, const std::string& agency) {
    --classes[place(urgency)];
    const auto it = agencies.find(agency);
    GW_ASSERT(it != agencies.end());
    if (--it->second == 0) agencies.erase(it);
}

std::optional<std::size_t> choose(const std::vector<Front>& fronts, const InFlight& in_flight) {
    const auto open = [&](const Front& f) {
        return f.urgency == Urgency::p0 || in_flight.allowed(f.agency);
    };
    if (in_flight.limit <= 0) return earliest(fronts, open);
    const auto may = [&](const Front& f) { return open(f) && !is_full(in_flight, f.agency); };
    // Who holds half of it goes on only when nobody else waits.
    const bool others = std::any_of(fronts.begin(), fronts.end(), may);
    std::array<bool, classes_all> waits{};
    for (const Front& f : fronts) waits[place(f.urgency)] |= others ? may(f) : open(f);
    const auto urgency = class_in_need(waits, in_flight);
    const auto fits = [&](const Front& f) {
        return (others ? may(f) : open(f)) && (!urgency || f.urgency == *urgency);
    };
    const auto fresh = earliest(fronts, [&](const Front& f) {
        return fits(f) && !had_its_turn(in_flight, f.agency);
    });
    return fresh ? fresh : earliest(fronts, fits);
}

}  // namespace gw::core
