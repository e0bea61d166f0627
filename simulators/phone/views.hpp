// What people and programs may look at: pages and state as JSON.
#pragma once

#include "simulators/phone/world.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sim::phone {

/// GET /, /phones/<number>, /journal; nullopt: no page of that name.
std::optional<kit::Answer> page(const World& world, const kit::Call& call);
/// "": overview; phones, phones/<number>, outbox, templates; nullopt: not held.
std::optional<std::string> state_json(const World& world, std::string_view rest);

/// Sums over all phones.
struct Totals {
    Totals() = default;
    std::size_t messages = 0, sms = 0, zns = 0, received = 0, read = 0, on_the_way = 0, lost = 0;
    int doubled = 0;
};
Totals totals_of(const World& world);

}  // namespace sim::phone
