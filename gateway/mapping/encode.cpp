// Canonical to wire.
#include "gateway/mapping/scalars.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
using core::Document;

/// Where in nested lists the work is, for messages: made on the stack, written only when something
/// is wrong.
struct Place {
    const Place* outer = nullptr;
    const CompiledField* list = nullptr;
    std::size_t number = 0;  // from 1
};
std::string wire_prefix(const Place& place) {
    if (place.list == nullptr) return "";
    return wire_prefix(*place.outer) + place.list->wire_text + "[" + std::to_string(place.number) +
           "]/";
}
std::string canonical_prefix(const Place& place) {
    if (place.list == nullptr) return "";
    const auto& paths = place.list->canonical;
    return canonical_prefix(*place.outer) + (paths.empty() ? "" : paths[0].text) + "/" +
           std::to_string(place.number - 1);
}

std::string source_of(const CompiledField& field, const Place& place) {
    if (field.context) return "context " + field.context->text;
    if (field.canonical.empty()) return "constant";
    const Path& path = field.canonical[0];
    return path.from_root ? path.text : canonical_prefix(place) + path.text;
}

core::Error refuse(
    const Mapping::Impl& plan, const CompiledField& field, const Place& place, const Refusal& why
) {
    return core::Error(
        why.advice,
        core::Blame::message,
        why.code,
        plan.name + ": " + wire_prefix(place) + field.wire_text + " (" + source_of(field, place) +
            ") " + why.what
    );
}

class Encoder {
public:
    Encoder(const Mapping::Impl& plan, core::Day day, const Document& root, const Context& context)
        : plan_(plan), day_(day), root_(root), context_(context) {
        const Document* omit = plan.omit_when ? walk(*plan.omit_when, context) : nullptr;
        omit_ = omit != nullptr && omit->as_text() == "true";
    }

    core::Result<Document> run() {
        Document whole = Document::object();
        const Place top;
        top_ = &whole;
        if (const auto error = fields(plan_.fields, root_, whole, top)) return *error;
        return whole;
    }

private:
    using Failure = std::optional<core::Error>;

    /// `into`: the item being written, or the whole document at the top.
    Failure fields(
        const std::vector<CompiledField>& list,
        const Document& from,
        Document& into,
        const Place& place
    ) {
        for (std::size_t i = 0; i < list.size();) {
            // Entries for the same wire field stand together: the first whose conditions hold is
            // meant.
            const CompiledField* chosen = nullptr;
            const CompiledField* spare = nullptr;
            std::size_t end = i;
            do {
                const CompiledField& field = list[end];
                if (field.out && field.has_wire && in_profile(field, context_)) {
                    if (spare == nullptr) spare = &field;
                    if (chosen == nullptr && holds(field.only_when, from, root_, context_))
                        chosen = &field;
                }
                ++end;
            } while (end < list.size() && list[end].same_wire);
            if (chosen != nullptr) {
                if (auto error = one(*chosen, from, into, place)) return error;
            } else if (spare != nullptr) {
                missing(*spare, into);
            }
            i = end;
        }
        return std::nullopt;
    }

    Failure one(
        const CompiledField& field, const Document& from, Document& into, const Place& place
    ) {
        if (field.kind == FieldKind::list) return list(field, from, into, place);
        const Document* value = source(field, from);
        if (field.constant) {
            const bool number = field.form == JsonForm::number;
            put(field,
                into,
                number ? Document::number_text(*field.constant) : Document::text(*field.constant));
            return std::nullopt;
        }
        const bool exact = empty_of(field) == Empty::exact;
        Document stand_in;
        if ((value == nullptr || (value->is_null() && !exact)) && field.absent_means) {
            stand_in = Document::text(*field.absent_means);
            value = &stand_in;
        }
        const bool none = value == nullptr || value->is_null();
        const bool empty = !none && value->is_text() && value->as_text().empty();
        if (none || empty) {
            if (is_required(field, from))
                return refuse(
                    plan_,
                    field,
                    place,
                    {core::Advice::give_up,
                     "mapping.required",
                     "is required and missing; fill it in"}
                );
            if (exact && value != nullptr)
                put(field, into, *value);
            else
                missing(field, into);
            return std::nullopt;
        }
        Turned turned = to_wire(field, *value, day_);
        if (!turned.value) return refuse(plan_, field, place, turned.refusal);
        put(field, into, std::move(*turned.value));
        return std::nullopt;
    }

