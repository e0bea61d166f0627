// Who may look a person up, and what the answer is compared with.
#include "gateway/core/identity_check.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/officer_licence.hpp"
#include "gateway/core/status.hpp"
#include "gateway/core/text.hpp"

#include <algorithm>
#include <array>

namespace gw::core {

namespace {

constexpr int days_after_end = 30;

bool valid_on(const std::optional<Day>& from, const std::optional<Day>& to, Day day) {
    return (!from || *from <= day) && (!to || day <= *to);
}

bool is_person(std::string_view actor) {
    return !actor.empty() && actor.find(':') == actor.npos;
}

/// Numbers of everybody named in the dossier: owner, submitter, representative, relatives.
void collect_numbers(const Document& value, std::vector<std::string>& out) {
    if (const Document* identities = value.find("identities"))
        for (const Document& identity : identities->items())
            out.push_back(identity.text_of("number"));
    for (const Member& m : value.members())
        if (m.value.is_object()) collect_numbers(m.value, out);
    for (const Document& item : value.items()) collect_numbers(item, out);
}

bool is_party(const Document& dossier, const Document& subject) {
    std::vector<std::string> numbers;
    collect_numbers(dossier, numbers);
    for (const std::string_view name : {"citizen_number", "old_id_number"}) {
        const std::string number = subject.text_of(name);
        if (!number.empty() && std::find(numbers.begin(), numbers.end(), number) != numbers.end())
            return true;
    }
    return false;
}

/// 006: there, of that procedure, not ended long ago, and the person is a party of it.
bool is_open_case(const Document& request, const Document* dossier, Instant now) {
    if (dossier == nullptr) return false;
    const Document* procedure = dossier->at("/procedure/code");
    if (procedure == nullptr ||
        short_procedure(procedure->as_text()) != short_procedure(request.text_of("procedure_code")))
        return false;
    const auto status = status_from_word(dossier->text_of("status"));
    const auto changed = parse_rfc3339(dossier->text_of("updated_at"));
    if (status && is_final(*status) && changed &&
        now > *changed + std::chrono::hours(24 * days_after_end))
        return false;
    const Document* subject = request.find("subject");
    return subject != nullptr && is_party(*dossier, *subject);
}

bool over_quota(
    const OfficerLicence& officer, const Licences& licences, const AskedBefore& before
) {
    return before.officer_hour >= officer.per_hour || before.officer_day >= officer.per_day ||
           before.unit_day >= licences.unit_per_day ||
           before.province_day >= licences.province_per_day ||
           before.person_day >= licences.person_per_day;
}

/// 008: what it is for; in haste also why so many (transports.md 12).
bool says_why(const Document& request, const Licences& licences, const AskedBefore& before) {
    const std::string purpose = single_blanks(request.text_of("purpose"));
    const auto& allowed = licences.purposes;
    const bool listed =
        allowed.empty() || std::find(allowed.begin(), allowed.end(), purpose) != allowed.end();
    if (purpose.empty() || !listed) return false;
    return !asks_in_haste(licences, before) ||
           !single_blanks(request.text_of("haste_reason")).empty();
}

bool all_digits(std::string_view text, std::size_t count) {
    return text.size() == count && text.find_first_not_of("0123456789") == text.npos;
}

/// 010. Exactly one number, two for a pair.
bool is_well_formed(const Document& request, Instant now) {
    const Document* subject = request.find("subject");
    if (subject == nullptr) return false;
    const std::string number = subject->text_of("citizen_number"),
                      old = subject->text_of("old_id_number");
    if (!number.empty() && !all_digits(number, 12)) return false;
    if (!old.empty() && !all_digits(old, 9)) return false;
    const bool pair = request.text_of("kind") == "number_pair";
    if (pair ? number.empty() || old.empty() : number.empty() == old.empty()) return false;
    if (single_blanks(subject->text_of("full_name")).empty()) return false;
    const auto birth = parse_partial_date(subject->text_of("birth"));
    if (!birth) return false;
    const std::string today = to_iso_day(local_day(now));
    return subject->text_of("birth") <= today.substr(0, subject->text_of("birth").size());
}

struct Field {
    std::string_view name;
    bool is_name = false;
};
constexpr std::array<Field, 6> compared{
    {{"citizen_number"},
     {"old_id_number"},
     {"full_name", true},
     {"birth"},
     {"sex"},
     {"nationality"}}};

/// A given year agrees with a registered full date of that year, and the other way round.
bool same_birth(std::string_view a, std::string_view b) {
    const auto n = std::min(a.size(), b.size());
    return a.substr(0, n) == b.substr(0, n);
}

std::string_view comparison_of(
    const Field& field, const std::string& given, const std::string& there
) {
    if (there.empty()) return "UNKNOWN";
    if (field.name == "birth") return same_birth(given, there) ? "EQUAL" : "DIFFERENT";
    if (!field.is_name) return given == there ? "EQUAL" : "DIFFERENT";
    const std::string a = to_upper(single_blanks(given)), b = to_upper(single_blanks(there));
    if (a == b) return "EQUAL";
    return without_marks(a) == without_marks(b) ? "EQUAL_WITHOUT_DIACRITICS" : "DIFFERENT";
}

Problem refusal(std::string_view code, std::string_view number) {
    return Problem("identity_check." + std::string(code), std::string(number));
}

/// 007, with the time from which it may be tried again: the next hour, or the next day.
Problem over(
    const OfficerLicence& officer, const Licences& licences, AskedBefore before, Instant now
) {
    before.officer_hour = 0;
    const bool for_today = over_quota(officer, licences, before);
    const Instant next_hour = std::chrono::floor<std::chrono::hours>(now) + std::chrono::hours(1);
    const Instant next_day = at_local(local_day(now), std::chrono::hours(24));
    Problem problem = refusal("quota_exceeded", "007");
    problem.extra.emplace_back("free_at", to_rfc3339(for_today ? next_day : next_hour));
    return problem;
}

}  // namespace

const ProcedureLicence* Licences::procedure(std::string_view code, Day day) const {
    for (const ProcedureLicence& row : procedures)
        if (row.procedure == short_procedure(code) && valid_on(row.from, row.to, day)) return &row;
    return nullptr;
}
const OfficerLicence* Licences::officer(std::string_view code) const {
    for (const OfficerLicence& row : officers)
        if (row.officer == code) return &row;
    return nullptr;
}

bool asks_in_haste(const Licences& licences, const AskedBefore& before) {
    return licences.officer_per_ten_minutes > 0 &&
           before.officer_ten_minutes >= licences.officer_per_ten_minutes;
}

std::optional<Problem> refuse_identity_check(
    const Document& request,
    std::string_view actor,
    const Licences& licences,
    const Document* dossier,
    const AskedBefore& before,
    Instant now
) {
    const Day today = local_day(now);
    const std::string procedure = request.text_of("procedure_code");
    if (procedure.empty()) return refusal("no_procedure_code", "001");
    const OfficerLicence* officer = is_person(actor) ? officer_on(licences, actor, today) : nullptr;
    if (officer != nullptr && officer->agency.empty()) return refusal("no_agency", "002");
    if (!is_person(actor)) return refusal("no_officer", "003");
    const ProcedureLicence* licence = licences.procedure(procedure, today);
    const std::string kind = request.text_of("kind");
    const bool kind_allowed =
        licence != nullptr &&
        (licence->kinds.empty() ||
         std::find(licence->kinds.begin(), licence->kinds.end(), kind) != licence->kinds.end());
    if (!kind_allowed) return refusal("procedure_not_licensed", "004");
    if (officer == nullptr || (dossier != nullptr && !covers(*officer, *dossier)))
        return refusal("officer_not_authorised", "005");
    if (officer->citizen_number.empty()) return refusal("officer_without_number", "009");
    if (!is_open_case(request, dossier, now)) return refusal("dossier_not_open", "006");
    if (!says_why(request, licences, before)) return refusal("purpose_missing", "008");
    if (over_quota(*officer, licences, before)) return over(*officer, licences, before, now);
    if (!is_well_formed(request, now)) return refusal("input_malformed", "010");
    return std::nullopt;
}

Document search_key(const Document& subject) {
    Document key = Document::object();
    for (const std::string_view name : {"citizen_number", "old_id_number"})
        if (const std::string value = subject.text_of(name); !value.empty())
            key.set(std::string(name), Document::text(value));
    key.set("full_name", Document::text(to_upper(single_blanks(subject.text_of("full_name")))));
    key.set("birth", Document::text(subject.text_of("birth")));
    return key;
}

Document compare_person(const Document& subject, const Document& person) {
    Document differences = Document::list();
    for (const Field& field : compared) {
        const std::string given = subject.text_of(field.name), there = person.text_of(field.name);
        if (given.empty()) continue;
        const std::string_view comparison = comparison_of(field, given, there);
        if (comparison == "EQUAL") continue;
        Document row = Document::object();
        row.set("field", Document::text(std::string(field.name)));
        row.set("given", Document::text(given));
        row.set("registered_masked", Document::text(mask_value(field.name, there)));
        row.set("comparison", Document::text(std::string(comparison)));
        differences.push(std::move(row));
    }
    return differences;
}

std::string contract_outcome(std::string_view outcome, const Document& differences) {
    if (outcome == "found") {
        const bool differs = std::any_of(
            differences.items().begin(),
            differences.items().end(),
            [](const Document& row) { return row.text_of("comparison") == "DIFFERENT"; }
        );
        return differs ? "mismatch" : "match";
    }
    if (outcome == "confirmed") return "match";
    if (outcome == "not_confirmed") return "mismatch";
    if (outcome == "not_found" || outcome == "ambiguous") return std::string(outcome);
    return "unavailable";
}

std::string mask_value(std::string_view field, std::string_view value) {
    if (value.empty()) return {};
    if (field == "sex" || field == "nationality") return std::string(value);
    if (field == "birth") return std::string(value.substr(0, 4)) + "-**-**";
    if (field != "full_name") return mask_number(value);
    std::string out;
    bool start = true;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (byte == ' ') {
            out += ' ';
            start = true;
        } else if (start) {
            out += value[i];
            while (i + 1 < value.size() && (static_cast<unsigned char>(value[i + 1]) & 0xc0) == 0x80
            )
                out += value[++i];
            out += "***";
            start = false;
        }
    }
    return out;
}

}  // namespace gw::core
