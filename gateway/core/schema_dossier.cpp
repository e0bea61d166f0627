// Declared shapes of a dossier, its progress and the calls that change it
// (contract 2.1, 2.6, 3.1, 3.2).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv channels[] = {"counter", "online", "post"};
constexpr sv origins[] = {"local", "national_portal", "linked_service", "vneid", "ministry"};
constexpr sv statuses[] = {
    "registered",
    "received",
    "refused",
    "processing",
    "supplement_wanted",
    "financial_obligation",
    "withdrawn",
    "stopped",
    "finished",
    "returned"};
constexpr sv deliveries[] = {"counter", "post", "electronic"};
constexpr sv confidentialities[] = {"normal", "restricted", "state_secret"};
constexpr sv resumes[] = {"received", "processing", "registered"};
constexpr sv sync_states[] = {
    "not_needed",
    "waiting",
    "sending",
    "delivered",
    "confirmed",
    "retrying",
    "unknown_outcome",
    "blocked",
    "rejected",
    "dead"};

constexpr Field sync_summary_fields[] = {
    word("state", sync_states, "Tình trạng đồng bộ", read_only),
    line("partner", 40, "Hệ thống", read_only),
};
constexpr Schema sync_summary{"SyncSummary", sync_summary_fields};

constexpr Field dossier_fields[] = {
    plain("code", FieldType::dossier_code, "Mã hồ sơ", required),
    list("other_codes", other_code, "Mã hồ sơ khác"),
    line("receipt_no", 50, "Số biên nhận"),
    object("procedure", procedure_ref, "Thủ tục", required),
    word("channel", channels, "Kênh thực hiện", required),
    word("origin", origins, "Nơi nộp hồ sơ", required),
    word("status", statuses, "Trạng thái hồ sơ", required),
    object("owner", applicant, "Chủ hồ sơ", required),
    object("submitter", applicant, "Người nộp"),
    text("summary", 1000, "Trích yếu hồ sơ", required),
    object("place_of_help", agency_ref, "Nơi hỗ trợ nộp"),
    object("receiving_unit", agency_ref, "Đơn vị tiếp nhận", required),
    object("deciding_agency", agency_ref, "Cơ quan giải quyết", required),
    line("processing_unit", 300, "Đơn vị xử lý"),
    plain("submitted_at", time, "Ngày nộp", required),
    plain("received_at", time, "Ngày tiếp nhận"),
    plain("due_at", time, "Ngày hẹn trả"),
    plain("refused_at", time, "Ngày từ chối", read_only),
    plain("finished_at", time, "Ngày kết thúc xử lý", read_only),
    plain("returned_at", time, "Ngày trả", read_only),
    text("return_info", 500, "Thông tin trả"),
    word("result_delivery", deliveries, "Hình thức trả kết quả", required),
    list("documents", document, "Tài liệu nộp"),
    list("other_papers", other_paper, "Giấy tờ khác"),
    list("waived_components", waived_component, "Giấy tờ được miễn"),
    list("supplements", supplement, "Các lần bổ sung", read_only),
    list("fees", fee, "Phí, lệ phí"),
    list("payments", settled_payment, "Giao dịch đã thu", read_only),
    list("results", result, "Giấy tờ kết quả", read_only),
    plain("vneid_verified", FieldType::boolean, "Tài khoản đã xác thực VNeID"),
    texts("connected_databases", 20, "Cơ sở dữ liệu đã kết nối"),
    text("note", 2000, "Ghi chú"),
    plain("other_info", FieldType::free_object, "Thông tin khác"),
    word("confidentiality", confidentialities, "Độ mật"),
    object("flags", flags, "Dấu hiệu tính ra", read_only),
    object("survey", survey, "Đánh giá", read_only),
    number("progress_count", "Số bước đã ghi", read_only),
    plain("status_entry_id", FieldType::id, "Bước làm đổi trạng thái", read_only),
    plain("imported", FieldType::boolean, "Tiếp quản từ hệ thống khác", read_only),
    plain("last_progress_at", time, "Thời điểm bước cuối", read_only),
    number("version", "Phiên bản", read_only),
    plain("created_at", time, "Ngày tạo", read_only),
    plain("updated_at", time, "Ngày sửa", read_only),
    line("catalogue_version", 64, "Phiên bản danh mục", read_only),
    object("sync", sync_summary, "Tình trạng đồng bộ", read_only),
};
constexpr Schema dossier{"Dossier", dossier_fields};

