// Commands on the results of a dossier whose files may be signed.
#include "gateway/core/result_commands.hpp"

#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/identifiers.hpp"

#include <algorithm>
#include <iterator>

namespace gw::core {
namespace {

using namespace dossier_parts;

struct Sentence {
    std::string_view reason, text;
};
constexpr Sentence sentences[] = {
    {"V1.too_large", "Tệp quá lớn để kiểm tra chữ ký số."},
    {"V1.byte_range", "Chữ ký số không bao phủ toàn bộ nội dung tệp."},
    {"V1.hole", "Vùng chứa chữ ký số trong tệp không đúng quy cách."},
    {"V1.dictionary", "Tệp có dấu vết chữ ký số nhưng không đọc được chữ ký."},
    {"V1.count", "Tệp có quá nhiều chữ ký số."},
    {"V1.revision", "Các lần ký trong tệp chồng lên nhau hoặc không trọn vẹn."},
    {"V2.unchanged", "Tệp bị thay đổi hoặc ghi thêm sau khi ký."},
    {"V3.sub_filter", "Kiểu chữ ký số không thuộc loại được chấp nhận."},
    {"V4.form", "Cấu trúc chữ ký số không đúng quy cách."},
    {"V4.signer_certificate", "Không tìm thấy chứng thư số của người ký trong tệp."},
    {"V4.attributes", "Chữ ký số thiếu thuộc tính bắt buộc."},
    {"V4.digest", "Nội dung tệp đã bị thay đổi sau khi ký."},
    {"V4.signature", "Chữ ký số không khớp với chứng thư của người ký."},
    {"V4.signing_certificate", "Chữ ký số ghi một chứng thư khác với chứng thư của người ký."},
    {"V5.digest_algorithm", "Thuật toán băm của chữ ký số không còn được chấp nhận."},
    {"V6.key", "Khóa ký không đủ mạnh."},
    {"V7.signing_time", "Thời điểm ký không xác định được hoặc ở tương lai."},
    {"V7.chain", "Chuỗi chứng thư số không hợp lệ."},
    {"V7.anchor", "Chứng thư số không thuộc hệ thống chứng thực đã được đơn vị khai báo tin cậy."},
    {"V7.validity", "Chứng thư số không còn hoặc chưa có hiệu lực."},
    {"V7.key_usage", "Chứng thư số không được cấp để ký văn bản."},
    {"V8.revoked", "Chứng thư số đã bị thu hồi."},
    {"V8.revocation", "Chưa xác định được chứng thư số có bị thu hồi hay không."},
};

Document one_name(std::string_view name) {
    Document names = Document::list();
    names.push(Document::text(std::string(name)));
    return names;
}

/// dossier.updated for the one-stops.
void tell_change(Drafting& draft) {
    Document data = Document::object();
    data.set("version", Document::number(integer_of(draft.dossier(), "version")));
    data.set("changed", one_name("results"));
    draft.feed("dossier.updated", std::move(data));
}

void tell_verified(Drafting& draft, const std::string& id, const std::string& outcome) {
    Document data = Document::object();
    data.set("result_id", Document::text(id));
    data.set("outcome", Document::text(outcome));
    draft.feed("result.verified", std::move(data));
}

void check_result(
    const Document& request, const Document& dossier, const CommandContext& context, Faults& faults
) {
    const std::string code = request.text_of("result_code"), id = request.text_of("attachment_id");
    // NP-18: the index counts results by their code. Only the catalogue knows whether the procedure
    // lists one.
    const ProcedureVersion* known = version_of(dossier, context);
    const bool listed = known != nullptr && known->has_results;
    if (code.empty())
        faults.judge(
            listed && !id.empty() && context.catalogue_refuses,
            "/result_code",
            "result.code_missing",
            {}
        );
    else if (!is_result_code(code))
        faults.error("/result_code", "field.format", {"Mã giấy tờ kết quả", "KQ.G15.000031"});
    if (!id.empty())
        check_attachment(id, request.text_of("name"), "/attachment_id", context, faults);
    const auto signed_on = parse_iso_day(request.text_of("signed_on"));
    if (signed_on && *signed_on > local_day(context.now))
        faults.error("/signed_on", "date.in_future", {"Ngày ký"});
}

void say_finding(Document& check, const SignatureFinding& finding, const CommandContext& context) {
    check.set("outcome", Document::text(finding.outcome));
    check.remove("detail");
    const auto sentence = signature_sentence(finding);
    if (!sentence.empty()) check.set("detail", Document::text(std::string(sentence)));
    check.set("checked_at", Document::text(to_rfc3339(context.now)));
}

Document signature_check(
    const SignatureFinding& finding,
    const std::string& override_reason,
    bool held,
    const ResultPolicy& policy,
    const CommandContext& context
) {
    Document check = Document::object();
    say_finding(check, finding, context);
    const bool good = finding.outcome == "valid" || finding.outcome == "not_signed";
    if (!good && !override_reason.empty()) {
        check.set("override_reason", Document::text(override_reason));
        check.set("override_by", Document::text(context.actor));
    }
    if (held) {
        check.set("held", Document::boolean(true));
        check.set("held_until", Document::text(to_rfc3339(context.now + policy.hold)));
    }
    return check;
}

/// The signature_check of a result that is held; nullptr when it is not, or was revoked.
Document* held_check(Document* result) {
    if (result == nullptr || !is_held(*result)) return nullptr;
    return result->find("signature_check");
}

void let_go(Document& check) {
    check.remove("held");
    check.remove("held_until");
}

}  // namespace

Decision add_result(
    const Document& current,
    Document request,
    const SignatureFinding& finding,
    const ResultPolicy& policy,
    const CommandContext& context
) {
    if (context.actor.empty()) return Problem("auth.actor_missing", "a result needs an actor");
    if (auto problem = refuse_closed(current)) return std::move(*problem);
    Faults faults(check(*schema("Result"), request, Completeness::whole));
    check_result(request, current, context, faults);
    std::string reason;
    if (const Document* given = request.find("signature_override"))
        if (given->is_object()) reason = given->text_of("reason_vi");
    const bool indeterminate = finding.outcome == "indeterminate";
    if (finding.outcome == "invalid" && reason.empty())
        faults.error("/attachment_id", "result.signature_invalid");
    if (indeterminate) faults.warn("/attachment_id", "result.signature_indeterminate");
    if (auto problem = faults.problem()) return std::move(*problem);
    const bool held = indeterminate && reason.empty() && !policy.send_indeterminate;
    const std::string id = context.new_id("res");
    request.remove("signature_override");
    Document result = Document::object();
    result.set("id", Document::text(id));
    for (Member& m : request.members()) result.set(m.name, std::move(m.value));
    if (!finding.outcome.empty())
        result.set("signature_check", signature_check(finding, reason, held, policy, context));
    Drafting draft(current, context);
    list_in(draft.dossier(), "results").push(result);
    if (!held) draft.event("result.added", context.now, id, "result", result);
    tell_change(draft);
    const bool was_signed = !finding.outcome.empty() && finding.outcome != "not_signed";
    if (was_signed) tell_verified(draft, id, finding.outcome);
    return draft.finish(std::move(result), faults.warnings());
}

Decision add_result(const Document& current, Document request, const CommandContext& context) {
    return add_result(current, std::move(request), SignatureFinding(), ResultPolicy(), context);
}

Decision release_result(
    const Document& current, const std::string& id, Document request, const CommandContext& context
) {
    Drafting draft(current, context);
    Document* result = item_with_id(draft.dossier(), "results", id);
    if (result == nullptr) return Problem("not_found", "no such result");
    Faults faults(check(*schema("Correction"), request, Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    Document* check = held_check(result);
    if (check == nullptr) return Problem("result.not_held", "this result is not held back");
    let_go(*check);
    check->set("override_reason", Document::text(request.text_of("reason_vi")));
    check->set("override_by", Document::text(context.actor));
    Document answer = *result;
    draft.event("result.added", context.now, id, "result", answer);
    tell_change(draft);
    return draft.finish(std::move(answer));
}

Decision settle_result(
    const Document& current,
    const std::string& id,
    const SignatureFinding& finding,
    bool ask,
    const CommandContext& context
) {
    Drafting draft(current, context);
    Document* result = item_with_id(draft.dossier(), "results", id);
    Document* check = held_check(result);
    if (check == nullptr) return Problem("not_found", "this result is not held back");
    const bool changed = check->text_of("outcome") != finding.outcome;
    say_finding(*check, finding, context);
    const bool good = finding.outcome == "valid" || finding.outcome == "not_signed";
    if (good) let_go(*check);
    Document answer = *result;
    if (good) draft.event("result.added", context.now, id, "result", answer);
    if (changed) tell_change(draft);
    if (changed || ask) tell_verified(draft, id, finding.outcome);
    return draft.finish(std::move(answer));
}

bool is_held(const Document& result) {
    const Document* check = result.find("signature_check");
    return check != nullptr && is_true(*check, "held") && result.find("revoked_at") == nullptr;
}

void drop_held_results(Document& dossier) {
    Document* results = dossier.find("results");
    if (results == nullptr || !results->is_list()) return;
    const auto held = [](const Document& result) {
        const Document* check = result.find("signature_check");
        return check != nullptr && is_true(*check, "held");
    };
    if (std::none_of(results->items().begin(), results->items().end(), held)) return;
    std::erase_if(results->items(), held);
}

std::string_view signature_sentence(const SignatureFinding& finding) {
    const auto* found =
        std::find_if(std::begin(sentences), std::end(sentences), [&](const Sentence& s) {
            return s.reason == finding.reason;
        });
    return found == std::end(sentences) ? std::string_view() : found->text;
}

}  // namespace gw::core
