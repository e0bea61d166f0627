// Ids and their order.
#include "simulators/vnpost/feed.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace sim::vnpost {

std::string Oid::text() const {
    std::array<char, 32> out{};
    std::snprintf(
        out.data(), out.size(), "%08x%016llx", second, static_cast<unsigned long long>(counter)
    );
    return out.data();
}

std::optional<Oid> Oid::read(std::string_view text) {
    Oid id;
    if (text.size() != 24) return {};
    const char* middle = text.data() + 8;
    const char* end = text.data() + 24;
    auto a = std::from_chars(text.data(), middle, id.second, 16);
    auto b = std::from_chars(middle, end, id.counter, 16);
    if (a.ec != std::errc() || b.ec != std::errc() || a.ptr != middle || b.ptr != end) return {};
    return id;
}

void Feed::add(const Event& event) {
    if (events_.empty() || events_.back().oid < event.oid)
        events_.push_back(event);
    else
        events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(after(event.oid)), event);
}

std::size_t Feed::after(const Oid& id) const {
    auto it = std::ranges::upper_bound(events_, id, {}, &Event::oid);
    return static_cast<std::size_t>(it - events_.begin());
}

}  // namespace sim::vnpost
