// Typed access to the effective configuration.
#include "gateway/app/config.hpp"

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
}  // namespace

std::string Config::text(std::string_view path) const {
    const auto it = values.find(path);
    return it == values.end() ? std::string() : it->second;
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
