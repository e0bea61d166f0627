// Calls a day that a partner's contract allows, counted so that a restart cannot forget any, and
// what each agency may have of them. Pure.
#pragma once

#include "gateway/core/share.hpp"
#include "gateway/core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::core {

/// Percent of a day's calls by agency, 100 at most in all. The rest is of the agencies that have no
/// share, together.
using CallShares = std::map<std::string, int>;
/// "H56 40"; nullopt: not an agency and 1 to 100.
std::optional<std::pair<std::string, int>> parse_call_share(std::string_view text);

/// What is durable: calls of `day` set apart so far, who made them, and what of the shares is no
/// longer kept for their agencies ("" = those without a share).
struct QuotaKept {
    QuotaKept() = default;
    Day day{};
    std::int64_t reserved = 0;
    std::map<std::string, std::int64_t> by_agency, lent;
    bool operator==(const QuotaKept&) const = default;
};

/// What one agency had today of a partner's calls.
struct QuotaLine {
    QuotaLine() = default;
    std::string agency;
    std::int64_t share = 0;  // of its own; 0 = none
    std::int64_t used = 0;
    std::int64_t left = 0;  // it may make so many now, what others lend included
};

/// Calls are set apart in blocks before they are made: what is durable is never less than what was
/// used, and a restart loses at most the rest of a block. A day begins at midnight in Vietnam.
class DayQuota {
public:
    explicit DayQuota(std::int64_t per_day, CallShares shares = {})
        : per_day_(per_day), shares_(std::move(shares)) {}
    bool limited() const { return per_day_ > 0; }
    std::int64_t per_day() const { return per_day_; }
    /// Calls that may be made now.
    std::int64_t left(Instant now) const { return is_today(now) ? kept_.reserved - used_ : 0; }
    /// More can be set apart, and it is time for it.
    bool wants_more(Instant now) const {
        if (!limited()) return false;
        if (!is_today(now)) return true;
        return kept_.reserved < per_day_ && left(now) * 2 <= block();
    }
    bool used_up(Instant now) const { return limited() && is_today(now) && used_ >= per_day_; }
    std::int64_t used(Instant now) const { return is_today(now) ? used_ : 0; }
    static Instant next_day(Instant now) {
        return at_local(Day(std::chrono::sys_days(local_day(now)) + std::chrono::days(1)));
    }
    void take(const std::string& agency) {
        ++used_;
        ++kept_.by_agency[agency];
    }
    /// A call that was taken and not made.
    void give_back(const std::string& agency) {
        if (used_ == 0) return;
        --used_;
        if (auto& n = kept_.by_agency[agency]; n > 0) --n;
    }
    /// What must be durable before granted() is called with it.
    QuotaKept next(Instant now) const {
        QuotaKept next = kept_;
        if (!is_today(now)) {
            next = QuotaKept();
            next.day = local_day(now);
        }
        next.reserved = std::min(per_day_, next.reserved + block());
        return next;
    }
    void granted(const QuotaKept& next) {
        if (next.day != kept_.day) {
            used_ = 0;
            kept_ = next;
        }
        kept_.reserved = std::max(kept_.reserved, next.reserved);
    }
    /// At start: what was set apart counts as used.
    void restore(const QuotaKept& kept) {
        kept_ = kept;
        used_ = kept.reserved;
    }
    const QuotaKept& kept() const { return kept_; }

    /// Who may have calls now. An agency has its share, and of the others' what is not kept for
    /// them any more: what is behind an even use of it from six in the morning to six in the
    /// evening is lent, for good.
    Allowed allowed(Instant now);
    bool may(const std::string& agency, Instant now);
    /// Who used what: every agency that has a share or made calls. Calls that a restart lost are
    /// nobody's.
    std::vector<QuotaLine> ledger(Instant now) const;

private:
    /// A clock that went back to an earlier day begins no new one.
    bool is_today(Instant now) const {
        return std::chrono::sys_days(local_day(now)) <= std::chrono::sys_days(kept_.day);
    }
    std::int64_t block() const { return std::clamp<std::int64_t>(per_day_ / 100, 1, 200); }
    std::int64_t left_to(const std::string& agency, Instant now) const;
    /// Of an agency with a share, or of all others when it has none.
    std::int64_t share_of(const std::string& agency) const;
    std::int64_t used_of(const std::string& agency) const;
    std::int64_t kept_for(const std::string& agency) const;
    void lend(Instant now);

    std::int64_t per_day_, used_ = 0;
    CallShares shares_;
    QuotaKept kept_;
};

}  // namespace gw::core
