// A refresh token is good once.
#include "simulators/phone/zalo_tokens.hpp"

namespace sim::phone {

ZaloTokens::ZaloTokens(const Options& options, std::uint64_t seed)
    : options_(options), random_(kit::mix(seed, "zalo tokens")) {}

void ZaloTokens::begin(core::Instant now) {
    if (begun_) return;
    begun_ = true;
    access_[options_.first_access_token] = now + options_.access_ttl;
    refresh_[options_.first_refresh_token].until = now + options_.refresh_ttl;
}

bool ZaloTokens::access_good(std::string_view token, core::Instant now) const {
    auto it = access_.find(token);
    return it != access_.end() && now < it->second;
}

void ZaloTokens::end_access(std::string_view token) {
    auto it = access_.find(token);
    if (it != access_.end()) access_.erase(it);
}

ZaloTokens::Pair ZaloTokens::fresh(core::Instant now) {
    Pair pair;
    pair.access = "sim-zalo-access-" + std::to_string(random_.next());
    pair.refresh = "sim-zalo-refresh-" + std::to_string(random_.next());
    if (options_.refresh_ends_older) access_.clear();
    access_[pair.access] = now + options_.access_ttl;
    refresh_[pair.refresh].until = now + options_.refresh_ttl;
    return pair;
}

std::optional<ZaloTokens::Pair> ZaloTokens::refresh(std::string_view token, core::Instant now) {
    auto it = refresh_.find(token);
    if (it == refresh_.end()) return {};
    if (it->second.used) ++reused_;
    if (it->second.used || now >= it->second.until) return {};
    it->second.used = true;
    ++refreshes_;
    return fresh(now);
}

ZaloTokens::Pair ZaloTokens::authorise(core::Instant now) {
    begin(now);
    return fresh(now);
}

void ZaloTokens::reset(std::uint64_t seed) {
    random_ = kit::Random(kit::mix(seed, "zalo tokens"));
    begun_ = false;
    refreshes_ = reused_ = 0;
    access_.clear();
    refresh_.clear();
}

}  // namespace sim::phone
