// A TOML file as a plain tree with places, so that only one file of this folder sees the TOML
// library.
#pragma once

#include "gateway/mapping/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

struct NamedNode;

/// One value of a TOML file. Dates are kept as text ("2025-07-01").
struct Node {
    enum class Kind { text, integer, boolean, array, table, other };
    Kind kind = Kind::other;
    int line = 0, column = 0;
    std::string text;  // of a text; "true" or "false" of a boolean; digits of an integer
    std::vector<Node> items;
    std::vector<NamedNode> members;  // in the order of the file

    const Node* find(std::string_view key) const;
};
struct NamedNode {
    std::string name;
    Node value;
};
/// nullopt: not TOML; the reason and the place are added to `problems`.
std::optional<Node> read_toml(
    std::string_view text, std::string_view file, std::vector<Problem>& problems
);

}  // namespace gw::mapping
