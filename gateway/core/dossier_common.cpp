// Faults, look-ups and the draft of a change.
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/text.hpp"

#include <algorithm>

namespace gw::core::dossier_parts {
namespace {
constexpr std::size_t findings_max = 50;
}

void Faults::error(std::string pointer, std::string code, std::vector<std::string> values) {
    if (all_.size() < findings_max)
        all_.emplace_back(std::move(pointer), std::move(code), std::move(values));
}

void Faults::warn(std::string pointer, std::string code, std::vector<std::string> values) {
    if (all_.size() >= findings_max) return;
    all_.emplace_back(std::move(pointer), std::move(code), std::move(values));
    all_.back().warning = true;
}

void Faults::judge(
    bool is_error, std::string pointer, std::string code, std::vector<std::string> values
) {
    if (is_error)
        error(std::move(pointer), std::move(code), std::move(values));
    else
        warn(std::move(pointer), std::move(code), std::move(values));
}

void Faults::add(std::string_view prefix, std::vector<Finding> found) {
    for (Finding& finding : found) {
        if (all_.size() >= findings_max) return;
        finding.pointer.insert(0, prefix);
        all_.push_back(std::move(finding));
    }
}

std::optional<Problem> Faults::problem() const {
    const auto is_error = [](const Finding& f) { return !f.warning; };
    if (std::none_of(all_.begin(), all_.end(), is_error)) return std::nullopt;
    const auto unknown = std::find_if(all_.begin(), all_.end(), [](const Finding& f) {
        return f.code == "request.unknown_field" || f.code == "request.malformed";
    });
    Problem problem(unknown != all_.end() ? unknown->code : "validation.failed");
    problem.detail = std::to_string(std::count_if(all_.begin(), all_.end(), is_error)) + " faults";
    problem.findings = all_;
    return problem;
}

std::vector<Finding> Faults::warnings() const {
    std::vector<Finding> out;
    std::copy_if(all_.begin(), all_.end(), std::back_inserter(out), [](const Finding& f) {
        return f.warning;
    });
    return out;
}

std::optional<Instant> time_of(const Document& object, std::string_view name) {
    return parse_rfc3339(object.text_of(name));
}

Status status_of(const Document& dossier) {
    const auto status = status_from_word(dossier.text_of("status"));
    GW_ASSERT(status.has_value());
    return *status;
}

std::int64_t integer_of(const Document& object, std::string_view name) {
    const Document* value = object.find(name);
    return value == nullptr ? 0 : value->as_integer().value_or(0);
}

bool is_true(const Document& object, std::string_view name) {
    const Document* value = object.find(name);
    return value != nullptr && value->as_boolean();
}

Document* item_with_id(Document& dossier, std::string_view list, std::string_view id) {
    Document* items = dossier.find(list);
    if (items == nullptr) return nullptr;
    for (Document& item : items->items())
        if (item.text_of("id") == id) return &item;
    return nullptr;
}

Document& list_in(Document& dossier, std::string_view name) {
    if (Document* found = dossier.find(name)) return *found;
    return dossier.set(std::string(name), Document::list());
}

std::optional<std::string> officer_of(const CommandContext& context) {
    const bool machine = context.actor.find(':') != std::string::npos;  // "system:…", "partner:…"
    if (context.actor.empty() || machine) return std::nullopt;
    return context.actor;
}

Document unit_as_officer(const Document& dossier, const CommandContext& context) {
    const Document* unit = dossier.find("receiving_unit");
    const std::string code = unit == nullptr ? "" : unit->text_of("code");
    const std::string name = unit == nullptr ? "" : unit->text_of("name");
    Document person = Document::object();
    person.set(
        "officer_code", Document::text(truncate_marked(officer_of(context).value_or(code), 20))
    );
    person.set("name", Document::text(truncate_marked(name, 100)));
    person.set("unit", Document::text(truncate_marked(name, 200)));
    return person;
}

std::optional<Problem> refuse_closed(const Document& dossier) {
    const Status status = status_of(dossier);
    if (!is_final(status)) return std::nullopt;
    return Problem("dossier.closed", "status " + std::string(to_word(status)) + " is final");
}

Drafting::Drafting(Document current, const CommandContext& context) : context_(context) {
    change_.expected_version = integer_of(current, "version");
    change_.dossier = std::move(current);
    change_.dossier.set("version", Document::number(change_.expected_version + 1));
    const Document now = Document::text(to_rfc3339(context.now));
    if (change_.expected_version == 0) change_.dossier.set("created_at", now);
    change_.dossier.set("updated_at", now);
}

std::string Drafting::version_key() const {
    return change_.dossier.text_of("code") + ":v" + std::to_string(change_.expected_version + 1);
}

void Drafting::event(
    std::string kind, Instant at, std::string key, std::string member, Document part
) {
    EventDraft draft;
    draft.kind = std::move(kind);
    draft.occurred_at = at;
    draft.snapshot.set("key", Document::text(std::move(key)));
    draft.snapshot.set("version", Document::number(change_.expected_version + 1));
    draft.snapshot.set("dossier", change_.dossier.shared());
    if (!member.empty()) draft.snapshot.set(std::move(member), std::move(part));
    change_.events.push_back(std::move(draft));
}

void Drafting::mark(std::string name, Document value) {
    GW_ASSERT(!change_.events.empty());
    change_.events.back().snapshot.set(std::move(name), std::move(value));
}

void Drafting::feed(std::string type, Document data) {
    FeedDraft draft;
    draft.type = std::move(type);
    draft.data = std::move(data);
    change_.feed.push_back(std::move(draft));
}

Change Drafting::finish(Document answer, std::vector<Finding> warnings) {
    change_.answer = std::move(answer);
    change_.warnings = std::move(warnings);
    return std::move(change_);
}

void merge_patch(Document& target, const Document& patch) {
    if (!patch.is_object()) {
        target = patch;
        return;
    }
    if (!target.is_object()) target = Document::object();
    for (const Member& m : patch.members()) {
        if (m.value.is_null()) {
            target.remove(m.name);
            continue;
        }
        Document* found = target.find(m.name);
        merge_patch(found != nullptr ? *found : target.set(m.name, Document::null()), m.value);
    }
}

Document writable_view(const Schema& schema, const Document& value) {
    Document out = Document::object();
    for (const Field& field : schema.fields) {
        const Document* member = value.find(field.name);
        if (member == nullptr || field.need == Need::read_only) continue;
        if (field.schema == nullptr) {
            out.set(std::string(field.name), *member);
        } else if (field.type == FieldType::object) {
            out.set(std::string(field.name), writable_view(*field.schema, *member));
        } else {
            Document items = Document::list();
            for (const Document& item : member->items())
                items.push(writable_view(*field.schema, item));
            out.set(std::string(field.name), std::move(items));
        }
    }
    return out;
}

Document changed_names(const Document& before, const Document& after) {
    static constexpr std::string_view silent[] = {"version", "created_at", "updated_at"};
    Document names = Document::list();
    const auto note = [&](const std::string& name) {
        if (std::find(std::begin(silent), std::end(silent), name) == std::end(silent))
            names.push(Document::text(name));
    };
    for (const Member& m : after.members()) {
        const Document* old = before.find(m.name);
        if (old == nullptr || !(*old == m.value)) note(m.name);
    }
    for (const Member& m : before.members())
        if (after.find(m.name) == nullptr) note(m.name);
    return names;
}

}  // namespace gw::core::dossier_parts
