// The requests that wait for a worker: bounded, new work apart from everything else.
#pragma once

#include "gateway/store/job.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace gw::store {

template <class Session>
class JobQueue {
public:
    using Jobs = std::vector<std::unique_ptr<Job<Session>>>;
    explicit JobQueue(WorkerLimits limits) : limits_(limits) {}

    bool is_full(std::size_t bytes, Entry entry, core::Urgency urgency) const {
        // What finishes accepted work is bounded by the number of claims: it gets room of its own.
        const std::size_t room = entry == Entry::sheddable ? 1 : 2;
        const std::lock_guard lock(mutex_);
        if (entry == Entry::sheddable && is_slow(urgency)) return true;
        const std::size_t waiting = asked_.size() + others_.size();
        return waiting >= room * limits_.requests ||
               (waiting > 0 && bytes_ + bytes > room * limits_.bytes);
    }
    void push(std::unique_ptr<Job<Session>> job) {
        if (job->entry == Entry::sheddable) job->since = limits_.now();
        const std::lock_guard lock(mutex_);
        bytes_ += job->bytes;
        (job->entry == Entry::sheddable ? asked_ : others_).push_back(std::move(job));
        size_ = asked_.size() + others_.size();
        wake_.notify_one();
    }
    /// Fills an empty batch; `wait`: until there is something. False: the worker is to end and
    /// nothing waits.
    bool take(Jobs& batch, bool wait) {
        std::unique_lock lock(mutex_);
        if (wait)
            wake_.wait(lock, [this] { return stopping_ || !asked_.empty() || !others_.empty(); });
        move(others_, batch, asked_.empty() ? limits_.batch : limits_.beside_asked);
        move(asked_, batch, limits_.batch);
        size_ = asked_.size() + others_.size();
        return !batch.empty() || !stopping_;
    }
    void stop() {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    std::size_t size() const { return size_; }

private:
    /// Whoever joins now would wait as long as the first one has waited already.
    bool is_slow(core::Urgency urgency) const {
        if (asked_.empty() || urgency == core::Urgency::p0) return false;
        const auto patience = limits_.wait_max * (8 >> static_cast<int>(urgency));
        return limits_.now() - asked_.front()->since > patience;
    }
    using Queue = std::deque<std::unique_ptr<Job<Session>>>;
    /// Until the batch is so large.
    void move(Queue& from, Jobs& batch, std::size_t until) {
        while (!from.empty() && batch.size() < until) {
            bytes_ -= from.front()->bytes;
            batch.push_back(std::move(from.front()));
            from.pop_front();
        }
    }

    const WorkerLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    Queue asked_, others_;  // new work, for whose answer somebody waits; everything else
    std::size_t bytes_ = 0;
    std::atomic<std::size_t> size_ = 0;
    bool stopping_ = false;
};

}  // namespace gw::store
