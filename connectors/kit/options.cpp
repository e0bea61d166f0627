// Option rows: checking and reading of configured values.
#include "connectors/kit/options.hpp"

#include <algorithm>
#include <charconv>

namespace gw::connector_kit {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
constexpr Unit time_units[] = {
    {"ms", 1}, {"min", 60'000}, {"s", 1'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit size_units[] = {
    {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}};

std::optional<std::int64_t> with_unit(std::string_view text, std::span<const Unit> units) {
    for (const Unit& unit : units) {
        if (!text.ends_with(unit.name)) continue;
        const auto value = whole(text.substr(0, text.size() - unit.name.size()));
        if (!value || *value < 0 || *value > INT64_MAX / unit.factor) continue;
        return *value * unit.factor;
    }
    return std::nullopt;
}

/// Empty: fine.
std::string fault_of(const OptionRow& row, const std::string& value) {
    switch (row.type) {
        case OptionType::text:
        case OptionType::list:
            return {};
        case OptionType::word: {
            const auto words = parse_list(row.words);
            if (std::find(words.begin(), words.end(), value) != words.end()) return {};
            return "must be one of: " + std::string(row.words);
        }
        case OptionType::url:
            if (value.starts_with("https://") || value.starts_with("http://")) return {};
            return "must begin with https:// or http://";
        case OptionType::number:
            return whole(value) ? "" : "must be a whole number";
        case OptionType::flag:
            return value == "true" || value == "false" ? "" : "must be true or false";
        case OptionType::duration:
            return parse_duration(value) ? ""
                                         : "a duration needs a number and a unit. Write \"30s\"";
        case OptionType::size:
            return parse_size(value) ? "" : "a size needs a number and a unit. Write \"5MiB\"";
    }
    return {};
}

}  // namespace

std::optional<core::Duration> parse_duration(std::string_view text) {
    const auto ms = with_unit(text, time_units);
    return ms ? std::optional(core::Duration(*ms)) : std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto bytes = with_unit(text, size_units);
    return bytes ? std::optional(static_cast<std::uint64_t>(*bytes)) : std::nullopt;
}

std::vector<std::string> parse_list(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        std::string_view part = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

std::vector<OptionProblem> check_options(
    std::span<const OptionRow> rows, const OptionValues& values
) {
    std::vector<OptionProblem> problems;
    for (const auto& [name, value] : values) {
        const auto row = std::find_if(rows.begin(), rows.end(), [&name = name](const OptionRow& r) {
            return r.name == name;
        });
        if (row == rows.end()) {
            problems.push_back({name, "unknown option; remove it or correct its name"});
            continue;
        }
        if (value.empty() && !row->required) continue;
        std::string fault = fault_of(*row, value);
        if (!fault.empty()) problems.push_back({name, std::move(fault)});
    }
    for (const OptionRow& row : rows) {
        const auto value = values.find(std::string(row.name));
        if (row.required && (value == values.end() || value->second.empty()))
            problems.push_back({std::string(row.name), "is missing: " + std::string(row.help_en)});
    }
    return problems;
}

core::Result<void> usable(std::span<const OptionRow> rows, const OptionValues& values) {
    std::string problems;
    for (const OptionProblem& p : check_options(rows, values))
        problems += (problems.empty() ? "" : "; ") + p.option + ": " + p.what;
    if (problems.empty()) return {};
    return core::Error(core::Advice::stop, core::Blame::ours, "options.invalid", problems);
}

std::string OptionReader::text(std::string_view name) const {
    const auto value = values_.find(std::string(name));
    if (value != values_.end()) return value->second;
    for (const OptionRow& row : rows_)
        if (row.name == name) return std::string(row.default_value);
    core::assertion_failed("an option that is read has a row", __FILE__, __LINE__);
}

std::int64_t OptionReader::number(std::string_view name) const {
    return whole(text(name)).value_or(0);
}

bool OptionReader::flag(std::string_view name) const {
    return text(name) == "true";
}

core::Duration OptionReader::duration(std::string_view name) const {
    return parse_duration(text(name)).value_or(core::Duration(0));
}

std::uint64_t OptionReader::size(std::string_view name) const {
    return parse_size(text(name)).value_or(0);
}

std::vector<std::string> OptionReader::list(std::string_view name) const {
    return parse_list(text(name));
}

}  // namespace gw::connector_kit
