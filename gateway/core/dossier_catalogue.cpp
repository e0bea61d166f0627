// A dossier beside the catalogue: does its procedure exist, is it received here, are its papers
// there (contract 4.2).
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/identifiers.hpp"

#include <algorithm>

namespace gw::core::dossier_parts {
namespace {

std::string text_in(const Document& dossier, std::string_view part, std::string_view name) {
    const Document* object = dossier.find(part);
    return object != nullptr && object->is_object() ? object->text_of(name) : std::string();
}

/// What the catalogue decides by is as it was: then what was accepted once stays acceptable,
/// whatever the catalogue says by now.
bool same_question(const Document& dossier, const Document& before, const CommandContext& context) {
    return national_code(dossier, context) == national_code(before, context) &&
           canonical_agency(text_in(dossier, "receiving_unit", "code")) ==
               canonical_agency(text_in(before, "receiving_unit", "code")) &&
           governing_day(dossier) == governing_day(before);
}

bool same_papers(const Document& dossier, const Document& before) {
    const auto codes = [](const Document& holder) {
        std::vector<std::string> out;
        if (const Document* papers = holder.find("documents"))
            for (const Document& paper : papers->items())
                if (!is_true(paper, "deleted")) out.push_back(paper.text_of("component_code"));
        std::sort(out.begin(), out.end());
        return out;
    };
    return dossier.text_of("status") == before.text_of("status") && codes(dossier) == codes(before);
}

bool is_below(const std::string& unit, const std::string& agency) {
    return unit == agency || unit.rfind(agency + ".", 0) == 0;
}

/// The national list names bodies of every level and place, often only the ministry that publishes.
/// It says something about a unit only when it names agencies of this province.
bool is_received_by(
    const ProcedureVersion& version, const std::string& unit, const CommandContext& context
) {
    bool names_us = false;
    for (const std::string& receiver : version.receivers) {
        if (is_below(unit, receiver)) return true;
        for (const std::string& root : context.province_roots)
            names_us |= is_below(receiver, canonical_agency(root));
    }
    return !names_us;
}

/// Handed in as a file, on paper, or waived with a reason.
bool is_there(const Document& dossier, const ProcedureComponent& component) {
    const auto any = [&](std::string_view list, std::string_view name, const std::string& value) {
        const Document* items = dossier.find(list);
        if (items == nullptr) return false;
        return std::any_of(items->items().begin(), items->items().end(), [&](const Document& item) {
            return !is_true(item, "deleted") && item.text_of(name) == value;
        });
    };
    return any("documents", "component_code", component.code) ||
           any("waived_components", "component_code", component.code) ||
           any("other_papers", "name", component.name);
}

void check_components(
    const Document& dossier,
    const Document* before,
    const ProcedureVersion& version,
    const CommandContext& context,
    Faults& faults
) {
    // Before its reception the applicant may still bring what is missing.
    const bool judged = dossier.text_of("status") != "registered" &&
                        (before == nullptr || !same_papers(dossier, *before));
    if (judged)
        for (const ProcedureComponent& component : version.components)
            if (component.mandatory && !is_there(dossier, component))
                faults.judge(
                    context.catalogue_refuses, "/documents", "component.missing", {component.name}
                );
    const Document* papers = dossier.find("documents");
    if (papers == nullptr || version.components.empty()) return;
    std::size_t i = 0;
    for (const Document& paper : papers->items()) {
        const std::string at = "/documents/" + std::to_string(i++) + "/component_code";
        const std::string code = paper.text_of("component_code");
        const auto is_it = [&code](const ProcedureComponent& c) { return c.code == code; };
        if (code.empty() || is_true(paper, "deleted")) continue;
        if (std::none_of(version.components.begin(), version.components.end(), is_it))
            faults.warn(at, "component.unknown", {code});
    }
}

}  // namespace

std::string national_code(const Document& dossier, const CommandContext& context) {
    const std::string code = text_in(dossier, "procedure", "code");
    if (is_procedure_code(code) || !context.national_procedure) return code;
    const Day day = governing_day(dossier).value_or(local_day(context.now));
    return context.national_procedure(code, day).value_or(code);
}

const ProcedureVersion* version_of(const Document& dossier, const CommandContext& context) {
    if (!context.procedure) return nullptr;
    const ProcedureFacts* facts = context.procedure(national_code(dossier, context));
    if (facts == nullptr) return nullptr;
    return facts->on(governing_day(dossier).value_or(local_day(context.now)));
}

void check_catalogue(
    const Document& dossier, const Document* before, const CommandContext& context, Faults& faults
) {
    const std::string code = national_code(dossier, context);
    if (!context.procedure || !is_procedure_code(code)) return;
    const ProcedureFacts* facts = context.procedure(code);
    if (facts == nullptr) return;
    const Day day = governing_day(dossier).value_or(local_day(context.now));
    const bool asked = before == nullptr || !same_question(dossier, *before, context);
    if (facts->unknown_on(day)) {
        if (asked)
            faults.judge(
                context.catalogue_refuses,
                "/procedure/code",
                "procedure.unknown",
                {text_in(dossier, "procedure", "code")}
            );
        return;
    }
    const ProcedureVersion* version = facts->on(day);
    if (version == nullptr) return;
    const std::string unit = canonical_agency(text_in(dossier, "receiving_unit", "code"));
    if (asked && !unit.empty() && !is_received_by(*version, unit, context))
        faults.judge(
            context.catalogue_refuses,
            "/receiving_unit/code",
            "procedure.not_received_here",
            {text_in(dossier, "procedure", "code")}
        );
    check_components(dossier, before, *version, context, faults);
}

}  // namespace gw::core::dossier_parts

namespace gw::core {

std::vector<Finding> index_losses(const Document& dossier, const CommandContext& context) {
    return index_losses(dossier, dossier_parts::version_of(dossier, context));
}

}  // namespace gw::core
