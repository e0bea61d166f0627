// What a dispatcher learns about its partner and its store from how calls end.
#include "gateway/engine/dispatcher.hpp"
#include "gateway/ports/log.hpp"

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

bool is_overload(const Error& error) {
    return error.advice == Advice::enquire || (error.retry_after && error.retry_after->count() > 0);
}

}  // namespace

/// Legs that were parked because the partner was down for days go on by themselves.
asio::awaitable<void> Dispatcher::unpark(int most) {
    auto blocked = co_await store_.legs_in(options_.partner, LegState::blocked, 1'000);
    if (!blocked) co_return;
    for (const ports::LegView& view : *blocked) {
        if (view.reason != "partner_parked") continue;
        if (most-- <= 0) break;
        core::AuditRow why;
        why.at = clock_.now();
        why.agency = view.leg.agency;
        why.actor = "system:sync";
        why.action = "leg.unparked";
        why.subject = std::to_string(core::raw(view.leg.id));
        auto acted = co_await store_.act(view.leg.id, ports::LegAction::redrive, std::move(why));
        if (!acted) may_repeat(acted.error());
    }
    signal_.notify();
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

void Dispatcher::partner_answered(Instant began, Instant now) {
    const bool was_closed = breaker_.state(now) == core::Breaker::State::closed;
    breaker_.succeeded(now);
    concurrency_.succeeded(now - began);
    budget_.succeeded();
    careful_ = false;
    shared_->stats.paused.clear();
    if (!was_closed && breaker_.state(now) == core::Breaker::State::closed) {
        log::info("breaker.closed", {{"partner", log::Word(options_.partner)}});
        tasks_.spawn(unpark(1'000));
    }
}

void Dispatcher::partner_failed(const Error& error, Instant now) {
    if (error.advice == Advice::stop && hooks_.on_stop) hooks_.on_stop(error);
    if (error.blame == Blame::message || error.advice == Advice::hold) {
        // It was there and gave a verdict.
        breaker_.succeeded(now);
        careful_ = false;
        return;
    }
    if (error.blame == Blame::ours) {
        breaker_.neutral();
        shared_->stats.paused = error.code;
        if (error.advice != Advice::retry) return;
        paused_until_ = now + options_.credential_pause;
        careful_ = true;
        return;
    }
    const auto before = breaker_.state(now);
    if (is_overload(error)) concurrency_.overloaded(now);
    if (error.advice == Advice::enquire) budget_.timed_out();
    breaker_.failed(now, is_connect_failure(error), random_.uniform());
    if (breaker_.state(now) == core::Breaker::State::open && before != core::Breaker::State::open) {
        ++shared_->stats.breaker_openings;
        if (breaker_.openings() > 1) return;  // a probe failed: no news
        log::info("breaker.opened", {{"partner", log::Word(options_.partner)}});
    }
}

}  // namespace gw::engine
