// [[field]] entries to compiled fields.
#include "gateway/mapping/load.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
constexpr std::string_view condition_form =
    "{ path = \"/status\", in = [\"received\"] }, with context = instead of path and not_in =, "
    "present = true or "
    "present = false instead of in";

Path path_of(const std::string& text, TableReader& reader, const Node& at) {
    auto path = parse_path(text);
    if (!path) reader.problem(at, "'" + text + "' is no path; write \"/dossier/code\"");
    return path ? std::move(*path) : Path{};
}

Condition one_condition(const Node& node, const FieldScope& scope) {
    TableReader reader(node, scope.file, *scope.problems);
    Condition condition;
    const std::string path = reader.text("path"), context = reader.text("context");
    if (path.empty() == context.empty())
        reader.problem("a condition is " + std::string(condition_form));
    condition.of_context = !context.empty();
    condition.path = path_of(condition.of_context ? context : path, reader, node);
    const int tests =
        int(reader.has("in")) + int(reader.has("not_in")) + int(reader.has("present"));
    if (tests != 1) reader.problem("a condition is " + std::string(condition_form));
    if (reader.has("in")) condition.values = reader.texts("in");
    if (reader.has("not_in")) {
        condition.test = Condition::Test::not_in;
        condition.values = reader.texts("not_in");
    }
    if (reader.has("present"))
        condition.test =
            reader.boolean("present", true) ? Condition::Test::present : Condition::Test::absent;
    reader.finish();
    return condition;
}

Conditions conditions_of(const Node* node, const FieldScope& scope, TableReader& reader) {
    Conditions out;
    if (node == nullptr) return out;
    if (node->kind == Node::Kind::table) return {one_condition(*node, scope)};
    if (node->kind != Node::Kind::array)
        reader.problem(*node, "a condition is " + std::string(condition_form));
    for (const Node& item : node->items) out.push_back(one_condition(item, scope));
    return out;
}

void read_required(CompiledField& field, const FieldScope& scope, TableReader& reader) {
    const Node* node = reader.get("required");
    if (node != nullptr && node->kind == Node::Kind::boolean)
        field.required = reader.boolean("required", false);
    else if (node != nullptr)
        field.required_when.push_back(conditions_of(node, scope, reader));
    field.required_in = reader.boolean("required_in", false);
}

struct KindWord {
    std::string_view word;
    FieldKind kind;
};
constexpr KindWord kind_words[] = {
    {"text", FieldKind::text},
    {"code", FieldKind::code},
    {"boolean", FieldKind::boolean},
    {"integer", FieldKind::integer},
    {"money", FieldKind::money},
    {"percent", FieldKind::percent},
    {"timestamp", FieldKind::timestamp},
    {"date", FieldKind::date},
    {"phone", FieldKind::phone},
    {"json", FieldKind::json_text},
    {"list", FieldKind::list},
};

void read_forms(CompiledField& field, TableReader& reader) {
    const bool dated = field.kind == FieldKind::timestamp || field.kind == FieldKind::date;
    auto patterns = reader.texts("format");
    if (!dated && !patterns.empty()) reader.problem("'format' belongs to types timestamp and date");
    if (dated && patterns.empty() && field.kind == FieldKind::timestamp)
        patterns = {"yyyyMMddHHmmss"};
    if (dated && patterns.empty()) patterns = {"yyyy-MM-dd"};
    for (const auto& pattern : patterns) {
        if (auto form = TimeForm::parse(pattern))
            field.forms.push_back(std::move(*form));
        else
            reader.problem(
                "'" + pattern + "' is no form of time; parts are yyyy MM M dd d HH mm ss SSS"
            );
    }
    if (dated && field.forms.empty()) field.forms.emplace_back();
}

void read_codes(CompiledField& field, const FieldScope& scope, TableReader& reader) {
    const auto names = reader.texts("codes");
    if ((field.kind == FieldKind::code) != !names.empty())
        reader.problem("'codes' belongs to type code, and type code needs it");
    for (const auto& name : names) {
        const std::string full =
            name.find('.') == std::string::npos ? scope.partner + "." + name : name;
        const auto found = scope.codes->find(full);
        if (found != scope.codes->end()) {
            field.codes.push_back(found->second);
            continue;
        }
        std::vector<std::string> known;
        for (const auto& entry : *scope.codes) known.push_back(entry.first);
        const std::string near = nearest(full, known);
        reader.problem(
            "unknown code list '" + full + "'" +
            (near.empty() ? "; declare it in codes.toml" : "; did you mean '" + near + "'?")
        );
    }
}

