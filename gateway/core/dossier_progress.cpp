// Steps of a dossier: the transition table, the times of status, and the entries that tell of them.
#include "gateway/core/dossier_internal.hpp"

#include <algorithm>

namespace gw::core {
namespace dossier_parts {
namespace {

Problem not_allowed(
    Status from,
    Status to,
    const Transitions& transitions,
    const std::string& pointer,
    const std::string& detail
) {
    Finding finding(pointer, "status.transition_not_allowed");
    std::string labels;
    for (const Status next : transitions.next(from)) {
        finding.allowed.emplace_back(to_word(next));
        labels += (labels.empty() ? "" : ", ") + std::string(label_vi(next));
    }
    if (labels.empty()) labels = "không có";
    finding.values = {std::string(label_vi(from)), std::string(label_vi(to)), labels};
    Problem problem("status.transition_not_allowed", detail);
    problem.values = finding.values;
    problem.findings.push_back(std::move(finding));
    return problem;
}

/// Facts only: a time is set by the step that makes it true and removed when a correction undoes
/// it.
void set_status_times(Document& dossier, Status from, Status to, const Document& at) {
    if (from == to && to != Status::received) return;
    const auto remove = [&](std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) dossier.remove(name);
    };
    switch (to) {
        case Status::received:
            remove({"refused_at"});
            if (dossier.find("received_at") == nullptr) dossier.set("received_at", at);
            break;
        case Status::refused:
            dossier.set("refused_at", at);
            break;
        case Status::processing:
            remove({"finished_at", "returned_at"});
            break;
        case Status::finished:
            remove({"returned_at"});
            if (from != Status::returned || dossier.find("finished_at") == nullptr)
                dossier.set("finished_at", at);
            break;
        case Status::returned:
            dossier.set("returned_at", at);
            break;
        default:
            break;
    }
}

}  // namespace

Document take_step(Drafting& draft, const Step& step) {
    Document& dossier = draft.dossier();
    const Document at = Document::text(to_rfc3339(step.at));
    const std::int64_t seq = integer_of(dossier, "progress_count") + 1;
    const Status from = status_of(dossier);
    set_status_times(dossier, from, step.to, at);
    dossier.set("status", Document::text(std::string(to_word(step.to))));
    dossier.set("progress_count", Document::number(seq));
    const auto last = time_of(dossier, "last_progress_at");
    if (!last || *last < step.at) dossier.set("last_progress_at", at);

    Document entry = Document::object();
    const std::string id = draft.context().new_id("prg");
    if (from != step.to || dossier.find("status_entry_id") == nullptr)
        dossier.set("status_entry_id", Document::text(id));
    entry.set("id", Document::text(id));
    entry.set("seq", Document::number(seq));
    entry.set("at", at);
    entry.set("officer", step.officer);
    entry.set("text", Document::text(step.text));
    entry.set("status", Document::text(std::string(to_word(step.to))));
    for (const std::string name : {"started_at", "due_at", "internal", "corrects", "correction"})
        if (const Document* value = step.request.find(name)) entry.set(name, *value);
    if (step.by_rule) entry.set("completed_by_rule", Document::boolean(true));
    return entry;
}

void announce_step(Drafting& draft, const Document& entry, Status from, Instant at) {
    const std::string id = entry.text_of("id");
    draft.event("progress.recorded", at, id, "progress", entry);
    const std::string status = entry.text_of("status");
    // Routes ask it: a step that changes the status sends the packet before its line.
    draft.mark("status_changed", Document::boolean(status != to_word(from)));
    Document data = Document::object();
    if (status == to_word(from)) {
        Document changed = Document::list();
        changed.push(Document::text("progress"));
        data.set("version", Document::number(integer_of(draft.dossier(), "version")));
        data.set("changed", std::move(changed));
        return draft.feed("dossier.updated", std::move(data));
    }
    data.set("from", Document::text(std::string(to_word(from))));
    data.set("status", Document::text(status));
    data.set("progress_id", Document::text(id));
    draft.feed("dossier.status_changed", std::move(data));
}

std::optional<Problem> refuse_step(
    const Document& dossier,
    Status to,
    bool corrected,
    const CommandContext& context,
    const std::string& pointer
) {
    const Status from = status_of(dossier);
    if (!corrected)
        if (auto closed = refuse_closed(dossier)) return closed;
    const StepRule rule = context.transitions->rule(from, to);
    const std::string step =
        std::to_string(static_cast<int>(from)) + " -> " + std::to_string(static_cast<int>(to));
    if (rule == StepRule::refused)
        return not_allowed(from, to, *context.transitions, pointer, step + " is no step");
    if (rule == StepRule::correction && !corrected)
        return not_allowed(
            from, to, *context.transitions, pointer, step + " needs a correction with a reason"
        );
    if (corrected && !officer_of(context))
        return Problem("auth.actor_missing", "a correction needs an officer");
    return std::nullopt;
}

void check_step_times(
    const Document& dossier,
    Status to,
    Instant at,
    bool corrected,
    const std::string& prefix,
    std::string_view at_name,
    const CommandContext& context,
    Faults& faults
) {
    const std::string pointer = prefix + "/" + std::string(at_name);
    if (at > context.now + clock_tolerance)
        faults.error(pointer, "date.in_future", {"Thời điểm xử lý"});
    const auto last = time_of(dossier, "last_progress_at");
    const auto submitted = time_of(dossier, "submitted_at");
    const auto received = time_of(dossier, "received_at");
    if (last && at < *last && !corrected)
        faults.error(pointer, "date.order", {"Thời điểm bước trước", "Thời điểm xử lý"});
    else if (submitted && at < *submitted)
        faults.error(pointer, "date.order", {"Ngày nộp", "Thời điểm xử lý"});
    else if (to == Status::finished && received && at < *received)
        faults.error(pointer, "date.order", {"Ngày tiếp nhận", "Ngày kết thúc xử lý"});

    if (to == Status::received && !received) {
        const auto due = time_of(dossier, "due_at");
        if (!due)
            faults.error(prefix + "/status", "due_date.missing");
        else if (*due < at)
            faults.error(pointer, "date.order", {"Ngày tiếp nhận", "Ngày hẹn trả"});
    }
    const bool needs_reception = to == Status::processing || to == Status::financial_obligation ||
                                 to == Status::finished || to == Status::returned;
    if (needs_reception && !received)
        faults.error(prefix + "/status", "field.required", {"Ngày tiếp nhận"});
}

}  // namespace dossier_parts

