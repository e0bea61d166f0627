// Asks the store what is stuck, and writes it.
#include "gateway/app/stuck_watch.hpp"

namespace gw::app {
namespace {

constexpr int looked_at_max = 1'000;
constexpr std::size_t reasons_max = 20;

}  // namespace

StuckCounts count_by_reason(const std::vector<ports::LegView>& legs) {
    StuckCounts counts;
    for (const auto& leg : legs) {
        const bool known = counts.contains(leg.reason) || counts.size() < reasons_max;
        ++counts[known ? leg.reason : "other"];
    }
    return counts;
}

ports::Async<void> StuckWatch::run(core::Instant) {
    std::map<std::string, StuckCounts> fresh;
    for (const auto& partner : partners_)
        for (const auto state : {core::LegState::blocked, core::LegState::dead}) {
            std::string of = partner;
            auto legs = co_await store_.legs_in(std::move(of), state, looked_at_max);
            if (!legs) co_return legs.error();
            const auto labels =
                "partner=\"" + partner + "\",state=\"" + std::string(core::to_word(state)) + "\"";
            fresh[labels] = count_by_reason(*legs);
        }
    counts_ = std::move(fresh);
    co_return core::Result<void>();
}

void StuckWatch::write_metrics(std::string& out) const {
    out +=
        "# HELP lienthong_legs_stuck Blocked and dead legs by reason, of the first thousand\n"
        "# TYPE lienthong_legs_stuck gauge\n";
    for (const auto& [labels, counts] : counts_)
        for (const auto& [reason, number] : counts)
            out += "lienthong_legs_stuck{" + labels + ",reason=\"" + reason + "\"} " +
                   std::to_string(number) + "\n";
}

}  // namespace gw::app
