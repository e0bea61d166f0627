// Loads routes.
#include "gateway/mapping/routes.hpp"

#include "gateway/mapping/table_reader.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
using Pairs = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// `{ "/origin" = "local", "/x" = ["a", "b"] }` as pairs.
Pairs pairs_of(TableReader& reader, std::string_view key) {
    Pairs out;
    const Node* node = reader.get(key);
    if (node == nullptr) return out;
    if (node->kind != Node::Kind::table) {
        reader.problem(*node, "'" + std::string(key) + "' must be { \"/pointer\" = \"value\" }");
        return out;
    }
    for (const auto& [name, value] : node->members) {
        std::vector<std::string> values;
        if (value.kind == Node::Kind::text) values.push_back(value.text);
        for (const Node& item : value.items)
            if (item.kind == Node::Kind::text) values.push_back(item.text);
        const bool whole = value.kind == Node::Kind::text || values.size() == value.items.size();
        if (values.empty() || !whole)
            reader.problem(value, "'" + name + "' must be a text or a list of texts");
        out.emplace_back(name, std::move(values));
    }
    return out;
}

bool wanted(TableReader& reader, const Settings& settings) {
    bool yes = true;
    for (const auto& [name, values] : pairs_of(reader, "if")) {
        const auto found = settings.find(name);
        if (found == settings.end())
            reader.problem("the setting '" + name + "' is not known; check the partner's options");
        else if (std::find(values.begin(), values.end(), found->second) == values.end())
            yes = false;
    }
    return yes;
}

void check_pointers(TableReader& reader, const Pairs& pairs) {
    for (const auto& [pointer, values] : pairs)
        if (!pointer.starts_with('/'))
            reader.problem("'" + pointer + "' is no pointer; write \"/dossier/origin\"");
}

/// One route for each choice of values.
std::vector<core::Route> expand(const core::Route& base, const Pairs& when) {
    std::vector<core::Route> out{base};
    for (const auto& [pointer, values] : when) {
        std::vector<core::Route> next;
        for (const auto& route : out)
            for (const auto& value : values) {
                next.push_back(route);
                next.back().when.emplace_back(pointer, value);
            }
        out = std::move(next);
    }
    return out;
}

std::vector<core::Route> read_row(
    TableReader& reader, const std::string& partner, const Settings& settings
) {
    core::Route route;
    route.partner = partner;
    route.event = reader.needed("event");
    for (const auto& name : reader.texts("operations"))
        route.operations.push_back(partner + "." + name);
    if (route.operations.empty()) reader.problem("'operations' is missing or empty; name one");
    route.from = reader.day("valid_from");
    route.to = reader.day("valid_to");
    if (route.from && route.to && *route.to < *route.from)
        reader.problem("'valid_to' lies before 'valid_from'");
    const Pairs when = pairs_of(reader, "when"), when_not = pairs_of(reader, "when_not");
    check_pointers(reader, when);
    check_pointers(reader, when_not);
    for (const auto& [pointer, values] : when_not)
        for (const auto& value : values) route.when_not.emplace_back(pointer, value);
    const bool active = wanted(reader, settings);
    reader.text("note");
    reader.finish();
    return active ? expand(route, when) : std::vector<core::Route>{};
}
}  // namespace

core::Result<std::vector<core::Route>> load_routes(
    std::string_view toml,
    std::string_view file,
    const Settings& settings,
    std::vector<Problem>* problems
) {
    std::vector<Problem> own;
    std::vector<Problem>& found = problems != nullptr ? *problems : own;
    const std::size_t before = found.size();
    std::vector<core::Route> routes;
    if (const auto root = read_toml(toml, file, found)) {
        TableReader reader(*root, file, found);
        const std::string partner = reader.needed("partner");
        Settings known = settings;
        if (const Node* defaults = reader.get("defaults"))
            for (const auto& [name, value] : defaults->members) known.emplace(name, value.text);
        for (const Node* node : reader.tables("route")) {
            TableReader row(*node, file, found);
            for (auto& route : read_row(row, partner, known)) routes.push_back(std::move(route));
        }
        reader.finish();
    }
    if (found.size() > before)
        return core::give_up(
            "routes.invalid",
            std::string(file) + ": " + std::to_string(found.size() - before) +
                " problems, first: " + found[before].what
        );
    return routes;
}

}  // namespace gw::mapping
