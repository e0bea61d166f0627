// Creating, replacing and patching a dossier.
#include "gateway/core/connected_databases.hpp"
#include "gateway/core/dossier_internal.hpp"

#include <set>

namespace gw::core {
namespace {

using namespace dossier_parts;

const Schema& dossier_schema() {
    return *schema("Dossier");
}

std::optional<Problem> refuse_secret(const Document& request) {
    if (request.text_of("confidentiality") != "state_secret") return std::nullopt;
    return Problem("classified.content", "confidentiality is state_secret");
}

Problem wrong_status(const std::string& detail, Finding finding) {
    Problem problem("status.transition_not_allowed", detail);
    problem.values = finding.values;
    problem.findings.push_back(std::move(finding));
    return problem;
}

/// A dossier begins as registered or received; every other status is reached by progress.
std::optional<Problem> refuse_first_status(const Document& request) {
    const auto status = status_from_word(request.text_of("status"));
    if (!status || *status == Status::registered || *status == Status::received)
        return std::nullopt;
    const std::string both =
        std::string(label_vi(Status::registered)) + ", " + std::string(label_vi(Status::received));
    Finding finding(
        "/status",
        "status.transition_not_allowed",
        {"chưa có hồ sơ", std::string(label_vi(*status)), both}
    );
    finding.allowed = {"registered", "received"};
    return wrong_status("a dossier is created as registered or received", std::move(finding));
}

std::optional<Problem> refuse_other_status(
    const Document& current, const Document& request, const CommandContext& context
) {
    const std::string wanted = request.text_of("status");
    const Status from = status_of(current);
    const auto to = status_from_word(wanted);
    if (!to || *to == from) return std::nullopt;
    Finding finding("/status", "status.transition_not_allowed");
    std::string labels;
    for (const Status next : context.transitions->next(from)) {
        finding.allowed.emplace_back(to_word(next));
        labels += (labels.empty() ? "" : ", ") + std::string(label_vi(next));
    }
    finding.values = {std::string(label_vi(from)), std::string(label_vi(*to)), labels};
    return wrong_status("status is changed by POST progress only", std::move(finding));
}

/// What the gateway itself keeps in a dossier survives a replacement.
void carry_over(const Document& current, Document& next) {
    for (const Field& field : dossier_schema().fields) {
        const Document* old = current.find(field.name);
        if (field.need == Need::read_only && old != nullptr)
            next.set(std::string(field.name), *old);
    }
}

std::optional<Problem> refuse_touched_payments(const Document& current, const Document& next) {
    const Document* before = current.find("fees");
    if (before == nullptr) return std::nullopt;
    const Document* after = next.find("fees");
    for (const Document& fee : before->items()) {
        const std::string state = fee.text_of("state");
        if (state != "paid" && state != "refunded") continue;
        bool kept = false;
        if (after != nullptr)
            for (const Document& same : after->items())
                kept |= same.text_of("id") == fee.text_of("id") && same.text_of("state") == state &&
                        integer_of(same, "amount") == integer_of(fee, "amount");
        if (!kept) return Problem("payment.already_paid", "a paid fee cannot change");
    }
    return std::nullopt;
}

Document updated_feed(const Document& before, const Document& after) {
    Document data = Document::object();
    data.set("version", Document::number(integer_of(after, "version")));
    data.set("changed", changed_names(before, after));
    return data;
}

/// Files that the dossier already refers to were checked when they came.
CommandContext trusting_known_files(const Document& current, const CommandContext& context) {
    CommandContext out = context;
    if (!context.attachment) return out;
    std::set<std::string> known;
    if (const Document* papers = current.find("documents"))
        for (const Document& paper : papers->items()) known.insert(paper.text_of("attachment_id"));
    out.attachment = [known = std::move(known),
                      ask = context.attachment](const std::string& id) -> std::optional<Object> {
        if (known.count(id) == 0) return ask(id);
        Object object;
        object.id = id;
        object.state = "clean";
        return object;
    };
    return out;
}

}  // namespace

Decision create_dossier(Document request, const CommandContext& context) {
    if (auto problem = refuse_secret(request)) return std::move(*problem);
    Faults faults(check(dossier_schema(), request, Completeness::whole));
    check_dossier(request, context, faults);
    check_catalogue(request, nullptr, context, faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    if (auto problem = refuse_first_status(request)) return std::move(*problem);

    const Status first = status_of(request);
    complete_dossier(request, nullptr, context);
    faults.add("", index_losses(request, context));
    if (context.imported) request.set("imported", Document::boolean(true));
    request.set("progress_count", Document::number(0));
    Drafting draft(std::move(request), context);
    Document data = updated_feed(Document::object(), draft.dossier());
    if (first == Status::registered) {
        draft.event(
            "dossier.registered",
            time_of(draft.dossier(), "submitted_at").value_or(context.now),
            draft.version_key()
        );
        draft.feed("dossier.created", std::move(data));
    } else {
        Step step;  // NP-24: the first line is made from the reception itself
        step.to = Status::received;
        step.at = time_of(draft.dossier(), "received_at").value_or(context.now);
        step.text = "Tiếp nhận hồ sơ";
        step.officer = unit_as_officer(draft.dossier(), context);
        step.by_rule = true;
        Document entry = take_step(draft, step);
        draft.event("dossier.received", step.at, draft.version_key());
        draft.feed("dossier.created", std::move(data));
        const std::string key = entry.text_of("id");
        draft.event("progress.recorded", step.at, key, "progress", std::move(entry));
    }
    Document answer = draft.dossier().shared();
    return draft.finish(std::move(answer), faults.warnings());
}

Decision replace_dossier(const Document& current, Document request, const CommandContext& context) {
    if (auto problem = refuse_closed(current)) return std::move(*problem);
    if (auto problem = refuse_secret(request)) return std::move(*problem);
    Faults faults(check(dossier_schema(), request, Completeness::whole));
    const std::string code = request.text_of("code");
    if (!code.empty() && code != current.text_of("code"))
        faults.error("/code", "field.immutable", {"Mã hồ sơ"});
    check_dossier(request, trusting_known_files(current, context), faults);
    check_catalogue(request, &current, context, faults);
    if (current.find("received_at") != nullptr && request.find("received_at") == nullptr)
        faults.error("/received_at", "field.required", {"Ngày tiếp nhận"});
    if (auto problem = faults.problem()) return std::move(*problem);
    if (auto problem = refuse_other_status(current, request, context)) return std::move(*problem);

    carry_over(current, request);
    // Filled by the gateway: what was asked stays asked (contract 2.1).
    if (names_database(current, population_database)) name_database(request, population_database);
    complete_dossier(request, &current, context);
    if (auto problem = refuse_touched_payments(current, request)) return std::move(*problem);
    faults.add("", index_losses(request, context));
    Drafting draft(std::move(request), context);
    draft.event("dossier.updated", context.now, draft.version_key());
    draft.feed("dossier.updated", updated_feed(current, draft.dossier()));
    Document answer = draft.dossier().shared();
    return draft.finish(std::move(answer), faults.warnings());
}

Decision patch_dossier(const Document& current, Document patch, const CommandContext& context) {
    if (auto problem = refuse_closed(current)) return std::move(*problem);
    Faults faults(check(dossier_schema(), patch, Completeness::patch));
    if (auto problem = faults.problem()) return std::move(*problem);
    if (patch.find("status") != nullptr) {
        Problem problem("validation.failed", "status cannot be patched");
        problem.findings.emplace_back(
            "/status", "field.immutable", std::vector<std::string>{"Trạng thái hồ sơ"}
        );
        return problem;
    }
    Document merged = writable_view(dossier_schema(), current);
    merge_patch(merged, patch);
    return replace_dossier(current, std::move(merged), context);
}

}  // namespace gw::core
