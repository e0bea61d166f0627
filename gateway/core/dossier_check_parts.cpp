// Checks of persons, addresses and papers (identifiers page, sections 4 and 5; contract 2.3, 2.5).
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/identifiers.hpp"

#include <algorithm>

namespace gw::core::dossier_parts {
namespace {

using std::chrono::July;

bool has(const Document& object, std::string_view name) {
    return object.find(name) != nullptr;
}

bool all_of(std::string_view text, std::string_view alphabet) {
    return text.find_first_not_of(alphabet) == std::string_view::npos;
}
constexpr std::string_view digits = "0123456789";

bool is_tax_shape(std::string_view n) {
    if (n.size() == 10) return all_of(n, digits);
    return n.size() == 14 && n[10] == '-' && all_of(n.substr(0, 10), digits) &&
           all_of(n.substr(11), digits);
}

Sex sex_of(const Document& applicant) {
    const std::string word = applicant.text_of("sex");
    if (word == "male") return Sex::male;
    return word == "female" ? Sex::female : word == "other" ? Sex::other : Sex::unknown;
}

/// ID-17: only a broken shape is refused, everything else is a warning.
void check_citizen(
    const std::string& number,
    const Document& applicant,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
) {
    static constexpr std::pair<std::string_view, std::string_view> codes[] = {
        {"WARN_PLACEHOLDER", "identity.placeholder"},
        {"WARN_PLACE", "identity.place_unknown"},
        {"WARN_PLACE_AMBIGUOUS", "identity.place_ambiguous"},
        {"WARN_SEX", "identity.sex_mismatch"},
        {"WARN_BIRTH_YEAR", "identity.birth_year_mismatch"},
        {"WARN_FUTURE", "identity.birth_in_future"}};
    const auto birth = parse_partial_date(applicant.text_of("birth"));
    const auto outcomes = check_citizen_number(
        number,
        sex_of(applicant),
        birth ? birth->year : 0,
        std::nullopt,
        local_day(context.now),
        context.known_places
    );
    for (const std::string_view outcome : outcomes)
        for (const auto& [word, code] : codes)
            if (word == outcome) faults.warn(pointer, std::string(code));
}

void check_identity(
    const Document& identity,
    const Document& applicant,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
) {
    const std::string kind = identity.text_of("kind");
    const std::string number = identity.text_of("number");
    if (number.empty()) return;
    if (kind == "citizen_number") {
        if (number.size() != 12 || !all_of(number, digits))
            return faults.error(pointer, "identity.format");
        return check_citizen(number, applicant, pointer, context, faults);
    }
    if (kind == "old_id_number") {
        if (number.size() != 9 || !all_of(number, digits))
            return faults.error(pointer, "identity.format");
        return check_citizen(number, applicant, pointer, context, faults);
    }
    constexpr std::string_view passport = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (kind == "passport" &&
        (number.size() < 6 || number.size() > 12 || !all_of(number, passport)))
        return faults.error(pointer, "field.format", {"Số hộ chiếu", "B00000001"});
    // Since 1 July 2025 the citizen number serves as a person's tax code.
    const bool person_tax = kind == "tax_code" && number.size() == 12 && all_of(number, digits);
    if ((kind == "enterprise_code" || kind == "tax_code") && !is_tax_shape(number) && !person_tax)
        faults.error(pointer, "field.format", {"Mã số thuế", "0100000001"});
}

void check_identities(
    const Document& holder,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
) {
    const Document* identities = holder.find("identities");
    if (identities == nullptr) return;
    std::size_t i = 0;
    for (const Document& identity : identities->items())
        check_identity(
            identity,
            holder,
            pointer + "/identities/" + std::to_string(i++) + "/number",
            context,
            faults
        );
}

void check_birth(
    const Document& applicant,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
) {
    const bool historic = applicant.text_of("identity_absent_reason") == "historic";
    if (!has(applicant, "birth")) {
        if (applicant.text_of("kind") == "citizen" && !historic)
            faults.error(pointer, "field.required", {"Ngày sinh"});
        return;
    }
    const auto birth = parse_partial_date(applicant.text_of("birth"));
    if (!birth) return;
    if (birth->year < 1900 && !historic)
        return faults.error(pointer, "field.format", {"Ngày sinh", "1990-04-12"});
    const Day today = local_day(context.now);
    const Day earliest{
        std::chrono::year(birth->year),
        std::chrono::month(std::max(birth->month, 1U)),
        std::chrono::day(std::max(birth->day, 1U))};
    if (earliest > today) faults.error(pointer, "date.in_future", {"Ngày sinh"});
}

bool is_alpha2(std::string_view code) {
    return code.size() == 2 && all_of(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/// ID-21, ID-22 and section 5.2: a code has a meaning only on a day.
void check_address(
    const Document& address,
    const std::string& pointer,
    const Document& dossier,
    const CommandContext& context,
    Faults& faults
) {
    const std::string country = address.text_of("country", "VN");
    if (!is_alpha2(country)) faults.error(pointer + "/country", "field.format", {"Quốc gia", "VN"});
    const std::string province = address.text_of("province_code");
    if (country == "VN") {
        if (province.empty())
            faults.error(pointer + "/province_code", "field.required", {"Mã tỉnh"});
        if (address.text_of("commune_code").empty())
            faults.error(pointer + "/commune_code", "field.required", {"Mã xã"});
    }
    auto valid_on = parse_iso_day(address.text_of("valid_on"));
    if (!valid_on) {
        const auto& reused = context.reused_province_codes;
        if (std::find(reused.begin(), reused.end(), province) != reused.end())
            faults.error(pointer + "/province_code", "admin_unit.ambiguous", {province});
        auto at = time_of(dossier, "received_at");
        if (!at) at = time_of(dossier, "submitted_at");
        if (at) valid_on = local_day(*at);
    }
    const std::string district = address.text_of("district_code");
    if (valid_on && !district.empty() && *valid_on >= std::chrono::year(2025) / July / 1)
        faults.error(
            pointer + "/district_code",
            "admin_unit.not_valid_on_date",
            {district, to_iso_day(*valid_on)}
        );
}

}  // namespace

void check_applicant(
    const Document& applicant,
    const std::string& pointer,
    const Document& dossier,
    const CommandContext& context,
    Faults& faults
) {
    const Document* identities = applicant.find("identities");
    if ((identities == nullptr || identities->size() == 0) &&
        !has(applicant, "identity_absent_reason"))
        faults.error(pointer + "/identities", "identity.missing");
    check_identities(applicant, pointer, context, faults);
    check_birth(applicant, pointer + "/birth", context, faults);
    if (has(applicant, "nationality") && !is_alpha2(applicant.text_of("nationality")))
        faults.error(pointer + "/nationality", "field.format", {"Quốc tịch", "VN"});
    const std::string email = applicant.text_of("email");
    const std::size_t at = email.find('@');
    if (!email.empty() && (at == 0 || at == std::string::npos || at + 1 == email.size() ||
                           email.find(' ') != std::string::npos))
        faults.error(pointer + "/email", "field.format", {"Thư điện tử", "mau@cong-dan.test"});
    if (const Document* address = applicant.find("address"); address && address->is_object())
        check_address(*address, pointer + "/address", dossier, context, faults);
    if (const Document* person = applicant.find("representative"); person && person->is_object())
        check_identities(*person, pointer + "/representative", context, faults);
}

void check_attachment(
    const std::string& id,
    const std::string& name,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
) {
    if (!context.attachment) return;
    const auto stored = context.attachment(id);
    const std::string state = stored ? stored->state : "";
    if (state == "clean") return;
    if (state == "infected")
        faults.error(pointer, "attachment.infected", {name});
    else if (state == "unreadable")
        faults.error(pointer, "attachment.unreadable", {name});
    else if (state == "scanning" || state == "stored")
        faults.warn(pointer, "attachment.not_scanned", {name});
    else
        faults.error(pointer, "attachment.missing", {name});
}

void check_documents(
    const Document& holder,
    const std::string& pointer,
    const CommandContext& context,
    Faults& faults
) {
    const Document* documents = holder.find("documents");
    if (documents == nullptr) return;
    std::size_t i = 0;
    for (const Document& paper : documents->items()) {
        const std::string at = pointer + "/" + std::to_string(i++) + "/attachment_id";
        const std::string id = paper.text_of("attachment_id");
        if (is_true(paper, "deleted")) continue;
        if (id.empty())
            faults.error(at, "field.required", {"Tệp đính kèm"});
        else
            check_attachment(id, paper.text_of("name"), at, context, faults);
    }
}

}  // namespace gw::core::dossier_parts
