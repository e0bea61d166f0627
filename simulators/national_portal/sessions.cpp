// Sessions by their id.
#include "simulators/national_portal/sessions.hpp"

#include <array>
#include <cstdio>

namespace sim::national_portal {

std::string Sessions::open(
    core::Instant now, core::Duration ttl, bool alone, std::uint64_t calls_max
) {
    if (alone) open_.clear();
    std::erase_if(open_, [now](const auto& one) { return one.second.until <= now; });
    std::array<char, 40> id{};
    unsigned long long high = random_.next(), low = random_.next();
    std::snprintf(id.data(), id.size(), "%016llx%016llx", high, low);
    ++opened_;
    Row row;
    row.until = now + ttl;
    row.calls_max = calls_max;
    auto name = prefix_ + id.data();
    open_[name] = row;
    return name;
}

bool Sessions::use(std::string_view id, core::Instant now) {
    auto it = open_.find(id);
    if (it == open_.end()) return false;
    auto& row = it->second;
    if (now >= row.until || (row.calls_max > 0 && row.calls >= row.calls_max)) {
        open_.erase(it);
        return false;
    }
    ++row.calls;
    return true;
}

void Sessions::end(std::string_view id) {
    auto it = open_.find(id);
    if (it != open_.end()) open_.erase(it);
}

}  // namespace sim::national_portal
