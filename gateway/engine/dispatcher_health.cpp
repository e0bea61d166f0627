// What a dispatcher learns about its partner and its store from how calls end.
#include "gateway/engine/dispatcher.hpp"
#include "gateway/ports/log.hpp"

#include <limits>

namespace gw::engine {
namespace {

namespace log = ports::log;
using core::Advice;
using core::Blame;
using core::Error;
using core::Instant;
using core::LegState;

/// No byte reached the partner, as far as an error can tell: it answered nothing and promises
/// nothing happened.
bool is_connect_failure(const Error& error) {
    return error.advice == Advice::retry && error.answer.empty() && !error.retry_after;
}

}  // namespace

/// Legs that were parked because the partner was down for days go on by themselves.
asio::awaitable<void> Dispatcher::unpark(int most) {
    std::size_t limit = 1'000;
    while (most > 0) {
        const int page = static_cast<int>(limit);
        auto blocked = co_await store_.legs_in(options_.partner, LegState::blocked, page);
        if (!blocked) co_return;
        int freed = 0;
        for (const ports::LegView& view : *blocked) {
            if (view.reason != "partner_parked") continue;
            if (freed == most) break;
            core::AuditRow why;
            why.at = clock_.now();
            why.agency = view.leg.agency;
            why.actor = "system:sync";
            why.action = "leg.unparked";
            why.subject = std::to_string(core::raw(view.leg.id));
            auto acted =
                co_await store_.act(view.leg.id, ports::LegAction::redrive, std::move(why));
            if (!acted) may_repeat(acted.error());
            if (acted) ++freed;
        }
        most -= freed;
        signal_.notify();
        // Others that are blocked stay: what is parked may stand behind them.
        if (blocked->size() < limit) co_return;
        if (freed == 0) limit *= 2;
    }
}

bool Dispatcher::may_repeat(const Error& error) {
    ++shared_->stats.store_errors;
    if (error.code == "lane.fenced") ++shared_->stats.fenced;
    if (error.advice == Advice::retry) return true;
    log::warning(
        "store.call_failed",
        {{"partner", log::Word(options_.partner)}, {"code", log::Word(error.code)}}
    );
    if (error.advice == Advice::stop) {
        stopping_ = true;
        signal_.notify();
        if (hooks_.on_stop) hooks_.on_stop(error);
    }
    return false;
}

/// What changed is told where people look, and kept.
void Dispatcher::note_change(core::Group group, core::Breaker::State before, Instant now) {
    const core::Breaker& breaker = gate_.breaker(group);
    const auto after = breaker.state(now);
    const auto partner = log::Word(options_.partner);
    if (after == core::Breaker::State::open && before != core::Breaker::State::open) {
        ++shared_->stats.breaker_openings;
        // Later openings of the same outage are failed probes: no news, except the one that parks.
        if (breaker.openings() == 1)
            log::info(
                "breaker.opened", {{"partner", partner}, {"group", log::Word(to_word(group))}}
            );
        if (breaker.openings() == options_.breaker.parked_after)
            log::error(
                "breaker.parked", {{"partner", partner}, {"group", log::Word(to_word(group))}}
            );
    }
    if (after == core::Breaker::State::closed && before != core::Breaker::State::closed) {
        log::info("breaker.closed", {{"partner", partner}, {"group", log::Word(to_word(group))}});
        tasks_.spawn(unpark(std::numeric_limits<int>::max()));
    }
    if (after != before) keep();
}

void Dispatcher::partner_answered(core::Group group, Instant began, Instant now) {
    const auto before = gate_.breaker(group).state(now);
    gate_.answered(group, began, now, random_.uniform());
    shared_->stats.paused.clear();
    note_change(group, before, now);
}

void Dispatcher::partner_failed(core::Group group, const Error& error, Instant now) {
    if (error.advice == Advice::stop && hooks_.on_stop) hooks_.on_stop(error);
    const auto before = gate_.breaker(group).state(now);
    if (error.blame == Blame::message || error.advice == Advice::hold) {
        gate_.spoke(group, now);
    } else if (error.blame == Blame::ours) {
        shared_->stats.paused = error.code;
        gate_.refused_us(group, error.advice == Advice::retry, now);
    } else {
        const bool overload = core::is_overload(error), lost = error.advice == Advice::enquire;
        gate_.failed(
            group, is_connect_failure(error) && !overload, overload, lost, now, random_.uniform()
        );
    }
    note_change(group, before, now);
}

}  // namespace gw::engine
