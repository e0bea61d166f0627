// Periodic work at the portal: catalogue (NP-38 to NP-40) and reconciliation (NP-62).
#pragma once

#include "connectors/national_portal/catalogue.hpp"
#include "gateway/ports/connector.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::national_portal {

class Portal;

/// Reads the stored catalogue at the first run; full list at start and nightly, each procedure that
/// is new or whose content changed is a new version. Every run is short when nothing is due.
class CatalogueJob : public ports::Job {
public:
    explicit CatalogueJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.catalogue"; }
    core::Duration every() const override { return std::chrono::minutes(1); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> load();
    ports::Async<void> sync(core::Instant now);
    /// Codes of the list that are new, renamed, back again, unread or not looked at for a week.
    std::vector<std::string> due_codes(
        const std::vector<ListedProcedure>& listed, core::Instant now
    ) const;
    /// One catalogue call a second (NP 12); somebody who waits for a procedure shortens it.
    ports::asio::awaitable<void> pause(const std::vector<std::string>& left);
    ports::Async<bool> sync_one(std::string code, core::Instant now);
    ports::Async<void> close_vanished(
        const std::vector<ListedProcedure>& listed, core::Instant now
    );
    /// A list read to its end: what the API checks dossiers by, and the feed item that it changed.
    ports::Async<void> keep_list(const std::vector<ListedProcedure>& listed, core::Instant now);
    /// LayQDCB, once for each decision.
    ports::Async<Decision> decision(std::string id);
    ports::Async<void> write(core::Object object, std::int64_t expected_version, core::Instant now);
    std::shared_ptr<Portal> portal_;
    std::map<std::string, core::Object> stored_;  // current object of each code
    std::map<std::string, Decision> decisions_;   // by the portal's id
    std::optional<core::Instant> listed_at_;
};

/// What reconciliation found; kept as the newest object of kind "reconciliation".
struct ReconCounts {
    int match = 0, missing = 0, stale = 0, ahead = 0, unreadable = 0, waiting = 0;
};
enum class ReconClass : std::uint8_t { match, missing, stale, ahead, unreadable };
std::string_view to_word(ReconClass value);
/// NP-62. `ours`, `theirs`: national status; 0 = not shown. `order`: does `a` come before `b` in a
/// dossier's life?
ReconClass compare_status(int ours, int theirs, bool found, bool readable);

/// Once a night: TraCuuHoSo for every dossier that changed within the window or is not final,
/// throttled.
class ReconciliationJob : public ports::Job {
public:
    explicit ReconciliationJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.reconciliation"; }
    core::Duration every() const override { return std::chrono::hours(24); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<bool> is_quiet(const core::Object& dossier);
    ports::Async<void> write(ReconCounts counts, std::vector<std::string> rows, core::Instant now);
    std::shared_ptr<Portal> portal_;
};

std::vector<std::unique_ptr<ports::Job>> make_jobs(std::shared_ptr<Portal> portal);

}  // namespace gw::national_portal
