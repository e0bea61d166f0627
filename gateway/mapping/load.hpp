// The parts of loading: code lists, one mapping file, its fields, its canonical paths.
#pragma once

#include "gateway/mapping/compiled.hpp"
#include "gateway/mapping/table_reader.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

using ReadFile = std::function<core::Result<std::string>(const std::string&)>;
using CodesByName = std::map<std::string, std::shared_ptr<NamedCodes>, std::less<>>;

/// Reads "<partner>/codes.toml": lists are named "<partner>.<list>".
void load_codes(
    const std::string& file,
    const std::string& partner,
    std::string_view toml,
    const ReadFile& read,
    CodesByName& into,
    std::vector<Problem>& problems
);
/// Reads one version of one mapping; nullptr when it is no TOML at all.
std::shared_ptr<Mapping::Impl> load_mapping(
    const std::string& file,
    std::string_view toml,
    const CodesByName& codes,
    std::vector<Problem>& problems
);

/// What fields are compiled with.
struct FieldScope {
    std::string file, partner;
    const CodesByName* codes = nullptr;
    std::vector<Problem>* problems = nullptr;
    Wire wire = Wire::json;
    Empty empty = Empty::text;
    bool out = true, in = true;
    std::vector<std::string> profiles;
    std::map<std::string, std::string, std::less<>> namespaces;  // prefix -> namespace
};
std::vector<CompiledField> load_fields(
    const std::vector<const Node*>& tables, const FieldScope& scope
);
/// The word of `empty`.
Empty empty_word(TableReader& reader, std::string_view otherwise);
/// "s:Body/t:Code/@id" as names; a wrong prefix is a problem.
std::vector<std::string> wire_names(
    std::string_view path, const FieldScope& scope, const Node& at, TableReader& reader
);

/// What canonical paths are checked against.
struct Types {
    std::map<std::string, std::string> at;  // pointer of the document -> shape ("any": unchecked)
    std::map<std::string, std::vector<std::string>>
        added;  // shape -> members the connector puts in
};
/// Checks every canonical path of the fields against the declared shapes; nothing when there are
/// none.
void check_paths(
    const std::vector<CompiledField>& fields,
    const Types& types,
    const std::string& file,
    std::vector<Problem>& problems
);

}  // namespace gw::mapping
