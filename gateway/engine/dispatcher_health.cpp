// What a dispatcher learns about its partner and its store from how calls end.
#include "gateway/engine/dispatcher.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <limits>

namespace gw::engine {
namespace {

namespace log = ports::log;
using core::Advice;
using core::Blame;
using core::Error;
using core::Instant;
using core::LegState;

constexpr int unpark_limit = 100'000;

/// No byte reached the partner, as far as an error can tell: it answered nothing and promises
/// nothing happened.
bool is_connect_failure(const Error& error) {
    return error.advice == Advice::retry && error.answer.empty() && !error.retry_after;
}

}  // namespace

/// One leg tries the way. While the partner is there and takes more than it fails, each look brings
/// back eight times as many as the one before: not every outage opens a breaker that closes again.
int Dispatcher::next_parked(Instant now) {
    const auto& outcomes = shared_->stats.outcomes;
    std::uint64_t all = 0;
    for (const std::uint64_t n : outcomes) all += n;
    const std::uint64_t good = outcomes[static_cast<std::size_t>(core::Outcome::delivered)];
    const bool takes = good > looked_good_ && 2 * (good - looked_good_) > all - looked_all_;
    looked_good_ = good;
    looked_all_ = all;
    const bool well = takes && gate_.state(now) == core::Breaker::State::closed;
    unpark_most_ = well ? std::min(unpark_most_ * 8, unpark_limit) : 1;
    return unpark_most_;
}

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
    if (error.blame == Blame::message || error.advice == Advice::hold || core::waits_alone(error)) {
        gate_.spoke(group, now);
    } else if (error.blame == Blame::ours) {
        shared_->stats.paused = error.code;
        gate_.refused_us(group, error.advice == Advice::retry, now);
    } else {
        const bool overload = core::is_overload(error);
        const bool lost = error.advice == Advice::enquire || error.code.ends_with(".timeout");
        gate_.failed(
            group, is_connect_failure(error) && !overload, overload, lost, now, random_.uniform()
        );
    }
    note_change(group, before, now);
}

}  // namespace gw::engine
