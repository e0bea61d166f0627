// What the catalogue says of a procedure, and what a dossier loses in the national index.
#include "gateway/core/procedure.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/status.hpp"

#include <algorithm>

namespace gw::core {
namespace {

using std::chrono::sys_days;

bool is_true(const Document& object, std::string_view name) {
    const Document* value = object.find(name);
    return value != nullptr && value->as_boolean();
}

const std::vector<Document>& items_of(const Document& object, std::string_view name) {
    static const std::vector<Document> none;
    const Document* list = object.find(name);
    return list != nullptr && list->is_list() ? list->items() : none;
}

bool is_over(const ProcedureVersion& version, Day day) {
    return version.valid_to && sys_days(*version.valid_to) < sys_days(day);
}

/// Versions are told apart by their first day; unset = since ever.
sys_days first_day(const ProcedureVersion& version) {
    return version.valid_from ? sys_days(*version.valid_from) : sys_days::min();
}

Finding loss(std::string pointer, std::string indicator, std::string why) {
    Finding out(std::move(pointer), "index.loss", {std::move(indicator), std::move(why)});
    out.warning = true;
    return out;
}

bool has_result_file(const Document& dossier) {
    const auto& results = items_of(dossier, "results");
    return std::any_of(results.begin(), results.end(), [](const Document& result) {
        return result.find("revoked_at") == nullptr && !result.text_of("attachment_id").empty() &&
               !result.text_of("result_code").empty();
    });
}

bool has_paper_file(const Document& dossier) {
    const auto& papers = items_of(dossier, "documents");
    return std::any_of(papers.begin(), papers.end(), [](const Document& paper) {
        return !is_true(paper, "deleted") && !paper.text_of("attachment_id").empty();
    });
}

void lose_results(
    std::vector<Finding>& out, const Document& dossier, const ProcedureVersion* known
) {
    const auto status = status_from_word(dossier.text_of("status"));
    const bool done = status == Status::finished || status == Status::returned;
    const bool yields_paper = known == nullptr || known->has_results;
    if (!done || !yields_paper || has_result_file(dossier)) return;
    const std::string why = "hồ sơ đã xong nhưng chưa có tệp kết quả kèm mã giấy tờ kết quả";
    out.push_back(loss("/results", "4.1 Kết quả điện tử (K41)", why));
    if (dossier.text_of("channel") == "online")
        out.push_back(loss("/results", "3.3 Hồ sơ trực tuyến (K33b)", why));
}

void lose_papers(std::vector<Finding>& out, const Document& dossier) {
    if (!has_paper_file(dossier))
        out.push_back(
            loss("/documents", "4.2 Số hóa hồ sơ (K42)", "hồ sơ chưa có tệp thành phần hồ sơ nào")
        );
    std::size_t i = 0;
    for (const Document& paper : items_of(dossier, "documents")) {
        const std::string at = "/documents/" + std::to_string(i++) + "/from_national_store";
        if (paper.text_of("reused") == "yes_national" && !is_true(paper, "from_national_store"))
            out.push_back(loss(
                at,
                "4.4 Khai thác kho dữ liệu (K44)",
                "giấy tờ dùng lại từ nguồn quốc gia nhưng chưa đánh dấu lấy từ kho"
            ));
    }
}

}  // namespace

ProcedureVersion procedure_version(const Document& stored) {
    ProcedureVersion out;
    out.valid_from = parse_iso_day(stored.text_of("valid_from"));
    out.valid_to = parse_iso_day(stored.text_of("valid_to"));
    out.has_fees = !items_of(stored, "fees").empty();
    out.has_results = !items_of(stored, "results").empty();
    for (const Document& row : items_of(stored, "components")) {
        ProcedureComponent component;
        component.code = row.text_of("code");
        component.name = row.text_of("name");
        component.mandatory = is_true(row, "mandatory");
        out.components.push_back(std::move(component));
    }
    for (const Document& row : items_of(stored, "receivers"))
        if (const std::string code = row.text_of("code"); !code.empty())
            out.receivers.push_back(canonical_agency(code));
    return out;
}

const ProcedureVersion* ProcedureFacts::on(Day day) const {
    const ProcedureVersion *found = nullptr, *oldest = nullptr;
    for (const ProcedureVersion& version : versions) {
        if (oldest == nullptr || first_day(version) < first_day(*oldest)) oldest = &version;
        if (first_day(version) > sys_days(day)) continue;
        if (found == nullptr || first_day(version) > first_day(*found)) found = &version;
    }
    if (found == nullptr) found = oldest;
    return found == nullptr || is_over(*found, day) ? nullptr : found;
}

bool ProcedureFacts::unknown_on(Day day) const {
    if (!whole || on(day) != nullptr) return false;
    return !listed || !versions.empty();
}

std::optional<Day> governing_day(const Document& dossier) {
    for (const std::string_view name : {"received_at", "submitted_at"})
        if (const auto at = parse_rfc3339(dossier.text_of(name))) return local_day(*at);
    return std::nullopt;
}

std::vector<Finding> index_losses(const Document& dossier, const ProcedureVersion* known) {
    std::vector<Finding> out;
    lose_papers(out, dossier);
    lose_results(out, dossier, known);
    if (items_of(dossier, "supplements").size() > 1)
        out.push_back(loss(
            "/supplements",
            "2.1 Tỷ lệ giải quyết đúng hạn (K21b)",
            "hồ sơ có từ hai lần yêu cầu bổ sung"
        ));
    if (known != nullptr && known->has_fees && items_of(dossier, "fees").empty()) {
        out.emplace_back("/fees", "fee.missing");
        out.back().warning = true;
    }
    return out;
}

}  // namespace gw::core