constexpr Field progress_fields[] = {
    plain("id", FieldType::id, "Mã bước", read_only),
    number("seq", "Số thứ tự bước", read_only),
    plain("at", time, "Thời điểm xử lý", required),
    object("officer", person_ref, "Cán bộ xử lý", required),
    text("text", 2000, "Nội dung xử lý", required),
    word("status", statuses, "Trạng thái", required),
    plain("started_at", time, "Ngày bắt đầu"),
    plain("due_at", time, "Ngày kết thúc theo quy định"),
    plain("internal", FieldType::boolean, "Nội bộ"),
    plain("corrects", FieldType::id, "Bước được đính chính"),
    object("correction", correction, "Đính chính"),
    plain("completed_by_rule", FieldType::boolean, "Bổ sung theo quy tắc", read_only),
};
constexpr Schema progress{"Progress", progress_fields};

constexpr Field progress_request_fields[] = {
    plain("at", time, "Thời điểm xử lý", required),
    object("officer", person_ref, "Cán bộ xử lý", required),
    text("text", 2000, "Nội dung xử lý", required),
    word("status", statuses, "Trạng thái", required),
    plain("started_at", time, "Ngày bắt đầu"),
    plain("due_at", time, "Ngày kết thúc theo quy định"),
    plain("internal", FieldType::boolean, "Nội bộ"),
    plain("corrects", FieldType::id, "Bước được đính chính"),
    object("correction", correction, "Đính chính"),
    number("expected_version", "Phiên bản hồ sơ", optional, 1),
};
constexpr Schema progress_request{"ProgressRequest", progress_request_fields};

constexpr Field supplement_request_fields[] = {
    object("requested_by", person_ref, "Người yêu cầu bổ sung", required),
    plain("requested_at", time, "Thời điểm yêu cầu bổ sung", required),
    text("text", 4000, "Nội dung bổ sung", required),
    texts("papers", 4000, "Giấy tờ cần bổ sung"),
    list("fees", fee, "Phí, lệ phí bổ sung"),
    plain("deadline", FieldType::date, "Hạn bổ sung"),
    plain("old_due_at", time, "Ngày hẹn trả trước"),
};
constexpr Schema supplement_request{"SupplementRequest", supplement_request_fields};

constexpr Field supplement_receipt_fields[] = {
    plain("received_at", time, "Thời điểm tiếp nhận bổ sung", required),
    object("received_by", person_ref, "Người tiếp nhận bổ sung", required),
    text("received_info", 2000, "Thông tin tiếp nhận bổ sung"),
    list("documents", document, "Tài liệu bổ sung"),
    plain("new_due_at", time, "Ngày hẹn trả mới"),
    word("resume", resumes, "Trạng thái sau bổ sung"),
};
constexpr Schema supplement_receipt{"SupplementReceipt", supplement_receipt_fields};

constexpr Field withdraw_fields[] = {
    text("reason_vi", 2000, "Lý do rút hồ sơ", required),
    plain("at", time, "Thời điểm rút hồ sơ"),
};
constexpr Schema withdraw{"WithdrawRequest", withdraw_fields};

constexpr Field revoke_fields[] = {
    text("reason_vi", 2000, "Lý do thu hồi", required),
    plain("at", time, "Thời điểm thu hồi"),
};
constexpr Schema revoke{"RevokeRequest", revoke_fields};

}  // namespace

std::span<const Schema* const> dossiers() {
    static constexpr const Schema* all[] = {
        &dossier,
        &sync_summary,
        &progress,
        &progress_request,
        &supplement_request,
        &supplement_receipt,
        &withdraw,
        &revoke};
    return all;
}

}  // namespace gw::core::schema_tables
