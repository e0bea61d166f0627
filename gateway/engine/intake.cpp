// Accepts through the store and wakes whoever waits for it.
#include "gateway/engine/intake.hpp"

#include "gateway/engine/traced.hpp"

#include <set>

namespace gw::engine {
namespace {

/// Without their texts, which are on their way into the store.
std::vector<core::ObjectWrite> dossiers_of(const ports::Acceptance& a) {
    std::vector<core::ObjectWrite> dossiers;
    for (const core::ObjectWrite& write : a.objects) {
        if (write.object.kind != "dossier" || write.document.is_null()) continue;
        core::ObjectWrite dossier;
        dossier.object.kind = write.object.kind;
        dossier.object.agency = write.object.agency;
        dossier.object.id = write.object.id;
        dossier.object.state = write.object.state;
        dossier.document = write.document.shared();
        dossiers.push_back(std::move(dossier));
    }
    return dossiers;
}

std::function<core::FeedItem(const core::Leg&)> on_superseded(
    const MessageWords& words, core::Instant now
) {
    return [words, now](const core::Leg& leg) { return superseded_item(leg, words, now); };
}

}  // namespace

ports::Async<ports::Accepted> StoreIntake::accept(ports::Acceptance a) {
    std::set<std::string> partners, agencies;
    for (const core::PlannedLeg& planned : a.legs) partners.insert(planned.leg.partner);
    for (const core::FeedItem& item : a.feed) agencies.insert(item.agency);
    const std::vector<core::ObjectWrite> dossiers = dossiers_of(a);
    for (const core::PlannedLeg& planned : a.legs) {
        if (!planned.supersedes) continue;
        agencies.insert(planned.leg.agency);
        a.on_superseded = on_superseded(words_, a.message.received_at);
    }
    // What a partner's call or answer causes belongs to its trace.
    auto ex = co_await asio::this_coro::executor;
    const std::string trace = trace_of(ex);
    for (core::Event& event : a.events)
        if (event.trace.empty()) event.trace = trace;
    auto accepted = co_await store_.accept(std::move(a));
    if (!accepted) {
        if (accepted.error().advice == core::Advice::stop && on_stop_) on_stop_(accepted.error());
        co_return accepted;
    }
    if (accepted->repeated) co_return accepted;
    for (const std::string& partner : partners) wakes_.partner(partner);
    for (const std::string& agency : agencies) wakes_.feed(agency);
    for (const core::ObjectWrite& dossier : dossiers) wakes_.dossier(dossier);
    co_return accepted;
}

}  // namespace gw::engine