void read_source(CompiledField& field, TableReader& reader, const Node& node) {
    for (const auto& path : reader.texts("canonical"))
        field.canonical.push_back(path_of(path, reader, node));
    if (reader.has("context")) field.context = path_of(reader.text("context"), reader, node);
    if (reader.has("key")) field.key = path_of(reader.text("key"), reader, node);
    if (reader.has("constant")) field.constant = reader.text("constant");
    if (reader.has("absent_means")) field.absent_means = reader.text("absent_means");
    const bool in_constant = field.constant && !field.has_wire && field.canonical.size() == 1;
    const int sources = int(!field.canonical.empty()) + int(field.context.has_value()) +
                        int(field.constant.has_value());
    if (sources != 1 && !in_constant)
        reader.problem(
            "give exactly one of canonical, context and constant (a constant that is read "
            "needs canonical and no wire)"
        );
    if (field.key && !field.context) reader.problem("'key' belongs to 'context'");
    if (!field.has_wire && !in_constant) reader.problem("'wire' is missing");
}

void read_direction(CompiledField& field, const FieldScope& scope, TableReader& reader) {
    const std::string direction = reader.word("direction", {"both", "out", "in"}, "both");
    field.out = scope.out && direction != "in";
    field.in = scope.in && direction != "out";
    field.profiles = reader.texts("profiles");
    for (const auto& profile : field.profiles)
        if (std::find(scope.profiles.begin(), scope.profiles.end(), profile) ==
            scope.profiles.end())
            reader.problem("profile '" + profile + "' is not in the file's 'profiles'");
}

void read_writing(CompiledField& field, const FieldScope& scope, TableReader& reader) {
    const long long length = reader.integer("max", 0);
    if (length < 0) reader.problem("'max' is below zero");
    field.length_max = length > 0 ? static_cast<std::size_t>(length) : 0;
    field.truncate_marked =
        reader.word("over", {"refuse", "truncate_marked"}, "refuse") == "truncate_marked";
    if (field.truncate_marked && field.length_max == 0) reader.problem("'over' needs 'max'");
    field.empty = scope.empty;
    if (reader.has("empty")) {
        field.empty_is_own = true;
        field.empty = empty_word(reader, "text");
    }
    field.yes = reader.text("yes", "1");
    field.no = reader.text("no", "0");
    if (field.yes == field.no) reader.problem("'yes' and 'no' are the same");
    const std::string form = reader.word("json", {"text", "number", "boolean"}, "text");
    field.form = form == "number"    ? JsonForm::number
                 : form == "boolean" ? JsonForm::boolean
                                     : JsonForm::text;
    const bool digits = field.kind == FieldKind::integer || field.kind == FieldKind::money ||
                        field.kind == FieldKind::code;
    if (field.form == JsonForm::number && !digits)
        reader.problem("json = \"number\" needs type integer, money or code");
    if (field.form == JsonForm::boolean && field.kind != FieldKind::boolean)
        reader.problem("json = \"boolean\" needs type boolean");
}

