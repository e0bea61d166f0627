// Tells people when the legal time of what still waits for a partner runs out.
#pragma once

#include "gateway/engine/sync_feed.hpp"
#include "gateway/engine/wakes.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace gw::engine {

/// At 50, 80 and 95 percent of the legal time of the leg at the head of a lane: a feed item, a line
/// in the log, a count. Each once, also over restarts. With less than an hour left its class rises.
class LegalWatch : public ports::Job {
public:
    LegalWatch(ports::Store& store, Wakes& wakes, MessageWords words)
        : store_(store), wakes_(wakes), words_(std::move(words)) {}
    std::string_view name() const override { return "legal.watch"; }
    core::Duration every() const override { return core::Duration(60'000); }
    ports::Async<void> run(core::Instant now) override;
    /// Appends what it told, as Prometheus text.
    void write_metrics(std::string& out) const;

private:
    void note(const ports::LegalAlarm& alarm);

    ports::Store& store_;
    Wakes& wakes_;
    MessageWords words_;
    std::map<std::pair<std::string, int>, std::uint64_t> told_;  // partner, percent
};

}  // namespace gw::engine
