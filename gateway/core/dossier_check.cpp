// Checks of a whole dossier that its table cannot say: codes, dates, agencies, fees.
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/identifiers.hpp"

#include <algorithm>

namespace gw::core::dossier_parts {
namespace {

using std::chrono::sys_days;

bool has(const Document& object, std::string_view name) {
    return object.find(name) != nullptr;
}

void check_code(const Document& dossier, const CommandContext& context, Faults& faults) {
    const std::string code = dossier.text_of("code");
    const auto parsed = parse_dossier_code(code);
    if (!parsed) return;
    if (!parsed->structured) return faults.warn("/code", "dossier_code.format");
    if (context.province_roots.empty() || has_province_prefix(code, context.province_roots)) return;
    // ID-4 binds codes of our own; another authority's code is kept as it is.
    if (dossier.text_of("origin") != "local") return faults.warn("/code", "dossier_code.format");
    std::string roots;
    for (const std::string& root : context.province_roots)
        roots += (roots.empty() ? "" : ", ") + root;
    faults.error("/code", "dossier_code.prefix", {roots});
}

void check_order(
    const Document& dossier,
    std::string_view first,
    std::string_view first_label,
    std::string_view second,
    std::string_view second_label,
    Faults& faults
) {
    const auto a = time_of(dossier, first);
    const auto b = time_of(dossier, second);
    if (a && b && *a > *b)
        faults.error(
            "/" + std::string(second),
            "date.order",
            {std::string(first_label), std::string(second_label)}
        );
}

void check_dates(const Document& dossier, const CommandContext& context, Faults& faults) {
    check_past(dossier, "submitted_at", "Ngày nộp", "", context, faults);
    check_past(dossier, "received_at", "Ngày tiếp nhận", "", context, faults);
    check_order(dossier, "submitted_at", "Ngày nộp", "received_at", "Ngày tiếp nhận", faults);
    check_order(dossier, "received_at", "Ngày tiếp nhận", "due_at", "Ngày hẹn trả", faults);
    const auto due = time_of(dossier, "due_at");
    if (due && *due > context.now + std::chrono::years(20))
        faults.error("/due_at", "field.format", {"Ngày hẹn trả", "2026-01-05T17:00:00+07:00"});
    const auto status = status_from_word(dossier.text_of("status"));
    if (!status || *status == Status::registered) return;
    // A dossier can be refused, withdrawn or sent back before its reception: then no clock runs.
    const bool perhaps_before = *status == Status::refused || *status == Status::withdrawn ||
                                *status == Status::supplement_wanted;
    if (perhaps_before && !has(dossier, "received_at")) return;
    if (!has(dossier, "received_at"))
        faults.error("/received_at", "field.required", {"Ngày tiếp nhận"});
    if (!has(dossier, "due_at")) faults.error("/due_at", "due_date.missing");
}

void check_agency(
    const Document& dossier, std::string_view name, std::string_view label, Faults& faults
) {
    const Document* agency = dossier.find(name);
    if (agency == nullptr || !agency->is_object()) return;
    const std::string code = agency->text_of("code");
    const std::string pointer = "/" + std::string(name) + "/code";
    if (code.empty()) return;
    if (!is_agency_code(code))
        faults.error(pointer, "field.format", {std::string(label), "H37.14"});
    else if (name != "place_of_help" && code_kind(code) != CodeKind::agency)
        // A code of the one-stop's own, not one that Decision 20/2020 gave: nobody else knows it.
        faults.error(pointer, "agency.not_mapped", {agency->text_of("name")});
}

void check_procedure(const Document& dossier, const CommandContext& context, Faults& faults) {
    const Document* procedure = dossier.find("procedure");
    if (procedure == nullptr || !procedure->is_object()) return;
    const std::string code = procedure->text_of("code");
    if (!code.empty() && !is_procedure_code(national_code(dossier, context))) {
        if (context.national_procedure)
            faults.error("/procedure/code", "procedure.not_mapped", {code});
        else
            faults.error("/procedure/code", "field.format", {"Mã thủ tục", "1.002835"});
    }
    const std::string service = procedure->text_of("service_code");
    if (has(*procedure, "service_code") && code_kind(service) != CodeKind::service)
        faults.error("/procedure/service_code", "field.format", {"Mã dịch vụ công", "1.002835.01"});
}

void check_phone_of_online(const Document& dossier, Faults& faults) {
    if (dossier.text_of("channel") != "online") return;
    for (const std::string_view who : {"owner", "submitter"}) {
        const Document* person = dossier.find(who);
        if (person != nullptr && has(*person, "phone")) return;
    }
    faults.error("/owner/phone", "field.required", {"Số điện thoại"});
}

}  // namespace

void check_past(
    const Document& object,
    std::string_view name,
    std::string_view label,
    const std::string& prefix,
    const CommandContext& context,
    Faults& faults
) {
    const auto at = time_of(object, name);
    if (!at) return;
    const std::string pointer = prefix + "/" + std::string(name);
    if (*at > context.now + clock_tolerance)
        faults.error(pointer, "date.in_future", {std::string(label)});
    else if (local_day(*at).year() < std::chrono::year(1900))
        faults.error(pointer, "field.format", {std::string(label), "2026-01-05T14:30:15+07:00"});
}

void check_fee(const Document& fee, const std::string& pointer, Faults& faults) {
    const Document* quantity = fee.find("quantity");
    const std::int64_t times = quantity == nullptr ? 1 : quantity->as_integer().value_or(1);
    constexpr std::int64_t money_max = 999'999'999'999;
    const std::int64_t unit = integer_of(fee, "unit_amount");
    // Out of its own range: the table has said so, and a product would overflow.
    if (unit < 0 || unit > money_max || times < 1 ||
        times > money_max / std::max<std::int64_t>(unit, 1))
        return faults.error(pointer + "/unit_amount", "fee.amount_invalid");
    const std::int64_t sum = unit * times;
    if (has(fee, "amount") && integer_of(fee, "amount") != sum)
        faults.error(pointer + "/amount", "fee.sum_mismatch");
    if (fee.text_of("state") == "exempt" && fee.text_of("exempt_reason").empty())
        faults.error(pointer + "/exempt_reason", "field.required", {"Lý do miễn, giảm"});
}

void check_dossier(const Document& dossier, const CommandContext& context, Faults& faults) {
    check_code(dossier, context, faults);
    check_dates(dossier, context, faults);
    check_agency(dossier, "receiving_unit", "Đơn vị tiếp nhận", faults);
    check_agency(dossier, "deciding_agency", "Cơ quan giải quyết", faults);
    check_agency(dossier, "place_of_help", "Nơi hỗ trợ nộp", faults);
    check_procedure(dossier, context, faults);
    check_phone_of_online(dossier, faults);
    for (const std::string_view who : {"owner", "submitter"}) {
        const Document* person = dossier.find(who);
        if (person != nullptr && person->is_object())
            check_applicant(*person, "/" + std::string(who), dossier, context, faults);
    }
    check_documents(dossier, "/documents", context, faults);
    const Document* fees = dossier.find("fees");
    if (fees == nullptr) return;
    std::size_t i = 0;
    for (const Document& fee : fees->items())
        check_fee(fee, "/fees/" + std::to_string(i++), faults);
}

}  // namespace gw::core::dossier_parts
