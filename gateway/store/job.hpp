// One request on its way through a worker, and what may go wrong with it.
#pragma once

#include "gateway/ports/store.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace gw::store {

/// Thrown by a session, never past the worker. request: only this request failed; full: the disk is
/// full, nothing of the batch was written; fatal: the file's state is unknown, nothing may be
/// written any more.
struct Broken {
    enum class Kind { request, full, fatal };
    Broken(Kind k, core::Error e) : kind(k), error(std::move(e)) {}
    Kind kind;
    core::Error error;
};

/// sheddable: new work, refused first. needed: what finishes work that was accepted. read: writes
/// nothing.
enum class Entry { sheddable, needed, read };

struct WorkerLimits {
    WorkerLimits() = default;
    std::size_t requests = 4'096, bytes = 64 << 20, batch = 256;
    /// So many others at most share a batch with new work: few, so that it is answered soon.
    std::size_t beside_asked = 32;
    /// New work waits at most so long: p3 is refused after this, p2 after twice and p1 after four
    /// times as long.
    std::chrono::milliseconds wait_max{250};
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

template <class Session>
struct Job {
    Job(std::size_t b, Entry e) : bytes(b), entry(e) {}
    virtual ~Job() = default;
    virtual bool run(Session& session) = 0;  // false: refused, undo what it wrote
    virtual void fail(const core::Error& error) = 0;
    virtual void complete() = 0;
    std::size_t bytes;
    Entry entry;
    std::chrono::steady_clock::time_point since{};  // new work: when it began to wait
};
template <class Session, class T, class Work, class Handler>
struct JobOf final : Job<Session> {
    JobOf(Work w, Handler h, std::size_t b, Entry e)
        : Job<Session>(b, e), work(std::move(w)), handler(std::move(h)) {}
    bool run(Session& session) override {
        result.emplace(work(session));
        return result->has_value();
    }
    void fail(const core::Error& error) override { result.emplace(error); }
    void complete() override { std::move(handler)(std::move(*result)); }
    Work work;
    Handler handler;
    std::optional<core::Result<T>> result;
};

}  // namespace gw::store
