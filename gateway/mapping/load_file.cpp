// The head of a mapping file: what it maps, when it is valid, how it is written.
#include "gateway/mapping/load.hpp"

namespace gw::mapping {
namespace {
void read_namespaces(Mapping::Impl& plan, FieldScope& scope, TableReader& reader) {
    const Node* node = reader.get("namespaces");
    if (node == nullptr) return;
    if (plan.wire == Wire::json) reader.problem(*node, "[namespaces] belongs to wire = \"xml\"");
    for (const auto& [prefix, uri] : node->members) {
        if (uri.kind != Node::Kind::text || uri.text.empty())
            reader.problem(uri, "write prefix = \"namespace\"");
        scope.namespaces[prefix] = uri.text;
        plan.prefixes.emplace_back(uri.text, prefix == "default" ? "" : prefix);
    }
}

Types types_of(TableReader& reader) {
    Types types;
    if (const Node* node = reader.get("types"))
        for (const auto& [pointer, name] : node->members) {
            if (name.kind != Node::Kind::text || !parse_path(pointer))
                reader.problem(name, "write \"/dossier\" = \"Dossier\"");
            types.at[pointer] = name.text;
        }
    if (const Node* node = reader.get("added"))
        for (const auto& [shape, names] : node->members) {
            for (const Node& name : names.items) types.added[shape].push_back(name.text);
            if (names.items.empty()) reader.problem(names, "write Document = [\"file_url\"]");
        }
    return types;
}
}  // namespace

std::shared_ptr<Mapping::Impl> load_mapping(
    const std::string& file,
    std::string_view toml,
    const CodesByName& codes,
    std::vector<Problem>& problems
) {
    const auto root = read_toml(toml, file, problems);
    if (!root) return nullptr;
    TableReader reader(*root, file, problems);
    auto plan = std::make_shared<Mapping::Impl>();
    FieldScope scope;
    scope.file = plan->file = file;
    scope.codes = &codes;
    scope.problems = &problems;
    scope.partner = reader.needed("partner");
    const std::string message = reader.needed("message");
    plan->name = scope.partner + "/" + message;
    plan->version = reader.needed("version");
    const std::size_t slash = file.find('/');
    if (slash != std::string::npos && file.substr(0, slash) != scope.partner)
        reader.problem("'partner' is not the name of the folder; move the file or correct it");
    plan->from = reader.day("valid_from");
    plan->to = reader.day("valid_to");
    if (!plan->from) reader.problem("'valid_from' is missing; give the first day of this version");
    if (plan->from && plan->to && *plan->to < *plan->from)
        reader.problem("'valid_to' lies before 'valid_from'");
    scope.wire = plan->wire =
        reader.word("wire", {"json", "xml"}, "json") == "xml" ? Wire::xml : Wire::json;
    const std::string direction = reader.word("direction", {"both", "out", "in"}, "both");
    scope.out = plan->out = direction != "in";
    scope.in = plan->in = direction != "out";
    scope.profiles = plan->profiles = reader.texts("profiles");
    scope.empty = empty_word(reader, "text");
    if (reader.has("omit_when")) {
        plan->omit_when = parse_path(reader.text("omit_when"));
        if (!plan->omit_when) reader.problem("'omit_when' is no path of the context");
    }
    read_namespaces(*plan, scope, reader);
    if (const Node* node = reader.get("root"))
        plan->root = wire_names(reader.text("root"), scope, *node, reader);
    const auto types = types_of(reader);
    const auto tables = reader.tables("field");
    if (tables.empty()) reader.problem("no [[field]] at all");
    plan->fields = load_fields(tables, scope);
    check_paths(plan->fields, types, file, problems);
    plan->line = root->line;
    reader.text("note");
    reader.finish();
    return plan;
}

}  // namespace gw::mapping
