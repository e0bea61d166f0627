// What a dispatcher keeps over restarts, shows, and takes from a person's hand.
#include "gateway/engine/dispatcher.hpp"
#include "gateway/engine/partner_state.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::engine {

using core::Duration;
using core::Instant;

DispatcherStats Dispatcher::stats() const {
    DispatcherStats s = shared_->stats;
    const Instant now = const_cast<ports::Clock&>(clock_).now();
    s.concurrency_limit = gate_.concurrency();
    s.breaker = gate_.state(now);
    for (std::size_t i = 0; i < groups; ++i) {
        s.breakers[i] = gate_.breaker(static_cast<core::Group>(i)).state(now);
        s.used[i] = gate_.uses(static_cast<core::Group>(i));
    }
    s.parked = gate_.parked();
    s.closed_text = gate_.forced_text(now);
    s.closed_until = gate_.closed_until(now);
    if (const auto& pushes = gate_.breaker(core::Group::write); pushes.forced(now))
        s.forced_until = pushes.opens_at();
    if (!gate_.resting(now)) s.paused.clear();
    s.retry_tokens = gate_.retry_tokens();
    s.allowed_rate = gate_.allowed_rate(now);
    s.ceiling = gate_.pace().learned();
    s.catching_up = gate_.pace().catching_up(now);
    s.calls_per_day = gate_.quota().per_day();
    s.calls_today = gate_.quota().used(now);
    if (gate_.quota().limited()) s.quota = gate_.quota().ledger(now);
    s.throttled_here = gate_.throttled();
    return s;
}

/// False: the store could not tell; worth another try.
asio::awaitable<bool> Dispatcher::load() {
    std::string kind(partner_state_kind), partner = options_.partner, agency;
    auto object = co_await store_.object(std::move(kind), std::move(agency), std::move(partner));
    if (!object) {
        if (may_repeat(object.error())) {
            const Instant next = clock_.now() + Duration(1'000);
            co_await clock_.sleep_until(next);
            co_return false;
        }
        co_return true;  // what cannot be read begins anew, and is written over
    }
    if (*object) saved_ = read_partner_state((*object)->body);
    gate_.restore(saved_, clock_.now());
    co_return true;
}

void Dispatcher::keep() {
    const Instant now = clock_.now();
    if (saving_ || (!differs(saved_, gate_.kept()) && !gate_.quota().wants_more(now))) return;
    saving_ = true;
    tasks_.spawn(save_state());
}

asio::awaitable<void> Dispatcher::save_state() {
    Duration wait(100);
    while (!stopping_) {
        const Instant now = clock_.now();
        const bool more = gate_.quota().wants_more(now);
        PartnerKept next = gate_.kept();
        if (!more && !differs(saved_, next)) break;
        if (more) next.quota = gate_.quota().next(now);
        auto acceptance = keep_partner(options_.partner, next, now);
        auto kept = co_await store_.accept(std::move(acceptance));
        if (kept) {
            ++shared_->stats.state_writes;
            if (more) gate_.quota().granted(next.quota);
            saved_ = std::move(next);
            wait = Duration(100);
            signal_.notify();
            continue;
        }
        if (!may_repeat(kept.error())) break;
        co_await clock_.sleep_until(clock_.now() + wait);
        wait = std::min(wait * 2, Duration(5'000));
    }
    saving_ = false;
}

ports::Async<void> Dispatcher::command(
    core::Group group, std::optional<Instant> until, std::string text, core::AuditRow why
) {
    // One copy is changed, made durable and then put to work: nobody sees what is not kept.
    Gate changed = gate_;
    const Instant now = clock_.now();
    const auto before = changed.breaker(group).state(now);
    if (until)
        changed.force_open(group, *until, text);
    else
        changed.force_probe(group, now);
    auto acceptance = keep_partner(options_.partner, changed.kept(), now);
    acceptance.message.agency = why.agency;
    acceptance.audit.push_back(std::move(why));
    auto kept = co_await store_.accept(std::move(acceptance));
    if (!kept) co_return kept.error();
    if (until)
        gate_.force_open(group, *until, std::move(text));
    else
        gate_.force_probe(group, now);
    note_change(group, before, now);
    keep();
    signal_.notify();
    co_return core::Result<void>();
}

}  // namespace gw::engine
