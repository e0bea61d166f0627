// The only place that knows the TOML library.
#include "gateway/mapping/toml_tree.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace gw::mapping {
namespace {
Node convert(const toml::node& from) {
    Node node;
    node.line = static_cast<int>(from.source().begin.line);
    node.column = static_cast<int>(from.source().begin.column);
    if (const auto* table = from.as_table()) {
        node.kind = Node::Kind::table;
        for (const auto& [key, value] : *table) {
            Node member = convert(value);
            // A table's own place is its header; a plain value is better found by its key.
            member.line = static_cast<int>(key.source().begin.line);
            member.column = static_cast<int>(key.source().begin.column);
            node.members.push_back({std::string(key.str()), std::move(member)});
        }
        std::stable_sort(
            node.members.begin(),
            node.members.end(),
            [](const auto& a, const auto& b) {
                return std::pair(a.value.line, a.value.column) <
                       std::pair(b.value.line, b.value.column);
            }
        );
    } else if (const auto* array = from.as_array()) {
        node.kind = Node::Kind::array;
        for (const auto& item : *array) node.items.push_back(convert(item));
    } else if (const auto* text = from.as_string()) {
        node.kind = Node::Kind::text;
        node.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
        node.kind = Node::Kind::integer;
        node.text = std::to_string(integer->get());
    } else if (const auto* boolean = from.as_boolean()) {
        node.kind = Node::Kind::boolean;
        node.text = boolean->get() ? "true" : "false";
    } else if (const auto* date = from.as_date()) {
        std::ostringstream out;
        out << date->get();
        node.kind = Node::Kind::text;
        node.text = out.str();
    }
    return node;
}
}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, value] : members)
        if (name == key) return &value;
    return nullptr;
}

std::optional<Node> read_toml(
    std::string_view text, std::string_view file, std::vector<Problem>& problems
) {
    try {
        return convert(toml::parse(text, file));
    } catch (const toml::parse_error& error) {
        const auto place = error.source().begin;
        std::string what(error.description());
        if (what.find("control character") != std::string::npos)
            what += " (is a closing quote missing?)";
        problems.push_back(
            {std::string(file),
             static_cast<int>(place.line),
             static_cast<int>(place.column),
             "not TOML: " + what}
        );
        return std::nullopt;
    }
}

}  // namespace gw::mapping
