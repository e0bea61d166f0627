// The steps of retention.
#include "gateway/store/sqlite/retention.hpp"

#include "gateway/ports/log.hpp"

namespace gw::store::sqlite {
namespace {

core::Error is_running() {
    return core::Error(
        core::Advice::retry,
        core::Blame::ours,
        "store.rotation_running",
        "a step of retention is running: wait until it has ended"
    );
}

struct Turn {
    explicit Turn(std::atomic<bool>& r) : running(r) {}
    ~Turn() { running = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    std::atomic<bool>& running;
};

}  // namespace

ports::Async<ports::RotationStep> Retention::step(ports::RotationWish wish) {
    if (running_.exchange(true)) co_return is_running();
    const Turn turn(running_);
    const auto shared = std::make_shared<const ports::RotationWish>(std::move(wish));
    if (shared->may_move) {
        auto moved = co_await move(shared);
        if (!moved || moved->more) co_return moved;
        auto removed = co_await remove(shared);
        if (!removed) co_return removed;
        removed->messages = moved->messages;
        removed->rows = moved->rows;
        co_return removed;
    }
    auto removed = co_await remove(shared);
    co_return removed;
}

ports::Async<ports::RotationStep> Retention::move(std::shared_ptr<const ports::RotationWish> wish) {
    auto copy = [wish](Rotator& r) { return r.copy(*wish); };
    auto copied = co_await rotator_.submit<Move>(std::move(copy), 512, Entry::read);
    if (!copied) co_return copied.error();
    ports::RotationStep step;
    step.more = copied->more;
    if (copied->is_empty()) {
        if (copied->fault) co_return *copied->fault;
        co_return step;
    }
    const auto what = std::make_shared<const Move>(std::move(*copied));
    auto leave = [what](Writer& w) {
        w.ledger().leave(*what);
        return core::Result<void>();
    };
    auto left = co_await writer_.submit<void>(std::move(leave), 512, Entry::needed);
    if (!left) co_return left.error();
    step.messages = static_cast<std::int64_t>(what->messages.size());
    step.rows = what->rows();
    if (what->fault) co_return *what->fault;
    co_return step;
}

ports::Async<ports::RotationStep> Retention::remove(std::shared_ptr<const ports::RotationWish> wish
) {
    ports::RotationStep step;
    auto find = [wish](Rotator& r) { return r.next_removal(*wish); };
    auto next = co_await rotator_.submit<Removal>(std::move(find), 512, Entry::read);
    if (!next) co_return next.error();
    const bool may_begin = stays_ == 0;
    if (!next->day) co_return step;
    if (!next->begun && !may_begin) co_return step;
    const std::int64_t day = *next->day, after = next->removed_to;
    if (!next->begun) {
        auto begun = co_await begin_removal(day);
        if (!begun) co_return begun.error();
    }
    auto look = [wish, day, after](Rotator& r) { return r.traces(day, after, *wish); };
    auto found = co_await rotator_.submit<Traces>(std::move(look), 512, Entry::read);
    if (!found) co_return found.error();
    step.more = true;
    if (found->to == 0) {
        auto ended = co_await end_removal(day);
        if (!ended) co_return ended.error();
        step.removed = 1;
        co_return step;
    }
    const auto traces = std::make_shared<const Traces>(std::move(*found));
    auto forget = [day, traces](Writer& w) {
        w.ledger().forget(day, *traces);
        return core::Result<void>();
    };
    auto forgotten = co_await writer_.submit<void>(std::move(forget), 512, Entry::needed);
    if (!forgotten) co_return forgotten.error();
    co_return step;
}

/// Who reads lets go of the file, so that its room comes back when it is unlinked.
ports::Async<void> Retention::begin_removal(std::int64_t day) {
    auto begin = [day](Writer& w) {
        w.ledger().begin_removal(day);
        w.segments().forget(day);
        return core::Result<void>();
    };
    auto begun = co_await writer_.submit<void>(std::move(begin), 512, Entry::needed);
    if (!begun) co_return begun.error();
    ports::log::info("store.segment_removing", {{"segment", ports::log::Word(name_of_day(day))}});
    co_return begun;
}

ports::Async<void> Retention::end_removal(std::int64_t day) {
    auto forget = [day](Reader& r) {
        r.segments().forget(day);
        return core::Result<void>();
    };
    auto closed = co_await reader_.submit<void>(std::move(forget), 512, Entry::read);
    if (!closed) co_return closed.error();
    auto unlink = [day](Rotator& r) { return r.unlink(day); };
    auto gone = co_await rotator_.submit<void>(std::move(unlink), 512, Entry::read);
    if (!gone) co_return gone.error();
    auto drop = [day](Writer& w) {
        w.ledger().drop(day);
        return core::Result<void>();
    };
    auto dropped = co_await writer_.submit<void>(std::move(drop), 512, Entry::needed);
    if (!dropped) co_return dropped.error();
    ports::log::info("store.segment_removed", {{"segment", ports::log::Word(name_of_day(day))}});
    co_return dropped;
}

ports::Async<void> Retention::back_up(std::string folder) {
    auto list = [](Rotator& r) { return r.days(); };
    auto days =
        co_await rotator_.submit<std::vector<std::int64_t>>(std::move(list), 512, Entry::read);
    if (!days) co_return days.error();
    core::Result<void> all;
    for (const std::int64_t day : *days) {
        auto copy = [day, folder](Rotator& r) { return r.back_up(day, folder); };
        auto copied = co_await rotator_.submit<void>(std::move(copy), 512, Entry::read);
        if (!copied && all) all = copied;
    }
    co_return all;
}

}  // namespace gw::store::sqlite
