// Canonical and wire paths, split once, walked often.
#pragma once

#include "gateway/core/document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

/// One step: a member, an index, or a member list with a selector,
/// "other_codes[system=national_portal]".
struct PathStep {
    std::string name;
    std::optional<std::size_t> index;       // "0": first item of a list
    std::string select_name, select_value;  // item of the list `name` whose member has this value
};
/// "/owner/full_name"; "" is the value itself; "root:/code" starts at the whole document inside a
/// list.
struct Path {
    bool from_root = false;
    std::string text;  // as written, for messages
    std::vector<PathStep> steps;
};
/// nullopt: not of that form.
std::optional<Path> parse_path(std::string_view text);

/// nullptr when any step is missing.
const core::Document* walk(const Path& path, const core::Document& from);
/// Sets the value, making what is missing on the way. An index makes a list of that length at most
/// one longer. False: something of another kind is in the way.
bool place(const Path& path, core::Document& into, core::Document value);
/// The path with "_raw" at its last name.
Path raw_path(Path path);

}  // namespace gw::mapping
