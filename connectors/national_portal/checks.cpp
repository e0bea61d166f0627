// What is looked at before anything is sent.
#include "connectors/national_portal/checks.hpp"

#include "connectors/national_portal/operations.hpp"
#include "gateway/core/identifiers.hpp"

#include <algorithm>
#include <set>

namespace gw::national_portal {
namespace {

using core::Document;

struct WhenStatus {
    std::string_view field, wire, name_vi;
    std::vector<int> statuses;
};
/// The C rows of 6.2 that hang on the status. What was stopped (8) is returned without an end of
/// processing: 10 says nothing of it.
const std::vector<WhenStatus>& required_dates() {
    static const std::vector<WhenStatus> rows{
        {"received_at", "NgayTiepNhan", "ngày tiếp nhận", {2, 4, 5, 6, 7, 8, 9, 10}},
        {"due_at", "NgayHenTra", "ngày hẹn trả", {2, 4, 5, 6, 9, 10}},
        {"refused_at", "NgayTuChoi", "ngày từ chối", {3}},
        {"finished_at", "NgayKetThucXuLy", "ngày kết thúc xử lý", {9}},
        {"returned_at", "NgayTra", "ngày trả kết quả", {10}},
    };
    return rows;
}

core::Error refuse(std::string_view code, std::string sentence) {
    return core::give_up("national_portal." + std::string(code), std::move(sentence));
}

core::Error hold(std::string code, std::string sentence) {
    return core::Error(
        core::Advice::hold, core::Blame::message, std::move(code), std::move(sentence)
    );
}

std::optional<core::Instant> time_of(const Document& dossier, std::string_view field) {
    return core::parse_rfc3339(dossier.text_of(field));
}

bool later(const Document& dossier, std::string_view a, std::string_view b) {
    const auto first = time_of(dossier, a), second = time_of(dossier, b);
    return first && second && *first > *second;
}

const Procedure* procedure(const Said& said, const Catalogue& catalogue) {
    const Document* own = said.dossier().find("procedure");
    return own == nullptr ? nullptr : catalogue.find(own->text_of("code"), said.day);
}

std::optional<core::Error> check_catalogue(
    const Options& options, const Said& said, const Catalogue& catalogue
) {
    if (options.catalogue != "required") return std::nullopt;
    const Document* own = said.dossier().find("procedure");
    if (own != nullptr && !own->text_of("name").empty() && own->find("field") != nullptr)
        return std::nullopt;
    if (procedure(said, catalogue) != nullptr) return std::nullopt;
    if (!catalogue.loaded()) {
        if (own != nullptr) catalogue.want(own->text_of("code"));
        core::Error e(
            core::Advice::retry,
            core::Blame::ours,
            "national_portal.catalogue_loading",
            "Đang tải danh mục thủ tục từ Cổng; gói tin sẽ được gửi ngay sau đó."
        );
        // A first connection that fails is no loading that goes on: what stops it is said.
        if (const auto& failure = catalogue.failure()) {
            e.code = failure->code;
            e.what = "Chưa tải được danh mục thủ tục từ Cổng. " + failure->what;
        }
        e.retry_after = core::Duration(1'000);
        return e;
    }
    return hold(
        "mapping_missing",
        "Thủ tục " + (own == nullptr ? std::string() : own->text_of("code")) +
            " không có trong danh mục của Cổng vào ngày tiếp nhận. Kiểm tra mã thủ tục."
    );
}

std::optional<core::Error> check_dates(const Said& said, const Catalogue& catalogue) {
    const Document& dossier = said.dossier();
    for (const WhenStatus& row : required_dates()) {
        const std::string text = dossier.text_of(row.field);
        const bool needed =
            std::find(row.statuses.begin(), row.statuses.end(), said.status) != row.statuses.end();
        if (!text.empty() && !core::parse_rfc3339(text))
            return refuse(
                "date",
                "Trường " + std::string(row.wire) + " (" + std::string(row.name_vi) +
                    ") sai định dạng ngày giờ."
            );
        if (!text.empty() || !needed) continue;
        const Procedure* known = procedure(said, catalogue);
        if (row.field == "due_at" && known != nullptr && !known->has_deadline) continue;
        return refuse(
            "required",
            "Thiếu " + std::string(row.name_vi) + " (" + std::string(row.wire) +
                "), bắt buộc ở trạng thái " + std::to_string(said.status) +
                ". Bổ sung trên phần mềm một cửa."
        );
    }
    if (later(dossier, "received_at", "finished_at"))
        return refuse(
            "date", "Ngày tiếp nhận sau ngày kết thúc xử lý. Sửa lại ngày trên phần mềm một cửa."
        );
    return std::nullopt;
}

std::optional<core::Error> check_step(
    const Said& said, const LaneMemory& memory, const core::Transitions* transitions
) {
    if (transitions == nullptr || memory.status == 0 || said.status == 0) return std::nullopt;
    const auto rule = transitions->rule(
        static_cast<core::Status>(memory.status), static_cast<core::Status>(said.status)
    );
    if (rule != core::StepRule::refused) return std::nullopt;
    return refuse(
        "status_step",
        "Không được chuyển trạng thái từ " + std::to_string(memory.status) + " sang " +
            std::to_string(said.status) + " theo bảng chuyển trạng thái của Cổng."
    );
}

std::optional<core::Error> check_files(const Said& said) {
    const Document& dossier = said.dossier();
    std::set<std::string> attachments;
    if (const Document* documents = dossier.find("documents"))
        for (const Document& document : documents->items()) {
            const Document* deleted = document.find("deleted");
            const std::string id = document.text_of("attachment_id");
            if (id.empty() && (deleted == nullptr || !deleted->as_boolean()))
                return hold("file_missing", "Một thành phần hồ sơ chưa có tệp đính kèm.");
            attachments.insert(id);
        }
    if (const Document* results = dossier.find("results"))
        for (const Document& result : results->items()) {
            if (!result.text_of("revoked_at").empty()) continue;
            const std::string id = result.text_of("attachment_id");
            if (id.empty()) return refuse("required", "Kết quả giải quyết chưa có tệp.");
            if (attachments.contains(id))
                return refuse(
                    "result_as_attachment",
                    "Một tệp vừa là giấy tờ nộp vừa là kết quả giải quyết. Tách riêng hai loại tệp."
                );
        }
    return std::nullopt;
}

}  // namespace

std::optional<core::Error> check_before_sending(
    const Options& options,
    const Said& said,
    std::string_view operation,
    const LaneMemory& memory,
    const Catalogue& catalogue,
    const core::Transitions* transitions
) {
    if (operation == push_survey || operation == push_question || operation == push_answer)
        return std::nullopt;
    if (!said.portal_origin && !core::has_province_prefix(said.code, options.province_roots))
        return refuse(
            "foreign_prefix",
            "Mã hồ sơ " + said.code + " không mang mã định danh của tỉnh; Cổng sẽ từ chối."
        );
    if (operation != push_packet) return std::nullopt;
    if (auto e = check_files(said)) return e;
    if (auto e = check_dates(said, catalogue)) return e;
    if (auto e = check_step(said, memory, transitions)) return e;
    return check_catalogue(options, said, catalogue);
}

}  // namespace gw::national_portal
