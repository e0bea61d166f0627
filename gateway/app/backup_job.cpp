// Makes, names and removes backups.
#include "gateway/app/backup_job.hpp"

#include "gateway/ports/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace gw::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view head = "lienthong-", tail = ".db";
constexpr std::size_t day_size = 8, time_size = 14;

bool is_backup(std::string_view name) {
    if (!name.starts_with(head) || !name.ends_with(tail)) return false;
    if (name.size() != head.size() + time_size + tail.size()) return false;
    return core::parse_compact(name.substr(head.size(), time_size)).has_value();
}

}  // namespace

std::vector<OptionRow> backup_options() {
    using enum OptionType;
    return {
        {"backup.folder",
         text,
         "",
         false,
         "folder for backups, best on another disk; unset = only `lienthong backup` makes them",
         "Thư mục sao lưu"},
        {"backup.every",
         duration,
         "15min",
         false,
         "how often a proven copy of the store is written",
         "Chu kỳ sao lưu",
         true,
         {60'000}},
        {"backup.keep",
         integer,
         "96",
         false,
         "newest backups that stay",
         "Số bản sao lưu gần nhất được giữ",
         true,
         {1, 10'000}},
        {"backup.keep_days",
         integer,
         "30",
         false,
         "days of which the last backup stays",
         "Số ngày giữ bản sao lưu cuối ngày",
         true,
         {0, 3'650}},
    };
}

BackupSettings read_backup_settings(const Config& config) {
    BackupSettings settings;
    settings.folder = config.text("backup.folder");
    settings.every = config.duration("backup.every");
    settings.keep = static_cast<int>(config.integer("backup.keep"));
    settings.keep_days = static_cast<int>(config.integer("backup.keep_days"));
    return settings;
}

std::string backup_name(core::Instant at) {
    return std::string(head) + core::to_compact(at) + std::string(tail);
}

std::vector<std::string> backups_to_remove(
    std::vector<std::string> names, int keep, int keep_days
) {
    std::erase_if(names, [](const std::string& name) { return !is_backup(name); });
    std::sort(names.rbegin(), names.rend());
    std::vector<std::string> gone;
    std::set<std::string> days;
    for (const auto& name : names) {
        const bool newest = keep-- > 0;
        const bool last_of_day = days.insert(name.substr(head.size(), day_size)).second &&
                                 static_cast<int>(days.size()) <= keep_days;
        if (!newest && !last_of_day) gone.push_back(name);
    }
    return gone;
}

ports::Async<void> BackupJob::run(core::Instant now) {
    if (::access(settings_.folder.c_str(), W_OK | X_OK) != 0)
        co_return core::give_up(
            "backup.folder", "the gateway's user cannot write in " + settings_.folder
        );
    auto path = (fs::path(settings_.folder) / backup_name(now)).string();
    auto done = co_await store_.backup(std::move(path));
    if (!done) co_return done.error();
    last_proven_ = now;
    remove_old();
    co_return core::Result<void>();
}

void BackupJob::remove_old() const {
    std::error_code failed;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(settings_.folder, failed))
        names.push_back(entry.path().filename().string());
    for (const auto& name :
         backups_to_remove(std::move(names), settings_.keep, settings_.keep_days)) {
        const auto file = fs::path(settings_.folder) / name;
        if (!fs::remove(file, failed)) ports::log::warning("backup.not_removed");
        fs::remove(file.string() + ".sha256", failed);
    }
}

void BackupJob::write_metrics(std::string& out) const {
    if (!wanted()) return;
    out +=
        "# HELP lienthong_backup_last_proven_seconds Unix time of the last proven backup since "
        "the start; 0 = none yet\n# TYPE lienthong_backup_last_proven_seconds gauge\n";
    const auto at = last_proven_ ? core::to_ms(*last_proven_) / 1'000 : 0;
    out += "lienthong_backup_last_proven_seconds " + std::to_string(at) + "\n";
}

}  // namespace gw::app
