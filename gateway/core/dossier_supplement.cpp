// Supplement rounds: asking the citizen, receiving, and the due date that moves (calendar page,
// section 5).
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/text.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using namespace dossier_parts;

/// CD-13: days a citizen has when the officer named none.
constexpr int citizen_days = 10;
/// A progress text is shorter than a supplement's; the whole text stays in the supplement.
constexpr std::size_t progress_text_max = 2'000;

Document feed_data(const Document& supplement) {
    Document data = Document::object();
    data.set("supplement_id", Document::text(supplement.text_of("id")));
    if (const Document* deadline = supplement.find("deadline")) data.set("deadline", *deadline);
    return data;
}

Document new_supplement(Document request, const Document& current, const CommandContext& context) {
    Document out = Document::object();
    out.set("id", Document::text(context.new_id("sup")));
    for (Member& m : request.members()) out.set(m.name, std::move(m.value));
    if (Document* fees = out.find("fees"))
        for (Document& fee : fees->items()) complete_fee(fee, context);
    if (out.find("deadline") == nullptr && context.calendar != nullptr) {
        const auto at = time_of(out, "requested_at").value_or(context.now);
        const Day last = context.calendar->add_working(local_day(at), citizen_days);
        out.set("deadline", Document::text(to_iso_day(last)));
    }
    if (const Document* due = current.find("due_at"); due && out.find("old_due_at") == nullptr)
        out.set("old_due_at", *due);
    out.set("status", Document::text("requested"));
    return out;
}

/// The working days that the present due date grants, counted back from it.
int granted_days(const Calendar& calendar, Instant received, Instant due) {
    const Day start = effective_day(calendar, DeadlineRules{}, received);
    const Day end = local_day(due);
    if (end <= start) return 0;
    return calendar.working_between(start, end) + (calendar.is_working(end) ? 1 : 0);
}

/// CD-5: computed only when the one-stop sent none.
std::optional<Instant> next_due(
    const Document& dossier, const Document& supplement, Instant at, const CommandContext& context
) {
    const auto received = time_of(dossier, "received_at");
    const auto due = time_of(dossier, "due_at");
    const auto requested = time_of(supplement, "requested_at");
    if (!received || !due || !requested || context.calendar == nullptr) return std::nullopt;
    return due_after_supplement(
        *context.calendar,
        DeadlineRules{},
        *received,
        granted_days(*context.calendar, *received, *due),
        *requested,
        at,
        SupplementMode::suspend
    );
}

void write_receipt(Document& supplement, const Document& request) {
    for (const std::string name : {"received_at", "received_by", "received_info", "new_due_at"})
        if (const Document* value = request.find(name)) supplement.set(name, *value);
    supplement.set("status", Document::text("received"));
}

void add_papers(Document& dossier, Document& request, const CommandContext& context) {
    Document* papers = request.find("documents");
    if (papers == nullptr) return;
    complete_documents(*papers, dossier.find("documents"), context);
    Document& all = list_in(dossier, "documents");
    for (Document& paper : papers->items()) {
        const Document* known = item_with_id(dossier, "documents", paper.text_of("id"));
        if (known == nullptr) all.push(std::move(paper));
    }
}

}  // namespace

