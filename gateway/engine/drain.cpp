// Feeds the drain planner with what the store and the dispatchers know.
#include "gateway/engine/drain.hpp"

#include "gateway/core/legal_time.hpp"

#include <algorithm>

namespace gw::engine {
namespace {

using core::Instant;
using core::LegState;

/// More legs than these are not looked at one by one.
constexpr int looked_at_max = 5'000;
/// So many a store tells within its time for one question, however slow its disk.
constexpr int looked_at_least = 1'000;

core::WaitingLegs waiting_of(const ports::LegView& view, std::int64_t tag) {
    core::WaitingLegs legs;
    legs.urgency = view.leg.urgency;
    legs.effective =
        core::effective_deadline(view.leg.urgency, view.enqueued_at, view.leg.legal_deadline);
    legs.legal_deadline = view.leg.legal_deadline;
    legs.tag = tag;
    return legs;
}

void set_rates(DrainReport& report, const DispatcherStats& stats, double interactive) {
    const bool learned = stats.ceiling.per_s > 0;
    report.rates.ceiling = learned ? stats.ceiling.per_s : stats.allowed_rate;
    if (report.rates.ceiling > 0)
        report.known_by = learned ? "learned" : stats.catching_up ? "ramp" : "contract";
    report.rates.interactive = interactive;
    report.rates.begins =
        std::max(stats.closed_until.value_or(report.at), stats.forced_until.value_or(report.at));
    const auto pushes = stats.breakers[static_cast<std::size_t>(core::Group::write)];
    report.rates.away = pushes != core::Breaker::State::closed && !stats.forced_until;
}

void plan(DrainReport& report, const std::vector<ports::LegView>& views) {
    std::vector<core::WaitingLegs> waiting;
    waiting.reserve(views.size() + 1);
    Instant last = report.at;
    for (std::size_t i = 0; i < views.size(); ++i) {
        waiting.push_back(waiting_of(views[i], static_cast<std::int64_t>(i)));
        last = std::max(last, waiting.back().effective);
    }
    report.looked_at = static_cast<std::int64_t>(views.size());
    report.waiting = std::max(report.waiting, report.looked_at);
    if (report.waiting > report.looked_at) {
        core::WaitingLegs rest;
        rest.count = report.waiting - report.looked_at;
        rest.effective = last;
        waiting.push_back(rest);
    }
    report.plan = core::drain_plan(std::move(waiting), report.rates, report.at);
    for (const std::int64_t tag : report.plan.late_tags) {
        const auto& view = views[static_cast<std::size_t>(tag)];
        LateLeg late;
        late.leg = core::raw(view.leg.id);
        late.agency = view.leg.agency;
        late.dossier = view.leg.dossier;
        late.operation = view.leg.operation;
        late.legal_deadline = *view.leg.legal_deadline;
        report.late.push_back(std::move(late));
    }
}

}  // namespace

ports::Async<DrainReport> DrainWatch::report(std::string partner, Instant now) {
    DrainReport report;
    report.partner = partner;
    report.at = now;
    const Row& row = rows_[partner];
    if (row.dispatcher == nullptr) co_return core::give_up("not_found", "no such partner");
    set_rates(report, row.dispatcher->stats(), row.interactive);
    auto queues = co_await store_.stats();
    if (!queues) co_return queues.error();
    for (const auto& queue : *queues) {
        if (queue.partner != partner) continue;
        report.waiting = queue.ready + queue.retry + queue.unknown;
        report.blocked = queue.blocked;
    }
    std::vector<ports::LegView> views;
    for (const LegState state : {LegState::retry, LegState::unknown, LegState::ready}) {
        const int left = looked_at_max - static_cast<int>(views.size());
        if (left <= 0) break;
        auto some = co_await store_.legs_in(partner, state, left);
        const bool ask_less = !some && left > looked_at_least;
        if (ask_less) some = co_await store_.legs_in(partner, state, looked_at_least);
        if (!some) co_return some.error();
        views.insert(views.end(), some->begin(), some->end());
    }
    plan(report, views);
    co_return report;
}

ports::Async<void> DrainWatch::run(Instant now) {
    for (auto& [partner, row] : rows_) {
        if (row.dispatcher == nullptr) continue;
        const auto stats = row.dispatcher->stats();
        const std::uint64_t calls = stats.starts[0] + stats.starts[1];
        const double past = static_cast<double>((now - row.counted_at).count()) / 1000;
        if (row.counted_at != Instant{} && past > 0)
            row.interactive = static_cast<double>(calls - row.urgent_calls) / past;
        row.counted_at = now;
        row.urgent_calls = calls;
        auto report = co_await this->report(partner, now);
        if (!report) co_return report.error();
        row.last = std::move(*report);
    }
    co_return core::Result<void>();
}

std::vector<std::string> DrainWatch::partners() const {
    std::vector<std::string> names;
    for (const auto& [partner, row] : rows_)
        if (row.dispatcher != nullptr) names.push_back(partner);
    return names;
}

void DrainWatch::write_metrics(std::string& out) const {
    out +=
        "# HELP lienthong_drain_seconds Until the queue is empty at the known rate; -1 = never or "
        "unknown\n# TYPE lienthong_drain_seconds gauge\n"
        "# HELP lienthong_drain_late_legs Waiting legs that will miss their legal deadline\n"
        "# TYPE lienthong_drain_late_legs gauge\n"
        "# HELP lienthong_drain_saving_rate Calls per second with which none would; 0 = none "
        "needed\n# TYPE lienthong_drain_saving_rate gauge\n";
    for (const auto& [partner, row] : rows_) {
        const auto& plan = row.last.plan;
        double seconds = -1;
        if (plan.empty_at)
            seconds = static_cast<double>((*plan.empty_at - row.last.at).count()) / 1000;
        const std::string label = "{partner=\"" + partner + "\"} ";
        out += "lienthong_drain_seconds" + label + std::to_string(seconds) + "\n";
        out += "lienthong_drain_late_legs" + label + std::to_string(plan.late) + "\n";
        out += "lienthong_drain_saving_rate" + label + std::to_string(plan.saving_rate) + "\n";
    }
}

}  // namespace gw::engine
