// How a partner is, as its dispatcher knows it.
#include "gateway/app/partner_state.hpp"

namespace gw::app {

namespace {

std::string_view state_word(const engine::DispatcherStats& s) {
    if (!s.paused.empty() || s.parked || !s.closed_text.empty()) return "parked";
    if (s.breaker == core::Breaker::State::open) return "down";
    return s.breaker == core::Breaker::State::half_open ? "degraded" : "up";
}

}  // namespace

api::PartnerInfo state_of(const Partner& partner, const Config& config) {
    api::PartnerInfo info;
    info.partner = partner.id;
    info.name_vi = partner.name_vi.empty() ? partner.id : partner.name_vi;
    if (partner.dispatcher) {
        const auto stats = partner.dispatcher->stats();
        info.state = state_word(stats);
        if (const double rate = config.number("partner." + partner.id + ".rate"); rate > 0)
            info.capacity_per_s = rate;
        info.reason_vi = stats.paused.empty() ? stats.closed_text : stats.paused;
        if (stats.ceiling.per_s > 0) info.capacity_per_s = stats.ceiling.per_s;
        info.p0_late_at = stats.p0_late_at;
        info.closed = stats.closed_until.has_value();
        info.cause = stats.paused.empty() ? (info.state == "up" ? "unknown" : "theirs") : "ours";
        info.throttled = stats.concurrency_limit < 4 && stats.in_flight >= stats.concurrency_limit;
    }
    return info;
}

}  // namespace gw::app
