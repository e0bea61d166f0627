// The configuration: TOML files, checked completely before anything starts.
#pragma once

#include "gateway/app/options.hpp"
#include "gateway/core/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

struct ConfigProblem {
    std::string file;
    int line = 0, column = 0;
    std::string what;  // what is wrong and the fix
};
std::string to_text(const ConfigProblem& problem);  // "FILE:LINE:COLUMN: what"

/// The effective values by full path ("partner.national_portal.url"). Durations are milliseconds,
/// sizes bytes, lists joined by line feeds, secrets their content.
class Config {
public:
    std::string text(std::string_view path) const;  // "" when not set
    bool has(std::string_view path) const;
    std::int64_t integer(std::string_view path) const;
    double number(std::string_view path) const;
    bool boolean(std::string_view path) const;
    core::Duration duration(std::string_view path) const;
    std::vector<std::string> texts(std::string_view path) const;
    std::vector<core::Duration> durations(std::string_view path) const;
    /// Names below a section: names("partner") -> {"national_portal"}.
    std::vector<std::string> names(std::string_view section) const;
    /// All values of one section by their last part: section("partner.national_portal").
    std::map<std::string, std::string> section(std::string_view prefix) const;

    /// The value as it would stand in a file: "30s", "64MiB", "5s, 30s".
    std::string written(std::string_view path) const;

    std::map<std::string, std::string, std::less<>> values;
    std::map<std::string, OptionType, std::less<>> types;
    std::map<std::string, bool, std::less<>> secret;  // paths whose value must never be shown
    /// Where each value of the files stands: "FILE:LINE:COLUMN: "; "" for defaults.
    std::string place(std::string_view path) const;
    std::map<std::string, std::string, std::less<>> places;
};

/// Options of a connector, by its name; nullopt when there is no such connector. Paths are
/// "partner.*.NAME".
using ConnectorOptions =
    std::function<std::optional<std::vector<OptionRow>>(std::string_view connector)>;

/// Reads FILE, then FILE's folder/conf.d/*.toml in name order. Relative paths in it count from
/// FILE's folder. nullopt when `problems` is not empty: all of them at once, at most 50.
std::optional<Config> load_config(
    const std::string& file,
    const ConnectorOptions& connector_options,
    std::vector<ConfigProblem>& problems
);

/// "30s", "15min", "2h", "250ms", "7d" -> milliseconds; nullopt without a unit.
std::optional<core::Duration> parse_duration(std::string_view text);
/// The way back, with the largest unit that loses nothing: "15min", "90s".
std::string to_text(core::Duration duration);
/// "64MiB", "16KiB", "1GiB", "512B" -> bytes; nullopt without a unit.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace gw::app
