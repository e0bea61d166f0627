// codes.toml: which CSV becomes which code list.
#include "gateway/mapping/load.hpp"

#include <set>

namespace gw::mapping {
namespace {
CodeListSpec spec_of(TableReader& reader) {
    CodeListSpec spec;
    spec.code_column = reader.text("code", "code");
    spec.value_column = reader.text("value");
    spec.lower = reader.boolean("lower", false);
    spec.out_only = reader.boolean("out_only", false);
    if (const Node* where = reader.get("where")) {
        for (const auto& [column, value] : where->members) {
            if (value.kind != Node::Kind::text)
                reader.problem(value, "write where = { column = \"value\" }");
            spec.where.emplace_back(column, value.text);
        }
    }
    return spec;
}

/// Rows that stand in the TOML file itself.
std::vector<CodeRow> own_rows(
    TableReader& reader, const std::string& file, std::vector<Problem>& problems
) {
    std::vector<CodeRow> rows;
    for (const Node* node : reader.tables("also")) {
        TableReader row(*node, file, problems);
        CodeRow extra;
        extra.code = row.needed("code");
        extra.value = row.needed("value");
        extra.out_only = row.word("direction", {"out", "both"}, "out") == "out";
        extra.from = row.day("valid_from");
        extra.to = row.day("valid_to");
        row.text("note");
        row.finish();
        rows.push_back(std::move(extra));
    }
    return rows;
}

void check_values(const std::vector<CodeRow>& rows, TableReader& reader) {
    std::map<std::string, const CodeRow*> seen;
    for (const CodeRow& row : rows) {
        const auto [it, fresh] = seen.emplace(row.value, &row);
        const bool dated = row.from || row.to || it->second->from || it->second->to;
        if (!fresh && !dated)
            reader.problem(
                "value '" + row.value + "' has the codes '" + it->second->code + "' and '" +
                row.code + "'; keep one, nobody can choose between them"
            );
    }
}

void load_list(
    const std::string& file,
    const std::string& name,
    const Node& node,
    const ReadFile& read,
    CodesByName& into,
    std::vector<Problem>& problems
) {
    TableReader reader(node, file, problems);
    NamedCodes codes;
    codes.name = name;
    codes.personal = reader.boolean("personal", false);
    std::vector<CodeRow> rows = own_rows(reader, file, problems);
    const CodeListSpec spec = spec_of(reader);
    reader.text("note");
    if (const std::string csv = reader.text("file"); !csv.empty()) {
        const auto text = read(csv);
        if (!text) {
            reader.problem("cannot read '" + csv + "': " + text.error().what);
        } else if (const auto list = load_code_list(*text, spec, csv)) {
            for (const CodeRow& row : list->rows())
                if (!row.value.empty()) rows.push_back(row);
            if (list->rows().empty()) reader.problem("no row of '" + csv + "' meets 'where'");
        } else {
            reader.problem(list.error().what);
        }
    }
    if (const std::string base = reader.text("base"); !base.empty()) {
        const auto found = into.find(name.substr(0, name.find('.') + 1) + base);
        if (found == into.end()) {
            reader.problem("no list '" + base + "' above this one");
        } else {
            std::set<std::string> taken;
            for (const CodeRow& row : rows) taken.insert(row.value);
            for (const CodeRow& row : found->second->list.rows())
                if (taken.count(row.value) == 0) rows.push_back(row);
        }
    }
    check_values(rows, reader);
    reader.finish();
    codes.list = CodeList(std::move(rows));
    into[name] = std::make_shared<NamedCodes>(std::move(codes));
}
}  // namespace

void load_codes(
    const std::string& file,
    const std::string& partner,
    std::string_view toml,
    const ReadFile& read,
    CodesByName& into,
    std::vector<Problem>& problems
) {
    const auto root = read_toml(toml, file, problems);
    if (!root) return;
    TableReader reader(*root, file, problems);
    if (const Node* lists = reader.get("list"))
        for (const auto& [name, node] : lists->members)
            load_list(file, partner + "." + name, node, read, into, problems);
    reader.finish();
}

}  // namespace gw::mapping
