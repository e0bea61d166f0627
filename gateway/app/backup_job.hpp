// Backups that nobody has to think of.
#pragma once

#include "gateway/app/config.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

/// Those of [backup].
std::vector<OptionRow> backup_options();

struct BackupSettings {
    BackupSettings() = default;
    std::string folder;  // "" = no backups
    core::Duration every{0};
    int keep = 0, keep_days = 0;
};
BackupSettings read_backup_settings(const Config& config);

/// "lienthong-20260105143015.db", in Vietnam time.
std::string backup_name(core::Instant at);
/// Which of these files go: kept are the newest `keep`, and of the newest `keep_days` days that
/// have any the last one each. Names of another form are never touched.
std::vector<std::string> backups_to_remove(std::vector<std::string> names, int keep, int keep_days);

/// Writes a proven copy of the store every so often and removes the old ones.
class BackupJob : public ports::Job {
public:
    BackupJob(ports::Store& store, BackupSettings settings)
        : store_(store), settings_(std::move(settings)) {}
    std::string_view name() const override { return "backup"; }
    core::Duration every() const override { return settings_.every; }
    ports::Async<void> run(core::Instant now) override;
    bool wanted() const { return !settings_.folder.empty(); }
    void write_metrics(std::string& out) const;

private:
    void remove_old() const;
    ports::Store& store_;
    BackupSettings settings_;
    std::optional<core::Instant> last_proven_;
};

}  // namespace gw::app
