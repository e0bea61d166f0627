// One thread that owns a database session: takes all requests that wait, commits them together,
// answers all.
#pragma once

#include "gateway/store/job_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace gw::store {

/// Session: begin(), open_request(alone), close_request(keep), commit(), rollback(), make_room();
/// all may throw Broken; between_batches() -> true when it has more to do although nobody asks;
/// full_error(). close_request(false) is false when the request wrote and was not opened `alone`:
/// then the whole batch runs again, each alone. The executor must outlive the worker.
template <class Session>
class Worker {
public:
    using OnStop = std::function<void(const core::Error&)>;
    Worker(boost::asio::any_io_executor ex, Session& session, WorkerLimits limits, OnStop on_stop)
        : ex_(std::move(ex)),
          session_(session),
          queue_(limits),
          on_stop_(std::move(on_stop)),
          thread_([this] { loop(); }) {}
    /// Answers everything that waits, then ends the thread.
    ~Worker() { stop(); }
    void stop() {
        if (!thread_.joinable()) return;
        queue_.stop();
        thread_.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// `urgency`: of new work, which is refused by class when the worker is slow.
    /// Runs `work(session)` in the next batch; its answer comes after the commit. `work` may run
    /// twice (after a roll-back).
    template <class T, class Work>
    ports::Async<T> submit(
        Work work, std::size_t bytes, Entry entry, core::Urgency urgency = core::Urgency::p0
    ) {
        if (queue_.is_full(bytes, entry, urgency)) co_return queue_full();
        auto initiate = [this, w = std::move(work), bytes, entry](auto handler) mutable {
            using Handler = std::decay_t<decltype(handler)>;
            queue_.push(std::make_unique<JobOf<Session, T, Work, Handler>>(
                std::move(w), std::move(handler), bytes, entry
            ));
        };
        const auto& token = boost::asio::use_awaitable;
        auto op = boost::asio::async_initiate<decltype(token), void(core::Result<T>)>(
            std::move(initiate), token
        );
        co_return co_await std::move(op);
    }
    std::int64_t queued() const { return static_cast<std::int64_t>(queue_.size()); }
    bool is_dead() const { return dead_flag_.load(); }

private:
    using Job = store::Job<Session>;
    using Jobs = typename JobQueue<Session>::Jobs;
    enum class Shed { nothing, new_work, all_writes };

    static core::Error queue_full() {
        const std::string what = "the store is busy: try again in a moment";
        core::Error error(core::Advice::retry, core::Blame::ours, "store.queue_full", what);
        error.retry_after = core::Duration(1'000);
        return error;
    }
    void loop() {
        Jobs batch;
        bool more = false;
        while (queue_.take(batch, !more)) {
            if (!batch.empty()) commit(batch);
            if (!batch.empty())
                boost::asio::post(ex_, [done = std::move(batch)]() mutable { complete(done); });
            batch = Jobs();
            more = between_batches();
        }
    }
    bool between_batches() {
        if (dead_flag_) return false;
        try {
            return session_.between_batches();
        } catch (const Broken& broken) {
            if (broken.kind == Broken::Kind::fatal) die(broken.error);
            return false;
        }
    }
    void commit(Jobs& batch) {
        Shed shed = Shed::nothing;
        bool alone = false;
        while (!dead_flag_) {
            try {
                if (try_batch(batch, shed, alone)) return;
                session_.rollback();
                alone = true;
            } catch (const Broken& broken) {
                session_.rollback();
                if (broken.kind == Broken::Kind::fatal) {
                    die(broken.error);
                } else if (broken.kind == Broken::Kind::request || shed == Shed::all_writes) {
                    return fail_all(batch, broken.error);
                } else {
                    session_.make_room();
                    shed = shed == Shed::nothing ? Shed::new_work : Shed::all_writes;
                }
            }
        }
        fail_all(batch, dead_);
    }
    /// False: a request must be undone that was not opened alone.
    bool try_batch(Jobs& batch, Shed shed, bool alone) {
        session_.begin();
        for (auto& job : batch) {
            const bool is_shed = (shed == Shed::new_work && job->entry == Entry::sheddable) ||
                                 (shed == Shed::all_writes && job->entry != Entry::read);
            if (is_shed)
                job->fail(session_.full_error());
            else if (!run(*job, alone))
                return false;
        }
        session_.commit();
        return true;
    }
    bool run(Job& job, bool alone) {
        session_.open_request(alone);
        bool good = false;
        try {
            good = job.run(session_);
        } catch (const Broken& broken) {
            if (broken.kind != Broken::Kind::request) throw;
            job.fail(broken.error);
        }
        return session_.close_request(good);
    }
    /// One wake-up of the other thread for all of them.
    static void complete(Jobs& batch) {
        for (auto& job : batch) std::exchange(job, nullptr)->complete();
    }
    static void fail_all(Jobs& batch, const core::Error& error) {
        for (auto& job : batch) job->fail(error);
    }
    void die(const core::Error& error) {
        dead_ = error;
        dead_.advice = core::Advice::stop;
        if (!dead_flag_.exchange(true) && on_stop_)
            boost::asio::post(ex_, [told = on_stop_, why = dead_] { told(why); });
    }

    boost::asio::any_io_executor ex_;
    Session& session_;
    JobQueue<Session> queue_;
    OnStop on_stop_;
    std::atomic<bool> dead_flag_ = false;
    core::Error dead_;
    std::thread thread_;  // last: it uses everything above
};

}  // namespace gw::store
