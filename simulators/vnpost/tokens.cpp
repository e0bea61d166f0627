// Tokens by their text.
#include "simulators/vnpost/tokens.hpp"

#include <array>
#include <cstdio>

namespace sim::vnpost {

std::string Tokens::open(
    const std::string& customer, core::Instant now, core::Duration ttl, bool alone
) {
    std::erase_if(open_, [&](const auto& one) {
        return one.second.until <= now || (alone && one.second.customer == customer);
    });
    std::array<char, 40> id{};
    unsigned long long high = random_.next(), low = random_.next();
    std::snprintf(id.data(), id.size(), "%016llx%016llx", high, low);
    Row row;
    row.customer = customer;
    row.until = now + ttl;
    auto token = std::string("sim-post-") + id.data();
    open_[token] = row;
    ++opened_;
    return token;
}

std::string Tokens::customer_of(std::string_view token, core::Instant now) {
    auto it = open_.find(token);
    if (it == open_.end()) return {};
    if (now < it->second.until) return it->second.customer;
    open_.erase(it);
    return {};
}

void Tokens::end(std::string_view token) {
    auto it = open_.find(token);
    if (it != open_.end()) open_.erase(it);
}

}  // namespace sim::vnpost
