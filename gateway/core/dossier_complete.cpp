// Ids, computed members and defaults of a dossier whose request was found good.
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/core/payment.hpp"

#include <algorithm>

namespace gw::core::dossier_parts {
namespace {

void complete_agency(Document& dossier, std::string_view name) {
    Document* agency = dossier.find(name);
    if (agency == nullptr) return;
    agency->set("canonical_code", Document::text(canonical_agency(agency->text_of("code"))));
}

void complete_address(Document& dossier, std::string_view who) {
    Document* person = dossier.find(who);
    Document* address = person == nullptr ? nullptr : person->find("address");
    if (address == nullptr || address->find("valid_on") != nullptr) return;
    auto at = time_of(dossier, "received_at");
    if (!at) at = time_of(dossier, "submitted_at");
    if (at) address->set("valid_on", Document::text(to_iso_day(local_day(*at))));
}

/// Everybody outside knows the national code; the one-stop's own stays beside it (ID-12, ID-15).
void complete_procedure(Document& dossier, const Document* before, const CommandContext& context) {
    const std::string national = national_code(dossier, context);
    Document& procedure = *dossier.find("procedure");
    const std::string given = procedure.text_of("code");
    if (national != given) {
        procedure.set("local_code", Document::text(given));
        procedure.set("code", Document::text(national));
    } else if (before != nullptr && before->text_of("code") == given) {
        const std::string local = before->text_of("local_code");
        if (!local.empty()) procedure.set("local_code", Document::text(local));
    }
    procedure.set("short_code", Document::text(short_procedure(national)));
}

/// The id of the same paper in the version before: it must not change over the life of the file.
std::string old_id(const Document& paper, const Document* before) {
    if (before == nullptr) return "";
    for (const Document& old : before->items())
        if (old.text_of("attachment_id") == paper.text_of("attachment_id") &&
            old.text_of("component_code") == paper.text_of("component_code"))
            return old.text_of("id");
    return "";
}

/// The n-th fee with this code.
const Document* same_fee(const Document* fees, const std::string& code, std::size_t n) {
    if (fees == nullptr) return nullptr;
    for (const Document& fee : fees->items())
        if (fee.text_of("code") == code && n-- == 0) return &fee;
    return nullptr;
}

void complete_fees(Document& fees, const Document* before, const CommandContext& context) {
    std::vector<std::string> seen;
    for (Document& fee : fees.items()) {
        const std::string code = fee.text_of("code");
        const auto n = std::count(seen.begin(), seen.end(), code);
        seen.push_back(code);
        if (const Document* old = same_fee(before, code, static_cast<std::size_t>(n))) {
            fee.set("id", Document::text(old->text_of("id")));
            if (fee.find("state") == nullptr)
                fee.set("state", Document::text(old->text_of("state")));
        }
        complete_fee(fee, context);
    }
}

}  // namespace

void complete_fee(Document& fee, const CommandContext& context) {
    if (fee.find("id") == nullptr) fee.set("id", Document::text(context.new_id("fee")));
    if (fee.find("quantity") == nullptr) fee.set("quantity", Document::number(1));
    const std::int64_t sum = integer_of(fee, "unit_amount") * integer_of(fee, "quantity");
    fee.set("amount", Document::number(sum));
    if (fee.find("state") == nullptr) fee.set("state", Document::text("unpaid"));
}

void complete_documents(Document& list, const Document* before, const CommandContext& context) {
    for (Document& paper : list.items()) {
        const std::string known = old_id(paper, before);
        paper.set("id", Document::text(known.empty() ? context.new_id("doc") : known));
    }
}

void refresh_flags(Document& dossier) {
    bool digitised = false;
    if (const Document* papers = dossier.find("documents")) {
        for (const Document& paper : papers->items()) {
            const bool reused = paper.text_of("reused", "no") != "no";
            digitised |= !is_true(paper, "deleted") && (is_true(paper, "digitised") || reused);
        }
    }
    Document flags = Document::object();
    flags.set("digitised", Document::boolean(digitised));
    flags.set("identity_verified", Document::boolean(is_true(dossier, "vneid_verified")));
    flags.set("online_payment", Document::number(online_payment_flag(dossier)));
    dossier.set("flags", std::move(flags));
}

void complete_dossier(Document& dossier, const Document* before, const CommandContext& context) {
    for (const std::string_view name : {"receiving_unit", "deciding_agency", "place_of_help"})
        complete_agency(dossier, name);
    complete_address(dossier, "owner");
    complete_address(dossier, "submitter");
    const auto old = [&](std::string_view name) {
        return before == nullptr ? nullptr : before->find(name);
    };
    if (dossier.find("procedure") != nullptr)
        complete_procedure(dossier, old("procedure"), context);
    if (Document* papers = dossier.find("documents"))
        complete_documents(*papers, old("documents"), context);
    if (Document* fees = dossier.find("fees")) complete_fees(*fees, old("fees"), context);
    refresh_flags(dossier);
}

}  // namespace gw::core::dossier_parts
