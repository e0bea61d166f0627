// Typed access to the effective configuration.
#include "gateway/app/config.hpp"

#include <charconv>
#include <set>
#include <sstream>

namespace gw::app {
namespace {
std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

std::optional<std::uint64_t> with_unit(
    std::string_view text, std::initializer_list<std::pair<std::string_view, std::uint64_t>> units
) {
    std::uint64_t n = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (ec != std::errc()) return std::nullopt;
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& [name, factor] : units)
        if (unit == name && n <= UINT64_MAX / factor) return n * factor;
    return std::nullopt;
}
}  // namespace

std::optional<core::Duration> parse_duration(std::string_view text) {
    const auto ms = with_unit(
        text, {{"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}
    );
    if (!ms || *ms > 100ULL * 366 * 86'400'000) return std::nullopt;
    return core::Duration(static_cast<std::int64_t>(*ms));
}
std::optional<std::uint64_t> parse_size(std::string_view text) {
    return with_unit(text, {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}});
}

namespace {
/// The amount in the largest of `units` (largest first) that divides it.
std::string in_unit(
    std::uint64_t amount, std::initializer_list<std::pair<const char*, std::uint64_t>> units
) {
    for (const auto& [name, factor] : units)
        if (amount % factor == 0 && (amount > 0 || factor == 1))
            return std::to_string(amount / factor) + name;
    return std::to_string(amount);
}
}  // namespace

std::string to_text(core::Duration duration) {
    if (duration.count() == 0) return "0s";
    return in_unit(
        static_cast<std::uint64_t>(duration.count()),
        {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}}
    );
}

std::string Config::written(std::string_view path) const {
    const auto type = types.find(path);
    const auto value = text(path);
    if (type == types.end() || value.empty()) return value;
    switch (type->second) {
        case OptionType::duration:
            return to_text(duration(path));
        case OptionType::size:
            return in_unit(
                std::stoull(value), {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}
            );
        case OptionType::durations:
        case OptionType::texts:
        case OptionType::networks: {
            std::string all;
            for (const auto& part : texts(path)) {
                const bool time = type->second == OptionType::durations;
                all += (all.empty() ? "" : ", ") +
                       (time ? to_text(core::Duration(std::stoll(part))) : part);
            }
            return all;
        }
        default:
            return value;
    }
}

std::string Config::text(std::string_view path) const {
    const auto it = values.find(path);
    return it == values.end() ? std::string() : it->second;
}
std::string Config::place(std::string_view path) const {
    const auto it = places.find(path);
    return it == places.end() ? std::string() : it->second;
}
bool Config::has(std::string_view path) const {
    return values.find(path) != values.end();
}
std::int64_t Config::integer(std::string_view path) const {
    const auto value = text(path);
    return value.empty() ? 0 : std::stoll(value);
}
double Config::number(std::string_view path) const {
    const auto value = text(path);
    return value.empty() ? 0 : std::stod(value);
}
bool Config::boolean(std::string_view path) const {
    return text(path) == "true";
}
core::Duration Config::duration(std::string_view path) const {
    return core::Duration(integer(path));
}
std::vector<std::string> Config::texts(std::string_view path) const {
    const auto value = text(path);
    return value.empty() ? std::vector<std::string>() : lines(value);
}
std::vector<core::Duration> Config::durations(std::string_view path) const {
    std::vector<core::Duration> out;
    for (const auto& part : texts(path)) out.emplace_back(std::stoll(part));
    return out;
}
std::vector<std::string> Config::names(std::string_view section) const {
    std::set<std::string> found;
    const std::string prefix = std::string(section) + ".";
    for (const auto& [path, value] : values)
        if (path.rfind(prefix, 0) == 0)
            found.insert(path.substr(prefix.size(), path.find('.', prefix.size()) - prefix.size()));
    return {found.begin(), found.end()};
}
std::map<std::string, std::string> Config::section(std::string_view prefix) const {
    std::map<std::string, std::string> out;
    const std::string start = std::string(prefix) + ".";
    for (const auto& [path, value] : values)
        if (path.rfind(start, 0) == 0 && path.find('.', start.size()) == std::string::npos)
            out[path.substr(start.size())] = value;
    return out;
}

}  // namespace gw::app
