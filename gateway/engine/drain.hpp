// Looks at what waits for each partner and says when it will be gone and who will be late.
#pragma once

#include "gateway/core/drain_plan.hpp"
#include "gateway/engine/dispatcher.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::engine {

struct LateLeg {
    LateLeg() = default;
    std::int64_t leg = 0;
    std::string agency, dossier, operation;
    core::Instant legal_deadline{};
};

struct DrainReport {
    DrainReport() = default;
    std::string partner;
    core::Instant at{};
    std::int64_t waiting = 0;    // in the store: ready, retry and unknown
    std::int64_t looked_at = 0;  // the oldest of them; the others are counted as without a date
    std::int64_t blocked = 0;    // wait for a person: not in the plan
    core::DrainRates rates;
    std::string_view known_by;  // "learned", "contract", "ramp" while it catches up without a
                                // learned one; "" = nobody knows the ceiling
    core::DrainPlan plan;
    std::vector<LateLeg> late;  // the first hundred
};

/// Every minute for the metrics, and at once for whoever asks.
class DrainWatch : public ports::Job {
public:
    explicit DrainWatch(ports::Store& store) : store_(store) {}
    /// Outlives this.
    void add(const Dispatcher& dispatcher) { rows_[dispatcher.partner()].dispatcher = &dispatcher; }
    std::string_view name() const override { return "drain.plan"; }
    core::Duration every() const override { return core::Duration(60'000); }
    ports::Async<void> run(core::Instant now) override;
    /// Of one partner that was added.
    ports::Async<DrainReport> report(std::string partner, core::Instant now);
    std::vector<std::string> partners() const;
    /// Appends the last reports, as Prometheus text.
    void write_metrics(std::string& out) const;

private:
    struct Row {
        const Dispatcher* dispatcher = nullptr;
        DrainReport last;
        core::Instant counted_at{};
        std::uint64_t urgent_calls = 0;  // p0 and p1 until counted_at
        double interactive = 0;          // of them a second
    };
    ports::Store& store_;
    std::map<std::string, Row> rows_;
};

}  // namespace gw::engine