    Failure list(
        const CompiledField& field, const Document& from, Document& into, const Place& place
    ) {
        const Document* value = source(field, from);
        const bool none = value == nullptr || value->is_null();
        if (!none && !value->is_list())
            return refuse(
                plan_, field, place, {core::Advice::give_up, "mapping.format", "must be a list"}
            );
        Document out = Document::list();
        std::size_t number = 0;
        for (std::size_t i = 0; !none && i < value->items().size(); ++i) {
            const Document& item = value->items()[i];
            if (!holds(field.item_when, item, root_, context_)) continue;
            Document wire;
            const Place here{&place, &field, ++number};
            if (auto error = fields(field.items, item, wire, here)) return error;
            if (wire.is_null()) wire = Document::object();
            out.push(std::move(wire));
        }
        if (out.items().empty()) {
            if (is_required(field, from))
                return refuse(
                    plan_,
                    field,
                    place,
                    {core::Advice::give_up, "mapping.required", "needs at least one entry"}
                );
            missing(field, into);
        } else if (plan_.wire == Wire::json) {
            put(field, into, std::move(out));
        } else {
            for (Document& item : out.items()) put(field, into, std::move(item));
        }
        return std::nullopt;
    }

    const Document* source(const CompiledField& field, const Document& from) const {
        if (field.context) {
            const Document* value = walk(*field.context, context_);
            if (value == nullptr || !field.key) return value;
            const Document* key = walk(*field.key, field.key->from_root ? root_ : from);
            return key == nullptr ? nullptr : value->find(key->as_text());
        }
        const Document* last = nullptr;
        for (const Path& path : field.canonical) {
            const Document* value = walk(path, path.from_root ? root_ : from);
            if (value == nullptr) continue;
            last = value;
            const bool empty = value->is_null() || (value->is_text() && value->as_text().empty());
            if (!empty) return value;
        }
        return last;
    }

    bool is_required(const CompiledField& field, const Document& from) const {
        return field.required ||
               std::any_of(
                   field.required_when.begin(),
                   field.required_when.end(),
                   [&](const auto& when) { return holds(when, from, root_, context_); }
               );
    }
    Empty empty_of(const CompiledField& field) const {
        const bool switched = omit_ && !field.empty_is_own && field.empty == Empty::text;
        return switched ? Empty::omit : field.empty;
    }
    /// Writes what stands for a value that is not there.
    void missing(const CompiledField& field, Document& into) {
        const Empty empty = empty_of(field);
        if (empty == Empty::omit || empty == Empty::exact) return;
        if (empty == Empty::nil)
            put(field, into, Document::null());
        else if (field.kind != FieldKind::list)
            put(field, into, Document::text(""));
        else if (plan_.wire == Wire::json)
            put(field, into, Document::list());
        else if (field.wire.size() > 1)
            wrapper(field, into);
    }
    void wrapper(const CompiledField& field, Document& into) {
        Document* parent = parent_of(field, into);
        if (parent->is_null()) *parent = Document::text("");
    }
    /// The object that holds the last name of the wire path, made when it is not there.
    Document* parent_of(const CompiledField& field, Document& into) {
        Document* at = &into;
        if (!field.from_document && &into == top_)
            for (const auto& name : plan_.root) at = child(*at, name);
        for (std::size_t i = 0; i + 1 < field.wire.size(); ++i) at = child(*at, field.wire[i]);
        return at;
    }
    static Document* child(Document& at, const std::string& name) {
        auto& members = at.members();
        const auto found = std::find_if(members.rbegin(), members.rend(), [&](const auto& m) {
            return m.name == name;
        });
        if (found != members.rend()) return &found->value;
        at.add(name, Document::null());
        return &at.members().back().value;
    }
    void put(const CompiledField& field, Document& into, Document value) {
        Document* parent = parent_of(field, into);
        if (field.wire.empty())
            *parent = std::move(value);
        else
            parent->add(field.wire.back(), std::move(value));
    }

    const Mapping::Impl& plan_;
    core::Day day_;
    const Document& root_;
    const Context& context_;
    const Document* top_ = nullptr;  // root names stand only before the fields of the top
    bool omit_ = false;
};
}  // namespace

bool in_profile(const CompiledField& field, const Context& context) {
    if (field.profiles.empty()) return true;
    const std::string profile = context.text_of("profile");
    return std::find(field.profiles.begin(), field.profiles.end(), profile) != field.profiles.end();
}

bool holds(
    const Conditions& conditions, const Document& item, const Document& root, const Context& context
) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        const Document& from = condition.of_context       ? context
                               : condition.path.from_root ? root
                                                          : item;
        const Document* value = walk(condition.path, from);
        const bool none = value == nullptr || value->is_null() ||
                          (value->is_text() && value->as_text().empty()) ||
                          (value->is_list() && value->items().empty());
        const auto listed = [&] {
            return !none &&
                   std::find(condition.values.begin(), condition.values.end(), value->as_text()) !=
                       condition.values.end();
        };
        switch (condition.test) {
            case Condition::Test::in:
                return listed();
            case Condition::Test::not_in:
                return !listed();
            case Condition::Test::present:
                return !none;
            case Condition::Test::absent:
                break;
        }
        return none;
    });
}

core::Result<Document> encode_with(
    const Mapping::Impl& plan, core::Day day, const Document& canonical, const Context& context
) {
    return Encoder(plan, day, canonical, context).run();
}

}  // namespace gw::mapping