Decision request_supplement(
    const Document& current, Document request, const CommandContext& context
) {
    Faults faults(check(*schema("SupplementRequest"), request, Completeness::whole));
    if (const Document* fees = request.find("fees")) {
        std::size_t i = 0;
        for (const Document& fee : fees->items())
            check_fee(fee, "/fees/" + std::to_string(i++), faults);
    }
    if (auto problem = faults.problem()) return std::move(*problem);
    constexpr Status to = Status::supplement_wanted;
    if (auto problem = refuse_step(current, to, false, context, "/status"))
        return std::move(*problem);
    const Instant at = *time_of(request, "requested_at");
    check_step_times(current, to, at, false, "", "requested_at", context, faults);
    const auto deadline = parse_iso_day(request.text_of("deadline"));
    if (deadline && *deadline < local_day(at))
        faults.error("/deadline", "date.order", {"Thời điểm yêu cầu bổ sung", "Hạn bổ sung"});
    const Document* earlier = current.find("supplements");
    if (earlier != nullptr && earlier->size() > 0)
        faults.warn(
            "",
            "index.loss",
            {"Tỷ lệ giải quyết đúng hạn (K21b)", "hồ sơ có từ hai lần yêu cầu bổ sung"}
        );
    if (auto problem = faults.problem()) return std::move(*problem);

    Drafting draft(current, context);
    const Document supplement = new_supplement(std::move(request), current, context);
    list_in(draft.dossier(), "supplements").push(supplement);
    Step step;
    step.to = to;
    step.at = at;
    step.text = truncate_marked(supplement.text_of("text"), progress_text_max);
    step.officer = *supplement.find("requested_by");
    const Document entry = take_step(draft, step);
    const std::string id = supplement.text_of("id");
    draft.event("supplement.requested", at, id, "supplement", supplement);
    draft.feed("supplement.requested", feed_data(supplement));
    announce_step(draft, entry, status_of(current), at);
    return draft.finish(supplement, faults.warnings());
}

Decision receive_supplement(
    const Document& current, const std::string& id, Document request, const CommandContext& context
) {
    Faults faults(check(*schema("SupplementReceipt"), request, Completeness::whole));
    check_documents(request, "/documents", context, faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    Drafting draft(current, context);
    Document* supplement = item_with_id(draft.dossier(), "supplements", id);
    if (supplement == nullptr) return Problem("not_found", "no such supplement");
    if (auto problem = refuse_closed(current)) return std::move(*problem);
    // One that has lapsed may still come: what the citizen brings is a fact.
    const std::string stands = supplement->text_of("status");
    if (stands != "requested" && stands != "lapsed")
        return Problem("supplement.closed", "supplement is " + stands);
    const Status to = *status_from_word(request.text_of("resume", "received"));
    if (auto problem = refuse_step(current, to, false, context, "/resume"))
        return std::move(*problem);

    const Instant at = *time_of(request, "received_at");
    const auto requested = time_of(*supplement, "requested_at");
    if (requested && at < *requested)
        faults.error(
            "/received_at",
            "date.order",
            {"Thời điểm yêu cầu bổ sung", "Thời điểm tiếp nhận bổ sung"}
        );
    if (request.find("new_due_at") == nullptr && to != Status::registered) {
        if (const auto due = next_due(current, *supplement, at, context))
            request.set("new_due_at", Document::text(to_rfc3339(*due)));
        else
            faults.error("/new_due_at", "due_date.missing");
    }
    Document& dossier = draft.dossier();
    if (const Document* due = request.find("new_due_at")) dossier.set("due_at", *due);
    // A dossier sent back before its acceptance starts again: its submission date is reset.
    if (to == Status::registered) dossier.set("submitted_at", *request.find("received_at"));
    check_step_times(dossier, to, at, false, "", "received_at", context, faults);
    if (auto problem = faults.problem()) return std::move(*problem);

    write_receipt(*item_with_id(dossier, "supplements", id), request);
    add_papers(dossier, request, context);
    refresh_flags(dossier);
    Step step;
    step.to = to;
    step.at = at;
    step.text = request.text_of("received_info");
    if (step.text.empty()) step.text = "Tiếp nhận hồ sơ bổ sung";
    step.officer = *request.find("received_by");
    const Document entry = take_step(draft, step);
    const Document done = *item_with_id(dossier, "supplements", id);
    // Its own key: the request of the same supplement was a fact of its own.
    draft.event("supplement.received", at, id + ":received", "supplement", done);
    draft.feed("supplement.received", feed_data(done));
    announce_step(draft, entry, status_of(current), at);
    return draft.finish(done, faults.warnings());
}

}  // namespace gw::core
