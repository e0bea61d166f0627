// Wire to canonical.
#include "gateway/mapping/scalars.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
using core::Document;

class Decoder {
public:
    Decoder(
        const Mapping::Impl& plan,
        core::Day day,
        const Document& wire,
        const Context& context,
        std::vector<std::string>* unmapped
    )
        : plan_(plan), day_(day), wire_(wire), context_(context), unmapped_(unmapped) {}

    core::Result<Document> run() {
        const Document* root = &wire_;
        for (const auto& name : plan_.root)
            if (root != nullptr) root = child(*root, name);
        if (root == nullptr)
            return core::give_up(
                "mapping.required", plan_.name + ": the message's root is missing"
            );
        Document whole = Document::object();
        if (const auto error = fields(plan_.fields, *root, whole, whole, "")) return *error;
        return whole;
    }

private:
    using Failure = std::optional<core::Error>;

    const Document* child(const Document& at, const std::string& name) const {
        if (const Document* exact = at.find(name)) return exact;
        return plan_.wire == Wire::json ? at.find_ignoring_case(name) : nullptr;  // NP-10
    }
    const Document* find(const CompiledField& field, const Document& from) const {
        const Document* at = field.from_document ? &wire_ : &from;
        for (const auto& name : field.wire) {
            at = child(*at, name);
            if (at == nullptr) return nullptr;
        }
        return at;
    }

    static bool is_missing(const CompiledField& field, const Document* value) {
        if (value == nullptr) return true;
        if (field.empty == Empty::exact) return false;
        return value->is_null() || (value->is_text() && value->as_text().empty());
    }

    Failure fields(
        const std::vector<CompiledField>& list,
        const Document& from,
        Document& into,
        Document& whole,
        const std::string& place
    ) {
        bool told = false;  // the wire value was an entry's constant: it says nothing more
        for (const CompiledField& field : list) {
            if (!field.same_wire) told = false;
            if (told || !field.in || !in_profile(field, context_)) continue;
            if (!holds_here(field)) continue;
            if (field.constant && field.has_wire) {
                const Document* value = find(field, from);
                told = value != nullptr && value->as_text() == *field.constant;
            } else if (auto error = one(field, from, into, whole, place)) {
                return error;
            }
        }
        return std::nullopt;
    }
    /// Conditions on the canonical side cannot be asked before it is there; those on the context
    /// can.
    bool holds_here(const CompiledField& field) const {
        Conditions of_context;
        for (const Condition& condition : field.only_when)
            if (condition.of_context) of_context.push_back(condition);
        return holds(of_context, context_, context_, context_);
    }

    Failure one(
        const CompiledField& field,
        const Document& from,
        Document& into,
        Document& whole,
        const std::string& place
    ) {
        if (field.canonical.empty()) return std::nullopt;  // constants and values of the context
        Document& target = field.canonical[0].from_root ? whole : into;
        if (field.constant) {
            if (field.has_wire) return std::nullopt;
            return set(field, target, Document::text(*field.constant), place);
        }
        const Document* value = find(field, from);
        if (field.kind == FieldKind::list) return list(field, value, from, target, whole, place);
        if (is_missing(field, value)) {
            if (!field.required_in) return std::nullopt;
            return refuse(
                field, place, {core::Advice::give_up, "mapping.required", "is required and missing"}
            );
        }
        if (value->is_null() || (value->is_text() && value->as_text().empty())) {
            return set(field, target, *value, place);
        }
        Turned turned = to_canonical(field, *value, day_);
        if (turned.value) {
            return set(field, target, std::move(*turned.value), place);
        }
        if (unmapped_ == nullptr || field.required_in) return refuse(field, place, turned.refusal);
        gw::mapping::place(raw_path(field.canonical[0]), target, *value);
        unmapped_->push_back(place + field.wire_text + ": " + turned.refusal.what);
        return std::nullopt;
    }

    Failure list(
        const CompiledField& field,
        const Document* value,
        const Document& from,
        Document& target,
        Document& whole,
        const std::string& place
    ) {
        std::vector<const Document*> items;
        if (plan_.wire == Wire::xml) {
            repeated(field, from, items);
        } else if (value != nullptr && value->is_list()) {
            for (const Document& item : value->items()) items.push_back(&item);
        } else if (!is_missing(field, value) && value != nullptr && !value->is_null()) {
            return refuse(
                field, place, {core::Advice::give_up, "mapping.format", "must be a list"}
            );
        }
        if (items.empty()) {
            if (!field.required_in) return std::nullopt;
            return refuse(
                field,
                place,
                {core::Advice::give_up, "mapping.required", "needs at least one entry"}
            );
        }
        // Two wire lists may fill one canonical list: the second goes behind the first.
        const Document* before = walk(field.canonical[0], target);
        Document out = before != nullptr && before->is_list() ? *before : Document::list();
        for (std::size_t i = 0; i < items.size(); ++i) {
            Document item;
            const std::string here = place + field.wire_text + "[" + std::to_string(i + 1) + "]/";
            if (auto error = fields(field.items, *items[i], item, whole, here)) return error;
            if (item.is_null()) item = Document::object();
            out.push(std::move(item));
        }
        return set(field, target, std::move(out), place);
    }
    void repeated(
        const CompiledField& field, const Document& from, std::vector<const Document*>& items
    ) const {
        const Document* parent = field.from_document ? &wire_ : &from;
        for (std::size_t i = 0; i + 1 < field.wire.size() && parent != nullptr; ++i)
            parent = child(*parent, field.wire[i]);
        if (parent == nullptr || field.wire.empty()) return;
        for (const auto& member : parent->members())
            if (member.name == field.wire.back()) items.push_back(&member.value);
    }

    /// A value whose place is taken by one of another kind is an error of the mapping file: never
    /// dropped silently.
    Failure set(
        const CompiledField& field, Document& target, Document value, const std::string& place
    ) const {
        if (gw::mapping::place(field.canonical[0], target, std::move(value))) return std::nullopt;
        return refuse(
            field,
            place,
            {core::Advice::hold,
             "mapping.format",
             "has no place in the document; correct the mapping file"}
        );
    }
    core::Error refuse(const CompiledField& field, const std::string& place, const Refusal& why)
        const {
        const std::string path = field.canonical.empty() ? "" : field.canonical[0].text;
        return core::Error(
            why.advice,
            core::Blame::message,
            why.code,
            plan_.name + ": " + place + field.wire_text + " (" + path + ") " + why.what
        );
    }

    const Mapping::Impl& plan_;
    core::Day day_;
    const Document& wire_;
    const Context& context_;
    std::vector<std::string>* unmapped_;
};
}  // namespace

core::Result<Document> decode_with(
    const Mapping::Impl& plan,
    core::Day day,
    const Document& wire,
    const Context& context,
    std::vector<std::string>* unmapped
) {
    return Decoder(plan, day, wire, context, unmapped).run();
}

}  // namespace gw::mapping
