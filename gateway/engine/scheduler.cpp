// Runs periodic jobs.
#include "gateway/engine/scheduler.hpp"

#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::engine {
namespace {

constexpr core::Duration second(1'000), minute(60'000), ten_minutes(600'000);

}  // namespace

void Scheduler::add(ports::Job& job) {
    GW_ASSERT(job.every().count() > 0);
    auto entry = std::make_shared<Entry>();
    entry->job = &job;
    entry->stats.name = job.name();
    entries_.push_back(std::move(entry));
}

asio::awaitable<void> Scheduler::run() {
    for (const auto& entry : entries_) tasks_.spawn(repeat(entry));
    co_await tasks_.join();
}

asio::awaitable<void> Scheduler::repeat(std::shared_ptr<Entry> entry) {
    const core::Duration every = entry->job->every();
    const auto within = [this](core::Duration most) {
        const double ms = static_cast<double>(most.count()) * random_.uniform();
        return core::Duration(std::max<std::int64_t>(1, static_cast<std::int64_t>(ms)));
    };
    const core::Duration soon = every / 10;
    // Somebody may wait for what runs each minute: dossiers for the catalogue that the store holds.
    const core::Duration start = every <= minute ? std::min(soon, second) : soon;
    core::Instant due = clock_.now() + within(start);
    while (true) {
        // A clock that goes back must not put a job off by as much.
        while (clock_.now() < due) {
            const core::Instant look = clock_.now() + ten_minutes;
            co_await clock_.sleep_until(std::min(due, look));
            due = std::min(due, clock_.now() + every);
        }
        const core::Instant now = clock_.now();
        entry->stats.last_began = now;
        ++entry->stats.runs;
        auto done = co_await entry->job->run(now);
        if (done) {
            entry->stats.last_good = clock_.now();
            entry->stats.last_error.clear();
            due = std::max(due + every, clock_.now());
            continue;
        }
        ++entry->stats.failures;
        entry->stats.last_error = done.error().code;
        ports::log::warning(
            "job.failed",
            {{"job", ports::log::Word(entry->stats.name)},
             {"code", ports::log::Word(done.error().code)}}
        );
        due = clock_.now() + within(soon);
    }
}

std::vector<JobStats> Scheduler::stats() const {
    std::vector<JobStats> all;
    for (const auto& entry : entries_) all.push_back(entry->stats);
    return all;
}

}  // namespace gw::engine
