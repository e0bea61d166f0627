// Fees, revoked results and the survey of a dossier.
#include "gateway/core/dossier_internal.hpp"

namespace gw::core {
namespace {

using namespace dossier_parts;

Document changed(const Document& dossier, std::string_view name) {
    Document names = Document::list();
    names.push(Document::text(std::string(name)));
    Document data = Document::object();
    data.set("version", Document::number(integer_of(dossier, "version")));
    data.set("changed", std::move(names));
    return data;
}

/// dossier.updated because of one of its lists.
void tell_update(Drafting& draft, std::string_view name) {
    refresh_flags(draft.dossier());
    draft.event("dossier.updated", draft.context().now, draft.version_key());
    draft.feed("dossier.updated", changed(draft.dossier(), name));
}

/// The fee of this id, of the dossier or of one of its supplements; nullptr: there is none.
Document* fee_in(Document& dossier, const std::string& id) {
    if (Document* own = item_with_id(dossier, "fees", id)) return own;
    if (Document* supplements = dossier.find("supplements"))
        for (Document& supplement : supplements->items())
            if (Document* fee = item_with_id(supplement, "fees", id)) return fee;
    return nullptr;
}

}  // namespace

Decision add_fee(const Document& current, Document request, const CommandContext& context) {
    if (auto problem = refuse_closed(current)) return std::move(*problem);
    Faults faults(check(*schema("Fee"), request, Completeness::whole));
    check_fee(request, "", faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    complete_fee(request, context);
    Drafting draft(current, context);
    list_in(draft.dossier(), "fees").push(request);
    tell_update(draft, "fees");
    return draft.finish(std::move(request), faults.warnings());
}

Decision patch_fee(
    const Document& current, const std::string& id, Document patch, const CommandContext& context
) {
    Drafting draft(current, context);
    Document* fee = fee_in(draft.dossier(), id);
    const bool own = item_with_id(draft.dossier(), "fees", id) != nullptr;
    if (fee == nullptr) return Problem("not_found", "no such fee");
    if (auto problem = refuse_closed(current)) return std::move(*problem);
    const std::string state = fee->text_of("state");
    if (state == "paid" || state == "refunded")
        return Problem("payment.already_paid", "fee is " + state);
    Faults form(check(*schema("Fee"), patch, Completeness::patch));
    if (auto problem = form.problem()) return std::move(*problem);
    Document next = writable_view(*schema("Fee"), *fee);
    next.remove("amount");  // the sum follows from the parts, unless it is stated again
    merge_patch(next, patch);
    Faults faults(check(*schema("Fee"), next, Completeness::whole));
    check_fee(next, "", faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    next.set("id", Document::text(id));
    complete_fee(next, context);
    *fee = next;
    tell_update(draft, own ? "fees" : "supplements");
    return draft.finish(std::move(next), faults.warnings());
}

Decision revoke_result(
    const Document& current, const std::string& id, Document request, const CommandContext& context
) {
    Drafting draft(current, context);
    Document* result = item_with_id(draft.dossier(), "results", id);
    if (result == nullptr) return Problem("not_found", "no such result");
    Faults faults(check(*schema("RevokeRequest"), request, Completeness::whole));
    check_past(request, "at", "Thời điểm thu hồi", "", context, faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    if (result->find("revoked_at") != nullptr) return Problem("result.revoked", "revoked before");
    const Instant at = time_of(request, "at").value_or(context.now);
    result->set("revoked_at", Document::text(to_rfc3339(at)));
    result->set("revoke_reason", Document::text(request.text_of("reason_vi")));
    Document answer = *result;
    tell_update(draft, "results");
    return draft.finish(std::move(answer));
}

Decision put_survey(const Document& current, Document request, const CommandContext& context) {
    constexpr std::chrono::hours change_within{24};
    Faults faults(check(*schema("Survey"), request, Completeness::whole));
    check_past(request, "given_at", "Thời điểm đánh giá", "", context, faults);
    if (auto problem = faults.problem()) return std::move(*problem);
    const Document* before = current.find("survey");
    std::optional<Instant> recorded;
    if (before != nullptr) recorded = time_of(*before, "recorded_at");
    if (recorded && context.now > *recorded + change_within)
        return Problem("survey.closed", "recorded more than 24 hours ago");
    const std::string id = before != nullptr ? before->text_of("id") : context.new_id("srv");
    Document survey = Document::object();
    survey.set("id", Document::text(id));
    for (Member& m : request.members()) survey.set(m.name, std::move(m.value));
    survey.set("recorded_at", Document::text(to_rfc3339(recorded.value_or(context.now))));
    Drafting draft(current, context);
    draft.dossier().set("survey", survey);
    // A change within the day is a fact of its own.
    const std::string key = id + ":v" + draft.dossier().text_of("version");
    draft.event("survey.received", context.now, key, "survey", survey);
    Document data = Document::object();
    data.set("survey_id", Document::text(id));
    draft.feed("survey.received", std::move(data));
    return draft.finish(std::move(survey));
}

}  // namespace gw::core
