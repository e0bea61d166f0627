// Calls that wait for a change of one object: woken when a fact changed it, or at a time. One
// thread.
#pragma once

#include "gateway/engine/signal.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace gw::engine {

class ObjectWaits {
    using Key = std::pair<std::string, std::string>;  // kind, id
    using Waiting = std::multimap<Key, std::shared_ptr<Signal>>;

public:
    ObjectWaits(asio::any_io_executor ex, ports::Clock& clock, TaskGroup::OnFault on_fault)
        : ex_(ex), clock_(clock), tasks_(ex, std::move(on_fault)) {}

    /// Somebody changed it, durably.
    void changed(const std::string& kind, const std::string& id) {
        const auto [from, to] = waiting_->equal_range(Key(kind, id));
        for (auto it = from; it != to; ++it) it->second->notify();
    }
    /// No alarm rings any more.
    void cancel() { tasks_.cancel(); }

    /// Changes while it lives are not missed, also those between two waits.
    class Watch {
    public:
        Watch(ObjectWaits& waits, std::string kind, std::string id)
            : waits_(waits),
              waiting_(waits.waiting_),
              signal_(std::make_shared<Signal>(waits.ex_)),
              place_(waiting_->emplace(Key(std::move(kind), std::move(id)), signal_)) {}
        ~Watch() { waiting_->erase(place_); }
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        /// Until the next change, or `t`.
        asio::awaitable<void> until(core::Instant t) {
            waits_.tasks_.spawn(ring(waits_.clock_, signal_, t));
            co_await signal_->wait();
        }

    private:
        /// An alarm that is no longer wanted wakes its call once too often, or nobody.
        static asio::awaitable<void> ring(
            ports::Clock& clock, std::shared_ptr<Signal> signal, core::Instant t
        ) {
            co_await clock.sleep_until(t);
            signal->notify();
        }
        ObjectWaits& waits_;
        std::shared_ptr<Waiting> waiting_;  // a call may be dropped after the gateway's parts
        std::shared_ptr<Signal> signal_;
        Waiting::iterator place_;
    };

private:
    asio::any_io_executor ex_;
    ports::Clock& clock_;
    std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
    TaskGroup tasks_;
};

}  // namespace gw::engine
