// The way in: what was accepted is durable and somebody is told to carry it on.
#pragma once

#include "gateway/engine/sync_feed.hpp"
#include "gateway/engine/wakes.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <functional>
#include <utility>

namespace gw::engine {

class StoreIntake : public ports::Intake {
public:
    /// `on_stop`: the store can no longer keep its promise; called once for each refused
    /// acceptance.
    StoreIntake(ports::Store& store, Wakes& wakes, std::function<void(const core::Error&)> on_stop)
        : store_(store), wakes_(wakes), on_stop_(std::move(on_stop)) {}
    /// As Store::accept; wakes the dispatchers of the legs' partners, the readers of the feed and
    /// who follows the dossiers.
    ports::Async<ports::Accepted> accept(ports::Acceptance a) override;
    /// Without them the short names of operations are told.
    void message_words(MessageWords words) { words_ = std::move(words); }

private:
    ports::Store& store_;
    Wakes& wakes_;
    std::function<void(const core::Error&)> on_stop_;
    MessageWords words_;
};

}  // namespace gw::engine
