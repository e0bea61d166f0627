// Canonical paths against the declared shapes of the model.
#include "gateway/core/schema.hpp"
#include "gateway/mapping/load.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
/// Where a path has come to in the declared shapes.
struct Shape {
    enum class Kind { free, object, list, leaf } kind = Kind::leaf;
    const core::Schema* schema = nullptr;  // of the object, or of the list's items
};

Shape shape_of(const core::Field& field) {
    switch (field.type) {
        case core::FieldType::object:
            return {Shape::Kind::object, field.schema};
        case core::FieldType::list:
            return {Shape::Kind::list, field.schema};
        case core::FieldType::free_object:
            return {Shape::Kind::free, nullptr};
        default:
            return {};
    }
}
Shape item_of(const Shape& list) {
    if (list.schema == nullptr) return {};
    return {Shape::Kind::object, list.schema};
}

class Checker {
public:
    Checker(const Types& types, const std::string& file, std::vector<Problem>& problems)
        : types_(types), file_(file), problems_(problems) {}

    void fields(const std::vector<CompiledField>& list, const Shape* item) {
        for (const CompiledField& field : list) {
            std::optional<Shape> first;
            for (const Path& path : field.canonical) {
                const auto shape = resolve(path, item, field.line);
                if (!first) first = shape;
            }
            if (field.key) resolve(*field.key, item, field.line);
            for (const Condition& condition : field.only_when) check(condition, item, field.line);
            for (const auto& conditions : field.required_when)
                for (const Condition& condition : conditions) check(condition, item, field.line);
            if (field.kind != FieldKind::list || !first) continue;
            if (first->kind != Shape::Kind::list && first->kind != Shape::Kind::free) {
                problem(field.line, "'" + field.canonical[0].text + "' is no list in the model");
                continue;
            }
            const Shape inner = first->kind == Shape::Kind::free ? *first : item_of(*first);
            for (const Condition& condition : field.item_when) check(condition, &inner, field.line);
            fields(field.items, &inner);
        }
    }

private:
    void problem(int line, std::string what) {
        problems_.push_back({file_, line, 1, std::move(what)});
    }
    void check(const Condition& condition, const Shape* item, int line) {
        if (!condition.of_context) resolve(condition.path, item, line);
    }
    /// nullopt after a problem was reported.
    std::optional<Shape> resolve(const Path& path, const Shape* item, int line) {
        if (item != nullptr && !path.from_root) return descend(path, 0, *item, line);
        std::string pointer;
        for (std::size_t i = 0; i <= path.steps.size(); ++i) {
            if (i > 0) pointer += "/" + path.steps[i - 1].name;
            const auto type = types_.at.find(pointer);
            if (type == types_.at.end()) continue;
            if (type->second == "any") return Shape{Shape::Kind::free, nullptr};
            const core::Schema* schema = core::schema(type->second);
            if (schema != nullptr) return descend(path, i, {Shape::Kind::object, schema}, line);
            problem(line, "[types]: the model has no '" + type->second + "'");
            return std::nullopt;
        }
        problem(line, "path '" + path.text + "' begins with nothing of [types]");
        return std::nullopt;
    }
    std::optional<Shape> descend(const Path& path, std::size_t from, Shape shape, int line) {
        for (std::size_t i = from; i < path.steps.size(); ++i) {
            const PathStep& step = path.steps[i];
            if (shape.kind == Shape::Kind::free) return shape;
            if (shape.kind == Shape::Kind::list && step.index) {
                shape = item_of(shape);
                continue;
            }
            const auto next = shape.kind == Shape::Kind::object
                                  ? member(*shape.schema, step, path, line)
                                  : std::nullopt;
            if (!next) {
                if (shape.kind != Shape::Kind::object)
                    problem(
                        line,
                        "path '" + path.text + "': nothing can follow before '" + step.name + "'"
                    );
                return std::nullopt;
            }
            shape = *next;
            if (!step.select_name.empty()) shape = item_of(shape);
        }
        return shape;
    }
    std::optional<Shape> member(
        const core::Schema& schema, const PathStep& step, const Path& path, int line
    ) {
        std::vector<std::string> names;
        for (const core::Field& field : schema.fields) {
            if (field.name == step.name) return shape_of(field);
            names.emplace_back(field.name);
        }
        const auto added = types_.added.find(std::string(schema.name));
        if (added != types_.added.end() &&
            std::find(added->second.begin(), added->second.end(), step.name) != added->second.end())
            return Shape{Shape::Kind::free, nullptr};
        const std::string near = nearest(step.name, names);
        problem(
            line,
            "path '" + path.text + "': " + std::string(schema.name) + " has no '" + step.name +
                "'" + (near.empty() ? "" : "; did you mean '" + near + "'?")
        );
        return std::nullopt;
    }

    const Types& types_;
    const std::string& file_;
    std::vector<Problem>& problems_;
};
}  // namespace

void check_paths(
    const std::vector<CompiledField>& fields,
    const Types& types,
    const std::string& file,
    std::vector<Problem>& problems
) {
    if (types.at.empty()) return;
    Checker(types, file, problems).fields(fields, nullptr);
}

}  // namespace gw::mapping