CompiledField read_field(const Node& node, const FieldScope& scope) {
    TableReader reader(node, scope.file, *scope.problems);
    CompiledField field;
    field.line = node.line;
    if (const Node* wire = reader.get("wire")) {
        field.has_wire = true;
        field.wire_text = reader.text("wire");
        field.from_document = field.wire_text.starts_with('/');
        field.wire = wire_names(field.wire_text, scope, *wire, reader);
    }
    std::vector<std::string_view> words;
    for (const auto& entry : kind_words) words.push_back(entry.word);
    const std::string kind = reader.word("type", words, "text");
    for (const auto& entry : kind_words)
        if (entry.word == kind) field.kind = entry.kind;
    read_source(field, reader, node);
    read_direction(field, scope, reader);
    read_forms(field, reader);
    read_codes(field, scope, reader);
    read_writing(field, scope, reader);
    read_required(field, scope, reader);
    field.only_when = conditions_of(reader.get("only_when"), scope, reader);
    field.item_when = conditions_of(reader.get("item_when"), scope, reader);
    field.items = load_fields(reader.tables("item"), scope);
    const bool list = field.kind == FieldKind::list;
    if (list != !field.items.empty())
        reader.problem("[[…item]] belongs to type list, and type list needs it");
    if (!list && !field.item_when.empty()) reader.problem("'item_when' belongs to type list");
    reader.text("note");
    reader.finish();
    return field;
}
/// A field that holds a text cannot hold others too.
void check_nesting(const std::vector<CompiledField>& fields, const FieldScope& scope) {
    for (const CompiledField& outer : fields)
        for (const CompiledField& inner : fields) {
            const bool both = outer.out && inner.out && outer.has_wire && inner.has_wire &&
                              outer.from_document == inner.from_document;
            const bool within =
                outer.wire.size() < inner.wire.size() &&
                std::equal(outer.wire.begin(), outer.wire.end(), inner.wire.begin());
            if (both && within && outer.kind != FieldKind::list)
                scope.problems->push_back(
                    {scope.file,
                     inner.line,
                     1,
                     "wire field '" + inner.wire_text + "' stands inside '" + outer.wire_text +
                         "', which holds a text (line " + std::to_string(outer.line) +
                         "); write '" + outer.wire_text + "/#text' there"}
                );
        }
}
}  // namespace

Empty empty_word(TableReader& reader, std::string_view otherwise) {
    const std::string word = reader.word("empty", {"text", "omit", "nil", "exact"}, otherwise);
    if (word == "omit") return Empty::omit;
    if (word == "nil") return Empty::nil;
    return word == "exact" ? Empty::exact : Empty::text;
}

std::vector<std::string> wire_names(
    std::string_view path, const FieldScope& scope, const Node& at, TableReader& reader
) {
    std::vector<std::string> names;
    if (path.starts_with('/')) path.remove_prefix(1);
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        std::string_view name = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        const bool attribute = name.starts_with('@');
        if (attribute) name.remove_prefix(1);
        const std::size_t colon = name.find(':');
        std::string prefix(colon == std::string_view::npos ? "" : name.substr(0, colon));
        if (prefix.empty() && !attribute && name != "#text") prefix = "default";
        const auto found = scope.namespaces.find(prefix);
        if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
        if (name.empty()) reader.problem(at, "the wire path has an empty name");
        if (colon != std::string_view::npos && found == scope.namespaces.end())
            reader.problem(at, "prefix '" + prefix + "' is not in [namespaces]; add it");
        const bool bound =
            !prefix.empty() && found != scope.namespaces.end() && scope.wire == Wire::xml;
        names.push_back(
            (attribute ? "@" : "") + (bound ? "{" + found->second + "}" : std::string()) +
            std::string(name)
        );
    }
    return names;
}

std::vector<CompiledField> load_fields(
    const std::vector<const Node*>& tables, const FieldScope& scope
) {
    std::vector<CompiledField> fields;
    for (const Node* node : tables) {
        CompiledField field = read_field(*node, scope);
        const auto same = std::find_if(fields.begin(), fields.end(), [&](const auto& other) {
            const bool meet = other.out && field.out;
            return field.has_wire && other.has_wire && other.wire == field.wire && meet &&
                   other.from_document == field.from_document;
        });
        if (same != fields.end()) {
            field.same_wire = true;
            const bool neighbours = fields.back().wire == field.wire;
            // The last of several may be without condition: it is what holds otherwise.
            if (!neighbours || fields.back().only_when.empty()) {
                scope.problems->push_back(
                    {scope.file,
                     node->line,
                     node->column,
                     "wire field '" + field.wire_text + "' stands twice (line " +
                         std::to_string(same->line) +
                         "); put the entries together and give all but the last 'only_when'"}
                );
            }
        }
        fields.push_back(std::move(field));
    }
    check_nesting(fields, scope);
    return fields;
}

}  // namespace gw::mapping
