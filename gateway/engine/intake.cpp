// Accepts through the store and wakes whoever waits for it.
#include "gateway/engine/intake.hpp"

#include <set>

namespace gw::engine {

ports::Async<ports::Accepted> StoreIntake::accept(ports::Acceptance a) {
    std::set<std::string> partners, agencies;
    for (const core::PlannedLeg& planned : a.legs) partners.insert(planned.leg.partner);
    for (const core::FeedItem& item : a.feed) agencies.insert(item.agency);
    auto accepted = co_await store_.accept(std::move(a));
    if (!accepted) {
        if (accepted.error().advice == core::Advice::stop && on_stop_) on_stop_(accepted.error());
        co_return accepted;
    }
    if (accepted->repeated) co_return accepted;
    for (const std::string& partner : partners) wakes_.partner(partner);
    for (const std::string& agency : agencies) wakes_.feed(agency);
    co_return accepted;
}

}  // namespace gw::engine
