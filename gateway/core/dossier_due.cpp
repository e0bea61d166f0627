// What the clock says of a dossier: due soon, overdue, a supplement that did not come.
#include "gateway/core/dossier_due.hpp"

#include "gateway/core/dossier_internal.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using namespace dossier_parts;

bool clock_runs(Status status) {
    return status == Status::received || status == Status::processing;
}

void look_again(DueStep& step, Instant at) {
    step.next = step.next ? std::min(*step.next, at) : at;
}

void tell_due(
    DueStep& step, const Document& dossier, Duration soon, const CommandContext& context
) {
    const auto due = time_of(dossier, "due_at");
    const auto received = time_of(dossier, "received_at");
    if (!due || !clock_runs(status_of(dossier))) return;
    const std::string text = dossier.text_of("due_at");
    const auto tell = [&](const std::string& word) {
        FeedDraft draft;
        draft.type = "dossier." + word;
        draft.data = Document::object();
        draft.data.set("due_at", Document::text(text));
        step.feed.push_back(std::move(draft));
        step.told.set(word, Document::text(text));
    };
    if (step.told.text_of("overdue") == text) return;
    if (context.now > *due) return tell("overdue");
    // The first millisecond that is too late.
    look_again(step, *due + Duration(1));
    if (step.told.text_of("due_soon") == text) return;
    const Duration given = received ? std::max(Duration(0), *due - *received) : soon * 2;
    const Instant from = *due - std::min(soon, given / 2);
    if (context.now >= from)
        tell("due_soon");
    else
        look_again(step, from);
}

/// A day that is asked for counts to its end.
std::optional<Instant> end_of_deadline(const Document& supplement) {
    const auto day = parse_iso_day(supplement.text_of("deadline"));
    if (!day || supplement.text_of("status") != "requested") return std::nullopt;
    return at_local(*day, std::chrono::hours(24));
}

Document lapsed_data(const Document& supplement) {
    Document data = Document::object();
    data.set("supplement_id", Document::text(supplement.text_of("id")));
    data.set("deadline", Document::text(supplement.text_of("deadline")));
    return data;
}

void lapse(DueStep& step, const Document& dossier, const CommandContext& context) {
    const Document* supplements = dossier.find("supplements");
    if (supplements == nullptr || is_final(status_of(dossier))) return;
    bool any = false;
    for (const Document& supplement : supplements->items())
        if (const auto end = end_of_deadline(supplement)) {
            any |= *end <= context.now;
            if (*end > context.now) look_again(step, *end);
        }
    if (!any) return;
    Drafting draft(dossier, context);
    for (Document& supplement : draft.dossier().find("supplements")->items()) {
        const auto end = end_of_deadline(supplement);
        if (!end || *end > context.now) continue;
        supplement.set("status", Document::text("lapsed"));
        draft.feed("supplement.lapsed", lapsed_data(supplement));
    }
    Document names = Document::list();
    names.push(Document::text("supplements"));
    Document data = Document::object();
    data.set("version", Document::number(integer_of(draft.dossier(), "version")));
    data.set("changed", std::move(names));
    draft.feed("dossier.updated", std::move(data));
    step.change = draft.finish(Document());
}

}  // namespace

DueStep step_due(
    const Document& dossier, const Document& told, Duration soon, const CommandContext& context
) {
    DueStep step;
    step.told = told.is_object() ? told : Document::object();
    tell_due(step, dossier, soon, context);
    lapse(step, dossier, context);
    return step;
}

}  // namespace gw::core