namespace {

using namespace dossier_parts;

/// NP-29 `expand`: the entry 9 that must stand before 10, made from the same fact.
void finish_by_rule(Drafting& draft, Instant at) {
    const Status from = status_of(draft.dossier());
    Step step;
    step.to = Status::finished;
    step.at = at;
    step.text = label_vi(Status::finished);
    step.officer = unit_as_officer(draft.dossier(), draft.context());
    step.by_rule = true;
    const Document entry = take_step(draft, step);
    announce_step(draft, entry, from, at);
}

/// One entry of a call; the entries before it are already in the draft.
std::optional<Problem> record_one(
    Drafting& draft, const Document& request, const std::string& prefix, Document& items
) {
    const CommandContext& context = draft.context();
    const Status to = *status_from_word(request.text_of("status"));
    const Instant at = *time_of(request, "at");
    const bool corrected = request.find("correction") != nullptr;
    if (auto problem = refuse_step(draft.dossier(), to, corrected, context, prefix + "/status"))
        return problem;
    Faults faults;
    check_step_times(draft.dossier(), to, at, corrected, prefix, "at", context, faults);
    if (is_true(request, "internal") && to != status_of(draft.dossier()))
        faults.error(prefix + "/internal", "progress.internal_status");
    if (auto problem = faults.problem()) return problem;

    if (context.transitions->rule(status_of(draft.dossier()), to) == StepRule::expand)
        finish_by_rule(draft, at);
    const Status from = status_of(draft.dossier());
    Step step;
    step.to = to;
    step.at = at;
    step.text = request.text_of("text");
    step.officer = *request.find("officer");
    step.request = request;
    Document entry = take_step(draft, step);
    announce_step(draft, entry, from, at);
    items.push(std::move(entry));
    return std::nullopt;
}

std::optional<Problem> refuse_version(const Document& current, const Document& request) {
    const std::int64_t version = integer_of(current, "version");
    if (request.find("expected_version") == nullptr ||
        integer_of(request, "expected_version") == version)
        return std::nullopt;
    Problem problem("version.conflict", "expected_version is not the current one");
    problem.extra.emplace_back("current_version", std::to_string(version));
    return problem;
}

}  // namespace

Decision record_progress(
    const Document& current, std::vector<Document> requests, const CommandContext& context
) {
    constexpr std::size_t batch_max = 100;
    if (requests.empty() || requests.size() > batch_max)
        return Problem("request.malformed", "1 to 100 progress entries");
    const bool batch = requests.size() > 1;
    const auto prefix = [&](std::size_t i) { return batch ? "/" + std::to_string(i) : ""; };
    Faults faults;
    for (std::size_t i = 0; i < requests.size(); ++i)
        faults.add(prefix(i), check(*schema("ProgressRequest"), requests[i], Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    for (const Document& request : requests)
        if (auto problem = refuse_version(current, request)) return std::move(*problem);

    Drafting draft(current, context);
    Document items = Document::list();
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (auto problem = record_one(draft, requests[i], prefix(i), items))
            return std::move(*problem);
    // The clerk hears what the index will say while it can still be mended.
    const Document& after = draft.dossier();
    if (status_of(after) == Status::finished || status_of(after) == Status::returned)
        faults.add("", index_losses(after, context));
    if (!batch) return draft.finish(items.items().front(), faults.warnings());
    Document answer = Document::object();
    answer.set("items", std::move(items));
    return draft.finish(std::move(answer), faults.warnings());
}

Decision withdraw(const Document& current, Document request, const CommandContext& context) {
    Faults faults(check(*schema("WithdrawRequest"), request, Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    if (auto problem = refuse_step(current, Status::withdrawn, false, context, "/status"))
        return std::move(*problem);
    Step step;
    step.to = Status::withdrawn;
    step.at = time_of(request, "at").value_or(context.now);
    step.text = request.text_of("reason_vi");
    step.officer = unit_as_officer(current, context);
    check_step_times(current, step.to, step.at, false, "", "at", context, faults);
    if (auto problem = faults.problem()) return std::move(*problem);

    Drafting draft(current, context);
    const Document entry = take_step(draft, step);
    announce_step(draft, entry, status_of(current), step.at);
    Document answer = draft.dossier().shared();
    return draft.finish(std::move(answer));
}

}  // namespace gw::core
