// Shares of a day's calls, and their lending.
#include "gateway/core/day_quota.hpp"

#include <charconv>
#include <set>

namespace gw::core {
namespace {

constexpr Duration lent_from = std::chrono::hours(6), lent_for = std::chrono::hours(12);
/// Stands for all agencies that have no share of their own.
const std::string others;

std::int64_t value_in(const std::map<std::string, std::int64_t>& map, const std::string& key) {
    const auto it = map.find(key);
    return it == map.end() ? 0 : it->second;
}

}  // namespace

std::optional<std::pair<std::string, int>> parse_call_share(std::string_view text) {
    const auto space = text.find(' ');
    if (space == 0 || space == std::string_view::npos) return std::nullopt;
    const std::string_view number = text.substr(space + 1);
    int percent = 0;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), percent);
    const bool whole = error == std::errc() && end == number.data() + number.size();
    if (!whole || percent < 1 || percent > 100) return std::nullopt;
    return std::pair(std::string(text.substr(0, space)), percent);
}

std::int64_t DayQuota::share_of(const std::string& agency) const {
    if (const auto it = shares_.find(agency); it != shares_.end())
        return per_day_ * it->second / 100;
    std::int64_t rest = per_day_;
    for (const auto& [name, percent] : shares_) rest -= per_day_ * percent / 100;
    return std::max<std::int64_t>(0, rest);
}

std::int64_t DayQuota::used_of(const std::string& agency) const {
    if (shares_.contains(agency)) return value_in(kept_.by_agency, agency);
    std::int64_t used = 0;
    for (const auto& [name, n] : kept_.by_agency)
        if (!shares_.contains(name)) used += n;
    return used;
}

/// The part of a share that nobody else may have.
std::int64_t DayQuota::kept_for(const std::string& agency) const {
    const std::int64_t gone = used_of(agency) + value_in(kept_.lent, agency);
    return std::max<std::int64_t>(0, share_of(agency) - gone);
}

void DayQuota::lend(Instant now) {
    if (!is_today(now)) return;
    const Duration since = now - at_local(kept_.day);
    const auto passed = std::clamp(since - lent_from, Duration(0), lent_for).count();
    const auto lend_of = [&](const std::string& name) {
        const std::int64_t even = share_of(name) * passed / lent_for.count();
        if (const auto behind = even - used_of(name); behind > value_in(kept_.lent, name))
            kept_.lent[name] = behind;
    };
    for (const auto& [name, percent] : shares_) lend_of(name);
    lend_of(others);
}

std::int64_t DayQuota::left_to(const std::string& agency, Instant now) const {
    std::int64_t left = per_day_ - used(now);
    if (!is_today(now)) return left;
    for (const auto& [name, percent] : shares_)
        if (name != agency) left -= kept_for(name);
    if (shares_.contains(agency)) left -= kept_for(others);
    return std::max<std::int64_t>(0, left);
}

bool DayQuota::may(const std::string& agency, Instant now) {
    if (shares_.empty()) return true;
    lend(now);
    return left_to(agency, now) > 0;
}

Allowed DayQuota::allowed(Instant now) {
    Allowed allowed;
    if (!limited() || shares_.empty()) return allowed;
    for (const auto& [name, percent] : shares_) allowed.agencies[name] = may(name, now);
    allowed.others = may(others, now);
    return allowed;
}

std::vector<QuotaLine> DayQuota::ledger(Instant now) const {
    std::set<std::string> names;
    for (const auto& [name, percent] : shares_) names.insert(name);
    if (is_today(now))
        for (const auto& [name, n] : kept_.by_agency) names.insert(name);
    std::vector<QuotaLine> lines;
    for (const std::string& name : names) {
        QuotaLine& line = lines.emplace_back();
        line.agency = name;
        line.share = shares_.contains(name) ? share_of(name) : 0;
        if (is_today(now)) line.used = value_in(kept_.by_agency, name);
        line.left = left_to(name, now);
    }
    return lines;
}

}  // namespace gw::core
