// The route table compiled for look-up.
#include "gateway/api/router.hpp"

#include "gateway/core/error.hpp"

namespace gw::api {

namespace {

bool is_place(std::string_view part) {
    return part.starts_with('{');
}

/// Fills `values`; false when the pattern is another one or an escape is broken.
bool fits(
    const std::vector<std::string_view>& pattern,
    const std::vector<std::string_view>& path,
    std::vector<std::string>& values
) {
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (!is_place(pattern[i]) && pattern[i] != path[i]) return false;
    values.clear();
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_place(pattern[i])) continue;
        auto value = percent_decode(path[i]);
        if (!value || value->empty() || value->size() > 400) return false;
        values.push_back(std::move(*value));
    }
    return true;
}

}  // namespace

std::vector<std::string_view> path_parts(std::string_view path) {
    std::vector<std::string_view> parts;
    if (!path.starts_with('/')) return parts;
    path.remove_prefix(1);
    while (true) {
        const auto end = path.find('/');
        parts.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return parts;
        path.remove_prefix(end + 1);
    }
}

Router::Router(std::span<const Route> routes) : routes_(routes) {
    for (const auto& route : routes) {
        GW_ASSERT(route.handler != nullptr);
        Pattern pattern;
        pattern.route = &route;
        pattern.parts = path_parts(route.path);
        if (by_length_.size() <= pattern.parts.size()) by_length_.resize(pattern.parts.size() + 1);
        by_length_[pattern.parts.size()].push_back(std::move(pattern));
    }
}

Router::Found Router::find(std::string_view method, std::string_view path) const {
    Found found;
    const auto parts = path_parts(path);
    if (parts.size() >= by_length_.size()) return found;
    std::vector<std::string> values;
    for (const auto& pattern : by_length_[parts.size()]) {
        if (!fits(pattern.parts, parts, values)) continue;
        found.path_known = true;
        if (pattern.route->method != method) continue;
        found.route = pattern.route;
        found.values = std::move(values);
        return found;
    }
    return found;
}

}  // namespace gw::api
