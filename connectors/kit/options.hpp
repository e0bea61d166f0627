// Option rows of connectors: one table says name, type, default, help and whether it is secret.
#pragma once

#include "gateway/core/error.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::connector_kit {

/// How the value is written. list: values joined by commas. duration: "500ms", "30s", "8min", "2h",
/// "1d". size: "64KiB", "5MiB", "1GiB" or plain bytes. word: one of the words in help.
enum class OptionType : std::uint8_t { text, word, url, number, flag, duration, size, list };

struct OptionRow {
    std::string_view name;
    OptionType type = OptionType::text;
    std::string_view default_value;
    std::string_view help_vi, help_en;
    bool secret =
        false;  // the configuration gives the name of a secret; the value never appears anywhere
    bool required = false;
    std::string_view words = {};  // for word: "adapter,lgsp"
    int bytes_min = 0;            // for secrets that are keys
};

/// Values as configured, by option name; secrets already looked up.
using OptionValues = std::map<std::string, std::string>;

struct OptionProblem {
    std::string option, what;  // what is wrong and the remedy
};
/// Unknown names, missing required options, values that do not parse. Empty: usable.
std::vector<OptionProblem> check_options(
    std::span<const OptionRow> rows, const OptionValues& values
);
/// The same as one error of a start: stop "options.invalid".
core::Result<void> usable(std::span<const OptionRow> rows, const OptionValues& values);

/// nullopt: no unit, or no number. "0s" is allowed.
std::optional<core::Duration> parse_duration(std::string_view text);
std::optional<std::uint64_t> parse_size(std::string_view text);
/// Parts of a comma-separated list, trimmed, empty parts left out.
std::vector<std::string> parse_list(std::string_view text);

/// Typed reading of checked values; a missing one is the default of its row.
class OptionReader {
public:
    OptionReader(std::span<const OptionRow> rows, const OptionValues& values)
        : rows_(rows), values_(values) {}
    std::string text(std::string_view name) const;
    std::int64_t number(std::string_view name) const;
    bool flag(std::string_view name) const;
    core::Duration duration(std::string_view name) const;
    std::uint64_t size(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;

private:
    std::span<const OptionRow> rows_;
    const OptionValues& values_;
};

}  // namespace gw::connector_kit
