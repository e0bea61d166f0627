// Events leave the feed after their time (`events.retention`).
#pragma once

#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

namespace gw::api {

/// In steps so small that accepting does not wait for them.
class FeedSweep : public ports::Job {
public:
    FeedSweep(ports::Store& store, core::Duration kept) : store_(store), kept_(kept) {}
    std::string_view name() const override { return "feed.sweep"; }
    core::Duration every() const override { return core::Duration(600'000); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Store& store_;
    core::Duration kept_;
};

}  // namespace gw::api
