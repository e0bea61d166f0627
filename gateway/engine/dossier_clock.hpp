// Tells what time does to dossiers: due soon, overdue, supplements that lapse.
#pragma once

#include "gateway/core/dossier_due.hpp"
#include "gateway/ports/connector.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace gw::engine {

/// Looks at every open dossier when its moment has come: is told of those that are written and
/// reads all of them now and then. What was told stands in an object beside
/// the dossier, written in the same commit as the feed item: told once, also over restarts.
class DossierClock : public ports::Job {
public:
    /// The references outlive this. It is told of what is written from `start` on.
    DossierClock(
        ports::Store& store, ports::Intake& intake, core::Duration soon, core::Instant start
    )
        : store_(store), intake_(intake), soon_(soon), start_(start) {}
    std::string_view name() const override { return "dossiers.clock"; }
    core::Duration every() const override { return core::Duration(60'000); }
    ports::Async<void> run(core::Instant now) override;
    /// A dossier was written.
    void changed(const core::ObjectWrite& written, core::Instant now);

private:
    using Key = std::pair<std::string, std::string>;  // tenant, dossier
    ports::Async<void> read_all(core::Instant now);
    void note(const Key& key, const core::Document& dossier, core::Instant now);
    void wait(const Key& key, std::optional<core::Instant> until, core::Instant now);
    ports::Async<void> look_at(Key key, core::Instant now);
    ports::Async<void> commit(
        core::Object dossier, core::DueStep step, std::int64_t told_version, core::Instant now
    );

    ports::Store& store_;
    ports::Intake& intake_;
    core::Duration soon_;
    core::Instant start_;
    std::map<Key, core::Instant> waiting_;  // when to look at it; only what is due soon enough
    std::optional<core::Instant> all_read_;
};

}  // namespace gw::engine
