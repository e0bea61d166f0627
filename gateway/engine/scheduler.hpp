// Runs the periodic jobs of connectors, each by its own period, one run of a job at a time.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/engine/task_group.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/connector.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gw::engine {

struct JobStats {
    JobStats() = default;
    std::string name;
    std::uint64_t runs = 0, failures = 0;
    std::optional<core::Instant> last_began, last_good;
    std::string last_error;  // code; "" after a good run
};

class Scheduler {
public:
    Scheduler(
        asio::any_io_executor ex,
        ports::Clock& clock,
        ports::Random& random,
        TaskGroup::OnFault on_fault
    )
        : clock_(clock), random_(random), tasks_(ex, std::move(on_fault)) {}
    /// Before run(). The job outlives this.
    void add(ports::Job& job);
    /// Until cancel(). A job first runs within a tenth of its period, then every period; after a
    /// failure within a tenth.
    asio::awaitable<void> run();
    void cancel() { tasks_.cancel(); }
    std::vector<JobStats> stats() const;

private:
    struct Entry {
        ports::Job* job = nullptr;
        JobStats stats;
    };
    asio::awaitable<void> repeat(std::shared_ptr<Entry> entry);
    ports::Clock& clock_;
    ports::Random& random_;
    std::vector<std::shared_ptr<Entry>> entries_;
    TaskGroup tasks_;
};

}  // namespace gw::engine
