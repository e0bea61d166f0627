// One session or token for everybody.
#include "connectors/kit/session_cache.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace gw::connector_kit {

namespace asio = boost::asio;

SessionState::Step SessionState::ask(core::Instant now) const {
    if (valid_ && now < session_.trusted_until) return Step::use;
    if (flying_) return Step::wait;
    if (paused_until_ && now < *paused_until_) return Step::refuse;
    return Step::fetch;
}

void SessionState::fetch_began() {
    GW_ASSERT(!flying_);
    flying_ = true;
    valid_ = false;
}

void SessionState::fetched(std::string value, core::Instant trusted_until) {
    GW_ASSERT(flying_);
    flying_ = false;
    valid_ = true;
    session_.value = std::move(value);
    session_.trusted_until = trusted_until;
    ++session_.generation;
    paused_until_.reset();
}

void SessionState::failed(core::Error error, core::Instant now) {
    GW_ASSERT(flying_);
    flying_ = false;
    if (error.blame == core::Blame::ours) paused_until_ = now + pause_;
    refusal_ = std::move(error);
}

void SessionState::abandoned() {
    flying_ = false;
}

void SessionState::refused(std::uint64_t generation) {
    if (session_.generation == generation) valid_ = false;
}

namespace {

/// Puts things right when the coroutine that flies or waits is cancelled.
template <class Undo>
class OnCancel {
public:
    explicit OnCancel(Undo undo) : undo_(std::move(undo)) {}
    ~OnCancel() {
        if (!done_) undo_();
    }
    OnCancel(const OnCancel&) = delete;
    OnCancel& operator=(const OnCancel&) = delete;
    void done() { done_ = true; }

private:
    Undo undo_;
    bool done_ = false;
};

}  // namespace

ports::Async<Session> SessionCache::get() {
    for (;;) {
        const auto step = state_.ask(clock_.now());
        if (step == SessionState::Step::use) co_return state_.session();
        if (step == SessionState::Step::refuse) co_return state_.refusal();
        if (step == SessionState::Step::fetch) co_return co_await fly();
        auto shared = co_await wait();
        if (!shared) {
            if (shared.error().code.empty()) continue;  // the flight was abandoned: look again
            co_return shared;
        }
        if (state_.ask(clock_.now()) == SessionState::Step::use) co_return state_.session();
    }
}

ports::Async<Session> SessionCache::fly() {
    state_.fetch_began();
    auto abandon = [this] {
        state_.abandoned();
        wake(core::Error());
    };
    OnCancel guard(abandon);
    auto session = co_await source_.log_in();
    guard.done();
    if (!session) {
        state_.failed(session.error(), clock_.now());
        wake(session.error());
        co_return session.error();
    }
    state_.fetched(std::move(session->value), session->trusted_until);
    wake(std::nullopt);
    co_return state_.session();
}

ports::Async<Session> SessionCache::wait() {
    const auto executor = co_await asio::this_coro::executor;
    Waiter me(executor);
    me.timer.expires_at(asio::steady_timer::time_point::max());
    const auto place = waiting_.insert(waiting_.end(), &me);
    // Who was woken is in no list any more, also when it is dropped before it goes on.
    auto leave = [this, place, &me] {
        if (!me.woken) waiting_.erase(place);
    };
    OnCancel guard(leave);
    auto token = asio::as_tuple(asio::use_awaitable);
    while (!me.woken) {
        auto [ec] = co_await me.timer.async_wait(token);
        (void)ec;  // cancelled is the signal
    }
    guard.done();  // wake() took this waiter out of the list
    if (me.error) co_return *me.error;
    co_return state_.session();
}

void SessionCache::wake(const std::optional<core::Error>& error) {
    const std::list<Waiter*> waiting = std::move(waiting_);
    waiting_.clear();
    for (Waiter* waiter : waiting) {
        waiter->woken = true;
        waiter->error = error;
        waiter->timer.cancel();
    }
}

}  // namespace gw::connector_kit
