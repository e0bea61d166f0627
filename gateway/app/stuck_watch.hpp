// Counts what only a person can help, by reason, for the metrics.
#pragma once

#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

/// Legs by reason; reasons beyond the first twenty are "other".
using StuckCounts = std::map<std::string, std::int64_t>;
StuckCounts count_by_reason(const std::vector<ports::LegView>& legs);

/// Every minute: blocked and dead legs of each partner, the first thousand of each.
class StuckWatch : public ports::Job {
public:
    StuckWatch(ports::Store& store, std::vector<std::string> partners)
        : store_(store), partners_(std::move(partners)) {}
    std::string_view name() const override { return "legs.stuck"; }
    core::Duration every() const override { return core::Duration(60'000); }
    ports::Async<void> run(core::Instant now) override;
    void write_metrics(std::string& out) const;

private:
    ports::Store& store_;
    std::vector<std::string> partners_;
    std::map<std::string, StuckCounts> counts_;  // by labels of partner and state
};

}  // namespace gw::app
